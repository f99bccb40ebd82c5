"""Role × status × transition of figures beside the reports: buttons and engine agree with this table.

Written out by hand, as tests/test_workflow_matrix.py is for reports. Two tables: figures of Luzhou that came later,
given by its office, and figures for others to use, given by its statistics bureau.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from accounts.access import Actor
from accounts.models import Role
from indicators.models import Observation, Supplement, SupplementStatus
from indicators.supplement_workflow import SUPPLEMENT, available, perform
from portal.errors import BadInput, NotFound, Stale, WrongState
from records.models import Event, OutboxMessage, Seal
from records.workflow import Request
from tests.indicators.supplement_cast import BUREAU, FINAL, SHARED, WAY, filled, lead_to
from tests.test_workflow_matrix import NO_REASONS, company, refused_as, someone
from units.models import Programme, Unit

__all__ = ["company"]

pytestmark = pytest.mark.django_db

MAY: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    FINAL: {
        #            the sender's drafter                     the sender's lead           the receiver's reviewer
        "draft":     {"drafter": "send_for_signing discard"},
        "signing":   {"drafter": "take_back",                 "lead": "submit send_back"},
        "submitted": {                                        "lead": "recall",           "reviewer": "accept return"},
        "returned":  {"drafter": "send_for_signing discard"},
        "accepted":  {},
        "withdrawn": {},
    },
    SHARED: {
        #            the bureau's drafter                     the bureau's lead
        "draft":     {"drafter": "send_for_signing discard"},
        "signing":   {"drafter": "take_back",                 "lead": "offer send_back"},
        "offered":   {                                        "lead": "withdraw"},
        "withdrawn": {},
    },
}  # fmt: skip
TARGETS = {
    "send_for_signing": "signing", "take_back": "draft", "discard": "withdrawn", "submit": "submitted",
    "offer": "offered", "send_back": "draft", "recall": "draft", "accept": "accepted", "return": "returned",
    "withdraw": "withdrawn",
}  # fmt: skip
REASONED = {"send_back", "return", "withdraw"}
REACH = {
    "drafter": {"send_for_signing", "take_back", "discard"},
    "lead": {"submit", "offer", "send_back", "recall", "withdraw"},
    "reviewer": {"accept", "return"},
}
STATES = [(purpose, status) for purpose in MAY for status in MAY[purpose]]
STEPS = [(u, s, part, name) for u, s in STATES for part, names in MAY[u][s].items() for name in names.split()]


@pytest.fixture
def people(company: dict[str, Actor], programme: Programme) -> Callable[[str], dict[str, Actor]]:
    """Everybody by the part they play; shared figures are the bureau's, and Luzhou's office is who uses them."""

    def cast(purpose: str) -> dict[str, Actor]:
        if purpose == FINAL:
            return company
        bureau = Unit.objects.get(key=BUREAU)
        using = {f"using {part}": company[part] for part in ("drafter", "lead")}
        own = {part: someone(bureau, programme, Role(part)) for part in ("drafter", "lead", "viewer")}
        moved = {"reviewer above": company["reviewer"], "reviewer": company["own reviewer"]}
        return {**company, **using, **moved, "own reviewer": someone(bureau, programme, Role.REVIEWER), **own}

    return cast


@pytest.fixture
def led(people: Callable[[str], dict[str, Actor]]) -> Callable[[str, str], tuple[Supplement, dict[str, Actor]]]:
    """One led to a status by the real acts, and everybody."""

    def lead(purpose: str, status: str) -> tuple[Supplement, dict[str, Actor]]:
        cast = people(purpose)
        row = filled(cast["drafter"], purpose)
        if (purpose, status) == (FINAL, "withdrawn"):
            perform(row, Request("discard"), by=cast["drafter"])
            return SUPPLEMENT.rows().get(pk=row.pk), cast
        return lead_to(row, status, cast), cast

    return lead


def left() -> tuple[Any, ...]:
    """What an act would leave behind."""
    rows = Supplement.objects.order_by("pk").values_list("pk", "status", "version", "seal", "decided_by", "comment")
    return (tuple(rows), *(model.objects.count() for model in (Event, OutboxMessage, Seal, Observation)))


def test_the_table_in_code_is_this_table() -> None:
    assert {status for _purpose, status in STATES} == set(SupplementStatus.values) == set(WAY)
    assert {t.name: t.target for t in SUPPLEMENT.transitions} == TARGETS
    assert {t.name for t in SUPPLEMENT.transitions if t.needs_comment} == REASONED
    for transition in SUPPLEMENT.transitions:
        assert transition.sources == {s for _u, s, _part, name in STEPS if name == transition.name}, transition.name


@pytest.mark.parametrize(("purpose", "status"), STATES)
def test_buttons_and_engine_are_those_of_the_table(purpose: str, status: str, led: Callable[..., Any]) -> None:
    row, cast = led(purpose, status)
    assert row.status == status
    before = left()
    for part, actor in cast.items():
        may = set(MAY[purpose][status].get(part, "").split())
        assert {t.name for t in available(row, actor)} == may, part
        for name in set(TARGETS) - may:
            finds = name in REACH.get(part, set()) and (part != "reviewer" or row.seal_id)
            with pytest.raises(WrongState if finds else NotFound):
                perform(row, Request(name, "理由"), by=actor)
    assert left() == before


@pytest.mark.parametrize(("purpose", "status", "part", "name"), STEPS)
def test_what_is_allowed_leads_where_the_table_says_with_one_event(
    purpose: str, status: str, part: str, name: str, led: Callable[..., Any]
) -> None:
    row, cast = led(purpose, status)
    events, before = Event.objects.count(), left()
    for wrong in (row.version + 1, 2**63):
        with pytest.raises(Stale):
            perform(row, Request(name, "理由", wrong), by=cast[part])
    assert left() == before
    done = perform(row, Request(name, "理由", row.version), by=cast[part])
    assert (done.status, done.version) == (TARGETS[name], row.version + 1)
    assert Event.objects.count() == events + 1
    newest = Event.objects.about("supplement", row.uid).order_by("-id")[0]
    assert (newest.act, newest.outcome) == (f"supplement.{name}", f"{status} → {TARGETS[name]}")


@pytest.mark.parametrize("name", sorted(REASONED))
def test_a_reason_is_asked_for_where_one_is_compulsory(name: str, led: Callable[..., Any]) -> None:
    purpose, status, part = next((u, s, p) for u, s, p, n in STEPS if n == name)
    row, cast = led(purpose, status)
    for comment in NO_REASONS:
        with refused_as(BadInput, comment) as refused:
            perform(row, Request(name, comment), by=cast[part])
        assert refused.value.findings[0].target == "comment", repr(comment)
