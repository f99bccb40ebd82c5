"""Who answers for which pilot area (N24): the two people of each, what is missing, and who was it before."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from pilots import gaps
from pilots.groups import GroupSeat, Offer, group_seats
from pilots.models import (
    Contact,
    ContactField,
    ContactForm,
    ContactKind,
    ContactQuerySet,
    GroupRank,
    LeadingGroup,
    PilotArea,
    PilotAreaQuerySet,
)
from portal.errors import Finding, NotFound
from units.calendar import office_day
from units.models import Unit

BY_PLACE = ("province__sort_key", "batch__number", "sort_key", "id")
"""The order of every list of contacts: province by province, as they are handed in."""


RECORD = Offer("change", _("Record a person"))
CHANGE = Offer("change", _("Record another person, or correct this one"))
REVEAL = Offer("reveal", _("Show the phone numbers in full"))


class Answer(NamedTuple):
    """One field of the form with what is on record: '' where nothing is, masked where it is a phone number."""

    field: ContactField
    text: str


@dataclass(frozen=True, slots=True)
class Seat:
    """One of the two people of a pilot area, or that there is nobody.

    `version` counts the people ever recorded for it: it is what a change must say it has seen (ETag).
    `offers` is what the reader may do; nothing where no reader was named.
    """

    pilot: PilotArea
    kind: ContactKind
    contact: Contact | None
    version: int
    gaps: tuple[Finding, ...]
    form: ContactForm | None
    offers: tuple[Offer, ...] = ()

    @property
    def answers(self) -> list[Answer]:
        """The fields of the newest form with what is on record, phone numbers masked."""
        return answers(self.contact, self.form)

    @property
    def phone(self) -> str:
        """The first phone number on record, masked."""
        said = (text for field, text in self.answers if field.kind == ContactField.Kind.PHONE and text)
        return next(said, "")


@dataclass(frozen=True, slots=True)
class Row:
    """A pilot area with its two people and the leading group of its office."""

    pilot: PilotArea
    responsible: Seat
    liaison: Seat
    group: GroupSeat

    @property
    def may_edit(self) -> bool:
        return any(offer.name == CHANGE.name for offer in self.responsible.offers)

    @property
    def seats(self) -> tuple[Seat, Seat]:
        return self.responsible, self.liaison

    @property
    def gaps(self) -> tuple[Finding, ...]:
        return (*self.responsible.gaps, *self.liaison.gaps, *self.group.gaps)

    @property
    def updated_on(self) -> dt.date | None:
        """The day of the latest change of a contact or of the leading group."""
        at = [seat.contact.recorded_at for seat in self.seats if seat.contact]
        if self.group.group:
            at.append(self.group.group.changed_at)
        return office_day(max(at)) if at else None


def newest_form(programme_id: int) -> ContactForm | None:
    """What is asked of a contact today, with its fields in order."""
    forms = ContactForm.objects.filter(programme=programme_id).order_by("-number")
    return forms.prefetch_related("fields").first()


def required_fields(form: ContactForm | None) -> list[ContactField]:
    return [field for field in form.fields.all() if field.is_required] if form else []


def required_codes(programme_id: int) -> list[str]:
    return [field.code for field in required_fields(newest_form(programme_id))]


def answers(contact: Contact | None, form: ContactForm | None) -> list[Answer]:
    """The form's fields with what is on record; phone numbers masked, '' where nothing is."""
    masked = contact.masked if contact else {}
    open_values = contact.values if contact else {}
    return [
        Answer(field, (masked if field.kind == ContactField.Kind.PHONE else open_values).get(field.code, ""))
        for field in (form.fields.all() if form else ())
    ]


def pilots_seen(actor: Actor) -> PilotAreaQuerySet:
    """The verified pilot areas whose contacts the actor may look at."""
    pilots: PilotAreaQuerySet = PilotArea.objects.visible_to(actor, "contacts.view").shown()
    return pilots.for_lists()


def pilot_or_404(uid: uuid.UUID, actor: Actor) -> PilotArea:
    pilot: PilotArea | None = pilots_seen(actor).filter(uid=uid).first()
    if pilot is None:
        raise NotFound
    return pilot


def kept_or_404(uid: uuid.UUID, actor: Actor, action: str) -> PilotArea:
    """A verified pilot area in reach of an act that goes along the route."""
    pilot: PilotArea | None = PilotArea.objects.kept_by(actor, action).shown().for_lists().filter(uid=uid).first()
    if pilot is None:
        raise NotFound
    return pilot


