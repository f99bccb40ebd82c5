"""Workbooks of contacts: what is in them, what is never in them, and what handing them out leaves behind."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.access import Actor
from records.models import Event, StoredAnswer
from reporting.contacts import Sheet
from reporting.models import Cycle, Report
from reporting.workbooks import Page, workbook
from tests.conftest import Hire, SignIn
from tests.pilots.contact_cast import NUMBERS, a_contact, pilot_of
from tests.reporting.round_cast import LUZHOU, a_round, contact_report, fill_everything, send
from tests.steps import Three
from units.models import Programme

pytestmark = pytest.mark.django_db
FACES = ("reporting:report-contacts", "api:report-contacts-book")
FULL = ("reporting:report-contacts-in-full", "api:report-contacts-in-full")


@pytest.fixture
def sichuan(sichuan_drafter: Actor, sichuan_lead: Actor, ndrc_reviewer: Actor) -> Three:
    return Three(sichuan_drafter, sichuan_lead, ndrc_reviewer)


@pytest.fixture
def sent(programme: Programme, sichuan: Three, luzhou_drafter: Actor, luzhou_lead: Actor) -> Report:
    fill_everything(luzhou_drafter, luzhou_lead)
    return send(contact_report(a_round(programme)), "submitted", sichuan)


def cells(answer: Any) -> dict[str, list[list[Any]]]:
    """Sheet → rows, as a spreadsheet program reads them."""
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def words(rows: list[list[Any]]) -> set[str]:
    return {str(cell) for row in rows for cell in row}


def post(client: Client, name: str, *args: Any) -> Any:
    return client.post(
        reverse(name, args=args), content_type="application/json" if name.startswith("api") else "text/x"
    )


@pytest.mark.parametrize("face", FACES)
def test_a_sender_is_one_sheet_with_masked_numbers(
    face: str, sent: Report, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    answer = signed_in(ndrc_reviewer).get(reverse(face, args=[sent.uid]))
    assert answer["Cache-Control"] == "no-store"
    (rows,) = cells(answer).values()
    found = words(rows)
    assert {sent.title, f"GJ2026C1-{sent.pk:06d}-1", pilot_of(LUZHOU).name, "王某（虚构）", "李某（虚构）"} <= found
    assert not found & set(NUMBERS)
    assert any("****" in word for word in found)
    assert not Event.objects.filter(act="report.export_phones").exists()


@pytest.mark.parametrize("face", FULL)
def test_numbers_in_full_are_written_down(face: str, sent: Report, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(ndrc_reviewer)
    answer = client.post(reverse(face, args=[sent.uid]), HTTP_IDEMPOTENCY_KEY="once", content_type="application/json")
    (rows,) = cells(answer).values()
    assert set(NUMBERS) <= words(rows)
    event = Event.objects.get(act="report.export_phones")
    assert (event.user, event.data) == (ndrc_reviewer.user, {"people": 2, "version": 1})
    assert not StoredAnswer.objects.exists()


def test_who_may_not_see_numbers_gets_none(sent: Report, hire: Hire, signed_in: SignIn, stranger: Actor) -> None:
    viewer = hire("ndrc.viewer", "ndrc", "viewer")
    for face in FULL:
        assert post(signed_in(viewer), face, sent.uid).status_code == 403
        assert post(signed_in(stranger), face, sent.uid).status_code == 404
    assert not Event.objects.filter(act__endswith="export_phones").exists()


def test_without_the_token_of_the_page_nothing_is_handed_out(sent: Report, ndrc_reviewer: Actor) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ndrc_reviewer.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for face in FULL:
        assert post(client, face, sent.uid).status_code == 403
    assert not Event.objects.filter(act__endswith="export_phones").exists()


@pytest.mark.parametrize("face", ["reporting:cycle-contacts", "api:cycle-contacts-book"])
def test_a_round_is_a_list_and_a_sheet_for_each_that_sent(
    face: str, sent: Report, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    cycle = sent.due.cycle
    book = cells(signed_in(ndrc_reviewer).get(reverse(face, args=[cycle.uid])))
    first, second = book.values()
    assert len(first) == cycle.dues.count() + 5
    assert "王某（虚构）" in words(second)
    assert not words(second) & set(NUMBERS)


def test_a_round_in_full_is_one_event(sent: Report, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(ndrc_reviewer)
    for name in ("reporting:cycle-contacts-in-full", "api:cycle-contacts-in-full"):
        book = cells(post(client, name, sent.due.cycle.uid))
        assert set(NUMBERS) <= words(list(book.values())[1])
    events = Event.objects.filter(act="cycle.export_phones", subject_uid=sent.due.cycle.uid)
    assert [event.data for event in events] == [{"people": 2}] * 2


def test_an_older_version_is_handed_out_as_it_was(
    sent: Report, luzhou_drafter: Actor, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    a_contact(luzhou_drafter, pilot_of(LUZHOU), name="赵某（虚构）", seen=1)
    client = signed_in(ndrc_reviewer)
    url = reverse("reporting:report-contacts", args=[sent.uid])
    (rows,) = cells(client.get(url, {"version": 1})).values()
    assert "赵某（虚构）" not in words(rows)
    assert client.get(url, {"version": 2}).status_code == 404
    assert client.get(url, {"version": "x"}).status_code == 400


def test_a_report_without_contacts_has_no_workbook(
    luzhou_report: Report, running_cycle: Cycle, luzhou_drafter: Actor, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    client = signed_in(luzhou_drafter)
    assert client.get(reverse("reporting:report-contacts", args=[luzhou_report.uid])).status_code == 404
    assert client.get(reverse("api:report-contacts", args=[luzhou_report.uid])).status_code == 404
    url = reverse("reporting:cycle-contacts", args=[running_cycle.uid])
    assert signed_in(ndrc_reviewer).get(url).status_code == 404


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "http://x.example", "0830"])
def test_words_are_never_formulas_links_or_numbers(
    name: str, programme: Programme, sichuan_drafter: Actor, luzhou_drafter: Actor
) -> None:
    contact = a_contact(luzhou_drafter, pilot_of(LUZHOU))
    report = contact_report(a_round(programme))
    type(contact).objects.filter(pk=contact.pk).update(name=name)
    content = workbook([Page(report, Sheet(), remarks=name)])
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert name in [cell for row in book.get_sheet_by_index(0).to_python() for cell in row]
    assert b"<f>" not in content


def test_two_senders_of_one_name_have_two_sheets(programme: Programme) -> None:
    report = contact_report(a_round(programme))
    report.due.unit.name_now = "省/市[一]:发展*和?改革委员会" * 4
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook([Page(report, Sheet())] * 3)))
    assert len(set(book.sheet_names)) == 3
    assert all(len(name) <= 31 for name in book.sheet_names)
