"""Two offices, one programme, and the people who administer them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from accounts.access import Actor
from accounts.models import Membership, Role, User
from units.models import Division, Programme, Unit

PASSWORD = "calm-river-4471"


@dataclass(frozen=True)
class Office:
    """A small world: `office` is ours, `elsewhere` another, both in `programme`."""

    programme: Programme
    office: Unit
    elsewhere: Unit
    admin: Actor
    stranger: Actor
    system: Actor


def make_user(email: str, **extra: Any) -> User:
    return User.objects.create_user(email, email.split("@")[0], PASSWORD, **extra)


@pytest.fixture
def world(db: None) -> Office:
    cache.clear()  # allauth counts attempts there
    division = Division.objects.create(key="d", level="county", name_now="某县", sort_key="1")
    units = [
        Unit.objects.create(
            key=key, kind=Unit.Kind.COMMISSION, division=division, name_now=name, name_en_now=key, sort_key=key
        )
        for key, name in (("office", "甲县发展和改革局"), ("elsewhere", "乙县发展和改革局"))
    ]
    programme, _created = Programme.objects.update_or_create(
        code="national", defaults={"owner": units[0], "prefix": "N", "name_zh": "试点", "name_en": "Pilots"}
    )
    office, elsewhere = units

    def actor(name: str, unit: Unit, role: Role) -> Actor:
        at = None if role == Role.SYSTEM_ADMIN else programme
        hat = Membership.objects.create(user=make_user(f"{name}@office.example"), unit=unit, programme=at, role=role)
        return Actor(hat.user, hat, "test")

    return Office(
        programme,
        office,
        elsewhere,
        actor("admin", office, Role.UNIT_ADMIN),
        actor("stranger", elsewhere, Role.UNIT_ADMIN),
        actor("system", office, Role.SYSTEM_ADMIN),
    )


@pytest.fixture
def member(world: Office) -> Callable[..., Membership]:
    """A person of our office (or another) with a role."""

    def make(email: str = "drafter@office.example", role: str = Role.DRAFTER, **extra: Any) -> Membership:
        user = User.objects.filter(email=email).first() or make_user(email)
        values: dict[str, Any] = {"unit": world.office, "programme": world.programme, **extra}
        membership: Membership = Membership.objects.create(user=user, role=role, **values)
        return membership

    return make


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield
