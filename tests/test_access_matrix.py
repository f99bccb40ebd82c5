"""Every address × every role × where the role is held → the answer. An address that is not listed fails the test.

All rows are about Luzhou's office, its national report (returned once, so it has a sealed version, and can be
written and compiled), one of its people, and the accepted report of Sichuan. Each role is held in turn

    1 in Luzhou's office   2 in Sichuan (the receiver)   3 in NDRC (above)   4 in Guangdong (foreign)
    5 in Luzhou's office, for the other programme

and each row says, role by role, what these five are answered:

    o 200   r 302 to the page that follows   b 400   u 401   x 403: the role lacks the action   . 404: out of reach
    m 405   c 409   g 422
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.access import Actor
from accounts.models import Role, User
from records.models import Notice, OutboxMessage
from reporting.models import Cycle, Report, ReportVersion
from tests.steps import Three, lead_to

pytestmark = pytest.mark.django_db

Hire = Callable[..., Actor]
SignIn = Callable[[Actor], Client]
LETTERS = {200: "o", 302: "r", 400: "b", 401: "u", 403: "x", 404: ".", 405: "m", 409: "c", 422: "g"}
PLACES = (
    ("lgo-510500", "national"),
    ("drc-510000", "national"),
    ("ndrc", "national"),
    ("drc-440000", "national"),
    ("lgo-510500", "luzhou"),
)
ROLES = tuple(Role)

# Signing out stands last: it ends the session.
# Without signing in, then: drafter lead reviewer viewer clerk unit_admin auditor system_admin
TABLE = """
GET  healthz                                  o ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  readyz                                   o ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
POST set_language                             r rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr
GET  account_login                            o rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr
POST account_login                            b rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr
GET  account_logout                           r ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  account_inactive                         o ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  account_signup                           o ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  account_change_password                  r ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
POST account_change_password                  r ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  account_reset_password                   o ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  account_reset_password_done              o ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  account_reset_password_from_key          o ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  account_reset_password_from_key_done     o ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
POST hat                                      r rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr
GET  desk                                     r ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  history                                  r ooooo ooooo ooooo ooooo xxxxx ooooo ooooo ooooo
GET  operations                               r xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx ooooo
GET  notices                                  r ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
POST notices-read                             r rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr
POST notice-read                              r ..... ..... ..... ..... ..... ..... ..... .....
GET  staff:people                             r xxxxx xxxxx xxxxx xxxxx xxxxx ooooo ooooo ooooo
GET  staff:no-role                            r rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr
POST staff:demo-login                         . ..... ..... ..... ..... ..... ..... ..... .....
GET  staff:unit                               r xxxxx xxxxx xxxxx xxxxx xxxxx o...o ooooo ooooo
GET  staff:invite                             r xxxxx xxxxx xxxxx xxxxx xxxxx o...o xxxxx ooooo
POST staff:invite                             r xxxxx xxxxx xxxxx xxxxx xxxxx b...b xxxxx bbbbb
GET  staff:exemption-grant                    r xxxxx xxxxx xxxxx xxxxx xxxxx o...o xxxxx ooooo
POST staff:exemption-grant                    r xxxxx xxxxx xxxxx xxxxx xxxxx b...b xxxxx bbbbb
GET  staff:exemption-end                      r xxxxx xxxxx xxxxx xxxxx xxxxx o...o xxxxx ooooo
POST staff:exemption-end                      r xxxxx xxxxx xxxxx xxxxx xxxxx b...b xxxxx bbbbb
GET  staff:person                             r xxxxx xxxxx xxxxx xxxxx xxxxx o.... oooo. ooooo
GET  staff:person-deactivate                  r xxxxx xxxxx xxxxx xxxxx xxxxx o.... xxxxx .....
POST staff:person-deactivate                  r xxxxx xxxxx xxxxx xxxxx xxxxx b.... xxxxx .....
GET  staff:person-reactivate                  r xxxxx xxxxx xxxxx xxxxx xxxxx o.... xxxxx .....
POST staff:person-reactivate                  r xxxxx xxxxx xxxxx xxxxx xxxxx b.... xxxxx .....
GET  staff:person-phone                       r xxxxx xxxxx xxxxx xxxxx xxxxx o.... xxxxx .....
POST staff:person-phone                       r xxxxx xxxxx xxxxx xxxxx xxxxx r.... xxxxx .....
POST staff:person-phone-reveal                r xxxxx xxxxx xxxxx xxxxx xxxxx o.... xxxxx .....
GET  staff:membership-move                    r xxxxx xxxxx xxxxx xxxxx xxxxx o.... xxxxx .....
POST staff:membership-move                    r xxxxx xxxxx xxxxx xxxxx xxxxx b.... xxxxx .....
GET  staff:membership-end                     r xxxxx xxxxx xxxxx xxxxx xxxxx o.... xxxxx .....
POST staff:membership-end                     r xxxxx xxxxx xxxxx xxxxx xxxxx b.... xxxxx .....
GET  pilots:programmes                        r ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  pilots:programme                         r oooo. oooo. oooo. oooo. oooo. oooo. oooo. ooooo
GET  pilots:pilots                            r ooooo ooooo ooooo ooooo ooooo ooooo ooooo xxxxx
GET  reporting:pilot                          r oooo. oooo. oooo. oooo. oooo. oooo. oooo. xxxxx
GET  reporting:reports                        r ooooo ooooo ooooo ooooo xxxxx xxxxx ooooo xxxxx
GET  reporting:report                         r oo... oo... ooo.. ooo.. xxxxx xxxxx oooo. xxxxx
GET  reporting:version                        r oo... oo... oo... oo... xxxxx xxxxx oooo. xxxxx
GET  reporting:edit                           r o.... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
POST reporting:edit                           r r.... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
POST reporting:section                        r o.... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
GET  reporting:act                            r or... rr... rrr.. rrr.. xxxxx xxxxx rrrr. xxxxx
POST reporting:act                            r r.... ..... ..... ..... xxxxx xxxxx ..... xxxxx
GET  reporting:compile                        r o.... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
POST reporting:compile                        r b.... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
GET  reporting:overview                       r ooooo ooooo ooooo ooooo xxxxx xxxxx ooooo xxxxx
GET  reporting:open-cycle                     r xxxxx xxxxx ..o.o xxxxx xxxxx xxxxx xxxxx xxxxx
POST reporting:open-cycle                     r xxxxx xxxxx ..b.b xxxxx xxxxx xxxxx xxxxx xxxxx
GET  reporting:copies                         r xxxxx xxxxx xxxxx xxxxx ooooo xxxxx xxxxx xxxxx
GET  reporting:copy                           r xxxxx xxxxx xxxxx xxxxx oooo. xxxxx xxxxx xxxxx
GET  api:schema                               u ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  api:desk                                 u ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  api:notices                              u ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
POST api:notice-read                          u ..... ..... ..... ..... ..... ..... ..... .....
GET  api:events                               u ooooo ooooo ooooo ooooo xxxxx ooooo ooooo ooooo
GET  api:reports                              u ooooo ooooo ooooo ooooo xxxxx xxxxx ooooo xxxxx
GET  api:report                               u oo... oo... ooo.. ooo.. xxxxx xxxxx oooo. xxxxx
GET  api:report-events                        u oo... oo... ooo.. ooo.. xxxxx xxxxx oooo. xxxxx
PUT  api:section                              u o.... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
POST api:act                                  u o.... ..... ..... ..... xxxxx xxxxx ..... xxxxx
GET  api:basis                                u o.... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
POST api:basis                                u b.... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
GET  api:versions                             u oo... oo... ooo.. ooo.. xxxxx xxxxx oooo. xxxxx
GET  api:version                              u oo... oo... oo... oo... xxxxx xxxxx oooo. xxxxx
GET  api:copies                               u xxxxx xxxxx xxxxx xxxxx ooooo xxxxx xxxxx xxxxx
GET  api:copy                                 u xxxxx xxxxx xxxxx xxxxx oooo. xxxxx xxxxx xxxxx
GET  api:cycles                               u ooooo ooooo ooooo ooooo xxxxx xxxxx ooooo xxxxx
POST api:open-cycle                           u xxxxx xxxxx ..b.b xxxxx xxxxx xxxxx xxxxx xxxxx
GET  api:overview                             u oooo. oooo. oooo. oooo. xxxxx xxxxx oooo. xxxxx
GET  api:programmes                           u ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  api:programme                            u oooo. oooo. oooo. oooo. oooo. oooo. oooo. ooooo
GET  api:pilots                               u ooooo ooooo ooooo ooooo ooooo ooooo ooooo xxxxx
GET  api:pilot                                u oooo. oooo. oooo. oooo. oooo. oooo. oooo. xxxxx
GET  api:divisions                            u ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  api:units                                u ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
POST account_logout                           r rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]


