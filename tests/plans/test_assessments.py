"""The yearly assessment of responsibility (N17): entries, gaps, who records and who sees."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from accounts.access import Actor
from plans.assessments import count_of, lines_for, pilots_seen, with_gaps
from plans.services.assessments import AssessmentInput, record
from portal.errors import BadInput, NotFound, Stale
from records.models import Event
from tests.indicators.figure_cast import luzhou

pytestmark = pytest.mark.django_db
DOCUMENT = "泸市目督〔2025〕1号（虚构）"


def lacks(year: int, by: Actor) -> list[str]:
    return [lack.value for lack in lines_for([luzhou()], year, by)[0].lacks]


@pytest.mark.parametrize(
    ("given", "year", "found"),
    [
        (None, 2025, ["entry"]),
        ({"inclusion": "not_said"}, 2025, ["said"]),
        ({"inclusion": "not_included"}, 2025, []),
        ({"inclusion": "included"}, 2025, ["document", "result"]),
        ({"inclusion": "included", "document_text": DOCUMENT}, 2025, ["result"]),
        ({"inclusion": "included", "document_text": DOCUMENT}, 2026, []),
        ({"inclusion": "included", "document_text": DOCUMENT, "result": "优秀（虚构）"}, 2025, []),
    ],
)
def test_gaps_are_the_same_in_python_and_in_the_database(
    given: dict[str, Any] | None, year: int, found: list[str], luzhou_drafter: Actor, sichuan_reviewer: Actor
) -> None:
    if given is not None:
        record(luzhou().uid, year, AssessmentInput(**given), 0, by=luzhou_drafter)
    assert lacks(year, sichuan_reviewer) == found
    pilots = pilots_seen(sichuan_reviewer)
    assert with_gaps(pilots, year).filter(pk=luzhou().pk).exists() is bool(found)
    count = count_of(pilots, year)
    assert count.with_gaps == count.pilots - (given is not None and not found)


def test_a_correction_needs_the_version_seen_and_leaves_events(luzhou_drafter: Actor) -> None:
    row = record(luzhou().uid, 2025, AssessmentInput("included", document_text=DOCUMENT), 0, by=luzhou_drafter)
    again = AssessmentInput("included", document_text=DOCUMENT, result="良好（虚构）", result_on=dt.date(2026, 3, 1))
    with pytest.raises(Stale) as error:
        record(luzhou().uid, 2025, again, 0, by=luzhou_drafter)
    assert error.value.extra["theirs"]["document_text"] == DOCUMENT
    assert record(luzhou().uid, 2025, again, row.version, by=luzhou_drafter).version == 2
    events = Event.objects.about("assessment", row.uid).order_by("id")
    assert [(event.act, event.data["result"]) for event in events] == [
        ("assessment.record", ""), ("assessment.record", "良好（虚构）"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "year", "field"),
    [
        ({"inclusion": "maybe"}, 2025, "inclusion"),
        ({"inclusion": "included"}, 2027, "year"),
        ({"inclusion": "included"}, 1999, "year"),
        ({"inclusion": "not_included", "result": "优"}, 2025, "result"),
        ({"inclusion": "included", "result_on": dt.date(2026, 1, 1)}, 2025, "result_on"),
        ({"inclusion": "included", "result": "优", "result_on": dt.date(2026, 6, 16)}, 2025, "result_on"),
        ({"inclusion": "included", "document_text": "文" * 201}, 2025, "document_text"),
    ],
)
def test_what_cannot_be_names_the_field(given: dict[str, Any], year: int, field: str, luzhou_drafter: Actor) -> None:
    with pytest.raises(BadInput) as error:
        record(luzhou().uid, year, AssessmentInput(**given), 0, by=luzhou_drafter)
    assert [finding.target for finding in error.value.findings] == [field]


def test_the_pilot_records_and_those_above_on_the_route_see(
    luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor, ndrc_reviewer: Actor, stranger: Actor
) -> None:
    assert list(pilots_seen(luzhou_drafter)) == [luzhou()]
    for actor, sees in ((sichuan_reviewer, True), (ndrc_reviewer, True), (stranger, False)):
        assert pilots_seen(actor).filter(pk=luzhou().pk).exists() is sees
    for actor in (luzhou_lead, sichuan_reviewer, stranger):
        with pytest.raises(NotFound):
            record(luzhou().uid, 2025, AssessmentInput("included"), 0, by=actor)
