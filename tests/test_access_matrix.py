"""Every address × every role × where the role is held → the answer. An address that is not listed fails the test.

All rows are about Luzhou's office, its national report (returned once, so it has a sealed version, and can be
written and compiled), one of its people, and the accepted report of Sichuan. Each role is held in turn

    1 in Luzhou's office   2 in Sichuan (the receiver)   3 in NDRC (above)   4 in Guangdong (foreign)
    5 in Luzhou's office, for the other programme

and each row says, role by role, what these five are answered:

    o 200   r 302 to the page that follows   b 400   u 401   x 403: the role lacks the action   . 404: out of reach
    m 405   c 409   g 422

An address with a uid stands for the row named by the word before it: `people/unit/<uid>/` for `world["uids"]["unit"]`.

API tokens have no table: with every scope they are answered as the session is, but for what no token may do
(SESSION_ONLY, and every action without a scope); with `read` alone each write is refused; and without the scope of a
room's action, or of the act behind it (INNER), the room is closed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from zlib import crc32

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.template.backends.django import Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone

from accounts.access import ACTIONS, Actor
from accounts.models import ApiToken, Role, Scope, User
from accounts.tokens import fresh
from indicators.models import Indicator, Supplement, SupplementFigure
from pilots.models import PilotArea
from plans.models import Plan
from portal.middleware import HatMiddleware
from records.models import Digest, ImportRun, Job, Notice, OutboxMessage, Webhook, WebhookDelivery
from reporting.models import CalendarFeed, Cycle, DateRule, Due, Extension, Report, ReportVersion
from staff.models import HandOver
from tests.access_table import TABLE
from tests.indicators.observation_cast import an_accepted_figure
from tests.indicators.target_cast import documents_and_targets
from tests.pilots.contact_cast import a_contact, a_group, a_member
from tests.plans.duty_cast import duty_world
from tests.plans.flow_cast import flow_world
from tests.plans.ledger_cast import ledger_world
from tests.plans.plan_cast import plan_world
from tests.plans.schedule_cast import schedule_world
from tests.reporting.round_cast import a_round, contact_report, send
from tests.steps import Three, lead_to
from units.models import CalendarDay

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

ROWS = [line.split() for line in TABLE.strip().splitlines()]
API_ROWS = [row for row in ROWS if row[1].startswith("api:")]

SESSION_ONLY = {"api:me-hat"}
"""Rooms whose action tokens have, but not for writing: what they change belongs to the session."""

BY_ROLE: Mapping[tuple[str, str, Role], Scope] = {
    ("POST", "api:report-extensions", Role.REVIEWER): Scope.DEADLINES,
}
"""Where what a room does, and so the scope it needs, depends on the role: a sender asks, a reviewer gives."""

INNER = {
    ("POST", "api:act"): Scope.REPORTS,
    ("PUT", "api:report-figures"): Scope.REPORTS,
    ("POST", "api:extension-act"): Scope.REPORTS,
    ("POST", "api:supplements"): Scope.FIGURES,
    ("POST", "api:annual-act"): Scope.PLANS,
    ("PUT", "api:supplement-figures"): Scope.FIGURES,
    ("POST", "api:supplement-act"): Scope.FIGURES,
    ("PUT", "api:report-declarations"): Scope.REPORTS,
    ("POST", "api:report-extensions"): Scope.REPORTS,
    ("POST", "api:webhooks"): Scope.WEBHOOKS,
    ("POST", "api:plans"): Scope.PLANS,
    ("POST", "api:plan-tasks"): Scope.PLANS,
    ("POST", "api:pilot-structures"): Scope.PLANS,
    ("PUT", "api:plan-room"): Scope.PLANS,
    ("PUT", "api:task"): Scope.PLANS,
    ("POST", "api:plan-records"): Scope.PLANS,
    ("PUT", "api:record"): Scope.PLANS,
    ("POST", "api:task-duties"): Scope.PLANS,
    ("POST", "api:duty-release"): Scope.PLANS,
    ("POST", "api:annual-plans"): Scope.PLANS,
    ("PUT", "api:annual-rows"): Scope.PLANS,
    ("POST", "api:annual-draw"): Scope.PLANS,
    ("PUT", "api:assessment"): Scope.PLANS,
    ("POST", "api:task-progress"): Scope.PLANS,
    ("PUT", "api:task-arrangement"): Scope.PLANS,
    ("POST", "api:plan-act"): Scope.PLANS,
    ("POST", "api:plan-original"): Scope.PLANS,
    ("POST", "api:plan-changes-of"): Scope.PLANS,
    ("PUT", "api:plan-change"): Scope.PLANS,
    ("POST", "api:plan-change-rows"): Scope.PLANS,
    ("PUT", "api:plan-change-row"): Scope.PLANS,
    ("POST", "api:plan-change-row-remove"): Scope.PLANS,
    ("POST", "api:plan-change-original"): Scope.PLANS,
    ("POST", "api:plan-change-act"): Scope.PLANS,
    ("POST", "api:guided-plans"): Scope.PLANS,
    ("PUT", "api:guided-plan"): Scope.PLANS,
    ("POST", "api:guided-plan-file"): Scope.PLANS,
    ("POST", "api:guided-plan-act"): Scope.PLANS,
    ("PUT", "api:webhook"): Scope.WEBHOOKS,
    ("PUT", "api:contact"): Scope.CONTACTS,
    ("POST", "api:leading-groups"): Scope.CONTACTS,
    ("POST", "api:documents"): Scope.FIGURES,
    ("PUT", "api:document"): Scope.FIGURES,
    ("POST", "api:targets"): Scope.FIGURES,
    ("POST", "api:baselines"): Scope.FIGURES,
    ("PUT", "api:leading-group"): Scope.CONTACTS,
    ("POST", "api:date-rules"): Scope.DEADLINES,
    ("PUT", "api:date-rule"): Scope.DEADLINES,
    ("PUT", "api:deadline-policy"): Scope.DEADLINES,
    ("PUT", "api:reminder-steps"): Scope.DEADLINES,
    ("POST", "api:indicators"): Scope.FIGURES,
    ("POST", "api:indicator-versions"): Scope.FIGURES,
    ("PUT", "api:asked-indicators"): Scope.FIGURES,
}
"""Rooms under an action for looking, behind which the act itself (here: sending for signing) needs another scope."""


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
def contacts_sent(returned: Report, sichuan_drafter: Actor, sichuan_lead: Actor, ndrc_reviewer: Actor) -> Report:
    """What Sichuan has sent in a round of contacts."""
    report = contact_report(a_round(returned.due.cycle.programme))
    return send(report, "accepted", Three(sichuan_drafter, sichuan_lead, ndrc_reviewer))


@pytest.fixture
def notice(luzhou_drafter: Actor) -> Notice:
    user, programme = luzhou_drafter.user, luzhou_drafter.programme
    row = OutboxMessage.objects.create(channel="notice", topic="report.returned", recipient=user, programme=programme)
    found: Notice = Notice.objects.create(message=row, user=user, topic=row.topic, created_at=row.created_at)
    return found


@pytest.fixture
def world(
    returned: Report, accepted: ReportVersion, notice: Notice, luzhou_drafter: Actor, contacts_sent: Report
) -> dict[str, Any]:
    """The values that stand in addresses, by the room they are in."""
    due, reader = returned.due, luzhou_drafter
    User.objects.filter(pk=reader.user.pk).update(phone="0830-1234567")
    assert due.pilot_area
    uids = {
        "unit": due.unit.uid,
        "units": due.unit.uid,
        "person": reader.user.uid,
        "people": reader.user.uid,
        "handover": handed_over(returned, reader).uid,
        "hand-overs": HandOver.objects.get().uid,
        "membership": reader.hat.uid,
        "memberships": reader.hat.uid,
        "tokens": token_of(reader, Scope)[0].uid,
        "notices": notice.uid,
        "digests": digest_of(reader).uid,
        "webhooks": delivery_of(reader).webhook.uid,
        "webhook-deliveries": WebhookDelivery.objects.get().uid,
        "copies": accepted.uid,
        "pilots": due.pilot_area.uid,
        **who_answers(due.pilot_area, reader),
        "cycles": due.cycle.uid,
        "overview": due.cycle.uid,
        "extensions": more_time_asked(due, reader).uid,
        "supplements": a_supplement(returned, reader).uid,
        "rules": an_own_rule(returned).uid,
        "date-rules": DateRule.objects.get(version=1).uid,
        "reports": returned.uid,
        **{name: contacts_sent.uid for name in PATTERNS if ":report-contacts" in name},
        **{name: contacts_sent.due.cycle.uid for name in PATTERNS if ":cycle-contacts" in name},
        "imports": a_list_of_people(reader).uid,
        "jobs": a_job(reader).uid,
        "calendar-days": a_closure(reader).uid,
        "feeds": a_feed(reader).uid,
        "calendar-feeds": CalendarFeed.objects.get().uid,
        **documents_and_targets(due.pilot_area, reader),
        **plan_world(due.pilot_area),
        **schedule_world(Plan.objects.get(pilot_area=due.pilot_area)),
        **flow_world(due.pilot_area, reader),
        **duty_world(due.pilot_area, reader),
        **ledger_world(due.pilot_area, reader),
        **dict.fromkeys(("figures", "observations"), an_accepted_figure(returned).uid),
        **{name: due.receiver.uid for name in PATTERNS if ":office-brief" in name},
        "reporting:chase": due.cycle.uid,
        "reporting:cycle-plan": due.cycle.uid,
    }
    return {"report": returned, "reader": reader, "uids": uids}


def a_closure(by: Actor) -> CalendarDay:
    """A day on which Luzhou's office is closed."""
    found: CalendarDay = CalendarDay.objects.create(
        unit=by.unit, day=dt.date(2026, 8, 3), is_working=False, name="Closed", source="S"
    )
    return found


