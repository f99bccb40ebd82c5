"""Leading groups: recorded once, one head, three tiers, everybody who ever was in them."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from accounts.access import Actor
from accounts.models import Role
from pilots import gaps, groups
from pilots.contacts import required_codes
from pilots.models import GroupMember, LeadingGroup, PilotArea
from pilots.services.groups import (
    EndMemberInput,
    GroupFactsInput,
    GroupInput,
    MemberInput,
    add_member,
    change_group,
    create_group,
    end_member,
)
from portal.errors import BadInput, NotFound, RuleBroken, Stale, WrongState
from records.models import Event
from tests.conftest import Hire
from tests.pilots.contact_cast import a_group, a_member, pilot_of
from units.calendar import today
from units.models import Programme, Unit

pytestmark = pytest.mark.django_db


def test_a_group_and_its_three_tiers(luzhou_drafter: Actor) -> None:
    group = a_group(luzhou_drafter)
    for rank, name in (("member", "住建局（虚构）"), ("head", "李某（虚构）"), ("deputy", "周某（虚构）")):
        a_member(luzhou_drafter, group, rank, name)
    group.refresh_from_db()
    assert [[member.name for member in tier.members] for tier in groups.tiers(group)] == [
        ["李某（虚构）"],
        ["周某（虚构）"],
        ["住建局（虚构）"],
    ]
    assert (group.version, group.changed_by) == (4, luzhou_drafter.user)
    with pytest.raises(WrongState):
        a_group(luzhou_drafter)


def test_a_second_head_is_refused_in_words(luzhou_drafter: Actor) -> None:
    group = a_group(luzhou_drafter)
    first = a_member(luzhou_drafter, group)
    with pytest.raises(RuleBroken) as refused:
        a_member(luzhou_drafter, group, name="孙某（虚构）")
    assert "李某" in str(refused.value)
    end_member(EndMemberInput(first.uid), by=luzhou_drafter)
    a_member(luzhou_drafter, group, name="孙某（虚构）")
    assert [member.name for member in groups.formerly(group)] == ["李某（虚构）"]
    with pytest.raises(WrongState):
        end_member(EndMemberInput(first.uid), by=luzhou_drafter)
    acts = list(Event.objects.filter(subject_uid=group.uid).order_by("id").values_list("act", flat=True))
    assert acts == ["group.create", "group.member_add", "group.member_end", "group.member_add"]


def test_facts_are_changed_from_the_version_seen(luzhou_drafter: Actor, luzhou_lead: Actor) -> None:
    group = a_group(luzhou_drafter)
    data = GroupFactsInput(group.uid, 1, "新名（虚构）", "虚构发〔2026〕2号", dt.date(2026, 3, 1))
    assert change_group(data, by=luzhou_lead).version == 2
    assert change_group(GroupFactsInput(group.uid, 2, *_facts(data)), by=luzhou_lead).version == 2
    with pytest.raises(Stale) as refused:
        change_group(GroupFactsInput(group.uid, 1, "别名（虚构）"), by=luzhou_drafter)
    assert refused.value.extra["theirs"]["name"] == "新名（虚构）"
    assert Event.objects.get(act="group.change").data["founded_on"] == ["", "2026-03-01"]


def _facts(data: GroupFactsInput) -> tuple[str, str, dt.date | None]:
    return data.name, data.document_number, data.founded_on


@pytest.mark.parametrize(
    ("rank", "name", "since", "target"),
    [
        ("king", "李某（虚构）", None, "rank"),
        ("head", "", None, "name"),
        ("head", "李\x00某", None, "name"),
        ("head", "李某（虚构）", dt.date(2030, 1, 1), "since"),
    ],
)
def test_what_is_wrong_with_a_member(
    luzhou_drafter: Actor, rank: str, name: str, since: dt.date | None, target: str
) -> None:
    group = a_group(luzhou_drafter)
    with pytest.raises(BadInput) as refused:
        add_member(MemberInput(group.uid, rank, name, since=since), by=luzhou_drafter)
    assert [f.target for f in refused.value.findings] == [target]
    assert not GroupMember.objects.exists()


def test_nobody_leaves_before_joining(luzhou_drafter: Actor) -> None:
    member = a_member(luzhou_drafter, a_group(luzhou_drafter))
    for day in (today() - dt.timedelta(days=1), today() + dt.timedelta(days=1)):
        with pytest.raises(BadInput):
            end_member(EndMemberInput(member.uid, day), by=luzhou_drafter)
    with pytest.raises(NotFound):
        end_member(EndMemberInput(uuid.uuid4()), by=luzhou_drafter)


@pytest.mark.parametrize(
    ("unit", "programme", "role", "keeps"),
    [
        ("lgo-510500", "national", Role.LEAD, True),
        ("drc-510000", "national", Role.DRAFTER, True),
        ("drc-510000", "national", Role.REVIEWER, False),
        ("ndrc", "national", Role.LEAD, False),
        ("drc-440000", "national", Role.DRAFTER, False),
        ("lgo-510500", "luzhou", Role.DRAFTER, False),
    ],
)
def test_who_keeps_it(
    luzhou_drafter: Actor, luzhou_programme: Programme, hire: Hire, unit: str, programme: str, role: Role, keeps: bool
) -> None:
    group = a_group(luzhou_drafter)
    actor = hire("someone", unit, role, programme)
    assert bool(groups.group_seat(group, actor).offers) is keeps
    if keeps:
        a_member(actor, group)
        return
    with pytest.raises(NotFound):
        a_member(actor, group)
    with pytest.raises(NotFound):
        change_group(GroupFactsInput(group.uid, 1, "x"), by=actor)


def test_the_other_programme_has_groups_of_its_own(
    luzhou_drafter: Actor, county_drafter: Actor, town_drafter: Actor, hire: Hire
) -> None:
    """The city's office receives from its counties in its own programme, and is kept by Sichuan in the national one."""
    city = hire("city", "lgo-510500", Role.DRAFTER, "luzhou")
    for actor in (luzhou_drafter, city, county_drafter, town_drafter):
        a_group(actor)
    assert LeadingGroup.objects.filter(unit=city.unit).count() == 2
    town, county = town_drafter.unit, county_drafter.unit
    who = {"city": city, "national": luzhou_drafter, "county": county_drafter}
    may = {(unit.key, name) for unit in (town, county) for name, actor in who.items() if _keeps(actor, unit)}
    assert may == {(county.key, "city"), (county.key, "county"), (town.key, "county")}


