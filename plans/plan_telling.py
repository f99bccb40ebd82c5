"""Telling people about a plan, a request to change it, or a guided plan: one notice to each who is concerned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from accounts.models import Role
from records.outbox import people_of
from records.telling import News, tell_each
from records.workflow import Act
from units.models import Programme, Unit

AUTHORS = (Role.DRAFTER, Role.LEAD)


@dataclass(frozen=True, slots=True)
class About:
    """What the notice is about: its kind as topics have it, its page, and its names in the reader's language."""

    kind: str
    path: str
    programme: Programme
    names: Callable[[], Mapping[str, object]]


def tell_of(topic: str, about: About, act: Act, unit: Unit, *roles: Role) -> None:
    """To each who holds one of the roles at the unit, but not to whoever did it."""

    def values() -> dict[str, object]:
        return {"who": act.by.user.name, "comment": act.comment or "—", **about.names()}

    people = [person for person in people_of(unit, about.programme, roles) if person.pk != act.by.user.pk]
    tell_each(people, News(f"{about.kind}.{topic}", about.path, about.programme, values), at=act.at)