def seats(pilots: Iterable[PilotArea], reader: Actor | None = None) -> list[Seat]:
    """Pilot × kind in the order given, the responsible person first. All pilots are of one programme.

    As many statements for many pilots as for one: form, its fields, people, how many there were, the reader's reach.
    """
    pilots = list(pilots)
    form = newest_form(pilots[0].programme_id) if pilots else None
    rows = Contact.objects.filter(pilot_area__in=pilots)
    present = {(c.pilot_area_id, c.kind): c for c in rows.current().select_related("recorded_by")}
    counted = rows.order_by().values_list("pilot_area", "kind").annotate(number=Count("id"))
    versions = {(pilot, kind): number for pilot, kind, number in counted}
    edits, reveals = (kept(pilots, reader, action) for action in ("contacts.edit", "contacts.reveal"))
    found = []
    for pilot in pilots:
        for kind in ContactKind:
            contact = present.get((pilot.pk, kind))
            offers = _offers(contact, edits=pilot.pk in edits, reveals=pilot.pk in reveals)
            version = versions.get((pilot.pk, kind), 0)
            found.append(Seat(pilot, kind, contact, version, tuple(_gaps(kind, contact, form)), form, offers))
    return found


def seat_of(pilot: PilotArea, kind: str, reader: Actor) -> Seat:
    """One of the two. Raises NotFound where there is no such kind."""
    found = next((seat for seat in seats([pilot], reader) if seat.kind == kind), None)
    if found is None:
        raise NotFound
    return found


def _offers(contact: Contact | None, *, edits: bool, reveals: bool) -> tuple[Offer, ...]:
    has_numbers = contact is not None and bool(contact.phones)
    change = CHANGE if contact else RECORD
    return (*([change] if edits else []), *([REVEAL] if reveals and has_numbers else []))


def _gaps(kind: ContactKind, contact: Contact | None, form: ContactForm | None) -> list[Finding]:
    if contact is None:
        return [gaps.finding(f"no_{kind.value}", kind.value)]
    missing = [field for field in required_fields(form) if field.code not in contact.filled]
    return [
        Finding(
            "field_missing",
            _("%(who)s: %(field)s is missing") % {"who": kind.label, "field": field.title},
            f"{kind.value}.{field.code}",
        )
        for field in missing
    ]


def rows_of(pilots: Sequence[PilotArea], reader: Actor) -> list[Row]:
    """The rows of a list of pilot areas of one programme; as many statements for many as for few."""
    people = seats(pilots, reader)
    groups = group_seats({pilot.reporting_unit for pilot in pilots}, pilots[0].programme_id if pilots else 0)
    return [
        Row(pilot, people[2 * n], people[2 * n + 1], groups[pilot.reporting_unit_id]) for n, pilot in enumerate(pilots)
    ]


def gaps_by_office(units: Iterable[Unit], reader: Actor) -> dict[int, list[tuple[PilotArea, tuple[Finding, ...]]]]:
    """By unit id, the pilot areas of each office whose contacts are not complete, with what is missing."""
    pilots = list(pilots_seen(reader).filter(reporting_unit__in=list(units)).order_by(*BY_PLACE))
    found: dict[int, list[tuple[PilotArea, tuple[Finding, ...]]]] = {}
    for pair in zip(*[iter(seats(pilots))] * len(ContactKind), strict=True):
        missing = tuple(gap for seat in pair for gap in seat.gaps)
        if missing:
            found.setdefault(pair[0].pilot.reporting_unit_id, []).append((pair[0].pilot, missing))
    return found


def kept(pilots: Iterable[PilotArea], actor: Actor | None, action: str) -> set[int]:
    """Which of the pilot areas (ids) are in the actor's reach for an act along the route."""
    if actor is None or not actor.can(action):
        return set()
    rows = PilotArea.objects.kept_by(actor, action).filter(pk__in=[pilot.pk for pilot in pilots])
    return set(rows.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Names:
    """Who answers for a pilot area, by name only: what its own page shows in its margin."""

    responsible: Contact | None
    liaison: Contact | None
    group: LeadingGroup | None
    head: str


def names_of(pilot: PilotArea) -> Names:
    """At most three statements."""
    people = {contact.kind: contact for contact in Contact.objects.current().filter(pilot_area=pilot)}
    group = LeadingGroup.objects.filter(programme=pilot.programme_id, unit=pilot.reporting_unit_id).first()
    heads = group.members.filter(rank=GroupRank.HEAD, until__isnull=True) if group else []
    head = next((head.name for head in heads), "")
    return Names(people.get(ContactKind.RESPONSIBLE), people.get(ContactKind.LIAISON), group, head)


def history_of(pilot: PilotArea) -> ContactQuerySet:
    """Everybody who was or is a contact of the pilot area, the latest entry first."""
    rows: ContactQuerySet = Contact.objects.filter(pilot_area=pilot).select_related("recorded_by")
    return rows.order_by("-recorded_at", "-id")