def _keeps(actor: Actor, unit: Unit) -> bool:
    assert actor.programme
    return bool(groups.group_seats([unit], actor.programme.pk, actor)[unit.pk].offers)


def test_expected_are_pilots_and_the_offices_on_the_routes(programme: Programme, luzhou_programme: Programme) -> None:
    national = set(groups.offices(programme).values_list("key", flat=True))
    assert "lgo-510500" in national
    assert "drc-320000" in national  # itself a pilot area
    assert not national & {"ndrc", "drc-510000"}
    own = set(groups.offices(luzhou_programme).values_list("key", flat=True))
    assert {"lgo-510500", "lgo-510522", "demo-town-1"} <= own


def test_gaps_are_found_by_the_database_as_in_the_rows(luzhou_drafter: Actor, programme: Programme) -> None:
    luzhou, required = pilot_of("lgo-510500"), required_codes(programme.pk)
    group = create_group(GroupInput(luzhou_drafter.unit.uid, "无文号（虚构）"), by=luzhou_drafter)
    pilots, offices = PilotArea.objects.filter(pk=luzhou.pk), Unit.objects.filter(pk=luzhou.reporting_unit_id)
    seen = {finding.code for finding in groups.group_seats([group.unit], programme.pk)[group.unit_id].gaps}
    assert seen == {"no_head", "no_document"}
    expected = seen | {"no_responsible", "no_liaison"}
    for code in (*gaps.GAPS, gaps.ANY):
        wanted = code in expected or code == gaps.ANY
        assert gaps.pilots_lacking(pilots, code, required).exists() is wanted, code
        assert gaps.offices_lacking(offices, programme, code, required).exists() is wanted, code
