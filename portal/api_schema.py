"""The OpenAPI document says of every operation what it answers and how it can refuse, always in the same form."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from drf_spectacular.contrib.django_filters import DjangoFilterExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from accounts.access import ACTIONS
from accounts.models import Scope
from portal.api import WRITES
from records.answers import KEY_PATTERN

PROBLEM = "application/problem+json"
REFUSES = "x-refuses"
SCOPE = "x-scope"
"""The scope a token needs for an operation."""

_FINDING = {
    "type": "object",
    "properties": {"code": {"type": "string"}, "message": {"type": "string"}, "target": {"type": "string"}},
    "required": ["code", "message", "target"],
}
_PROBLEM = {
    "type": "object",
    "description": "An error: a stable code, and words in the reader's language that say what to do.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "findings": {"type": "array", "items": _FINDING},
    },
    "required": ["type", "title", "status", "code", "detail", "findings"],
    "additionalProperties": True,
}
WORDS = {
    400: "What was sent cannot be: the findings say which value, and why.",
    401: "Not signed in.",
    403: "The hat worn does not allow this at all, or the CSRF token is missing.",
    404: "It does not exist, or is out of reach: the two are never told apart.",
    409: "Somebody changed it first, or its state does not allow this any more.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "A rule says no; the findings say which, and where.",
    428: "If-Match is missing: say which revision was changed.",
    429: "Too many requests in this minute: wait as long as Retry-After says.",
}
EXAMPLES = Path(__file__).with_name("api_examples.json")
"""Real requests and answers of the walk through the API in tests/test_api_examples.py, by operation."""

IN_PATHS = {
    "year": "The year.",
    "uid": "`uid` of what it is about.",
    "code": "Its `code`.",
    "name": "`name` of one of the `actions` offered.",
    "number": "Number of the version, from 1.",
    "kind": "`responsible` or `liaison`.",
    "row": "`uid` of the row.",
    "ledger": "`record` of a row of `plan-records/`.",
}
"""Parameters of addresses, wherever they come."""
STREAMS = frozenset({"application/x-ndjson", "text/csv"})
"""Forms of a whole list: rows like those of the page that stands as its example."""
_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": f"^{KEY_PATTERN}$"},
    OpenApiParameter.HEADER,
    description=(
        "A text of your choice for this one write, for example a UUID. Sent again with the same key within a day, "
        "the request gets the same answer and happens once; another request with the key answers 409."
    ),
)
_HEADERS = {
    "ETag": {"description": "The revision, for If-Match.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
}


def if_match(words: str, *, required: bool) -> OpenApiParameter:
    """The header by which a client says which revision it changed."""
    etag = {"type": "string", "pattern": '^"[0-9]{1,9}"$'}
    return OpenApiParameter("If-Match", etag, OpenApiParameter.HEADER, required=required, description=words)


class PortalSchema(AutoSchema):
    """drf-spectacular's, with what a list can embed as optional parts of its rows, and plain names of acts.

    A write takes an Idempotency-Key where its answers are kept.
    """

    def get_operation_id(self) -> str:
        """`people_deactivate`: a POST is called `…_create` only where it answers 201."""
        name = super().get_operation_id().replace(".", "_")
        answers: Any = self.get_response_serializers()
        makes = isinstance(answers, dict) and 201 in answers
        return name if self.method != "POST" or makes else name.removesuffix("_create")

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation: Any = super().get_operation(*args, **kwargs)
        scope = self._scope()
        return {**operation, SCOPE: scope} if operation and scope else operation

    def _scope(self) -> str:
        """What a token must carry; "session" where no token will do, "" where each act of the room says it."""
        writes = self.method in WRITES
        action: str = getattr(self.view, "action_needed", "")
        if writes:
            action = getattr(self.view, "action_to_write", "") or action
        if action not in ACTIONS:
            return ""
        scope = ACTIONS[action].scope
        if scope is None:
            return "session"
        return "" if writes and scope == Scope.READ else scope.value

    def get_response_serializers(self) -> Any:
        serializer: Any = super().get_response_serializers()
        embeds = getattr(self.view, "embeds", {})
        if not embeds or self.method != "GET":
            return serializer
        parts = {
            name: embed.serializer(many=embed.many, required=False, allow_null=not embed.many, help_text=embed.help)
            for name, embed in embeds.items()
        }
        base = type(serializer)
        return type(f"{base.__name__}Embedding", (base,), parts)()

    def get_override_parameters(self) -> Any:
        parameters = [*super().get_override_parameters()]
        if self.method in WRITES and getattr(self.view, "answers_are_kept", False):
            parameters.append(_KEY)
        embeds = getattr(self.view, "embeds", {})
        if embeds and self.method == "GET":
            help_text = "What each row carries besides, several with commas: " + "; ".join(
                f"`{name}`: {embed.help}" for name, embed in embeds.items()
            )
            parameters.append(
                OpenApiParameter(
                    "embed", str, OpenApiParameter.QUERY, many=True, enum=list(embeds), style="form", explode=False,
                    description=help_text,
                )
            )  # fmt: skip
        return parameters


def refuses(*statuses: int) -> dict[str, Any]:
    """For `extend_schema(extensions=…)`: what an operation refuses beyond what all of its kind do."""
    return {REFUSES: list(statuses)}


def document_refusals(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A hook of drf-spectacular: adds the 4xx answers to each operation."""
    result["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
    result["components"]["responses"] = {f"Refusal{status}": _refusal(status) for status in WORDS}
    # The cookie's name carries the port outside production; the document must not.
    for scheme in result["components"].get("securitySchemes", {}).values():
        if scheme.get("in") == "cookie":
            scheme["name"] = "portal_session"
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            own = operation.pop(REFUSES, [])
            for status in sorted(_usual(path, method, operation) | set(own)):
                operation["responses"][str(status)] = {"$ref": f"#/components/responses/Refusal{status}"}
            for parameter in operation.get("parameters", []):
                _complete(parameter)
            _say_etag(operation)
            _add_examples(operation)
    return result


class FilterLengths(DjangoFilterExtension):  # type: ignore[no-untyped-call]
    """A filter that refuses long words says in the document how long they may be."""

    priority = 1

    def resolve_filter_field(self, *args: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super().resolve_filter_field(*args)  # type: ignore[no-untyped-call]
        longest = args[-1].extra.get("max_length")
        for parameter in found:
            if longest:
                parameter["schema"]["maxLength"] = longest
        return found


def _complete(parameter: dict[str, Any]) -> None:
    """What an address names is described; what the query names has a value (`empty_parameter`)."""
    if parameter["in"] == "path":
        parameter.setdefault("description", IN_PATHS[parameter["name"]])
    if parameter["in"] == "query":
        least = {"string": "minLength", "array": "minItems"}.get(parameter["schema"].get("type", ""))
        if least:
            parameter["schema"].setdefault(least, 1)


def _refusal(status: int) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Problem"}}
    example = _examples().get("refusals", {}).get(str(status))
    if example:
        content["example"] = example
    refusal: dict[str, Any] = {"content": {PROBLEM: content}, "description": WORDS[status]}
    if status == 429:
        refusal["headers"] = {"Retry-After": _HEADERS["Retry-After"]}
    return refusal


def _say_etag(operation: dict[str, Any]) -> None:
    """An operation that asks for If-Match answers with the next ETag; so does what one reads before, as was seen."""
    asks = any(p["name"] == "If-Match" for p in operation.get("parameters", []))
    seen = _examples().get("operations", {}).get(operation["operationId"], {}).get("etag", False)
    for status in {"200", "201"} & set(operation["responses"]) if asks or seen else ():
        operation["responses"][status].setdefault("headers", {})["ETag"] = _HEADERS["ETag"]


@cache
def _examples() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(EXAMPLES.read_text(encoding="utf-8")) if EXAMPLES.exists() else {}
    return found


def _add_examples(operation: dict[str, Any]) -> None:
    """What was really asked and answered: the request's body, and the answer of each good status."""
    known = _examples().get("operations", {}).get(operation["operationId"], {})
    for media in operation.get("requestBody", {}).get("content", {}).values():
        if "request" in known:
            media["example"] = known["request"]
    for status, answer in known.get("answers", {}).items():
        content = operation["responses"].get(status, {}).get("content", {})
        for kind in content.keys() - STREAMS:
            content[kind]["example"] = answer


def _usual(path: str, method: str, operation: dict[str, Any]) -> set[int]:
    found = {400, 401, 403, 429}
    if "{" in path or any(p["name"] in {"page", "cursor"} for p in operation.get("parameters", [])):
        found.add(404)
    if method in {"post", "put", "delete"}:
        found |= {404, 409}
    if "requestBody" in operation:
        found |= {413, 415}
    return found
