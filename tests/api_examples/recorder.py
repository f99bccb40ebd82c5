"""Asks the API as people of the standing cast, and keeps what was sent and answered as examples."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import resolve

from accounts.access import Actor
from portal.api_docs import METHODS, document
from tests.api_examples.plain import Plain

PREFIX = "/api/v1/"
ENGLISH = {"accept-language": "en"}
ABOUT = (
    "Recorded by tests/test_api_examples.py from real requests to a test database. Everybody in it is made up "
    "(测试·… is the test's standing cast); uids, instants, seals and secrets are replaced by fixed ones; long lists "
    "and texts are cut."
)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of every operation of the document."""
    for path, item in document()["paths"].items():
        for method in METHODS:
            if method in item:
                yield method, path, item[method]


def operation_at(method: str, url: str) -> str:
    """The operationId behind an address."""
    route = resolve(url.partition("?")[0]).route
    parts = [f"{{{part[1:-1].partition(':')[2]}}}" if part.startswith("<") else part for part in route.split("/")]
    found: str = document()["paths"]["/" + "/".join(parts)][method]["operationId"]
    return found


@dataclass
class Recorder:
    """`actors` and `clients` by name. The first good answer of each status is kept, and the first of each refusal."""

    actors: Mapping[str, Actor]
    clients: Mapping[str, Client]
    operations: dict[str, dict[str, Any]] = field(default_factory=dict)
    refusals: dict[str, Any] = field(default_factory=dict)

    def get(self, who: str, path: str, status: int = 200) -> Any:
        return self._kept("get", who, path, status, None, {})

    def file(self, who: str, path: str) -> bytes:
        """A file that is answered; it makes no example."""
        answer: Any = self.clients[who].get(PREFIX + path, headers=ENGLISH)
        assert answer.status_code == 200, path
        return b"".join(answer.streaming_content)

    def post(self, who: str, path: str, body: Any = None, saw: int | None = None, status: int = 200) -> Any:
        return self._kept("post", who, path, status, body, if_match(saw))

    def put(self, who: str, path: str, body: Any, saw: int | None = None, status: int = 200) -> Any:
        return self._kept("put", who, path, status, body, if_match(saw))

    def upload(
        self,
        who: str,
        path: str,
        fields: Mapping[str, str],
        name: str,
        content: str | bytes,
        status: int = 201,
        saw: int | None = None,
    ) -> Any:
        """A form with a file; the example says the file's name in its place."""
        file = io.BytesIO(content if isinstance(content, bytes) else content.encode())
        file.name = name
        answer = self.clients[who].post(PREFIX + path, {**fields, "file": file}, headers={**ENGLISH, **if_match(saw)})
        assert answer.status_code == status, answer.content.decode()
        return self._keep("post", path, answer, {**fields, "file": name})

    def refused(self, answer: Any) -> None:
        """A refusal that was asked for by hand."""
        assert answer["Content-Type"] == "application/problem+json", answer.content
        self.refusals.setdefault(str(answer.status_code), answer.json())

    def _kept(self, method: str, who: str, path: str, status: int, body: Any, headers: dict[str, str]) -> Any:
        ask = getattr(self.clients[who], method)
        sent: dict[str, Any] = {} if method == "get" else {"data": body, "content_type": "application/json"}
        answer = ask(PREFIX + path, headers={**ENGLISH, **headers}, **sent)
        assert answer.status_code == status, (method, path, answer.content.decode()[:2000])
        if status >= 400:
            self.refused(answer)
            return answer.json()
        return self._keep(method, path, answer, body)

    def _keep(self, method: str, path: str, answer: Any, body: Any) -> Any:
        row = self.operations.setdefault(operation_at(method, PREFIX + path), {"answers": {}})
        if body is not None:
            row.setdefault("request", body)
        if "ETag" in answer.headers:
            row["etag"] = True
        found = answer.json()
        row["answers"].setdefault(str(answer.status_code), found)
        return found

    def examples(self) -> dict[str, Any]:
        """The file's content: in a fixed order, without anything that chance or the clock made."""
        plain = Plain()
        return {
            "_about": ABOUT,
            "operations": {name: plain.of(self.operations[name]) for name in sorted(self.operations)},
            "refusals": {status: plain.of(self.refusals[status]) for status in sorted(self.refusals)},
        }


def if_match(version: int | None) -> dict[str, str]:
    return {} if version is None else {"if-match": f'"{version}"'}
