"""schemathesis against the API's own document: every operation, as every role, with data that fits and that does not.

What a request changed is taken back. Addresses name rows that exist two times out of three, so that requests reach
further than 404. In the short run a role tries what it has the action for; `bin/portal soak` tries all, and many more.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from drf_spectacular.generators import EndpointEnumerator
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode

from accounts.access import Actor
from accounts.models import Role
from portal.api_docs import document
from tests.conftest import SignIn
from tests.test_access_matrix import accepted, contacts_sent, notice, returned, world

__all__ = ["accepted", "contacts_sent", "notice", "returned", "world"]

pytestmark = pytest.mark.django_db

EXAMPLES, EXAMPLES_IN_SOAK = 1, 40
"""For each operation, role and kind of data."""
LATER = {
    # They send a second request outside the transaction that is taken back, or a stream of them.
    "use_after_free", "ensure_resource_availability", "max_response_time", "object_level_authorization", "ignored_auth",
}  # fmt: skip
WHERE = {Role.REVIEWER: "ndrc", Role.VIEWER: "drc-510000", Role.CLERK: "mohurd", Role.AUDITOR: "ndrc"}
"""Where a role is held; the others at Luzhou's office, which most rows are about."""
FITS = ["2xx", "403", "404", "409", "422"]
"""What data that fit the document may be answered; a write also 400, for it names things (a unit, a role, a day)
whose being there no schema tells."""
NAMED = {
    "cycle", "receiver", "batch", "province", "category", "unit", "act", "cursor", "programme", "person", "region",
    "division", "indicator", "pilot_area", "document", "group", "plan",
}  # fmt: skip
"""Filters whose values are names of things on record."""
NAMED_THERE = {"/api/v1/imports/": {"kind"}, "/api/v1/timeliness/": {"year"}, "/api/v1/working-days/": {"year"}}
"""The same, of one address. Years: those there are periods of; at most two ahead of today."""
NEEDED_THERE = {
    "/api/v1/cycles/{uid}/blanket-extensions/": ("due_on", "2026-12-31"),
    "/api/v1/timeliness/senders/": ("cycle", "cycles"),
    "/api/v1/supplements/{uid}/choices/": ("year", "2025"),
}
"""What a query must name and no schema tells: a day to come; the row of a room; a year that is over."""
ALSO_THERE = {"/api/v1/reports/{uid}/figures/": ["428"]}
"""Each row of a grid says which revision it saw, where something is stored; which rows those are no schema tells."""


REFUSED = Role.AUDITOR
"""Who also tries, in the short run, what the role has no action for; the others' refusals are the access matrix's."""


@cache
def actions() -> dict[tuple[str, str], str]:
    """The action under which each operation of the document stands."""
    found = {}
    enumerator: Any = EndpointEnumerator
    for path, _pattern, method, callback in enumerator().get_api_endpoints():
        room = callback.cls
        to_write = "" if method == "GET" else getattr(room, "action_to_write", "")
        found[method.lower(), path] = to_write or room.action_needed
    return found


def may_try(actor: Actor, operation: Any) -> bool:
    return actor.can(actions()[operation.method, operation.path])


def checks() -> list[Any]:
    load_all_checks()
    return [CHECKS.get_one(name) for name in CHECKS.get_all_names() if name not in LATER]


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Requests stay inside the test's transaction, as those of Django's own client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def schema() -> Any:
    made = schemathesis.openapi.from_dict(document())
    made.config.generation.update(with_security_parameters=False, allow_x00=False)
    return made


def operations(schema: Any) -> Iterator[Any]:
    for found in schema.get_all_operations():
        yield found.ok()


def as_person(client: Client) -> Callable[..., Any]:
    """The portal as somebody's browser reaches it: with their cookies, which schemathesis's own client would drop."""
    portal = get_wsgi_application()
    cookies = {"csrftoken": "a" * 32, **{name: morsel.value for name, morsel in client.cookies.items()}}
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())

    def app(environ: dict[str, Any], start_response: Any) -> Any:
        return portal({**environ, "HTTP_COOKIE": header, "HTTP_X_CSRFTOKEN": "a" * 32}, start_response)

    return app


def towards(case: Any, known: dict[str, Any], number: int) -> Any:
    """The case with the uid of a row that exists, where the address names a room that has one."""
    rooms = [part for part in case.path.removeprefix("/api/v1/").split("/") if part in known]
    if case.meta.generation.mode == GenerationMode.POSITIVE:  # what does not fit stays: it may be what is tried
        needed, value = NEEDED_THERE.get(case.path, ("", ""))
        for name in (NAMED | NAMED_THERE.get(case.path, set())) & set(case.query or {}) - {needed}:
            del case.query[name]
        if needed:
            case.query[needed] = str(known.get(value, value))
    if number % 3 and rooms and "uid" in (case.path_parameters or {}):
        case.path_parameters["uid"] = str(known[rooms[0]])
    return case


@pytest.mark.parametrize("examples", [EXAMPLES, pytest.param(EXAMPLES_IN_SOAK, marks=pytest.mark.soak)])
@pytest.mark.parametrize("role", tuple(Role))
def test_nothing_is_found(
    role: Role, examples: int, schema: Any, world: dict[str, Any], hire: Callable[..., Actor], signed_in: SignIn
) -> None:
    programme = None if role == Role.SYSTEM_ADMIN else "national"
    actor = hire(f"schemathesis.{role}", WHERE.get(role, "lgo-510500"), role, programme)
    schema.app, every_check = as_person(signed_in(actor)), checks()
    found: list[str] = []
    for operation in operations(schema):
        if examples == EXAMPLES and role != REFUSED and not may_try(actor, operation):
            continue
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            asked = Asked(operation, mode, examples, every_check, world["uids"])
            found += asked.tried()
    assert not found, "\n\n".join(found)


@dataclass(frozen=True)
class Asked:
    """A few requests to one operation, and what the checks say of them."""

    operation: Any
    mode: GenerationMode
    examples: int
    checks: list[Any]
    known: dict[str, Any]

    def tried(self) -> list[str]:
        found: list[str] = []
        numbers = itertools.count(1)
        rule = self.operation.schema.config.checks.positive_data_acceptance
        also = ALSO_THERE.get(self.operation.path, [])
        rule.expected_statuses = FITS if self.operation.method == "get" else [*FITS, "400", *also]

        @hypothesis_settings(
            max_examples=self.examples, deadline=None, database=None, derandomize=True, phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=self.operation.as_strategy(generation_mode=self.mode))
        def one(case: Any) -> None:
            found.extend(self.said_of(towards(case, self.known, next(numbers))))

        with contextlib.suppress(Unsatisfiable):  # no data of this kind can be made for this operation
            one()
        return found

    def said_of(self, case: Any) -> list[str]:
        with transaction.atomic():
            answer = case.call(headers={"Host": "127.0.0.1"})
            transaction.set_rollback(True)
        try:
            case.validate_response(answer, checks=self.checks)
        except (Failure, FailureGroup) as error:
            return [f"{self.operation.label} {self.mode.value} {error}"[:900]]
        return []
