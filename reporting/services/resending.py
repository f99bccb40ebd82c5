"""Contacts that were sent and have changed since are owed again (N24).

Nobody types this in: the portal compares what stands in the register with what was sent last. Whatever the sender
still owes will carry the change; only who owes nothing at the moment gets a new due.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import translation

from accounts.access import Actor
from accounts.models import Role
from pilots.models import PilotArea
from records.journal import Note, write
from records.outbox import people_of
from records.telling import News, tell_each
from reporting.contact_changes import Difference, differences
from reporting.contacts import Sheet, pilots_by_sender, sheet_of, version_sheet
from reporting.models import Cycle, CycleKind, Due, Occasion, Report, ReportVersion
from reporting.services.contact_rounds import RoundInput, dues_of, lock, make_cycle, reports_of
from reporting.services.cycles import as_subject, owe
from units.calendar import after_working_days, end_of, office_day

OURS = "门户规定（变更之日起10个工作日），通知未规定日期"
"""Where the day comes from: the notice asks for changes to be sent again and names no day."""

DAYS_TO_SEND_AGAIN = 10
SENT = (ReportVersion.Outcome.WAITING, ReportVersion.Outcome.ACCEPTED)


@transaction.atomic
def note_change(pilot: PilotArea, by: Actor, at: dt.datetime) -> None:
    """Owe the contacts of a pilot area again if they differ from what was sent.

    Called by the register (`pilots.services.contacts.on_change`) in the transaction of the change. Of two changes
    at once the second finds the due of the first.
    """
    programme = pilot.programme
    sender = _sender_of(pilot)
    if (
        sender is None
        or not Due.objects.filter(cycle__programme=programme, cycle__kind=CycleKind.CONTACTS, unit=sender).exists()
    ):
        return
    lock(programme)
    reports = reports_of(programme, sender)
    if any(report.is_owed for report in reports):
        return
    changes = _unlike_what_was_sent(pilot, reports)
    if changes:
        day, is_demo = office_day(at), all(report.due.cycle.is_demo for report in reports)
        due_on = after_working_days(day, DAYS_TO_SEND_AGAIN)
        data = RoundInput(programme, day.year, day, due_on, OURS, is_demo=is_demo)
        _owe_again(data, sender, changes, by, at)


def _sender_of(pilot: PilotArea) -> int | None:
    found = pilots_by_sender(pilot.programme)
    return next((sender for sender, rows in found.items() if pilot in rows), None)


def _unlike_what_was_sent(pilot: PilotArea, reports: Iterable[Report]) -> list[Difference]:
    """What differs from the newest version that names the pilot area and was neither recalled nor returned."""
    version = (
        ReportVersion.objects.filter(report__in=reports, outcome__in=SENT, contacts__pilot_area=pilot)
        .select_related("report__due__cycle")
        .order_by("-submitted_at", "-id")
        .first()
    )
    if version is None:
        return []
    sent = version_sheet(version)
    then = Sheet(sent.fields, tuple(row for row in sent.rows if row.pilot == pilot))
    with translation.override(settings.LANGUAGE_CODE):  # it becomes the reason in an event, kept for ever
        return differences(then, sheet_of([pilot], sent.fields, pilot.programme))


def _owe_again(data: RoundInput, sender: int, changes: list[Difference], by: Actor, now: dt.datetime) -> None:
    (due,) = dues_of(_collection(data, sender, now), [sender])
    due_on = due.first_due_on = due.due_on = data.due_on
    due.due_end, due.dated_at = end_of(due_on), now
    (report,) = owe([due])
    pilot = changes[0].pilot
    with translation.override(settings.LANGUAGE_CODE):
        kinds = "、".join(str(change.what) for change in changes)
        reason = f"{pilot.name_as_published}：{kinds}"
    write(
        "cycle.owe_again",
        report.as_subject(),
        by=by,
        at=now,
        note=Note(comment=reason, data={
            "pilot_area": str(pilot.uid), "kinds": [change.code for change in changes], "due_on": str(due_on),
            "source": OURS,
        }),
    )  # fmt: skip
    _tell(report, changes, now)


def _collection(data: RoundInput, sender: int, now: dt.datetime) -> Cycle:
    """The collection of changes the sender is next in; a new one where it has been in every one of this year."""
    of_year = Cycle.objects.filter(programme=data.programme, kind=CycleKind.CONTACTS, year=data.year)
    last = of_year.filter(dues__unit=sender).order_by("-number").values_list("number", flat=True).first() or 0
    found = of_year.filter(occasion=Occasion.CHANGES, number__gt=last).order_by("number").first()
    if found is None:
        cycle = make_cycle(data, Occasion.CHANGES)
        write("cycle.open", as_subject(cycle), by=None, at=now, note=Note(data={"dues": 0, "source": data.date_source}))
        return cycle
    if found.compilers_due_on < data.due_on:
        found.pilots_due_on = found.compilers_due_on = data.due_on
        found.save(update_fields=["pilots_due_on", "compilers_due_on"])
    return found


def _tell(report: Report, changes: list[Difference], now: dt.datetime) -> None:
    """Who writes and who signs at the sender."""
    due = report.due
    people = people_of(due.unit, due.cycle.programme, (Role.DRAFTER, Role.LEAD))
    words = functools.partial(_words, report, changes[0].pilot)
    tell_each(people, News("contacts.owe_again", f"/reports/{report.uid}/", due.cycle.programme, words), at=now)


def _words(report: Report, pilot: PilotArea) -> dict[str, object]:
    return {"report": report.title, "pilot": pilot.name, "due": report.due.due_on}
