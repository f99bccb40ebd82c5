"""The API's documentation as pages: everything the document says, without a script and without a network."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.access import Actor
from portal import api_docs
from reporting.models import ReportStatus
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(luzhou_drafter: Actor, signed_in: SignIn) -> Client:
    return signed_in(luzhou_drafter)


def operations_of(document: dict[str, Any]) -> set[str]:
    return {
        operation["operationId"]
        for item in document["paths"].values()
        for method, operation in item.items()
        if method in api_docs.METHODS
    }


def test_the_index_names_every_operation_once(reader: Client) -> None:
    page = reader.get(reverse("api-docs")).content.decode()
    linked = re.findall(r'href="/api/operations/([\w.-]+)/"', page)
    assert sorted(linked) == sorted(operations_of(api_docs.document()))
    assert "<script" not in page.split("</head>")[1].replace("portal.js", "")


def test_every_subject_has_a_heading() -> None:
    with translation.override("en"):
        first = {path.removeprefix("/api/v1/").partition("/")[0] for path in api_docs.document()["paths"]}
    assert first <= set(api_docs.SUBJECTS)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_operation_has_a_page(reader: Client, language: str) -> None:
    for name in sorted(operations_of(api_docs.document())):
        url = reverse("api-operation", args=[name])
        answer = reader.get(url, headers={"Accept-Language": language})
        assert answer.status_code == 200, name
    answer = reader.get(reverse("api-operation", args=["no_such_thing"]))
    assert answer.status_code == 404


def test_every_operation_is_described_in_chinese() -> None:
    described = {name for name, words in api_docs.chinese().items() if re.search(r"[\u4e00-\u9fff]", words)}
    assert described == operations_of(api_docs.document())


def test_an_operation_says_its_fields_choices_and_refusals(reader: Client) -> None:
    with translation.override("en"):
        found = {operation.path: operation for operation in api_docs.operations() if operation.method == "get"}
    reports = found["/api/v1/reports/"]
    parameters = {field.name: field for field in reports.parameters}
    assert "accepted" in parameters["embed"].codes
    assert "-due_on" in parameters["ordering"].codes
    assert "overdue" in parameters["state"].codes
    fields = {field.name for field in reports.good[0].fields}
    assert {"results[].state", "results[].unit.name", "results[].accepted.sections[].html"} <= fields
    assert {answer.status for answer in reports.refusals} == {"400", "401", "403", "404", "429"}


def test_codes_stand_with_their_labels_in_the_reader_s_language(reader: Client) -> None:
    url = reverse("api-operation", args=["reports_list"])
    for language in ("zh-hans", "en"):
        with translation.override(language):
            label = ReportStatus.RETURNED.label
        page = reader.get(url, headers={"Accept-Language": language}).content.decode()
        assert f"<code>returned</code> {label}" in page


def test_what_is_code_is_marked_and_nothing_else_is_markup() -> None:
    assert api_docs.marked("Send `a<b` & go") == "Send <code>a&lt;b</code> &amp; go"


def test_a_file_is_said_to_be_one(reader: Client) -> None:
    page = reader.get(reverse("api-operation", args=["reports_contacts_xlsx_retrieve"])).content.decode()
    assert "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" in page
