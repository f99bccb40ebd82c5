"""Acts on people, tokens and notices leave the same by page and by API: rows, events, messages.

What the page did is undone by a savepoint before the API does it. Time stands still, so that instants are equal too.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import ApiToken, Membership, Role, SoloExemption, User
from records.models import Event, Notice, OutboxMessage
from records.outbox import Message, deliver_notices, tell
from staff.services import exemptions, people, tokens
from tests.conftest import MONDAY_MORNING
from tests.staff.conftest import Office

Member = Callable[..., Membership]
SignedIn = Callable[[User], Client]
CHANCE = re.compile(r"pp_[0-9a-f]{10}|[0-9a-f]{10}…|/accounts/password/reset/key/[^\"\s]+")


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[None]:
    """Instead of the ticking one."""
    with time_machine.travel(MONDAY_MORNING, tick=False):
        yield


def rows(queryset: Any, *names: str) -> list[Any]:
    return list(queryset.order_by("pk").values_list(*names))


def traces() -> dict[str, Any]:
    """Everything an act may leave behind, without keys and what chance made."""
    left = {
        "people": rows(User.objects.all(), "email", "name", "phone", "language", "is_active", "version"),
        "roles": rows(Membership.objects.all(), "user__email", "unit", "programme", "role", "started_at", "ended_at"),
        "exemptions": rows(SoloExemption.objects.all(), "unit", "programme", "reason", "granted_by", "ended_at"),
        "tokens": rows(
            ApiToken.objects.all(), "hat", "name", "scopes", "created_at", "expires_at", "revoked_at", "revoked_by"
        ),
        "notices": rows(Notice.objects.all(), "topic", "user", "read_at"),
        "events": rows(
            Event.objects.all(),
            *("act", "outcome", "comment", "data", "user", "role", "acting_unit", "subject_kind", "subject_label"),
            *("programme", "unit", "receiver"),
        ),
        "messages": [
            (*row, {key: value for key, value in params.items() if key != "prefix"})
            for *row, params in rows(
                OutboxMessage.objects.all(), "topic", "recipient__email", "channel", "path", "params"
            )
        ],
    }
    found: dict[str, Any] = json.loads(CHANCE.sub("chance", json.dumps(left, default=str, ensure_ascii=False)))
    return found


@dataclass(frozen=True)
class Act:
    """One act at both faces. `about` names the row in the address; `api` is what the API is sent, if not the same."""

    page: str
    about: str
    given: dict[str, Any] = field(default_factory=dict)
    api: dict[str, Any] | None = None
    event: str = ""
    by: str = "admin"
    method: str = "post"
    room: str = ""
    statuses: tuple[int, int] = (302, 200)


ROLE = {"programme": "national", "role": "lead"}
NEWCOMER = {"email": "new@office.example", "name": "New", "phone": "0830-1234567", "language": "en", **ROLE}
TOKEN = {"name": "Nightly transfer", "scopes": ["read", "people"], "days": 30}
ALONE = {"programme": "national", "reason": "One post"}
ACTS = {
    "invite": Act("staff:invite", "office", NEWCOMER, event="people.invite", statuses=(302, 201)),
    "invite a known person": Act(
        "staff:invite", "office", {**NEWCOMER, "email": "drafter@office.example", "role": "viewer"},
        event="people.invite", statuses=(302, 201),
    ),
    "move": Act(
        "staff:membership-move", "hat", {**ROLE, "reason": "New duties", "unit": "<office>"},
        {**ROLE, "reason": "New duties"}, event="people.move",
    ),
    "end": Act("staff:membership-end", "hat", {"reason": "Left"}, event="people.end"),
    "deactivate": Act("staff:person-deactivate", "person", {"reason": "Retired"}, event="people.deactivate"),
    "reactivate": Act(
        "staff:person-reactivate", "gone", {**ROLE, "reason": "Back again"}, event="people.reactivate"
    ),
    "set phone": Act(
        "staff:person-phone", "person", {"phone": "13800001234", "version": 0}, {"phone": "13800001234"},
        event="people.set_phone", method="put",
    ),
    "reveal phone": Act(
        "staff:person-phone-reveal", "reachable", event="people.reveal_phone", statuses=(200, 200)
    ),
    "grant solo": Act("staff:exemption-grant", "office", ALONE, event="people.grant_solo", statuses=(302, 201)),
    "end solo": Act("staff:exemption-end", "exempted", ALONE, event="people.end_solo"),
    "make a token": Act(
        "token-make", "", TOKEN, event="token.create", room="api:tokens", statuses=(201, 201)
    ),
    "revoke an own token": Act("token-revoke", "own token", event="token.revoke"),
    "revoke a token of the unit": Act(
        "token-revoke", "token", {"reason": "The system is gone"}, event="token.revoke"
    ),
    "read one notice": Act("notice-read", "notice", by="drafter"),
    "read all notices": Act("notices-read", "", by="drafter"),
    "end a foreign role": Act("staff:membership-end", "hat", {"reason": "x"}, by="stranger", statuses=(404, 404)),
    "end without a reason": Act("staff:membership-end", "hat", {"reason": " "}, statuses=(400, 400)),
    "end one's own role": Act("staff:membership-end", "own hat", {"reason": "x"}, statuses=(403, 403)),
    "a phone that is none": Act(
        "staff:person-phone", "person", {"phone": "x"}, method="put", statuses=(400, 400)
    ),
    "a phone somebody else changed": Act(
        "staff:person-phone", "reachable", {"phone": "13800001234", "version": 0}, {"phone": "13800001234"},
        method="put", statuses=(409, 409),
    ),
    "scopes beyond the role": Act(
        "token-make", "", {**TOKEN, "scopes": ["sign"]}, room="api:tokens", statuses=(400, 400)
    ),
    "too long a life": Act("token-make", "", {**TOKEN, "days": 367}, room="api:tokens", statuses=(400, 400)),
    "revoke another's without a reason": Act("token-revoke", "token", {"reason": ""}, statuses=(400, 400)),
    "revoke a foreign token": Act("token-revoke", "token", {"reason": "x"}, by="stranger", statuses=(404, 404)),
    "exempt where two could sign": Act("staff:exemption-grant", "crowded", ALONE, statuses=(422, 422)),
}  # fmt: skip


@pytest.fixture
def subject(world: Office, member: Member) -> Callable[[str], uuid.UUID | None]:
    """The uid that an act's address names, with what must be there before."""
    hat = member()
    programme = world.programme.code

    def reachable() -> uuid.UUID:
        people.set_phone(people.PhoneInput(hat.user.uid, "0830-7654321"), by=world.admin)
        return hat.user.uid

    def gone() -> uuid.UUID:
        people.deactivate(people.DeactivationInput(hat.user.uid, "Leave"), by=world.admin)
        return hat.user.uid

    def exempted() -> uuid.UUID:
        given = exemptions.ExemptionInput(world.office.uid, programme, "One post")
        exemptions.grant_solo_exemption(given, by=world.admin)
        return world.office.uid

    def crowded() -> uuid.UUID:
        member("second@office.example", Role.LEAD)
        return world.office.uid

    def token(owner: Membership) -> uuid.UUID:
        by = type(world.admin)(owner.user, owner, "test")
        return tokens.create(tokens.TokenInput("Statistics desk", ("read",)), by=by).token.uid

    def notice() -> uuid.UUID:
        tell([hat.user], Message("people.added", {"who": "x"}))
        deliver_notices()
        return Notice.objects.filter(user=hat.user).latest("pk").uid

    def nothing() -> None:
        notice()

    known: dict[str, Callable[[], uuid.UUID | None]] = {
        "": nothing,
        "office": lambda: world.office.uid,
        "hat": lambda: hat.uid,
        "own hat": lambda: world.admin.hat.uid,
        "person": lambda: hat.user.uid,
        "reachable": reachable,
        "gone": gone,
        "exempted": exempted,
        "crowded": crowded,
        "own token": lambda: token(world.admin.hat),
        "token": lambda: token(hat),
        "notice": notice,
    }
    return lambda about: known[about]()