def a_supplement(report: Report, by: Actor) -> Supplement:
    """Figures of Luzhou that came later, returned once: sealed, and being corrected."""
    due, sealed = report.due, report.versions.get().seal
    assert due.pilot_area
    found: Supplement = Supplement.objects.create(
        purpose="final", programme=due.cycle.programme, pilot_area=due.pilot_area, unit=due.unit, title="2025年审定数",
        receiver=due.receiver, chain=list(due.chain), status="returned", begun_by=by.user, seal=sealed,
    )  # fmt: skip
    SupplementFigure.objects.create(
        supplement=found, division=due.unit.division, year=2025, value="222.4", status="final", revision=1,
        indicator=Indicator.objects.get(code="urban-resident-population"),
    )  # fmt: skip
    return found


def an_own_rule(report: Report) -> DateRule:
    """A rule for a date that Sichuan has set for its own senders."""
    found: DateRule = DateRule.objects.create(
        programme=report.due.cycle.programme, setter=report.due.receiver, kind="mid_year", capacity="pilot",
        function="fixed_date", month=6, day=25, source="S", version=1,
    )  # fmt: skip
    return found


def a_feed(by: Actor) -> CalendarFeed:
    """A calendar the reader subscribed to."""
    found: CalendarFeed = CalendarFeed.objects.create(hat=by.hat, name="N", prefix="0123456789", secret_sha256="0" * 64)
    return found


