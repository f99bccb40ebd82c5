"""The words of reminders: a few phrases for each situation and language; names are filled in by the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reporting.models import title_of
from reporting.reminders.ladder import Situation
from units.calendar import OFFICE_TIME, Calendar, office_day

WHO = "\ue000"
"""Stands where the name of whoever reports goes. No name has a character of the private range."""

OPENED, OWING, RECEIVING = "opened", "owing", "receiving"
"""Who reads it: somebody who may begin, somebody who owes, somebody who waits."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """`report` is the report's title with WHO in the place of a name; `english` says which names to take."""

    language: str
    english: bool
    reader: str
    topic: str
    report: str
    due: str
    left: str


def phrases(situation: Situation, calendar: Calendar, now: dt.datetime) -> Iterator[Phrase]:
    """What is told about dues in one situation, in every language of the portal."""
    topics = {OPENED: "reminder.opened", OWING: topic_of(situation, now), RECEIVING: "reminder.not_received"}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            title = title_of(situation.cycle, situation.capacity, WHO)
            left = left_of(situation, calendar, now)
        for reader, topic in topics.items():
            yield Phrase(language, language.startswith("en"), reader, topic, title, due_of(situation), left)


def topic_of(situation: Situation, now: dt.datetime) -> str:
    """By how things stand when it is told, not by the step: a pass may come late."""
    if situation.due_end <= now:
        return "reminder.overdue"
    return "reminder.today" if situation.due_on == office_day(now) else "reminder.before"


def left_of(situation: Situation, calendar: Calendar, now: dt.datetime) -> str:
    """Working days left or late by the sender's calendar, in the active language."""
    today = office_day(now)
    if situation.due_end <= now:
        late = calendar.working_days(situation.due_on, today)
        words = ngettext("%(n)s working day late", "%(n)s working days late", late)
        return words % {"n": late} if late > 0 else _("the time is over")
    if situation.due_on == today:
        return _("due today")
    left = calendar.working_days(today, situation.due_on)
    return ngettext("%(n)s working day left", "%(n)s working days left", left) % {"n": left}


def due_of(situation: Situation) -> str:
    """The due date, with its time of day where it has one."""
    last = situation.due_end.astimezone(OFFICE_TIME)
    whole_day = last.date() != situation.due_on
    return situation.due_on.isoformat() if whole_day else f"{last:%Y-%m-%d %H:%M}"
