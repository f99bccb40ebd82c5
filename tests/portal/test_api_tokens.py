"""A machine at the API: what its token opens, what refuses it, and what is never said or kept."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.access import Actor
from accounts.models import ApiToken, Role, User
from portal.api_tokens import FAILURES_OF_A_TOKEN
from portal.logs import hide_links
from records.models import Event
from reporting.models import Report, ReportSection
from staff.services.memberships import EndInput, end_membership
from staff.services.people import DeactivationInput, deactivate
from staff.services.tokens import Made, RevocationInput, TokenInput, create, revoke
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db

Machine = Callable[..., Client]


@pytest.fixture
def machine() -> Machine:
    """A client that sends a token and nothing else, from an address of its own: failures are counted by address."""
    address = f"10.{uuid.uuid4().int % 250}.{uuid.uuid4().int % 250}.{uuid.uuid4().int % 250}"

    def client(text: str, **more: Any) -> Client:
        headers = {"authorization": f"Bearer {text}", "accept-language": "en"}
        return Client(headers=headers, REMOTE_ADDR=address, enforce_csrf_checks=True, **more)

    return client


def made_for(actor: Actor, *scopes: str, days: int = 90) -> Made:
    return create(TokenInput("Nightly transfer", scopes or ("read",), days), by=actor)


def test_a_token_works_under_its_own_hat_and_within_its_scopes(luzhou_drafter: Actor, machine: Machine) -> None:
    client = machine(made_for(luzhou_drafter, "read").text)
    me = client.get(reverse("api:me")).json()
    assert me["person"]["uid"] == str(luzhou_drafter.user.uid)
    assert me["hat"]["uid"] == str(luzhou_drafter.hat.uid)
    assert me["hats"] == [me["hat"]]
    assert me["scopes"] == [{"scope": "read", "label": "read"}]
    assert me["actions"] == []
    refused = client.post(reverse("api:notices-read"))
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    refused = client.get(reverse("api:tokens"))
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")


def test_rows_of_another_hat_are_not_there(
    luzhou_report: Report, luzhou_drafter: Actor, hire: Callable[..., Actor], machine: Machine
) -> None:
    """The same person drafts for Guangdong too; the token made there does not see Luzhou's report."""
    elsewhere = hire("luzhou.drafter", "drc-440000", Role.DRAFTER)
    assert elsewhere.user == luzhou_drafter.user
    url = reverse("api:report", args=[luzhou_report.uid])
    assert machine(made_for(luzhou_drafter).text).get(url).status_code == 200
    assert machine(made_for(elsewhere).text).get(url).status_code == 404


def test_writing_needs_no_csrf_token_but_the_scope_of_the_act(
    luzhou_report: Report, luzhou_drafter: Actor, machine: Machine
) -> None:
    made = made_for(luzhou_drafter, "read", "reports")
    section = reverse("api:section", args=[luzhou_report.uid, "progress"])
    how: dict[str, Any] = {"content_type": "application/json", "headers": {"if-match": '"0"'}}
    assert machine(made.text).put(section, {"html": "<p>x</p>"}, **how).status_code == 200
    assert ReportSection.objects.get(report=luzhou_report).updated_by == luzhou_drafter.user
    act = reverse("api:act", args=[luzhou_report.uid, "sign"])
    version = Report.objects.get(pk=luzhou_report.pk).version
    refused = machine(made.text).post(act, {}, **{**how, "headers": {"if-match": f'"{version}"'}})
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")


def test_an_act_by_token_is_told_from_one_by_session(
    unit_admin: Actor, luzhou_drafter: Actor, machine: Machine
) -> None:
    made = made_for(unit_admin, "people")
    url = reverse("api:membership-end", args=[luzhou_drafter.hat.uid])
    assert machine(made.text).post(url, {"reason": "Left"}, content_type="application/json").status_code == 200
    event = Event.objects.get(act="people.end")
    assert event.user == unit_admin.user
    assert event.origin.endswith(f"token {made.token.prefix}")


def kill(how: str, made: Made, admin: Actor) -> str:
    """Makes the token useless; returns the text to try it with."""
    hat = made.token.hat
    if how == "revoked":
        revoke(RevocationInput(made.token.uid, "Gone"), by=admin)
    elif how == "role_ended":
        end_membership(EndInput(hat.uid, "Left"), by=admin)
    elif how == "deactivated":
        deactivate(DeactivationInput(hat.user.uid, "Left"), by=admin)
    elif how == "expired":
        ApiToken.objects.update(expires_at=timezone.now())
    elif how == "closed":
        User.objects.filter(pk=hat.user.pk).update(is_active=False)
    return {"wrong": made.text[:-2] + "--", "prefix": "pp_0000000000_" + made.text[14:], "rubbish": "x"}.get(
        how, made.text
    )


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("expired", "token_expired"),
        ("revoked", "token_revoked"),
        ("role_ended", "token_role_ended"),
        ("deactivated", "token_role_ended"),
        ("closed", "token_role_ended"),
        ("wrong", "token_unknown"),
        ("prefix", "token_unknown"),
        ("rubbish", "token_unknown"),
    ],
)
def test_a_dead_or_wrong_token_is_refused(
    how: str, code: str, luzhou_drafter: Actor, unit_admin: Actor, machine: Machine, signed_in: SignIn
) -> None:
    made = made_for(luzhou_drafter)
    client = machine(kill(how, made, unit_admin))
    answer = client.get(reverse("api:me"))
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == 'Bearer realm="portal", error="invalid_token"'
    assert made.text.split("_", 2)[2] not in answer.content.decode()
    assert not ApiToken.objects.filter(last_used_at__isnull=False).exists()


