"""What may be looked at of units and people, and what may be done to them now: pages and API show the same."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor, Reach, condition, units_for
from accounts.models import Membership, MembershipQuerySet, Role, SoloExemption, User
from pilots.reachability import Vacancy, refused_mail, vacancies
from portal.errors import NotFound, type_text
from records.models import Event, EventQuerySet, MailFailure
from staff import rules
from units.models import Unit


@dataclass(frozen=True, slots=True)
class Possible:
    """An act that may be tried now: draws the button, and stands in the API's `actions`."""

    name: str
    label: type_text
    needs_reason: bool = True


INVITE = Possible("invite", _("Invite"), needs_reason=False)
GRANT_EXEMPTION = Possible("grant_exemption", _("Grant an exemption"))
END_EXEMPTION = Possible("end_exemption", _("End the exemption"))
HAND_OVER = Possible("hand_over", _("Hand over"))
DEACTIVATE = Possible("deactivate", _("Deactivate"))
REACTIVATE = Possible("reactivate", _("Reactivate"))
SET_PHONE = Possible("set_phone", _("Change"), needs_reason=False)
SET_EMAIL = Possible("set_email", _("Correct the address"))
REVEAL_PHONE = Possible("reveal_phone", _("Show the number"), needs_reason=False)
MOVE = Possible("move", _("Move"))
END = Possible("end", _("End"))

Acts = Mapping[str, Possible]


def _by_name(*acts: tuple[Possible, bool]) -> Acts:
    return {act.name: act for act, possible in acts if possible}


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit as its people's page shows it."""

    unit: Unit
    current: MembershipQuerySet
    gone: QuerySet[User]
    exemptions: QuerySet[SoloExemption]
    refused: QuerySet[MailFailure]
    vacancies: list[Vacancy]
    acts: Acts


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A person as their page shows them: each role with what may be done to it."""

    person: User
    roles: list[tuple[Membership, Acts]]
    works_here: bool
    oneself: bool
    refused: MailFailure | None
    acts: Acts


def units_seen(by: Actor) -> QuerySet[Unit]:
    """The units whose people one may look at, with how many they are and whether anybody administers them."""
    seen = rules.seen(by).current()
    units = Unit.objects.all()
    if Reach.EVERYWHERE not in units_for(by, "people.view"):
        units = units.filter(pk__in=seen.values("unit"))
    here = seen.filter(unit=OuterRef("pk"))
    units = units.select_related("division").annotate(
        has_administrator=Exists(here.holding(Role.UNIT_ADMIN)),
        people=Count("memberships__user", filter=Q(memberships__in=seen), distinct=True),
    )
    return units.order_by("sort_key", "pk")


def unit_seen(by: Actor, uid: uuid.UUID) -> Unit:
    """A unit whose people may be looked at: in reach itself, or with a membership that is."""
    reach = condition(rules.UNIT_PATHS, by, "people.view")
    own = rules.seen(by).values("unit")
    unit = Unit.objects.filter(reach | Q(pk__in=own) if reach else Q(), uid=uid).first()
    if unit is None:
        raise NotFound
    return unit


def person_seen(by: Actor, uid: uuid.UUID) -> User:
    person = User.objects.filter(uid=uid, pk__in=rules.seen(by).values("user")).first()
    if person is None:
        raise NotFound
    return person


def unit_to_return_to(by: Actor, person: User) -> Unit:
    """Where a closed account opens again: the unit in which the person was last, if it is in reach."""
    last = rules.last_held(by, person)
    if last is None:
        raise NotFound
    return last.unit


def person_managed(by: Actor, uid: uuid.UUID) -> User:
    """A person with a role in reach for managing, ended ones too."""
    person = User.objects.filter(uid=uid, pk__in=rules.managed(by).values("user")).first()
    if person is None:
        raise NotFound
    return person


def membership_managed(by: Actor, uid: uuid.UUID) -> Membership:
    """A membership in reach for managing, ended ones too."""
    membership: Membership | None = (
        rules.managed(by).filter(uid=uid).select_related("user", "unit", "programme").first()
    )
    if membership is None:
        raise NotFound
    return membership


def unit_managed(by: Actor, uid: uuid.UUID) -> Unit:
    """A unit in reach for managing its people."""
    unit = Unit.objects.filter(condition(rules.UNIT_PATHS, by, "people.manage"), uid=uid).first()
    if unit is None:
        raise NotFound
    return unit


def may_manage(by: Actor, unit: Unit) -> bool:
    return by.can("people.manage") and (
        Unit.objects.filter(condition(rules.UNIT_PATHS, by, "people.manage"), pk=unit.pk).exists()
    )


def unit_facts(by: Actor, unit: Unit) -> UnitFacts:
    rows = rules.seen(by).filter(unit=unit).select_related("user", "programme")
    current = rows.current().order_by("user__name", "user_id", "programme_id", "role")
    gone = User.objects.filter(pk__in=rows.values("user")).exclude(pk__in=current.values("user"))
    exemptions = SoloExemption.objects.filter(
        condition(rules.PATHS, by, "people.view"), unit=unit, ended_at__isnull=True
    ).select_related("programme", "granted_by")
    manages = may_manage(by, unit)
    acts = _by_name(
        (INVITE, manages),
        (GRANT_EXEMPTION, manages),
        (END_EXEMPTION, manages and bool(exemptions)),
    )
    return UnitFacts(unit, current, gone, exemptions, refused_mail([unit]), vacancies(unit), acts)


def person_facts(by: Actor, person: User) -> PersonFacts:
    rows = list(rules.seen(by).filter(user=person).select_related("user", "unit", "programme"))
    changeable = changeable_among(rows, by)
    roles = [(row, role_acts(row, changeable)) for row in rows]
    oneself = person.pk == by.user.pk
    works_here = person.is_active and any(row.ended_at is None for row in rows)
    manages = works_here and bool(changeable)
    looks = works_here and not oneself and bool(person.phone)
    refused = MailFailure.objects.filter(user=person, ended_at__isnull=True).first() if works_here else None
    return PersonFacts(
        person,
        roles,
        works_here,
        oneself,
        refused,
        _by_name(
            (HAND_OVER, manages),
            (DEACTIVATE, manages),
            (REACTIVATE, not person.is_active and not oneself and rules.last_held(by, person) is not None),
            (SET_PHONE, manages),
            (SET_EMAIL, manages and refused is not None and rules.wholly_managed(person, by)),
            (REVEAL_PHONE, looks and rules.revealed(by).current().filter(user=person).exists()),
        ),
    )


def changeable_among(rows: Iterable[Membership], by: Actor) -> frozenset[int]:
    """The keys of the memberships that one may move or end now; never one's own. One statement for all of them."""
    found = rules.managed(by).filter(pk__in=[row.pk for row in rows], ended_at__isnull=True)
    return frozenset(found.exclude(user=by.user).values_list("pk", flat=True))


def role_acts(membership: Membership, changeable: frozenset[int]) -> Acts:
    possible = membership.pk in changeable
    return _by_name((MOVE, possible), (END, possible))


def events_of(by: Actor, person: User) -> EventQuerySet:
    """What administrators did to a person, as far as the reader may know; not the person's sign-ins."""
    events: EventQuerySet = Event.objects.visible_to(by, "people.view").about("person", person.uid)
    return events.filter(act__startswith="people.")