def more_time_asked(due: Due, by: Actor) -> Extension:
    """A request for more time that waits for Sichuan's decision."""
    found: Extension = Extension.objects.create(
        due=due, due_on_before=due.due_on, asked_due_on=due.due_on + dt.timedelta(days=7), reason="汛期抢险",
        requested_by=by.user,
    )  # fmt: skip
    return found


def a_list_of_people(by: Actor) -> ImportRun:
    """Brought in at Luzhou's office, checked: for whoever manages its people, and not for reviewers."""
    found: ImportRun = ImportRun.objects.create(
        kind="people", programme=by.programme, unit=by.unit, started_by=by.user, file_name="a.csv", size=1,
        file_format="csv", heading_row=1, rows=[], language="zh-hans", kept_until=timezone.now() + dt.timedelta(days=7),
        counts={"rows": 1, "new": 1, "changed": 0, "same": 0, "faults": 0, "remarks": 0},
    )  # fmt: skip
    return found


def a_job(by: Actor) -> Job:
    """A long job somebody has asked for, and at which a worker is."""
    now = timezone.now()
    found: Job = Job.objects.create(
        kind="import-act", label="J", hat=by.hat, unit=by.unit, programme=by.programme, claimed_at=now, beat_at=now
    )
    return found


def who_answers(pilot: PilotArea, by: Actor) -> dict[str, Any]:
    """A liaison, and a leading group with a head."""
    a_contact(by, pilot)
    group = a_group(by)
    member = a_member(by, group)
    return {
        "groups": group.uid,
        "leading-groups": group.uid,
        "group-members": member.uid,
        "offices": pilot.reporting_unit.uid,
    }


