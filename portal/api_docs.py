"""The OpenAPI document as pages: what one reads before writing a client. No script, nothing from outside."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from drf_spectacular.generators import SchemaGenerator

from portal.errors import type_text

METHODS = ("get", "post", "put", "delete")
LISTED = re.compile(r"^\* `([^`]+)` - (.+)$", re.MULTILINE)
"""A code and its label, as drf-spectacular writes them into a description."""
DEEPEST = 4
"""How far the fields of a body are unfolded; deeper ones stand in the document itself."""
CHINESE = Path(__file__).with_name("api_descriptions_zh.json")
"""What each operation does, in Chinese, by operation; the English stands in the code."""

SUBJECTS: Mapping[str, type_text] = {
    "me": gettext_lazy("Oneself"),
    "desk": gettext_lazy("Desk"),
    "search": gettext_lazy("Search"),
    "notices": gettext_lazy("Notices"),
    "events": gettext_lazy("History"),
    "reports": gettext_lazy("Reports"),
    "extensions": gettext_lazy("More time"),
    "supplements": gettext_lazy("Figures beside the reports"),
    "copies": gettext_lazy("Copies"),
    "cycles": gettext_lazy("Periods"),
    "plans": gettext_lazy("Plans"),
    "tasks": gettext_lazy("Plans"),
    "progress": gettext_lazy("Plans"),
    "task-fields": gettext_lazy("Plans"),
    "duties": gettext_lazy("Plans"),
    "annual-plans": gettext_lazy("Annual plans"),
    "assessments": gettext_lazy("Assessment of responsibility"),
    "plan-records": gettext_lazy("Plans"),
    "key-projects": gettext_lazy("Plans"),
    "plan-changes": gettext_lazy("Change requests"),
    "guided-plans": gettext_lazy("Implementation and action plans"),
    "contact-rounds": gettext_lazy("Contact rounds"),
    "dues": gettext_lazy("Due dates"),
    "date-rules": gettext_lazy("Rules for due dates"),
    "deadline-policy": gettext_lazy("Rules for due dates"),
    "reminder-steps": gettext_lazy("Rules for due dates"),
    "calendar-feeds": gettext_lazy("Calendar subscriptions"),
    "timeliness": gettext_lazy("Timeliness"),
    "chases": gettext_lazy("Chasing"),
    "working-days": gettext_lazy("Working calendar"),
    "calendar-days": gettext_lazy("Working calendar"),
    "programmes": gettext_lazy("Programmes"),
    "pilots": gettext_lazy("Pilot areas"),
    "targets": gettext_lazy("Targets and baselines"),
    "baselines": gettext_lazy("Targets and baselines"),
    "documents": gettext_lazy("Register of documents"),
    "clauses": gettext_lazy("Register of documents"),
    "contacts": gettext_lazy("Contacts"),
    "contact-form": gettext_lazy("Contacts"),
    "contact-gaps": gettext_lazy("Contacts"),
    "leading-groups": gettext_lazy("Leading groups"),
    "group-members": gettext_lazy("Leading groups"),
    "indicators": gettext_lazy("Indicators"),
    "asked-indicators": gettext_lazy("Indicators"),
    "observations": gettext_lazy("Figures"),
    "dashboard": gettext_lazy("Dashboard"),
    "positions": gettext_lazy("Dashboard"),
    "comparison": gettext_lazy("Dashboard"),
    "distribution": gettext_lazy("Dashboard"),
    "meeting-pack": gettext_lazy("Dashboard"),
    "rollups": gettext_lazy("Roll-ups"),
    "divisions": gettext_lazy("Divisions"),
    "units": gettext_lazy("Units"),
    "people": gettext_lazy("People"),
    "memberships": gettext_lazy("People"),
    "hand-overs": gettext_lazy("Handing over"),
    "tokens": gettext_lazy("API tokens"),
    "imports": gettext_lazy("Imports"),
    "import-kinds": gettext_lazy("Imports"),
    "jobs": gettext_lazy("Long jobs"),
    "webhooks": gettext_lazy("Webhooks"),
    "webhook-events": gettext_lazy("Webhooks"),
    "webhook-deliveries": gettext_lazy("Webhooks"),
    "operations": gettext_lazy("Operations"),
}
"""The first part of an address → the heading it stands under; in this order."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One code a field can have, and what it stands for; an order or an embed has no label."""

    code: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a body or one parameter: `name` with the way to it, `kind` in words, choices with their labels."""

    name: str
    kind: str
    required: bool
    words: str
    choices: tuple[Choice, ...] = ()
    where: str = ""

    @property
    def codes(self) -> list[str]:
        return [choice.code for choice in self.choices]

    @property
    def marked_words(self) -> SafeString:
        return marked(self.words)


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back. `file` is the media type of an answer that is a file, and has neither fields nor example."""

    status: str
    words: str
    example: str
    fields: tuple[Field, ...] = ()
    file: str = ""

    @property
    def refuses(self) -> bool:
        return self.status.startswith("4")


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing the API can do."""

    uid: str
    method: str
    path: str
    subject: str
    words: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    body_type: str
    example: str
    answers: tuple[Answer, ...]
    scope: str = ""

    @property
    def steps(self) -> list[str]:
        """The address in parts that stay whole where it is broken over lines."""
        return re.findall(r"[^/]*/|[^/]+$", self.path)

    @property
    def marked_words(self) -> SafeString:
        return marked(self.words)

    @property
    def good(self) -> list[Answer]:
        return [answer for answer in self.answers if not answer.refuses]

    @property
    def refusals(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.refuses]


def marked(words: str) -> SafeString:
    """Words in which `code` stands between backticks, as HTML."""
    parts = enumerate(words.split("`"))
    return format_html_join("", "{}", ((format_html("<code>{}</code>" if n % 2 else "{}", part),) for n, part in parts))


def document(language: str = "en") -> dict[str, Any]:
    """The OpenAPI document, made once for each process and language; the committed one is English.

    In another language labels of codes and filters are in it; what only programmers write stays English. Whatever
    language is asked for, one of ours answers.
    """
    return _document("zh-hans" if language.startswith("zh") else "en")


@cache
def _document(language: str) -> dict[str, Any]:
    generator: Any = SchemaGenerator
    with translation.override(language):
        made = generator().get_schema(request=None, public=True)
        found: dict[str, Any] = json.loads(json.dumps(made, default=str))
    return found


@cache
def chinese() -> dict[str, str]:
    found: dict[str, str] = json.loads(CHINESE.read_text(encoding="utf-8"))
    return found


def operations() -> list[Operation]:
    """All operations in the language of the reader, by subject in the order of `SUBJECTS`, then by address."""
    return _operations(get_language() or "")


@cache
def _operations(language: str) -> list[Operation]:
    """Made once for each process and language, as the document they are read from. `language` is the one in force."""
    order = list(SUBJECTS)
    found = [
        _operation(path, method, item[method])
        for path, item in document(language)["paths"].items()
        for method in METHODS
        if method in item
    ]

    def place(operation: Operation) -> tuple[int, str, int]:
        first = _first(operation.path)
        return order.index(first) if first in order else len(order), operation.path, METHODS.index(operation.method)

    return sorted(found, key=place)


def _first(path: str) -> str:
    return path.removeprefix("/api/v1/").partition("/")[0]


def _operation(path: str, method: str, raw: Mapping[str, Any]) -> Operation:
    bodies: dict[str, dict[str, Any]] = raw.get("requestBody", {}).get("content", {})
    media_type, media = next(iter(bodies.items()), ("", dict[str, Any]()))
    words = raw.get("description", "")
    if (get_language() or "").startswith("zh"):
        words = chinese().get(raw["operationId"], words)
    return Operation(
        uid=raw["operationId"],
        method=method,
        path=path,
        subject=str(SUBJECTS.get(_first(path), _first(path))),
        words=words,
        parameters=tuple(_parameter(parameter) for parameter in raw.get("parameters", [])),
        body=tuple(_fields(media.get("schema", {}))),
        body_type=media_type,
        example=_pretty(media.get("example")),
        answers=tuple(_answer(status, answer) for status, answer in sorted(raw["responses"].items())),
        scope=raw.get("x-scope", ""),
    )


def _answer(status: str, raw: Mapping[str, Any]) -> Answer:
    raw = _shared(raw)
    found: tuple[str, Mapping[str, Any]] = next(iter(raw.get("content", {}).items()), ("", {}))
    name, media = found
    schema = media.get("schema", {})
    fields = () if status.startswith("4") else tuple(_fields(schema))
    file = name if schema.get("format") == "binary" else ""
    return Answer(status, raw.get("description", ""), _pretty(media.get("example")), fields, file)


def _shared(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an answer refers to: refusals stand in the document once."""
    if "$ref" not in answer:
        return answer
    shared = document(get_language() or "")["components"]["responses"]
    found: Mapping[str, Any] = shared[answer["$ref"].rpartition("/")[2]]
    return found


