"""What the tests of contacts and leading groups share: made-up people, who say so, and the offices they are of."""

from __future__ import annotations

from typing import Any

from accounts.access import Actor
from pilots.models import Contact, GroupMember, LeadingGroup, PilotArea
from pilots.services.contacts import ContactInput, record_contact
from pilots.services.groups import GroupInput, MemberInput, add_member, create_group

NUMBERS = ("0830-2990001", "13900001234")
FILLED = {
    "post": "副主任（虚构）",
    "office": "",
    "phone": NUMBERS[0],
    "mobile": NUMBERS[1],
    "fax": "",
    "mail": "wang@test.example",
}


def pilot_of(unit: str, programme: str = "national") -> PilotArea:
    return PilotArea.objects.get(reporting_unit__key=unit, programme__code=programme)


def given(pilot: PilotArea, kind: str = "liaison", name: str = "王某（虚构）", **more: Any) -> ContactInput:
    """`values` replaces some of the fields; `seen` and `since` as in the dataclass."""
    values = {**FILLED, **more.pop("values", {})}
    return ContactInput(pilot.uid, kind, name, values, more.pop("seen", 0), **more)


def a_contact(by: Actor, pilot: PilotArea, kind: str = "liaison", **more: Any) -> Contact:
    return record_contact(given(pilot, kind, **more), by=by)


def a_group(by: Actor) -> LeadingGroup:
    """The leading group of the actor's own office, with its document, without people."""
    return create_group(GroupInput(by.unit.uid, "城镇化领导小组（虚构）", "虚构发〔2026〕1号"), by=by)


def a_member(by: Actor, group: LeadingGroup, rank: str = "head", name: str = "李某（虚构）") -> GroupMember:
    return add_member(MemberInput(group.uid, rank, name, "市长（虚构）"), by=by)