def handed_over(report: Report, reader: Actor) -> HandOver:
    """Somebody's work at Luzhou's office, given to the reader by an administrator who has left."""
    leaver, admin = (User.objects.create_user(f"{name}@test.example", name) for name in ("leaver", "gone.admin"))
    pack = {"on": "2026-06-01", "names": {"programmes": {}}, "items": [], "warned": []}
    found: HandOver = HandOver.objects.create(
        unit=report.due.unit, programme=report.due.cycle.programme, person=leaver, successor=reader.user,
        done_by=admin, note="N", pack=pack,
    )  # fmt: skip
    return found


def digest_of(reader: Actor) -> Digest:
    """A daily mail that the reader got."""
    row = OutboxMessage.objects.create(channel="mail", topic="digest", recipient=reader.user, sent_at=timezone.now())
    found: Digest = Digest.objects.create(user=reader.user, day=dt.date(2026, 6, 12), message=row)
    return found


def delivery_of(reader: Actor) -> WebhookDelivery:
    """What waits to be sent to a webhook of the reader's office."""
    assert reader.programme
    hook = Webhook.objects.create(
        unit=reader.unit, programme=reader.programme, name="OA", url="https://hook.example/", secret="whsec_AA==",
        event_types=["report.submit"], watermark=0, created_by=reader.user,
    )  # fmt: skip
    found: WebhookDelivery = WebhookDelivery.objects.create(webhook=hook, event_type="webhook.test", body="{}")
    return found


def token_of(actor: Actor, scopes: Iterable[Scope]) -> tuple[ApiToken, str]:
    """A token of the actor's hat, whatever the hat can do, and its text. Used just now, so using it writes nothing."""
    made = fresh()
    now = timezone.now()
    row: ApiToken = ApiToken.objects.create(
        hat=actor.hat, name="Matrix", scopes=list(scopes), prefix=made.prefix, secret_sha256=made.secret_sha256,
        expires_at=now + dt.timedelta(days=1), last_used_at=now,
    )  # fmt: skip
    return row, made.text


