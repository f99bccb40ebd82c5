"""A date within a sentence, with its weekday, as templates/components/date.html shows it in a page."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from units.calendar import today


def day_in_words(day: dt.date) -> str:
    """`12月2日（周三）`; with the year when it is not this one."""
    pattern = _("M j") if day.year == today().year else _("M j, Y")
    weekdays = (
        pgettext("weekday", "Mon"),
        pgettext("weekday", "Tue"),
        pgettext("weekday", "Wed"),
        pgettext("weekday", "Thu"),
        pgettext("weekday", "Fri"),
        pgettext("weekday", "Sat"),
        pgettext("weekday", "Sun"),
    )
    words = {"day": date_format(day, pattern), "weekday": weekdays[day.weekday()]}
    return _("%(day)s (%(weekday)s)") % words
