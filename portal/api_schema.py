"""The OpenAPI document says of every operation how it can refuse, always in the same form."""

from __future__ import annotations

from typing import Any

PROBLEM = "application/problem+json"
REFUSES = "x-refuses"

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
}


def refuses(*statuses: int) -> dict[str, Any]:
    """For `extend_schema(extensions=…)`: what an operation refuses beyond what all of its kind do."""
    return {REFUSES: list(statuses)}


def document_refusals(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A hook of drf-spectacular: adds the 4xx answers to each operation."""
    result["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
    # The cookie's name carries the port outside production; the document must not.
    for scheme in result["components"].get("securitySchemes", {}).values():
        scheme["name"] = "portal_session"
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            own = operation.pop(REFUSES, [])
            for status in sorted(_usual(path, method, operation) | set(own)):
                operation["responses"][str(status)] = {
                    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                    "description": WORDS[status],
                }
    return result


def _usual(path: str, method: str, operation: dict[str, Any]) -> set[int]:
    found = {401, 403}
    if "{" in path or any(p["name"] in {"page", "cursor"} for p in operation.get("parameters", [])):
        found.add(404)
    if any(p["in"] == "query" for p in operation.get("parameters", [])):
        found.add(400)
    if "requestBody" in operation:
        found |= {400, 413, 415}
    return found