def addresses(resolver: URLResolver, namespace: str = "", before: str = "") -> Iterator[tuple[str, str]]:
    """Every name with its pattern."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry, inner, before + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", before + str(entry.pattern)


PATTERNS = dict(addresses(get_resolver()))
NAMES = {
    "api-operation": "reports_list",
    "job-act": "cancel",
    "api:job-act": "cancel",
    "reporting:extension-act": "withdraw",
    "api:extension-act": "withdraw",
    "plans:guided-plan-act": "withdraw",
    "plans:annual-act": "take_back",
    "api:annual-act": "take_back",
    "api:guided-plan-act": "withdraw",
}
CODES = {
    **dict.fromkeys(("programmes/", "api/v1/programmes/"), "national"),
    **dict.fromkeys(("indicators/", "api/v1/indicators/"), "city-pilot-towns"),
    "dashboard/indicators/": "resident-urbanization-rate",
}
"""What the code of an address is, by what stands before it; of a section otherwise. The indicator is Luzhou's own."""
ROW_OF_UID = re.compile(r"([a-z-]+)/<uuid:uid>")


def address(name: str, world: Mapping[str, Any]) -> str:
    pattern = PATTERNS[name]
    room = ROW_OF_UID.search(pattern)
    values = {
        "uid": world["uids"].get(name, world["uids"].get(room[1]) if room else None),
        "code": CODES.get(PATTERNS[name].split("<slug:code>")[0], "progress"),
        "name": NAMES.get(name, "pause" if "webhook" in name else "store" if "import" in name else "send_for_signing"),
        "what": "people",
        "form": "csv",
        "number": 1,
        "year": 2025 if "assessment" in name else 2027,
        "kind": "mid_year" if ":plan" in name else "liaison",
        "ledger": "key-projects",
        "row": world["uids"].get("row"),
        "uidb36": "1",
        "key": "set-password",
        "token": "pf_0",
    }
    return reverse(name, kwargs={key: value for key, value in values.items() if f"{key}>" in pattern})


FORMS = frozenset(
    {
        "api:imports", "api:plan-workbook-upload", "api:report-figures-workbook", "api:plan-original",
        "api:plan-change-original", "api:guided-plan-file",
    }
)  # fmt: skip
"""Rooms of the API that take a file, and so a form."""


def ask(client: Client, method: str, name: str, world: Mapping[str, Any], actor: Actor | None) -> int:
    """The status of one request; what it changed is taken back."""
    url, api = address(name, world), name.startswith("api:")
    body: dict[str, Any] = {"version": world["report"].version, "comment": "A reason"}
    if name.endswith("section"):
        body |= {"html": "<p>Neu</p>", "revision": 1}
    if name in {"hat", "api:me-hat"} and actor:
        body["membership"] = str(actor.hat.uid)
    how: dict[str, Any] = {"content_type": "application/json"} if api and method != "GET" and name not in FORMS else {}
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


DRAWN_AT = 1
"""At the first of the places pages are drawn as well; at the others the same addresses are asked for their status."""


@contextmanager
def undrawn(monkeypatch: pytest.MonkeyPatch, number: int) -> Iterator[None]:
    """Drawing takes most of the time, and what is drawn for five roles alike finds no other fault than for two."""
    with monkeypatch.context() as patched:
        if number >= DRAWN_AT:
            patched.setattr(Template, "render", lambda *_args, **_named: "")
        yield


@contextmanager
def worn(monkeypatch: pytest.MonkeyPatch, actor: Actor) -> Iterator[None]:
    """The hat is on. Finding it takes a fifth of each request; that it is found right is said in tests/staff."""

    def found(_middleware: HatMiddleware, request: Any) -> Actor:
        return replace(actor, origin=request.origin)

    with monkeypatch.context() as patched:
        patched.setattr(HatMiddleware, "_actor", found)
        yield


def places_of(row: tuple[str, ...] | list[str], letters: str) -> tuple[int, ...]:
    """The columns to ask at: what a role is refused, or sees, wherever it is held, at the first and at one other.

    Where one place is out of reach and another is not, or all are, each is asked.
    """
    if set(letters) not in ({"x"}, {"o"}):
        return tuple(range(len(PLACES)))
    return 0, 1 + crc32(" ".join(row).encode()) % (len(PLACES) - 1)


