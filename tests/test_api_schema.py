"""The OpenAPI document in docs/ is what the API is. To renew it, see docs/api.md."""

from __future__ import annotations

import json
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
                content = operation["responses"][status]["content"]
                assert list(content) == ["application/problem+json"]
            assert operation.get("description"), (method, path)


def test_no_inner_keys_go_out(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert not {"id", "pk"} & set(schema.get("properties", {})), name


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