def _pretty(example: Any) -> str:
    return "" if example is None else json.dumps(example, ensure_ascii=False, indent=2)


def _parameter(raw: Mapping[str, Any]) -> Field:
    schema = _resolved(raw.get("schema", {}))
    words, listed = _told(str(raw.get("description", "")))
    choices = _choices(schema.get("enum", schema.get("items", {}).get("enum", [])), listed)
    return Field(raw["name"], _kind(schema), raw.get("required", False), words, choices, raw["in"])


def _fields(schema: Mapping[str, Any], before: str = "", depth: int = 0) -> Iterator[Field]:
    """Every field with its way (`results[].unit.name`), parents before children."""
    schema = _resolved(schema)
    if schema.get("type") == "array":
        yield from _fields(schema.get("items", {}), f"{before}[]", depth)
        return
    required = set(schema.get("required", []))
    for name, part in schema.get("properties", {}).items():
        way = f"{before}.{name}".removeprefix(".") if before else name
        inner = _resolved(part)
        words, listed = _told(str(part.get("description", "")))
        if not listed:
            _words, listed = _told(str(inner.get("description", "")))
            words = words or ("" if listed else _words)
        choices = _choices(inner.get("enum", _resolved(inner.get("items", {})).get("enum", [])), listed)
        yield Field(way, _kind(inner), name in required, words, choices)
        if depth < DEEPEST:
            yield from _fields(inner, way, depth + 1)


def _told(description: str) -> tuple[str, Mapping[str, str]]:
    """What stands before the list of codes, and the list: code → label."""
    words = description if not description.startswith("* `") else ""
    return words.partition("\n\n* `")[0], dict(LISTED.findall(description))


def _choices(codes: Iterable[Any], listed: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(str(code), listed.get(str(code), "")) for code in codes if code not in ("", None))


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a schema refers to; of several alternatives the first that says something."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _resolved(document(get_language() or "")["components"]["schemas"][name])
    for word in ("allOf", "oneOf", "anyOf"):
        if schema.get(word):
            parts = [_resolved(part) for part in schema[word]]
            return {**schema, **next((part for part in parts if part.get("type") or part.get("enum")), {})}
    return schema


def _kind(schema: Mapping[str, Any]) -> str:
    """The type as a word: `string (date)`, `array of string`."""
    named = str(schema.get("type", "object"))
    if named == "array":
        return f"array of {_kind(_resolved(schema.get('items', {})))}"
    form = schema.get("format")
    return f"{named} ({form})" if form else named
