"""Rules for dates in words, and the dates they give: what the page and the API show of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from portal.errors import BadInput, type_text
from reporting.deadlines.facts import LEAP_YEAR, OFFICE_ZONE
from reporting.deadlines.functions import LAST
from reporting.deadlines.rulebook import Moment, RuleBook, place_name, rule_name
from reporting.models import Anchor, DateFunction, DateRule, OnNonWorking, ReminderStep
from units.calendar import calendars, is_provisional, today

NTH_WORDS: Mapping[int, type_text] = {
    1: pgettext_lazy("weekday of a month", "first"),
    2: pgettext_lazy("weekday of a month", "second"),
    3: pgettext_lazy("weekday of a month", "third"),
    4: pgettext_lazy("weekday of a month", "fourth"),
    LAST: pgettext_lazy("weekday of a month", "last"),
}


@dataclass(frozen=True, slots=True)
class Yield:
    """What a rule gives in a year: the date, or why it gives none."""

    year: int
    moment: Moment | None
    is_provisional: bool
    fault: str = ""


def in_words(rule: DateRule, followed: DateRule | None) -> str:
    """The rule as one would say it: “Jun 30; on a day off: moves to the next working day; 18:00”."""
    parts = [_raw_date(rule, followed), _years(rule), _days_off(rule), _time(rule)]
    return pgettext("between the parts of a rule", "; ").join(part for part in parts if part)


def _raw_date(rule: DateRule, followed: DateRule | None) -> str:
    if rule.function == DateFunction.AFTER_DUE:
        return _after(rule.working_days or 0, _followed_name(rule, followed))
    if rule.function == DateFunction.NTH_WEEKDAY:
        words = {
            "nth": NTH_WORDS.get(rule.nth or 0, "—"),
            "weekday": WEEKDAYS.get(rule.weekday if rule.weekday is not None else -1, "—"),
            "month": MONTHS.get(rule.month or 0, "—"),
        }
        return _("the %(nth)s %(weekday)s of %(month)s") % words
    try:
        day = dt.date(LEAP_YEAR, rule.month or 0, rule.day or 0)
    except ValueError:  # nobody can save such a rule; a row from elsewhere is shown as it is
        return f"{rule.month}-{rule.day}"
    words_of_day = str(date_format(day, _("M j")))
    if (day.month, day.day) == (2, 29):
        return _("%(day)s (the last of February where there is none)") % {"day": words_of_day}
    return words_of_day


def _followed_name(rule: DateRule, followed: DateRule | None) -> str:
    if followed is None:
        return "—"
    own = followed.setter_id == rule.setter_id
    return place_name(followed.kind, followed.capacity) if own else rule_name(followed)


def _after(number: int, name: str) -> str:
    if number == 0:
        return _("the day of: %(rule)s") % {"rule": name}
    if number < 0:
        text = ngettext("%(count)d working day before: %(rule)s", "%(count)d working days before: %(rule)s", -number)
    else:
        text = ngettext("%(count)d working day after: %(rule)s", "%(count)d working days after: %(rule)s", number)
    return text % {"count": abs(number), "rule": name}


def _years(rule: DateRule) -> str:
    if rule.year_offset > 0:
        return _("in the year after that of the period")
    return _("in the year before that of the period") if rule.year_offset < 0 else ""


def _days_off(rule: DateRule) -> str:
    if rule.function == DateFunction.AFTER_DUE and rule.working_days:
        return ""  # counted in working days, it falls on one
    if rule.on_non_working == OnNonWorking.AFTER_HOLIDAY:
        text = _("on a day off: moves to working day %(nth)d after the days off")
        return text % {"nth": rule.after_holiday_days or 1}
    return _("on a day off: %(policy)s") % {"policy": rule.get_on_non_working_display()}


def _time(rule: DateRule) -> str:
    if rule.time_of_day is None:
        return ""
    time = f"{rule.time_of_day:%H:%M}"
    return time if rule.zone == OFFICE_ZONE else f"{time} ({rule.zone})"


def step_words(step: ReminderStep) -> str:
    """When a step of the ladder falls."""
    number = abs(step.offset)
    if step.anchor == Anchor.OPENING:
        text = ngettext(
            "%(count)d working day after the period opens", "%(count)d working days after the period opens", number
        )
        return text % {"count": number} if number else _("on the day the period opens")
    if step.anchor == Anchor.TASK:
        return _task_step_words(step.offset)
    if step.offset < 0:
        text = ngettext(
            "%(count)d working day before the due date", "%(count)d working days before the due date", number
        )
    elif step.offset > 0:
        text = ngettext("%(count)d working day after the due date", "%(count)d working days after the due date", number)
    else:
        text = _("on the due date")
    return text % {"count": number} if number else text


def _task_step_words(offset: int) -> str:
    if not offset:
        return _("on the latest finish of a task")
    if offset < 0:
        text = ngettext(
            "%(count)d working day before the latest finish of a task",
            "%(count)d working days before the latest finish of a task",
            -offset,
        )
    else:
        text = ngettext(
            "%(count)d working day after the latest finish of a task",
            "%(count)d working days after the latest finish of a task",
            offset,
        )
    return text % {"count": abs(offset)}


def yielded(rule: DateRule, book: RuleBook, provisional: Mapping[int, bool]) -> tuple[Yield, ...]:
    """What a rule gives this year and the next, by everybody's calendar."""
    return tuple(_yield(rule, book, year, provisional) for year in shown_years())


def _yield(rule: DateRule, book: RuleBook, year: int, provisional: Mapping[int, bool]) -> Yield:
    try:
        moment = book.moment(rule, year, calendars().nation)
    except BadInput as error:
        return Yield(year, None, False, str(error))
    return Yield(year, moment, provisional.get(moment.day.year, True))


def shown_years() -> tuple[int, int]:
    return today().year, today().year + 1


def provisional_years() -> dict[int, bool]:
    """Of the years a shown date can fall in, whether their days off are announced yet."""
    first, last = shown_years()
    return {year: is_provisional(year) for year in range(first - 1, last + 2)}