@pytest.mark.parametrize("name", ACTS)
def test_both_faces_leave_the_same(
    name: str, world: Office, subject: Callable[[str], uuid.UUID | None], signed_in: SignedIn
) -> None:
    act = ACTS[name]
    uid = subject(act.about)
    at_first = traces()
    users = {"admin": world.admin.user, "stranger": world.stranger.user}
    client = signed_in(users.get(act.by) or User.objects.get(email=f"{act.by}@office.example"))
    statuses, left = [], []
    for send in (by_page, by_api):
        with transaction.atomic():
            statuses.append(send(client, act, uid, world))
            left.append(traces())
            transaction.set_rollback(True)
    assert tuple(statuses) == act.statuses
    assert left[0] == left[1]
    if max(statuses) >= 400:
        assert left[0] == at_first
    elif act.event:
        assert [event[0] for event in left[0]["events"][len(at_first["events"]) :]] == [act.event]
    else:
        assert left[0] != at_first


def by_page(client: Client, act: Act, uid: uuid.UUID | None, world: Office) -> int:
    given = {key: str(world.office.uid) if value == "<office>" else value for key, value in act.given.items()}
    return client.post(reverse(act.page, args=[uid] if uid else []), given).status_code


def by_api(client: Client, act: Act, uid: uuid.UUID | None, world: Office) -> int:
    room = act.room or f"api:{act.page.removeprefix('staff:')}"
    given = act.given if act.api is None else act.api
    send = getattr(client, act.method)
    headers = {"If-Match": '"0"'} if act.method == "put" else {}
    answer = send(reverse(room, args=[uid] if uid else []), given, content_type="application/json", headers=headers)
    status: int = answer.status_code
    return status


