"""Leading groups (N8, L9): which office has one, who is in it in which tier, who was."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import BigIntegerField, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessPaths, Actor, condition
from pilots import gaps
from pilots.models import Capacity, GroupMember, GroupRank, LeadingGroup, LeadingGroupQuerySet
from pilots.models.areas import way_up
from portal.errors import Finding, NotFound, type_text
from units.models import Programme, Unit

OFFICE_PATHS = AccessPaths(programme="programme", unit="pk", receiver="receiver_now", chain="chain_now")
TIERS: tuple[tuple[GroupRank, type_text], ...] = (
    (GroupRank.HEAD, _("Head: the principal leader")),
    (GroupRank.DEPUTY, _("Deputies: the leaders in charge")),
    (GroupRank.MEMBER, _("Members: the departments that carry it out")),
)
"""主要领导亲自抓、分管领导具体抓、职能部门抓落实 (N8)."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing the reader may do here: pages draw a button of it, the API names it in `actions`."""

    name: str
    label: type_text


CREATE = Offer("create", _("Record the leading group"))
CHANGE = Offer("change", _("Change name and founding document"))
ADD_MEMBER = Offer("add_member", _("Add a person"))
END_MEMBER = Offer("end_member", _("End a person's membership"))


@dataclass(frozen=True, slots=True)
class GroupSeat:
    """An office that should have a leading group: the group, its head, what is missing, what the reader may do."""

    unit: Unit
    group: LeadingGroup | None
    head: GroupMember | None
    gaps: tuple[Finding, ...]
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class Tier:
    rank: GroupRank
    label: type_text
    members: list[GroupMember]


def groups_seen(actor: Actor) -> LeadingGroupQuerySet:
    groups: LeadingGroupQuerySet = LeadingGroup.objects.visible_to(actor, "contacts.view")
    return groups.select_related("unit__division", "programme", "changed_by")


def group_or_404(uid: uuid.UUID, actor: Actor) -> LeadingGroup:
    group: LeadingGroup | None = groups_seen(actor).filter(uid=uid).first()
    if group is None:
        raise NotFound
    return group


def offices(programme: Programme | None) -> QuerySet[Unit]:
    """The offices of the programme that should have a leading group or have one, by name; none without a programme."""
    if programme is None:
        return Unit.objects.none()
    expected = gaps.expected_offices(programme).values("pk")
    present = LeadingGroup.objects.filter(programme=programme).values("unit")
    found = Unit.objects.filter(Q(pk__in=expected) | Q(pk__in=present))
    return found.select_related("division").order_by("sort_key", "id")


def offices_kept_by(actor: Actor, action: str) -> QuerySet[Unit]:
    """The offices whose leading group the actor keeps: one's own, and those one receives from, in one's programme."""
    if actor.programme is None:
        return Unit.objects.none()
    programme = Value(actor.programme.pk, output_field=BigIntegerField())
    way = way_up("pk", Capacity.PILOT, Capacity.COMPILER)
    return (
        offices(actor.programme).alias(programme=programme).alias(**way).filter(condition(OFFICE_PATHS, actor, action))
    )


def group_seats(units: Iterable[Unit], programme_id: int, reader: Actor | None = None) -> dict[int, GroupSeat]:
    """By unit id; as many statements for many offices as for one."""
    units = list(units)
    groups = LeadingGroup.objects.filter(programme=programme_id, unit__in=units)
    by_unit = {group.unit_id: group for group in groups.select_related("changed_by")}
    heads = GroupMember.objects.current().filter(rank=GroupRank.HEAD, group__in=by_unit.values())
    by_group = {head.group_id: head for head in heads}
    mine = _kept(units, programme_id, reader)
    return {unit.pk: _seat(unit, by_unit.get(unit.pk), by_group, unit.pk in mine) for unit in units}


def _kept(units: Iterable[Unit], programme_id: int, reader: Actor | None) -> set[int]:
    """Which offices' groups the reader keeps; none of a programme other than that of the hat."""
    if reader is None or reader.hat.programme_id != programme_id or not reader.can("contacts.edit"):
        return set()
    rows = offices_kept_by(reader, "contacts.edit").filter(pk__in=[unit.pk for unit in units])
    return set(rows.values_list("pk", flat=True))


def _seat(unit: Unit, group: LeadingGroup | None, heads: dict[int, GroupMember], is_kept: bool) -> GroupSeat:
    head = heads.get(group.pk) if group else None
    offers = ((CHANGE, ADD_MEMBER, END_MEMBER) if group else (CREATE,)) if is_kept else ()
    return GroupSeat(unit, group, head, gaps.gaps_of_group(group, has_head=head is not None), offers)


def tiers(group: LeadingGroup) -> list[Tier]:
    """The people in the group today, tier by tier."""
    members = list(group.members.filter(until__isnull=True).order_by("id"))
    return [Tier(rank, label, [m for m in members if m.rank == rank]) for rank, label in TIERS]


def formerly(group: LeadingGroup) -> list[GroupMember]:
    """Who was in the group before, the latest first."""
    return list(group.members.filter(until__isnull=False).order_by("-until", "-id"))


def group_seat(group: LeadingGroup, reader: Actor) -> GroupSeat:
    """One group on record with its head, gaps and what the reader may do."""
    return group_seats([group.unit], group.programme_id, reader)[group.unit_id]


def office_or_404(uid: uuid.UUID, actor: Actor) -> Unit:
    """An office whose leading group the actor keeps, on record or not."""
    unit = offices_kept_by(actor, "contacts.edit").filter(uid=uid).first()
    if unit is None:
        raise NotFound
    return unit


def kept_or_404(uid: uuid.UUID, actor: Actor) -> LeadingGroup:
    """A leading group the actor keeps."""
    rows = LeadingGroup.objects.kept_by(actor, "contacts.edit").select_related("unit", "programme", "changed_by")
    group: LeadingGroup | None = rows.filter(uid=uid).first()
    if group is None:
        raise NotFound
    return group


def member_or_404(uid: uuid.UUID, actor: Actor) -> GroupMember:
    """A person in a leading group the actor keeps."""
    member = GroupMember.objects.filter(uid=uid).select_related("group").first()
    if member is None:
        raise NotFound
    kept_or_404(member.group.uid, actor)
    return member
