"""The accounts of the demo: one or more for every role, labelled, without anybody's name.

`OFFERED` can sign in with the demo password. The offices around them (`behind_the_scenes`) need people too,
or nobody would have written what the cast reads; those accounts have no password and cannot sign in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.access import Actor
from accounts.models import Membership, Role, User
from accounts.passwords import DEMO_PASSWORD
from pilots.models import Route
from units.models import Programme, Unit

DOMAIN = "demo.example"  # reserved for examples by RFC 2606: no mail ever leaves for it
ORIGIN = "demo"
FIRST_TOWN = "demo-town-1"

ROLE_WORDS = {
    Role.DRAFTER: "填报",
    Role.LEAD: "审签",
    Role.REVIEWER: "审核",
    Role.VIEWER: "查阅",
    Role.CLERK: "收文",
    Role.UNIT_ADMIN: "单位管理",
    Role.AUDITOR: "审计",
    Role.SYSTEM_ADMIN: "系统管理",
}


@dataclass(frozen=True, slots=True)
class Hat:
    unit: str
    programme: str | None
    role: Role


@dataclass(frozen=True, slots=True)
class Person:
    """One account: `slug` begins the mail address, `label` stands where a name would."""

    slug: str
    label: str
    hats: tuple[Hat, ...]

    @property
    def email(self) -> str:
        return f"{self.slug}@{DOMAIN}"

    @property
    def name(self) -> str:
        return f"{self.label}（演示）"


def person(
    slug: str,
    short: str,
    unit: str,
    role: Role,
    *,
    programme: str | None = "national",
    more: tuple[Hat, ...] = (),
) -> Person:
    hats = (Hat(unit, programme, role), *more)
    return Person(f"{slug}.{role.value.replace('_', '-')}", f"{short}·{ROLE_WORDS[role]}", hats)


def office(slug: str, short: str, unit: str, *roles: Role, programme: str = "national") -> tuple[Person, ...]:
    return tuple(person(slug, short, unit, role, programme=programme) for role in roles)


SENDS = (Role.DRAFTER, Role.LEAD)
SENDS_AND_RECEIVES = (*SENDS, Role.REVIEWER)
LUZHOU = "lgo-510500"
HEJIANG = "lgo-510522"

OFFERED: tuple[Person, ...] = (
    *office("ndrc", "国家发展改革委", "ndrc", Role.REVIEWER, Role.LEAD),
    *office("ndrc-leader", "国家发展改革委司领导", "ndrc", Role.VIEWER),
    *office("sichuan", "四川", "drc-510000", *SENDS_AND_RECEIVES, Role.VIEWER),
    # Two hats each: the city reports to the province, and receives in its own programme.
    person("luzhou", "泸州", LUZHOU, Role.DRAFTER, more=(Hat(LUZHOU, "luzhou", Role.REVIEWER),)),
    person("luzhou", "泸州", LUZHOU, Role.LEAD, more=(Hat(LUZHOU, "luzhou", Role.VIEWER),)),
    *office("hejiang", "合江县", HEJIANG, *SENDS_AND_RECEIVES, programme="luzhou"),
    *office("town", "示例一镇（虚构）", FIRST_TOWN, *SENDS, programme="luzhou"),
    *office("ningbo", "宁波", "drc-330200", *SENDS_AND_RECEIVES),
    *office("jiangsu", "江苏", "drc-320000", *SENDS_AND_RECEIVES),
    *office("shaanxi", "陕西", "drc-610000", *SENDS_AND_RECEIVES),
    *office("shenmu", "神木", "lgo-610821", *SENDS),
    *office("qinghai", "青海", "drc-630000", *SENDS_AND_RECEIVES),
    *office("golmud", "格尔木", "lgo-632801", *SENDS),
    *office("guangdong", "广东", "drc-440000", Role.REVIEWER),
    *office("mohurd", "住房和城乡建设部", "mohurd", Role.CLERK),
    person("luzhou", "泸州", LUZHOU, Role.UNIT_ADMIN, more=(Hat(LUZHOU, "luzhou", Role.UNIT_ADMIN),)),
    *office("sichuan", "四川", "drc-510000", Role.UNIT_ADMIN),
    *office("ndrc", "国家发展改革委", "ndrc", Role.UNIT_ADMIN),
    *office("national", "国家项目", "ndrc", Role.AUDITOR),
    person("portal", "门户", "ndrc", Role.SYSTEM_ADMIN, programme=None),
)


def short_name(unit: Unit) -> str:
    """The place's part of an office's name."""
    name = unit.name_now
    for rest in ("新型城镇化", "发展和改革委员会", "人民政府"):
        name = name.split(rest)[0]
    return name


def behind_the_scenes() -> list[Person]:
    """Who writes, signs and reviews in every other office on a route."""
    taken = {hat for someone in OFFERED for hat in someone.hats}
    wanted: dict[Hat, Unit] = {}
    for route in Route.objects.select_related("programme", "sender", "receiver").order_by("id"):
        for role in SENDS:
            wanted[Hat(route.sender.key, route.programme.code, role)] = route.sender
        wanted[Hat(route.receiver.key, route.programme.code, Role.REVIEWER)] = route.receiver
    return [
        Person(
            f"{hat.unit}.{hat.programme}.{hat.role.value}",
            f"{short_name(unit)}·{ROLE_WORDS[hat.role]}",
            (hat,),
        )
        for hat, unit in wanted.items()
        if hat not in taken
    ]


@transaction.atomic
def load() -> int:
    """Create the accounts and hats that are missing; returns how many accounts. Ended hats stay ended."""
    others = behind_the_scenes()
    created = _users(OFFERED, make_password(DEMO_PASSWORD)) + _users(others, make_password(None))
    _memberships([*OFFERED, *others])
    return created


def _users(people: Iterable[Person], password: str) -> int:
    known = set(User.objects.filter(is_demo=True).values_list("email", flat=True))
    missing = [
        User(email=someone.email, name=someone.name, is_demo=True, password=password)
        for someone in people
        if someone.email not in known
    ]
    User.objects.bulk_create(missing)
    return len(missing)


def _memberships(people: Iterable[Person]) -> None:
    users = dict(User.objects.filter(is_demo=True).values_list("email", "pk"))
    units = dict(Unit.objects.values_list("key", "pk"))
    programmes = dict(Programme.objects.values_list("code", "pk"))
    known = set(Membership.objects.filter(user__is_demo=True).values_list("user", "unit", "programme", "role"))
    wanted: Iterator[tuple[int, int, int | None, str]] = (
        (
            users[who.email],
            units[hat.unit],
            programmes[hat.programme] if hat.programme else None,
            hat.role.value,
        )
        for who in people
        for hat in who.hats
    )
    Membership.objects.bulk_create(
        Membership(user_id=user, unit_id=unit, programme_id=programme, role=role)
        for user, unit, programme, role in wanted
        if (user, unit, programme, role) not in known
    )


class Company:
    """Everybody on stage, found by office, programme and role."""

    def __init__(self) -> None:
        hats = Membership.objects.current().filter(user__is_demo=True)
        self._actors: dict[tuple[int, int | None, str], Actor] = {}
        for hat in hats.select_related("user", "unit", "programme").order_by("id"):
            place = (hat.unit_id, hat.programme_id, hat.role)
            self._actors.setdefault(place, Actor(hat.user, hat, ORIGIN))

    def find(self, unit: int, programme: int, role: Role) -> Actor | None:
        return self._actors.get((unit, programme, role.value))

    def get(self, unit: int, programme: int, role: Role) -> Actor:
        return self._actors[unit, programme, role.value]