@pytest.fixture
def returned(
    luzhou_cycle: Cycle, luzhou_report: Report, luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor
) -> Report:
    lead_to(luzhou_report, "returned", Three(luzhou_drafter, luzhou_lead, sichuan_reviewer))
    return Report.objects.for_lists().get(pk=luzhou_report.pk)


@pytest.fixture
def accepted(
    sichuan_report: Report, sichuan_drafter: Actor, sichuan_lead: Actor, ndrc_reviewer: Actor
) -> ReportVersion:
    lead_to(sichuan_report, "accepted", Three(sichuan_drafter, sichuan_lead, ndrc_reviewer))
    return sichuan_report.versions.get()


@pytest.fixture
def notice(luzhou_drafter: Actor) -> Notice:
    user, programme = luzhou_drafter.user, luzhou_drafter.programme
    row = OutboxMessage.objects.create(channel="notice", topic="report.returned", recipient=user, programme=programme)
    found: Notice = Notice.objects.create(message=row, user=user, topic=row.topic, created_at=row.created_at)
    return found


@pytest.fixture
def world(returned: Report, accepted: ReportVersion, notice: Notice, luzhou_drafter: Actor) -> dict[str, Any]:
    """The values that stand in addresses, by the room they are in."""
    due, reader = returned.due, luzhou_drafter
    User.objects.filter(pk=reader.user.pk).update(phone="0830-1234567")
    assert due.pilot_area
    uids = {
        "unit": due.unit.uid,
        "person": reader.user.uid,
        "membership": reader.hat.uid,
        "notices": notice.uid,
        "copies": accepted.uid,
        "pilots": due.pilot_area.uid,
        "cycles": due.cycle.uid,
        "reports": returned.uid,
    }
    return {"report": returned, "reader": reader, "uids": uids}


