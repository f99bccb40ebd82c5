"""A write with an Idempotency-Key happens once; an edit with If-Match never loses another's words."""

from __future__ import annotations

import json
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from django.utils import timezone

from accounts.access import Actor
from accounts.models import ApiToken
from records import answers
from records.models import Event, StoredAnswer
from reporting.models import Cycle, CycleKind, Report, ReportSection
from staff.services.tokens import TokenInput, create
from tests.conftest import SignIn, Write
from tests.steps import Three, lead_to

JSON = "application/json"
CLIENTS = 20


def cycle_body(year: int = 2027) -> dict[str, Any]:
    return {
        "year": year,
        "kind": CycleKind.MID_YEAR.value,
        "opens_on": f"{year}-05-10",
        "pilots_due_on": f"{year}-06-15",
        "compilers_due_on": f"{year}-07-15",
        "date_source": "test",
    }


def open_cycle(client: Client, key: str, body: dict[str, Any] | None = None) -> Any:
    return client.post(
        reverse("api:open-cycle"), body or cycle_body(), content_type=JSON, headers={"Idempotency-Key": key}
    )


@pytest.fixture
def national(ndrc_reviewer: Actor, signed_in: SignIn) -> Client:
    return signed_in(ndrc_reviewer)


def test_the_same_request_gets_the_same_answer_and_happens_once(national: Client) -> None:
    first, again = open_cycle(national, "k-1"), open_cycle(national, "k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert json.loads(first.content) == json.loads(again.content)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert Cycle.objects.filter(year=2027).count() == 1
    assert Event.objects.filter(act="cycle.open", subject_uid=first.json()["uid"]).count() == 1


def test_another_request_under_the_key_is_refused(national: Client) -> None:
    open_cycle(national, "k-1")
    other = open_cycle(national, "k-1", cycle_body(2028))
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert not Cycle.objects.filter(year=2028).exists()


def test_a_refused_request_changes_nothing_and_leaves_the_key_free(national: Client) -> None:
    wrong = cycle_body() | {"pilots_due_on": "2027-01-01"}
    assert open_cycle(national, "k-1", wrong).status_code == 400
    assert not StoredAnswer.objects.exists()
    assert open_cycle(national, "k-1").status_code == 201


def test_a_key_belongs_to_one_hat(national: Client, hire: Callable[..., Actor], signed_in: SignIn) -> None:
    from_ndrc = open_cycle(national, "k-1")
    colleague = signed_in(hire("ndrc.second", "ndrc", "reviewer"))
    assert open_cycle(colleague, "k-1").json()["code"] == "bad_input"  # it exists already: their own request, done
    assert from_ndrc.status_code == 201


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "schlüssel", "a\tb", "two words", "a\x7f"])
def test_a_key_that_cannot_be_is_refused(national: Client, key: str) -> None:
    answer = open_cycle(national, key)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")
    assert not Cycle.objects.filter(year=2027).exists()


