"""The register of documents: entering, changing, adding clauses, and who may; its list and its room in the API."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from accounts.models import Role
from pilots.models import Clause, Document
from pilots.reference.documents import OPINION
from pilots.services.documents import (
    ClauseChange,
    ClauseInput,
    DocumentChange,
    DocumentInput,
    add_clause,
    change_clause,
    change_document,
    enter_document,
)
from portal.errors import BadInput, Forbidden, NotFound, Stale, WrongState
from records.models import Event
from tests.conftest import Hire, SignIn
from tests.indicators.target_cast import NUMBER, a_clause, a_document

pytestmark = pytest.mark.django_db


def opinion() -> Document:
    return Document.objects.get(number=OPINION)


def test_what_an_office_enters_is_written_the_one_way_and_in_the_history(luzhou_drafter: Actor) -> None:
    document = enter_document(DocumentInput("关于某事的通知", " 虚构府发[2026]第09号 "), by=luzhou_drafter)
    assert (document.number, document.year, document.unit) == (NUMBER, 2026, luzhou_drafter.unit)
    event = Event.objects.get(act="document.enter")
    assert (event.subject_uid, event.outcome, event.acting_unit) == (document.uid, NUMBER, luzhou_drafter.unit)
    with pytest.raises(WrongState, match="关于某事的通知"):
        enter_document(DocumentInput("另一份", "虚构府发﹝2026﹞9号"), by=luzhou_drafter)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name_zh": " "}, "name_zh"),
        ({"number": "", "source": ""}, "number"),
        ({"signed_on": dt.date(2026, 6, 16)}, "signed_on"),
        ({"signed_on": dt.date(2026, 5, 2), "published_on": dt.date(2026, 5, 1)}, "published_on"),
        ({"validity": "for ever"}, "validity"),
        ({"year": 20}, "year"),
        ({"note": "\x07"}, "note"),
    ],
)
def test_what_cannot_be_names_its_field(facts: dict[str, Any], field: str, luzhou_drafter: Actor) -> None:
    with pytest.raises(BadInput) as refused:
        enter_document(DocumentInput(**{"name_zh": "通知", "number": NUMBER, **facts}), by=luzhou_drafter)
    assert [finding.target for finding in refused.value.findings] == [field]


def test_changes_follow_one_another(luzhou_drafter: Actor, luzhou_lead: Actor) -> None:
    document = a_document(luzhou_drafter)
    facts = DocumentInput("改过的标题（虚构）", NUMBER)
    changed = change_document(DocumentChange(document.uid, 1, facts), by=luzhou_lead)
    assert (changed.version, changed.name_zh) == (2, "改过的标题（虚构）")
    with pytest.raises(Stale) as late:
        change_document(DocumentChange(document.uid, 1, DocumentInput("又一个", NUMBER)), by=luzhou_drafter)
    assert late.value.extra["theirs"]["name_zh"] == "改过的标题（虚构）"
    assert late.value.extra["mine"]["name_zh"] == "又一个"
    change_document(DocumentChange(document.uid, 2, facts), by=luzhou_drafter)
    assert Event.objects.filter(act="document.change").count() == 1


def test_reference_data_and_others_entries_stay(luzhou_drafter: Actor, sichuan_drafter: Actor) -> None:
    facts = DocumentInput("另一个标题", OPINION)
    with pytest.raises(NotFound):
        change_document(DocumentChange(opinion().uid, 0, facts), by=luzhou_drafter)
    document = a_document(luzhou_drafter)
    clause = a_clause(luzhou_drafter, document)
    with pytest.raises(NotFound):
        add_clause(ClauseInput(document.uid, "三"), by=sichuan_drafter)
    with pytest.raises(NotFound):
        change_clause(ClauseChange(clause.uid, 2, "三"), by=sichuan_drafter)
    with pytest.raises(NotFound):
        change_clause(ClauseChange(opinion().clauses.all()[0].uid, 0, "三"), by=luzhou_drafter)


def test_who_only_reads_cannot_enter(hire: Hire) -> None:
    with pytest.raises(Forbidden):
        enter_document(DocumentInput("通知", NUMBER), by=hire("viewer", "lgo-510500", Role.VIEWER))


def test_clauses_have_anchors_and_their_own_keepers(luzhou_drafter: Actor) -> None:
    clause = add_clause(ClauseInput(opinion().uid, "三（一）以产业支撑", "推动一二三次产业互动"), by=luzhou_drafter)
    assert (clause.anchor, clause.position, clause.unit) == ("c45", 45, luzhou_drafter.unit)  # 44 are on record
    with pytest.raises(WrongState):
        add_clause(ClauseInput(opinion().uid, "三", anchor="goals-level"), by=luzhou_drafter)
    with pytest.raises(BadInput):
        add_clause(ClauseInput(opinion().uid, "三", anchor="第三条"), by=luzhou_drafter)
    version = opinion().version
    with pytest.raises(Stale):
        change_clause(ClauseChange(clause.uid, version - 1, "三（一）"), by=luzhou_drafter)
    change_clause(ClauseChange(clause.uid, version, "三（一）", "推动产业互动"), by=luzhou_drafter)
    event = Event.objects.get(act="document.clause_change")
    assert event.data["text"] == ["推动一二三次产业互动", "推动产业互动"]


def test_the_list_finds_a_number_in_any_brackets(luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    page = client.get(reverse("pilots:documents"), {"q": "泸市府发[2015]7号"})
    assert [row.number for row in page.context["page_obj"].object_list] == [OPINION]
    assert "2015-03-18" in page.content.decode()
    assert client.get(reverse("pilots:documents"), {"year": "x"}).status_code == 400
    shown = client.get("/api/v1/documents/", {"validity": "in_force"}).json()["results"]
    assert [(row["number"], row["index_number"], row["kind"]) for row in shown] == [
        (OPINION, "00835003X/2015-00042", "通知")
    ]


def test_a_document_s_page_has_its_clauses_as_anchors(luzhou_drafter: Actor, signed_in: SignIn) -> None:
    page = signed_in(luzhou_drafter).get(reverse("indicators:document", args=[opinion().uid])).content.decode()
    assert 'id="goals-level"' in page
    assert "到2020年，全市常住人口城镇化率达到58.5%" in page
    assert "00835003X/2015-00042" in page
    assert "130" in page.split('id="goals-layout"')[1].split("</section>")[0]


def test_the_page_of_a_change_keeps_what_was_typed(luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client, document = signed_in(luzhou_drafter), a_document(luzhou_drafter)
    facts = {"name_zh": "新标题（虚构）", "number": NUMBER, "validity": "unknown"}
    address = reverse("pilots:document-change", args=[document.uid])
    assert client.post(address, {**facts, "version": 1}).status_code == 302
    late = client.post(address, {**facts, "name_zh": "晚到的标题", "version": 1})
    assert late.status_code == 409
    assert "新标题（虚构）" in late.content.decode()
    assert "晚到的标题" in late.content.decode()


def api(client: Client, method: str, path: str, body: dict[str, Any], version: int | None = None) -> Any:
    headers = {} if version is None else {"if-match": f'"{version}"'}
    send = getattr(client, method)
    return send(f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers)


def test_the_api_enters_changes_and_adds(luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    made = api(client, "post", "documents/", {"name_zh": "通知（虚构）", "number": "虚构府发[2026]9号"})
    assert (made.status_code, made["ETag"]) == (201, '"1"')
    found = made.json()
    assert (found["number"], [act["name"] for act in found["actions"]]) == (NUMBER, ["change", "add_clause"])
    path = f"documents/{found['uid']}/"
    with_clause = api(client, "post", f"{path}clauses/", {"title_zh": "一、目标（虚构）"})
    assert (with_clause.status_code, with_clause["ETag"]) == (201, '"2"')
    assert api(client, "put", path, {"name_zh": "通知", "number": NUMBER}).status_code == 428
    assert api(client, "put", path, {"name_zh": "通知", "number": NUMBER}, 1).status_code == 409
    assert api(client, "put", path, {"name_zh": "通知", "number": NUMBER}, 2).json()["version"] == 3
    clause = with_clause.json()["clauses"][0]["uid"]
    again = api(client, "put", f"clauses/{clause}/", {"title_zh": "一、目标"}, 3).json()
    assert [row["title"] for row in again["clauses"]] == ["一、目标"]


def test_pages_and_api_leave_the_same(luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    body = {"name_zh": "通知（虚构）", "number": NUMBER, "validity": "unknown", "kind": "通知"}
    assert client.post(reverse("pilots:document-enter"), {**body, "version": 0}).status_code == 302
    by_page = Document.objects.get(number=NUMBER)
    clause = {"title_zh": "一、目标（虚构）", "text": "原文"}
    assert client.post(reverse("pilots:clause-add", args=[by_page.uid]), {**clause, "version": 0}).status_code == 302
    page_rows = _said(Document.objects.get(pk=by_page.pk))
    Clause.objects.all().filter(document=by_page).delete()
    by_page.delete()
    made = api(client, "post", "documents/", body).json()
    api(client, "post", f"documents/{made['uid']}/clauses/", clause)
    assert _said(Document.objects.get(number=NUMBER)) == page_rows
    events = Event.objects.filter(act__startswith="document.").order_by("id").values_list("act", "data", "outcome")
    assert list(events)[:2] == list(events)[2:]


def _said(document: Document) -> dict[str, Any]:
    left = {"id", "uid", "document_id"}
    rows = [document, *document.clauses.all()]
    return {
        f"{n}.{name}": value
        for n, row in enumerate(rows)
        for name, value in vars(row).items()
        if name not in left and not name.startswith("_") and not isinstance(value, uuid.UUID)
    }
