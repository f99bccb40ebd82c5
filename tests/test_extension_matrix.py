"""Role × status × transition of requests for more time: buttons and engine agree with this table.

Written out by hand, as tests/test_workflow_matrix.py is for reports; everybody is the company of that file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import pytest

from accounts.access import Actor
from portal.errors import BadInput, NotFound, Stale, WrongState
from records.models import Event
from records.workflow import Request
from reporting.extension_workflow import EXTENSION, available, perform
from reporting.models import Due, Extension, ExtensionStatus, Report
from reporting.services.extensions import ExtensionInput, request_extension
from tests.test_workflow_matrix import NO_REASONS, company, everything, refused_as

__all__ = ["company"]

pytestmark = pytest.mark.django_db
LATER = dt.date(2026, 7, 10)

MAY: Mapping[str, Mapping[str, str]] = {
    #            the sender's drafter     the sender's lead     the receiver's reviewer
    "requested": {"drafter": "withdraw",  "lead": "withdraw",   "reviewer": "grant refuse"},
    "granted":   {},
    "refused":   {},
    "withdrawn": {},
}  # fmt: skip
OVERTAKEN = {"reviewer": "grant refuse lapse"}
"""What the reviewer may do where the date has moved as far as was asked: `lapse` besides."""
TARGETS = {"grant": "granted", "refuse": "refused", "withdraw": "withdrawn", "lapse": "withdrawn"}
REASONED = {"refuse"}
EVER = {"drafter": {"withdraw"}, "lead": {"withdraw"}, "reviewer": {"grant", "refuse", "lapse"}}


@pytest.fixture
def request_in(luzhou_report: Report, company: Mapping[str, Actor]) -> Callable[[str], Extension]:
    """A request of Luzhou's drafter, led to a status by the real acts."""

    def led(status: str) -> Extension:
        row = request_extension(luzhou_report.uid, ExtensionInput(LATER, "理由"), by=company["drafter"])
        for name, (part, target) in {"grant": ("reviewer", "granted"), "refuse": ("reviewer", "refused"),
                                     "withdraw": ("lead", "withdrawn")}.items():  # fmt: skip
            if target == status:
                perform(row, Request(name, "理由"), by=company[part])
        return EXTENSION.rows().get(pk=row.pk)

    return led


def left(row: Extension) -> tuple[object, ...]:
    due = Due.objects.values_list("due_on", "due_end", "dated_at").get(pk=row.due_id)
    return (*Extension.objects.values_list("status", "version", "granted_due_on").get(pk=row.pk), due, everything())


def test_the_table_in_code_is_this_table() -> None:
    assert set(ExtensionStatus.values) == set(MAY)
    assert {t.name: t.target for t in EXTENSION.transitions} == TARGETS
    assert {t.name for t in EXTENSION.transitions if t.needs_comment} == REASONED
    assert all(t.sources == {"requested"} for t in EXTENSION.transitions)


@pytest.mark.parametrize("status", MAY)
def test_buttons_and_engine_are_those_of_the_table(
    status: str, request_in: Callable[[str], Extension], company: Mapping[str, Actor]
) -> None:
    row = request_in(status)
    assert row.status == status
    before = left(row)
    for part, actor in company.items():
        may = set(MAY[status].get(part, "").split())
        assert {t.name for t in available(row, actor)} == may, part
        for name in set(TARGETS) - may:
            with pytest.raises(WrongState if name in EVER.get(part, set()) else NotFound):
                perform(row, Request(name, "理由"), by=actor)
    assert left(row) == before


@pytest.mark.parametrize(("part", "name"), [(p, n) for p, names in MAY["requested"].items() for n in names.split()])
def test_what_is_allowed_leads_where_the_table_says_with_one_event(
    part: str, name: str, request_in: Callable[[str], Extension], company: Mapping[str, Actor]
) -> None:
    row = request_in("requested")
    for wrong in (row.version + 1, 2**63):
        with pytest.raises(Stale):
            perform(row, Request(name, "理由", wrong), by=company[part])
    done = perform(row, Request(name, "理由", row.version), by=company[part])
    assert (done.status, done.version) == (TARGETS[name], 1)
    events = Event.objects.about("report", row.due.report.uid)
    assert [(e.act, e.outcome) for e in events][:2] == [
        (f"due.extension_{name}", f"requested → {TARGETS[name]}"),
        ("due.extension_ask", ""),
    ]


def test_a_refusal_gives_a_reason(request_in: Callable[[str], Extension], company: Mapping[str, Actor]) -> None:
    row = request_in("requested")
    for comment in NO_REASONS:
        with refused_as(BadInput, comment) as refused:
            perform(row, Request("refuse", comment), by=company["reviewer"])
        assert refused.value.findings[0].target == "comment", repr(comment)


def test_where_the_date_has_moved_the_request_can_be_closed(
    request_in: Callable[[str], Extension], company: Mapping[str, Actor]
) -> None:
    row = request_in("requested")
    Due.objects.filter(pk=row.due_id).update(due_on=LATER)
    row = EXTENSION.rows().get(pk=row.pk)
    for part, actor in company.items():
        expected = OVERTAKEN.get(part, MAY["requested"].get(part, ""))
        assert {t.name for t in available(row, actor)} == set(expected.split()), part
    perform(row, Request("lapse"), by=company["reviewer"])