@pytest.mark.parametrize("role", ROLES)
def test_signed_in(
    role: Role, world: dict[str, Any], hire: Hire, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    column = 3 + ROLES.index(role)
    found: dict[tuple[str, str], dict[int, str]] = {(row[0], row[1]): {} for row in ROWS}
    for number, (unit, programme) in enumerate(PLACES):
        actor = hire(f"matrix.{role}.{number}", unit, role, None if role == Role.SYSTEM_ADMIN else programme)
        client = signed_in(actor)
        with undrawn(monkeypatch, number), worn(monkeypatch, actor):
            for row in ROWS:
                if number in places_of(row, row[column]):
                    found[row[0], row[1]][number] = LETTERS[ask(client, row[0], row[1], world, actor)]
    expected = {(row[0], row[1]): {at: row[column][at] for at in places_of(row, row[column])} for row in ROWS}
    assert found == expected


def test_what_is_one_s_own_notice(world: dict[str, Any], signed_in: SignIn) -> None:
    reader = world["reader"]
    assert ask(signed_in(reader), "POST", "notice-read", world, reader) == 302
    assert ask(signed_in(reader), "POST", "api:notice-read", world, reader) == 200


def action_of(name: str, world: Mapping[str, Any]) -> str:
    """The action under which a room of the API stands."""
    view: Any = resolve(address(name, world)).func
    action: str = view.cls.action_needed
    return action


def no_token(name: str, world: Mapping[str, Any]) -> bool:
    return name in SESSION_ONLY or ACTIONS[action_of(name, world)].scope is None


def ask_by_token(text: str, method: str, name: str, world: Mapping[str, Any], actor: Actor) -> str:
    client = Client(headers={"authorization": f"Bearer {text}"}, enforce_csrf_checks=True)
    letter = LETTERS[ask(client, method, name, world, actor)]
    assert settings.SESSION_COOKIE_NAME not in client.cookies
    return letter


@pytest.mark.parametrize("role", ROLES)
def test_a_token_with_every_scope_is_answered_as_its_owner(role: Role, world: dict[str, Any], hire: Hire) -> None:
    """At Luzhou's office: where a role is held is the same question for sessions and tokens."""
    unit, programme = PLACES[0]
    actor = hire(f"token.{role}", unit, role, None if role == Role.SYSTEM_ADMIN else programme)
    _row, text = token_of(actor, Scope)
    found = {(method, name): ask_by_token(text, method, name, world, actor) for method, name, *_ in API_ROWS}
    column = 3 + ROLES.index(role)
    expected = {(row[0], row[1]): "x" if no_token(row[1], world) else row[column][0] for row in API_ROWS}
    assert found == expected


@pytest.mark.parametrize("role", ROLES)
def test_a_token_opens_nothing_beyond_its_scopes(role: Role, world: dict[str, Any], hire: Hire) -> None:
    """At Luzhou's office, where each role finds the most: with `read` alone, and with all scopes but the one needed."""
    actor = hire(f"token.{role}", *PLACES[0][:1], role, None if role == Role.SYSTEM_ADMIN else PLACES[0][1])
    _row, reading = token_of(actor, [Scope.READ])
    lacking = {scope: token_of(actor, set(Scope) - {scope})[1] for scope in Scope}
    column = 3 + ROLES.index(role)
    for method, name, *letters in API_ROWS:
        if letters[column - 2][0] == "x":
            continue  # refused to the role, whatever the token's scopes
        needed = BY_ROLE.get((method, name, role), INNER.get((method, name), ACTIONS[action_of(name, world)].scope))
        expected = letters[column - 2][0] if method == "GET" and needed is Scope.READ else "x"
        assert ask_by_token(reading, method, name, world, actor) == expected, (method, name)
        if needed is not None:
            assert ask_by_token(lacking[needed], method, name, world, actor) == "x", (method, name)
