"""The sheet of contacts of a contact round (N24): what is sent, as it stands now or as it was submitted."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilots.calculations import CircularRoute, chain
from pilots.models import (
    Capacity,
    Contact,
    ContactField,
    ContactKind,
    GroupMember,
    GroupRank,
    LeadingGroup,
    PilotArea,
    Route,
)
from portal.errors import type_text
from records.seals import canonical
from reporting.models import Report, ReportVersion, VersionContact, VersionGroup, VersionMember
from units.models import Programme

RANKS = list(GroupRank)


@dataclass(frozen=True, slots=True)
class Seat:
    """Who is to answer for a pilot area in one respect. `fields` is what the round's form asks about them."""

    kind: ContactKind
    contact: Contact | None
    fields: tuple[ContactField, ...] = ()

    @property
    def label(self) -> type_text:
        return self.kind.label

    @property
    def missing(self) -> tuple[ContactField, ...]:
        """What the form asks and nobody has said; nothing where there is nobody."""
        if self.contact is None:
            return ()
        return tuple(asked for asked in self.fields if asked.is_required and asked.code not in self.contact.filled)

    @property
    def answers(self) -> list[tuple[ContactField, str]]:
        """The fields with what is on record, phone numbers masked."""
        said = {**self.contact.values, **self.contact.masked} if self.contact else {}
        return [(asked, str(said.get(asked.code, ""))) for asked in self.fields]


@dataclass(frozen=True, slots=True)
class Group:
    """The leading group of a pilot area's office as the sheet shows it: head first, then deputies, then members."""

    name: str
    document_number: str
    founded_on: dt.date | None
    members: tuple[GroupMember, ...]

    @property
    def head(self) -> GroupMember | None:
        return next((member for member in self.members if member.rank == GroupRank.HEAD), None)

    @property
    def words(self) -> str:
        """In one line: its name, its head, how many are in it."""
        words = ngettext(
            "%(name)s; head: %(head)s; %(count)d person",
            "%(name)s; head: %(head)s; %(count)d people",
            len(self.members),
        )
        head = self.head.name if self.head else "—"
        return words % {"name": self.name, "head": head, "count": len(self.members)}

    def as_content(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "document_number": self.document_number,
            "founded_on": self.founded_on,
            "members": [
                {"uid": m.uid, "rank": m.rank, "name": m.name, "post": m.post, "department": m.department}
                for m in self.members
            ],
        }