def test_both_faces_put_on_the_same_hat(world: Office, member: Member, signed_in: SignedIn) -> None:
    one, two = member(), member(role=Role.LEAD)
    pages, api = signed_in(one.user), signed_in(one.user)
    assert pages.post(reverse("hat"), {"membership": str(two.uid)}).status_code == 302
    room = reverse("api:me-hat")
    answer = api.put(room, {"membership": str(two.uid)}, content_type="application/json")
    assert answer.json()["hat"]["uid"] == str(two.uid)
    assert pages.session["hat"] == api.session["hat"] == two.pk
    for wrong in (uuid.UUID(int=0), world.admin.hat.uid):
        assert api.put(room, {"membership": str(wrong)}, content_type="application/json").status_code == 404


def test_what_the_pages_draw_is_what_the_api_offers(world: Office, member: Member, signed_in: SignedIn) -> None:
    hat = member()
    people.set_phone(people.PhoneInput(hat.user.uid, "0830-7654321"), by=world.admin)
    for actor in (world.admin, world.system):
        client = signed_in(actor.user)
        page = client.get(reverse("staff:person", args=[hat.user.uid]))
        room = client.get(reverse("api:person", args=[hat.user.uid])).json()
        assert [act["name"] for act in room["actions"]] == list(page.context["acts"])
        assert [[act["name"] for act in role["actions"]] for role in room["roles"]] == [
            list(acts) for _role, acts in page.context["roles"]
        ]
        listed = client.get(reverse("api:unit-people", args=[world.office.uid])).json()["results"]
        assert {row["uid"]: [act["name"] for act in row["actions"]] for row in listed}[str(hat.uid)] == [
            act["name"] for act in room["roles"][0]["actions"]
        ]
        staff = client.get(reverse("api:unit-staff", args=[world.office.uid])).json()
        unit = client.get(reverse("staff:unit", args=[world.office.uid]))
        assert [act["name"] for act in staff["actions"]] == list(unit.context["acts"])
