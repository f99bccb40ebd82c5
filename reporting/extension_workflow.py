"""The transition table of requests for more time, and what each decision brings about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from accounts.models import Role
from portal.errors import Finding
from records import workflow as engine
from records.outbox import people_of
from records.telling import News, tell_each
from records.workflow import Act, Transition, Workflow
from reporting.due_dates import give_date, later_date, lock_report, why_not_owed
from reporting.models import Due, Extension, ExtensionStatus, Report
from units.models import Unit

S = ExtensionStatus
AUTHORS = (Role.DRAFTER, Role.LEAD)
BECAUSE = "because"
"""In an act's data: what the request ended by, where nobody decided on it."""


def tell_of(topic: str, report: Report, act: Act, unit: Unit, *roles: Role, **params: object) -> None:
    """One notice to each who holds one of the roles at a unit, but not to whoever did it."""
    programme = report.due.cycle.programme

    def values() -> dict[str, object]:
        who, sender = act.by.user.name, report.due.unit.name
        return {"report": report.title, "who": who, "unit": sender, "comment": act.comment or "—", **params}

    people = [person for person in people_of(unit, programme, roles) if person.pk != act.by.user.pk]
    tell_each(people, News(topic, f"/reports/{report.uid}/", programme, values), at=act.at)


def still_owed(extension: Extension, act: Act) -> Iterator[Finding]:
    """More time is only for what is owed."""
    if text := why_not_owed(extension.due.report):
        yield Finding("not_owed", text)


def date_is_later(extension: Extension, act: Act) -> Iterator[Finding]:
    """The date chosen, or the one asked for, is later than what stands now."""
    yield from later_date(extension.due, _date_given(extension, act), act.at)


def decider_did_not_ask(extension: Extension, act: Act) -> Iterator[Finding]:
    """Nobody decides on what they asked for themselves, under whichever hat."""
    if extension.requested_by_id == act.by.user.pk:
        yield Finding("own_work", _("You have asked for this yourself, so somebody else must decide."))


def _date_given(extension: Extension, act: Act) -> dt.date:
    given = act.data.get("due_on")
    return given if isinstance(given, dt.date) else extension.asked_due_on


def _granted(extension: Extension, act: Act) -> Mapping[str, Any]:
    """The due moves. It keeps its time of day: more days do not change the hour the receiver's rule names."""
    due, day = extension.due, _date_given(extension, act)
    asked = extension.requested_by_id is not None
    moved = give_date(due, day, due.due_time, act.at)
    extension.granted_due_on = day
    _decide(extension, act, comment=act.comment if asked else "")
    tell_of("due.extended", due.report, act, due.unit, *AUTHORS, due=str(day))
    return {**_what(extension), **moved, "asked": str(extension.asked_due_on) if asked else ""}


def _refused(extension: Extension, act: Act) -> Mapping[str, Any]:
    due = extension.due
    _decide(extension, act, comment=act.comment)
    tell_of("due.extension_refused", due.report, act, due.unit, *AUTHORS, due=str(due.due_on))
    return {**_what(extension), "due_on": str(due.due_on), "asked": str(extension.asked_due_on)}


def _withdrawn(extension: Extension, act: Act) -> Mapping[str, Any]:
    """By the sender; or because the report went out, or was exempted, before anybody decided."""
    due, because = extension.due, str(act.data.get(BECAUSE, ""))
    _decide(extension, act, comment=act.comment)
    if not because:
        tell_of("due.extension_withdrawn", due.report, act, due.receiver, Role.REVIEWER)
    return {**_what(extension), "asked": str(extension.asked_due_on), **({BECAUSE: because} if because else {})}


def _lapsed(extension: Extension, act: Act) -> Mapping[str, Any]:
    found = _withdrawn(extension, act)
    if not act.data.get(BECAUSE):
        due = extension.due
        tell_of("due.extension_lapsed", due.report, act, due.unit, *AUTHORS, due=str(due.due_on))
    return found


def _decide(extension: Extension, act: Act, comment: str) -> None:
    extension.decided_by, extension.decided_at, extension.comment = act.by.user, act.at, comment
    extension.save(update_fields=["granted_due_on", "decided_by", "decided_at", "comment"])


def _what(extension: Extension) -> dict[str, Any]:
    return {"extension": str(extension.uid)}


def is_overtaken(extension: Extension) -> bool:
    """Nothing is left to decide: the date has moved that far already, or the sender is exempt."""
    due = extension.due
    return due.is_exempt or due.due_on >= extension.asked_due_on


ASKED = frozenset({S.REQUESTED.value})

EXTENSION: Workflow[Extension] = Workflow(
    kind="extension",
    prefix="due.extension_",
    rows=lambda: Extension.objects.select_related(
        "due__cycle__programme", "due__unit", "due__receiver", "due__pilot_area", "due__report", "requested_by",
        "decided_by",
    ),
    transitions=(
        Transition(
            "grant", _("give more time"), ASKED, S.GRANTED, "extension.decide",
            rules=(still_owed, date_is_later, decider_did_not_ask), effect=_granted, primary=True,
            hint=_("The report is then due on the day you choose, and reminders follow the new date."),
        ),
        Transition(
            "refuse", _("refuse more time"), ASKED, S.REFUSED, "extension.decide", needs_comment=True,
            rules=(decider_did_not_ask,), effect=_refused, hint=_("The date stays. Say why."),
        ),
        Transition(
            "lapse", _("close as overtaken"), ASKED, S.WITHDRAWN, "extension.decide", effect=_lapsed,
            when=is_overtaken, hint=_("The date has moved as far as was asked already: nothing is left to decide."),
        ),
        Transition(
            "withdraw", _("take the request back"), ASKED, S.WITHDRAWN, "extension.request", effect=_withdrawn,
            hint=_("The date stays as it is. You can ask again."),
        ),
    ),
)  # fmt: skip


@transaction.atomic
def perform(extension: Extension, request: engine.Request, *, by: Actor, at: dt.datetime | None = None) -> Extension:
    """Carry out one transition of a request; see `records.workflow.perform` for what it raises.

    The report is locked first, as everywhere its date changes: a decision and a submission wait for each other.
    """
    lock_report(extension.due_id)
    return engine.perform(EXTENSION, extension.pk, request, by=by, at=at)


def available(extension: Extension, by: Actor) -> list[Transition]:
    return engine.available(EXTENSION, extension, by)


def open_request(due: Due) -> Extension | None:
    """What the sender has asked for and nobody has decided yet."""
    row: Extension | None = EXTENSION.rows().filter(due=due, status=S.REQUESTED).first()
    return row


def read_again(due: Due) -> bool:
    """Bring the date up to what is stored now, for whoever waited for the lock; whether a request is open."""
    waiting = Extension.objects.filter(due=OuterRef("pk"), status=S.REQUESTED)
    columns = ("due_on", "due_time", "due_end")
    *dates, is_asked = Due.objects.annotate(asked=Exists(waiting)).values_list(*columns, "asked").get(pk=due.pk)
    due.due_on, due.due_time, due.due_end = dates
    return bool(is_asked)


def close_as(name: str, because: str, due: Due, act: Act) -> None:
    """End an open request that something else has settled: the report went out, or the sender is exempt."""
    if (extension := open_request(due)) is not None:
        engine.perform(EXTENSION, extension.pk, engine.Request(name, data={BECAUSE: because}), by=act.by, at=act.at)