def addresses(resolver: URLResolver, namespace: str = "", before: str = "") -> Iterator[tuple[str, str]]:
    """Every name with its pattern."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry, inner, before + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", before + str(entry.pattern)


PATTERNS = dict(addresses(get_resolver()))


def address(name: str, world: Mapping[str, Any]) -> str:
    pattern = PATTERNS[name]
    rooms = [part for part in pattern.removeprefix("api/v1/").split("/") if part in world["uids"]]
    values = {
        "uid": world["uids"].get(rooms[0]) if rooms else None,
        "code": "national" if "programme" in name else "progress",
        "name": "send_for_signing",
        "number": 1,
        "uidb36": "1",
        "key": "set-password",
    }
    return reverse(name, kwargs={key: value for key, value in values.items() if f"{key}>" in pattern})


def ask(client: Client, method: str, name: str, world: Mapping[str, Any], actor: Actor | None) -> int:
    """The status of one request; what it changed is taken back."""
    url, api = address(name, world), name.startswith("api:")
    body: dict[str, Any] = {"version": world["report"].version, "comment": "A reason"}
    if name.endswith("section"):
        body |= {"html": "<p>Neu</p>", "revision": 1}
    if name == "hat" and actor:
        body["membership"] = str(actor.hat.uid)
    how: dict[str, Any] = {"content_type": "application/json"} if api and method != "GET" else {}
    if api and method in {"PUT", "POST"}:
        how["headers"] = {"if-match": f'"{body.get("revision", body["version"])}"', "idempotency-key": "key-1"}
    with transaction.atomic():
        answer: HttpResponse = getattr(client, method.lower())(url, body if method != "GET" else None, **how)
        transaction.set_rollback(True)
    return answer.status_code


def test_every_address_is_listed_and_every_listed_address_exists() -> None:
    assert {row[1] for row in ROWS} == set(PATTERNS)


def test_no_address_is_without_a_name() -> None:
    assert not [pattern for name, pattern in addresses(get_resolver()) if name.endswith("None")]


def test_without_signing_in(world: dict[str, Any]) -> None:
    found = {(method, name): LETTERS[ask(Client(), method, name, world, None)] for method, name, *_ in ROWS}
    assert found == {(method, name): anonymous for method, name, anonymous, *_ in ROWS}


@pytest.mark.parametrize("role", ROLES)
def test_signed_in(role: Role, world: dict[str, Any], hire: Hire, signed_in: SignIn) -> None:
    found: dict[tuple[str, str], str] = {(method, name): "" for method, name, *_ in ROWS}
    for number, (unit, programme) in enumerate(PLACES):
        actor = hire(f"matrix.{role}.{number}", unit, role, None if role == Role.SYSTEM_ADMIN else programme)
        client = signed_in(actor)
        for method, name, *_ in ROWS:
            found[method, name] += LETTERS[ask(client, method, name, world, actor)]
    column = 3 + ROLES.index(role)
    assert found == {(row[0], row[1]): row[column] for row in ROWS}


def test_what_is_one_s_own_notice(world: dict[str, Any], signed_in: SignIn) -> None:
    reader = world["reader"]
    assert ask(signed_in(reader), "POST", "notice-read", world, reader) == 302
    assert ask(signed_in(reader), "POST", "api:notice-read", world, reader) == 200