def test_where_each_call_counts_a_wrong_key_is_refused_too(
    unit_admin: Actor, luzhou_drafter: Actor, signed_in: SignIn
) -> None:
    url = reverse("api:person-phone-reveal", args=[luzhou_drafter.user.uid])
    answer = signed_in(unit_admin).post(url, content_type=JSON, headers={"Idempotency-Key": "two words"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")


def by_token(actor: Actor, *scopes: str) -> Client:
    return Client(headers={"authorization": f"Bearer {create(TokenInput('x', scopes), by=actor).text}"})


def test_an_answer_is_not_given_again_to_a_token_with_other_scopes(ndrc_reviewer: Actor, national: Client) -> None:
    """What a session or a wider token was told, a narrower token of the same hat is not."""
    assert open_cycle(national, "k-1").status_code == 201
    other = open_cycle(by_token(ndrc_reviewer, "read", "review"), "k-1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


def test_a_renewed_token_gets_the_answer_of_the_one_before(ndrc_reviewer: Actor) -> None:
    first, again = (open_cycle(by_token(ndrc_reviewer, "read", "review"), "k-1") for _number in range(2))
    assert (first.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")


def test_the_use_of_a_token_is_noted_although_its_write_was_refused(ndrc_reviewer: Actor) -> None:
    answer = open_cycle(by_token(ndrc_reviewer, "review"), "k-1", {"year": 1})
    assert answer.status_code == 400
    assert ApiToken.objects.get().last_used_at


def test_a_secret_is_kept_by_no_cache_when_it_is_answered_again(luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    how: dict[str, Any] = {"content_type": JSON, "headers": {"Idempotency-Key": "k-1"}}
    for _number in range(2):
        answer = client.post(reverse("api:tokens"), {"name": "x", "scopes": ["read"]}, **how)
        assert answer.status_code == 201
        assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Idempotency-Replayed"] == "true"
    assert ApiToken.objects.count() == 1


def test_a_form_may_name_its_type_in_capitals(national: Client) -> None:
    kind = MULTIPART_CONTENT.replace("multipart/form-data", "Multipart/Form-Data")
    body = encode_multipart(BOUNDARY, {"kind": "no such kind"})
    national.handler.enforce_csrf_checks = True  # the check reads the form before the API does
    national.cookies["csrftoken"] = "a" * 32
    headers = {"Idempotency-Key": "k-1", "X-CSRFToken": "a" * 32}
    answer = national.post(reverse("api:imports"), body, content_type=kind, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


def test_a_key_is_forgotten_after_a_day(national: Client) -> None:
    open_cycle(national, "k-1")
    StoredAnswer.objects.update(created_at=timezone.now() - answers.KEPT_FOR)
    assert open_cycle(national, "k-1").json()["code"] == "bad_input"
    StoredAnswer.objects.update(created_at=timezone.now() - answers.KEPT_FOR)
    open_cycle(national, "k-2", cycle_body(2028))
    assert answers.forget_old() == 0 or StoredAnswer.objects.count() == 1


def test_the_stored_answer_is_not_readable_in_the_database(national: Client) -> None:
    uid = open_cycle(national, "k-1").json()["uid"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM records_storedanswer")
        assert uid not in cursor.fetchone()[0]


def together(work: Callable[[int], Any]) -> list[Any]:
    """The work by twenty clients at once, each in a thread and with a connection of its own."""
    start, found = threading.Barrier(CLIENTS), [None] * CLIENTS

    def one(number: int) -> None:
        try:
            start.wait()
            found[number] = work(number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_twenty_clients_with_one_key_submit_once(
    luzhou_report: Report, luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor, signed_in: SignIn
) -> None:
    report = lead_to(luzhou_report, "signed", Three(luzhou_drafter, luzhou_lead, sichuan_reviewer))
    client = signed_in(luzhou_lead)
    client.get(reverse("notices"))
    headers = {"If-Match": f'"{report.version}"', "Idempotency-Key": "one"}
    url = reverse("api:act", args=[report.uid, "submit"])

    def submit(number: int) -> tuple[int, str]:
        own = Client()
        own.cookies = client.cookies
        answer = own.post(url, {}, content_type=JSON, headers=headers)
        return answer.status_code, answer.content.decode()

    answered = together(submit)
    assert {status for status, _body in answered} == {200}
    assert len({body for _status, body in answered}) == 1
    assert report.versions.count() == 1
    assert Event.objects.filter(act="report.submit").count() == 1


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_twenty_clients_edit_one_section_and_lose_nothing(
    luzhou_report: Report, luzhou_drafter: Actor, signed_in: SignIn, write_all_sections: Write
) -> None:
    write_all_sections(luzhou_report, luzhou_drafter)
    client = signed_in(luzhou_drafter)
    client.get(reverse("notices"))
    url = reverse("api:section", args=[luzhou_report.uid, "progress"])

    def edit(number: int) -> int:
        """Adds its own paragraph to what it saw, and tries again on 409 with what it is shown then."""
        own, html, revision = Client(), "<p>progress 测试</p>", 1
        own.cookies = client.cookies
        for tries in range(1, 60):
            headers = {"If-Match": f'"{revision}"', "Idempotency-Key": str(uuid.uuid4())}
            answer = own.put(url, {"html": f"{html}<p>{number}号</p>"}, content_type=JSON, headers=headers)
            if answer.status_code == 200:
                return tries
            assert answer.status_code == 409, answer.content
            html, revision = answer.json()["theirs_html"], answer.json()["revision"]
        raise AssertionError("never got through")

    together(edit)
    row = ReportSection.objects.get(report=luzhou_report, section__code="progress")
    assert Counter(f"{number}号" in row.html for number in range(CLIENTS)) == {True: CLIENTS}
    assert row.revision == 1 + CLIENTS