def test_unknown_prefix_and_wrong_secret_are_answered_alike(luzhou_drafter: Actor, machine: Machine) -> None:
    made = made_for(luzhou_drafter)
    answers = [
        machine(text).get(reverse("api:me"))
        for text in (made.text[:-2] + "--", "pp_0000000000_" + made.text[14:], "pp_")
    ]
    assert len({answer.content for answer in answers}) == 1
    assert len({answer["WWW-Authenticate"] for answer in answers}) == 1


def test_a_token_comes_before_a_session(
    luzhou_drafter: Actor, luzhou_lead: Actor, unit_admin: Actor, signed_in: SignIn
) -> None:
    browser = signed_in(luzhou_lead)
    made = made_for(luzhou_drafter)
    bearer = {"authorization": f"Bearer {made.text}"}
    assert browser.get(reverse("api:me"), headers=bearer).json()["hat"]["uid"] == str(luzhou_drafter.hat.uid)
    assert browser.get(reverse("api:me")).json()["hat"]["uid"] == str(luzhou_lead.hat.uid)
    revoke(RevocationInput(made.token.uid, "Gone"), by=unit_admin)
    assert browser.get(reverse("api:me"), headers=bearer).status_code == 401
    assert browser.get(reverse("api:me"), headers={"authorization": "Basic eDp4"}).status_code == 200


def test_without_anything_the_answer_says_which_way_leads_in() -> None:
    answer = Client().get(reverse("api:me"))
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="portal"')


def test_no_session_is_made_and_pages_stay_closed(luzhou_drafter: Actor, machine: Machine) -> None:
    client = machine(made_for(luzhou_drafter).text)
    before = Session.objects.count()
    answer = client.get(reverse("api:desk"))
    assert answer.status_code == 200
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
    assert Session.objects.count() == before
    assert client.get(reverse("desk")).status_code == 302


def test_last_use_is_written_once_a_minute(luzhou_drafter: Actor, machine: Machine) -> None:
    made = made_for(luzhou_drafter)
    client, url = machine(made.text), reverse("api:notices")
    start = timezone.now()
    for seconds, writes in ((0, 1), (10, 0), (59, 0), (61, 1)):
        with (
            time_machine.travel(start + dt.timedelta(seconds=seconds), tick=False),
            CaptureQueriesContext(connection) as captured,
        ):
            assert client.get(url).status_code == 200
        assert sum("UPDATE" in query["sql"] for query in captured) == writes, seconds
    row = ApiToken.objects.get()
    assert row.last_used_at == start + dt.timedelta(seconds=61)
    assert row.last_used_from.startswith("10.")


def test_failed_tries_are_limited_and_others_at_the_address_go_on(luzhou_drafter: Actor, machine: Machine) -> None:
    good, bad = made_for(luzhou_drafter), made_for(luzhou_drafter)
    wrong = bad.text[:-2] + "--"
    for _number in range(FAILURES_OF_A_TOKEN):
        assert machine(wrong).get(reverse("api:me")).status_code == 401
    answer = machine(wrong).get(reverse("api:me"))
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert int(answer["Retry-After"]) > 0
    assert machine(good.text).get(reverse("api:me")).status_code == 200


def test_the_secret_is_nowhere_but_in_the_answer(
    luzhou_drafter: Actor, signed_in: SignIn, machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    given = {"name": "Nightly transfer", "scopes": ["read"]}
    how: dict[str, Any] = {"content_type": "application/json", "headers": {"idempotency-key": "once"}}
    answers = [signed_in(luzhou_drafter).post(reverse("api:tokens"), given, **how) for _number in range(2)]
    text = answers[0].json()["token"]
    assert answers[1].json() == answers[0].json()
    assert ApiToken.objects.count() == 1
    assert machine(text).get(reverse("api:me")).status_code == 200
    assert machine(text + "x").get(reverse("api:me")).status_code == 401
    secret = text.split("_", 2)[2]
    assert not tables_with(secret)
    assert secret not in caplog.text
    line = hide_links(None, "", {"event": f"Not Found: /api/v1/?token={text}"})
    assert secret not in str(line)


def tables_with(secret: str) -> list[str]:
    """Every table of the database, as text."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{secret}%"])  # noqa: S608
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_the_rooms_of_tokens(luzhou_drafter: Actor, unit_admin: Actor, stranger: Actor, signed_in: SignIn) -> None:
    owner, admin = signed_in(luzhou_drafter), signed_in(unit_admin)
    made = owner.post(
        reverse("api:tokens"), {"name": "A", "scopes": ["read"], "days": 10}, content_type="application/json"
    ).json()
    listed = owner.get(reverse("api:tokens"), {"state": "usable", "ordering": "-expires_at"}).json()["results"]
    assert [row["uid"] for row in listed] == [made["uid"]]
    assert "token" not in listed[0]
    assert [(act["name"], act["needs_reason"]) for act in listed[0]["actions"]] == [("revoke", False)]
    assert owner.get(reverse("api:tokens"), {"state": "revoked"}).json()["count"] == 0
    overseen = admin.get(reverse("api:unit-tokens", args=[unit_admin.unit.uid])).json()["results"]
    assert [(row["uid"], row["actions"][0]["needs_reason"]) for row in overseen] == [(made["uid"], True)]
    url = reverse("api:token-revoke", args=[made["uid"]])
    assert signed_in(stranger).post(url, {}, content_type="application/json").status_code == 404
    done = admin.post(url, {"reason": "Leaked"}, content_type="application/json").json()
    assert (done["state"], done["revoked_by"], done["actions"]) == ("revoked", unit_admin.user.name, [])
