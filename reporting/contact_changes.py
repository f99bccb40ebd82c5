"""How two sheets of contacts differ: pilot area by pilot area, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from pilots.models import Contact, ContactField, ContactKind, PilotArea
from portal.errors import type_text
from reporting.contacts import Group, Row, Sheet


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing about one pilot area that is not as it was. `before` and `now` are words; empty: nobody, nothing."""

    pilot: PilotArea
    what: type_text
    code: str
    before: str
    now: str
    fields: tuple[str, ...] = ()
    """Titles of what changed about the same person."""


def differences(before: Sheet, now: Sheet) -> list[Difference]:
    """Pilot area by pilot area, in the newer sheet's order; those no longer on it at the end."""
    old = {row.pilot.pk: row for row in before.rows}
    new = {row.pilot.pk: row for row in now.rows}
    pilots = {**{pk: row.pilot for pk, row in new.items()}, **{pk: row.pilot for pk, row in old.items()}}
    order = [*new, *(pk for pk in old if pk not in new)]
    return [found for pk in order for found in _changes(pilots[pk], old.get(pk), new.get(pk), now.fields)]


def _changes(
    pilot: PilotArea, old: Row | None, new: Row | None, fields: tuple[ContactField, ...]
) -> Iterator[Difference]:
    for kind in ContactKind:
        was, is_now = _in_seat(old, kind), _in_seat(new, kind)
        if (was and was.uid) != (is_now and is_now.uid):
            parts = tuple(_changed_fields(was, is_now, fields)) if was and is_now else ()
            yield Difference(pilot, kind.label, kind.value, _named(was), _named(is_now), parts)
    groups = [row.group if row else None for row in (old, new)]
    if _as_content(groups[0]) != _as_content(groups[1]):
        before, after = (group.words if group else "" for group in groups)
        yield Difference(pilot, _("leading group"), "group", before, after)


def _in_seat(row: Row | None, kind: ContactKind) -> Contact | None:
    return next((seat.contact for seat in row.seats if seat.kind == kind), None) if row else None


def _named(contact: Contact | None) -> str:
    return contact.name if contact else ""


def _as_content(group: Group | None) -> dict[str, Any] | None:
    return group.as_content() if group else None


def _changed_fields(was: Contact, is_now: Contact, fields: Iterable[ContactField]) -> Iterator[str]:
    old, new = {**was.values, **was.numbers}, {**is_now.values, **is_now.numbers}
    for asked in fields:
        if old.get(asked.code, "") != new.get(asked.code, ""):
            yield asked.title