@dataclass(frozen=True, slots=True)
class Row:
    """One pilot area on the sheet. `seats` are in the order of ContactKind."""

    pilot: PilotArea
    seats: tuple[Seat, ...]
    group: Group | None

    @property
    def gaps(self) -> list[str]:
        """What is missing, in words."""
        found = []
        for seat in self.seats:
            if seat.contact is None:
                found.append(_("no %(kind)s") % {"kind": seat.label})
            elif seat.missing:
                titles = _(", ").join(asked.title for asked in seat.missing)
                found.append(_("%(kind)s without %(fields)s") % {"kind": seat.label, "fields": titles})
        if self.group is None:
            found.append(_("no leading group"))
        elif self.group.head is None:
            found.append(_("leading group without a head"))
        return found


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a contact report sends: the fields asked for, and a row for each pilot area of the sender."""

    fields: tuple[ContactField, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def people(self) -> list[Contact]:
        return [seat.contact for row in self.rows for seat in row.seats if seat.contact]

    @property
    def gaps(self) -> int:
        """How many pilot areas have something missing."""
        return sum(bool(row.gaps) for row in self.rows)

    @property
    def digest(self) -> str:
        """The same for the same people and facts; tells whether what was signed is what is being submitted."""
        content = [
            [row.pilot.uid, [seat.contact.uid if seat.contact else None for seat in row.seats],
             row.group.as_content() if row.group else None]
            for row in self.rows
        ]  # fmt: skip
        return hashlib.sha256(canonical({"rows": content}).encode()).hexdigest()


def pilots_by_sender(programme: Programme) -> dict[int, list[PilotArea]]:
    """The verified pilot areas each sender directly below the owner answers for, by the sender's unit.

    A sender that is a pilot itself answers for itself; a pilot area without a way to a sender is on no sheet.
    """
    routes = list(Route.objects.filter(programme=programme))
    next_up = {r.sender_id: r.receiver_id for r in routes if r.capacity == Capacity.COMPILER}
    first = {r.sender_id: r.receiver_id for r in routes if r.capacity == Capacity.PILOT}
    senders = {sender for sender, receiver in next_up.items() if receiver == programme.owner_id}
    found: dict[int, list[PilotArea]] = {}
    pilots = PilotArea.objects.filter(programme=programme).shown().for_lists()
    for pilot in pilots.order_by("batch__number", "sort_key", "id"):
        sender = _sender(pilot.reporting_unit_id, first, next_up, senders)
        if sender:
            found.setdefault(sender, []).append(pilot)
    return found


def _sender(unit: int, first: Mapping[int, int], next_up: Mapping[int, int], senders: set[int]) -> int | None:
    if unit in senders:
        return unit
    if unit not in first:
        return None
    try:
        above = chain(unit, first[unit], next_up)
    except CircularRoute:
        return None
    return next((step for step in above if step in senders), None)


def live_sheet(report: Report) -> Sheet:
    """The sheet as it stands at this moment."""
    due = report.due
    pilots = pilots_by_sender(due.cycle.programme).get(due.unit_id, [])
    return sheet_of(pilots, fields_of(report), due.cycle.programme)


def fields_of(report: Report) -> tuple[ContactField, ...]:
    """The columns of the form the cycle asks by."""
    return tuple(ContactField.objects.filter(form=report.due.cycle.contact_form_id))


def sheet_of(pilots: list[PilotArea], fields: tuple[ContactField, ...], programme: Programme) -> Sheet:
    """Who answers for these pilot areas now; three statements, however many they are."""
    people = {(row.pilot_area_id, row.kind): row for row in Contact.objects.current().filter(pilot_area__in=pilots)}
    offices = {pilot.reporting_unit_id for pilot in pilots}
    groups = {row.unit_id: row for row in LeadingGroup.objects.filter(programme=programme, unit__in=offices)}
    members: dict[int, list[GroupMember]] = {}
    for member in GroupMember.objects.current().filter(group__in=groups.values()):
        members.setdefault(member.group_id, []).append(member)

    def group_of(pilot: PilotArea) -> Group | None:
        found = groups.get(pilot.reporting_unit_id)
        return _group(found, members.get(found.pk, [])) if found else None

    return Sheet(fields, tuple(Row(pilot, _seats(pilot, people, fields), group_of(pilot)) for pilot in pilots))


def _seats(
    pilot: PilotArea, people: Mapping[tuple[int, str], Contact], fields: tuple[ContactField, ...]
) -> tuple[Seat, ...]:
    return tuple(Seat(kind, people.get((pilot.pk, kind.value)), fields) for kind in ContactKind)


def _group(facts: LeadingGroup | VersionGroup, members: Iterable[GroupMember]) -> Group:
    ordered = sorted(members, key=lambda member: (RANKS.index(GroupRank(member.rank)), member.pk))
    return Group(facts.name, facts.document_number, facts.founded_on, tuple(ordered))


def fix_sheet(version: ReportVersion, sheet: Sheet) -> None:
    """Keep the sheet with its version: what cannot change is pointed at, what can is copied."""
    VersionContact.objects.bulk_create(
        VersionContact(version=version, pilot_area=row.pilot, kind=seat.kind.value, contact=seat.contact)
        for row in sheet.rows
        for seat in row.seats
    )
    groups = [
        (VersionGroup(version=version, pilot_area=row.pilot, **_facts(row.group)), row.group)
        for row in sheet.rows
        if row.group
    ]
    VersionGroup.objects.bulk_create(stored for stored, _group in groups)
    VersionMember.objects.bulk_create(
        VersionMember(group=stored, member=member) for stored, group in groups for member in group.members
    )


def _facts(group: Group) -> dict[str, Any]:
    return {"name": group.name, "document_number": group.document_number, "founded_on": group.founded_on}


def version_sheet(version: ReportVersion) -> Sheet:
    """The sheet as it was sealed."""
    return version_sheets([version])[version.pk]


def version_sheets(versions: list[ReportVersion]) -> dict[int, Sheet]:
    """The sheets of several versions by the version's id; four statements, however many they are."""
    rows = VersionContact.objects.filter(version__in=versions).select_related(
        "contact", "pilot_area__batch", "pilot_area__reporting_unit", "pilot_area__province"
    )
    pilots: dict[int, dict[int, PilotArea]] = {}
    people: dict[int, dict[tuple[int, str], Contact]] = {}
    for row in rows.order_by("pilot_area__batch__number", "pilot_area__sort_key", "pilot_area_id"):
        pilots.setdefault(row.version_id, {})[row.pilot_area_id] = row.pilot_area
        if row.contact:
            people.setdefault(row.version_id, {})[row.pilot_area_id, row.kind] = row.contact
    groups = _version_groups(versions)
    fields = _fields_by_form(versions)
    return {
        version.pk: Sheet(
            fields[version.report.due.cycle.contact_form_id],
            tuple(
                Row(
                    pilot,
                    _seats(pilot, people.get(version.pk, {}), fields[version.report.due.cycle.contact_form_id]),
                    groups.get((version.pk, pilot.pk)),
                )
                for pilot in pilots.get(version.pk, {}).values()
            ),
        )
        for version in versions
    }


def _version_groups(versions: list[ReportVersion]) -> dict[tuple[int, int], Group]:
    groups = VersionGroup.objects.filter(version__in=versions).prefetch_related("members__member")
    return {
        (group.version_id, group.pilot_area_id): _group(group, [row.member for row in group.members.all()])
        for group in groups
    }


def _fields_by_form(versions: list[ReportVersion]) -> dict[int | None, tuple[ContactField, ...]]:
    forms = {version.report.due.cycle.contact_form_id for version in versions}
    found: dict[int | None, list[ContactField]] = {form: [] for form in forms}
    for asked in ContactField.objects.filter(form__in=forms):
        found[asked.form_id].append(asked)
    return {form: tuple(rows) for form, rows in found.items()}
