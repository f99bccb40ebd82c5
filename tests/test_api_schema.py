"""The OpenAPI document in docs/ is what the API is. To renew it, see docs/api.md."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.validation import validate_schema

from accounts.access import ACTIONS, Actor
from portal import api_urls
from tests.conftest import SignIn

OPEN = {
    "ImportRow.kind", "ImportDetail.kind", "ImportLine.column", "HeldRow.state", "JobRow.kind", "JobDetail.kind",
    "PassRow.name",
}  # fmt: skip
"""Codes that have labels and no fixed set: kinds of lists and their columns, states of several kinds of things, kinds
of long jobs and regular passes (each room of the portal has its own)."""
COMMITTED = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    with translation.override("en"):
        generator: Any = SchemaGenerator
        made = generator().get_schema(request=None, public=True)
        found: dict[str, Any] = json.loads(json.dumps(made, default=str))
    return found


def test_the_committed_document_is_the_api(document: dict[str, Any]) -> None:
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == document


def test_it_is_valid(document: dict[str, Any]) -> None:
    check: Any = validate_schema
    check(document)
    assert spectacular_settings.SCHEMA_PATH_PREFIX == "/api/v1"


def test_every_operation_says_how_it_refuses(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            refused = {status for status in operation["responses"] if status.startswith("4")}
            assert {"401", "403"} <= refused, (method, path)
            assert "404" in refused or "{" not in path, (method, path)
            for status in refused:
                assert operation["responses"][status] == {"$ref": f"#/components/responses/Refusal{status}"}
            assert operation.get("description"), (method, path)
    for refusal in document["components"]["responses"].values():
        assert [*refusal["content"]] == ["application/problem+json"]
        assert refusal["content"]["application/problem+json"]["example"]["code"]


def test_a_key_is_offered_where_answers_are_kept_and_nowhere_else(document: dict[str, Any]) -> None:
    """Looks at phone numbers and the choice of a hat happen at each call."""
    counted = {"people_phone_reveal", "pilots_contacts_reveal", "me_hat_update"}
    for operations in document["paths"].values():
        for method, operation in operations.items():
            keys = [p for p in operation.get("parameters", []) if p["name"] == "Idempotency-Key"]
            name = operation["operationId"]
            each_call = name in counted or "in_full" in name
            assert len(keys) == (method != "get" and not each_call), name
            assert all(key["schema"]["pattern"] == "^[\\x21-\\x7e]{1,255}$" for key in keys)


def test_no_inner_keys_go_out(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert not {"id", "pk"} & set(schema.get("properties", {})), name


def test_every_enumeration_is_documented_with_its_labels(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        codes = [code for code in schema.get("enum", []) if code]
        for code in codes:
            assert re.search(rf"^\* `{re.escape(code)}` - \S", schema.get("description", ""), re.MULTILINE), (
                name,
                code,
            )
        for field, part in schema.get("properties", {}).items():
            assert "enum" not in part, (name, field, "Give it a ChoiceField with labels.")


def test_a_code_with_a_label_beside_it_is_an_enumeration(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        parts = schema.get("properties", {})
        for field in parts:
            if f"{field}_label" in parts and f"{name}.{field}" not in OPEN:
                assert "Enum" in json.dumps(parts[field]), (name, field)


def test_every_parameter_is_described(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for parameter in operation.get("parameters", []):
                assert parameter.get("description"), (method, path, parameter["name"])
                assert {"type", "oneOf"} & set(parameter["schema"]), (method, path, parameter["name"])


def test_operations_have_plain_names(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)+", name) for name in names)


def test_every_operation_shows_an_example(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            shown = [*operation["responses"].values(), operation.get("requestBody", {})]
            for answer in shown:
                for kind, media in answer.get("content", {}).items():
                    lines = kind == "application/x-ndjson"
                    assert lines or "json" not in kind or "example" in media, (method, path, kind)


def test_every_room_names_a_listed_action(document: dict[str, Any]) -> None:
    views: dict[Any, Any] = {pattern.name: getattr(pattern.callback, "cls", None) for pattern in api_urls.urlpatterns}
    assert {view.action_needed for view in views.values()} <= set(ACTIONS)
    # Every address but the document's own is in the document.
    assert len(document["paths"]) == len(views) - 1


@pytest.mark.django_db
def test_the_document_is_for_those_signed_in(client: Client, luzhou_lead: Actor, signed_in: SignIn) -> None:
    assert client.get(reverse("api:schema")).status_code == 401
    response = signed_in(luzhou_lead).get(reverse("api:schema"))
    assert response.status_code == 200
    assert response.json()["paths"]["/api/v1/reports/"]
