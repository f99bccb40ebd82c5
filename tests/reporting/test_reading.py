"""Who reads which text: drafts stay at home, versions travel as far as they came."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.access import Actor
from accounts.models import Role
from reporting.models import Report
from reporting.reading import last_period, read, readable_versions, sees_draft
from reporting.workflow import perform
from tests.steps import Three, lead_to, request_for, write

pytestmark = pytest.mark.django_db
Hire = Callable[..., Actor]


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


@pytest.fixture
def readers(three: Three, ndrc_reviewer: Actor, auditor: Actor, stranger: Actor) -> dict[str, Actor]:
    return {
        "sender": three.drafter,
        "receiver": three.reviewer,
        "above": ndrc_reviewer,
        "auditor": auditor,
        "stranger": stranger,
    }


def numbers(report: Report, readers: dict[str, Actor]) -> dict[str, list[int]]:
    return {who: [v.number for v in readable_versions(report, actor)] for who, actor in readers.items()}


VERSIONS = {
    # after these acts: what the sender, the receiver, those above, the auditor, a stranger may read
    "draft": ([], [], [], [], []),
    "submitted": ([1], [1], [], [1], []),
    "returned": ([1], [1], [], [1], []),
    "accepted": ([1], [1], [1], [1], [1]),
}


@pytest.mark.parametrize("status", VERSIONS)
def test_versions(status: str, luzhou_report: Report, three: Three, readers: dict[str, Actor]) -> None:
    """A stranger is kept out before this, by reach; here only what was accepted would be open."""
    report = lead_to(luzhou_report, status, three)
    assert numbers(report, readers) == dict(zip(readers, VERSIONS[status], strict=True))
    assert not Report.objects.visible_to(readers["stranger"], "report.view").filter(pk=report.pk).exists()


def test_what_was_recalled_stays_with_the_sender(
    luzhou_report: Report, three: Three, readers: dict[str, Actor]
) -> None:
    report = perform(lead_to(luzhou_report, "submitted", three), request_for("recall"), by=three.drafter)
    found = numbers(report, readers)
    assert (found["sender"], found["receiver"], found["above"]) == ([1], [], [])


def test_the_text_being_written_is_for_its_own_unit_and_the_auditor(
    luzhou_report: Report, three: Three, readers: dict[str, Actor], hire: Hire
) -> None:
    report = lead_to(luzhou_report, "draft", three)
    seen = {who: sees_draft(report, actor) for who, actor in readers.items()}
    assert seen == {"sender": True, "receiver": False, "above": False, "auditor": True, "stranger": False}
    assert read(report, readers["receiver"], []).passages == ()
    assert len(read(report, readers["sender"], []).passages) == 5
    other = hire("luzhou.other", "lgo-510500", Role.LEAD, "luzhou")
    assert not sees_draft(report, other), "the same office, but for the other programme"


def test_while_a_correction_is_written_the_receiver_reads_what_counts(
    luzhou_report: Report, three: Three, readers: dict[str, Actor]
) -> None:
    report = perform(lead_to(luzhou_report, "accepted", three), request_for("correct"), by=three.drafter)
    write(report, three.drafter, "geheim")
    for who in ("receiver", "above"):
        shown = read(report, readers[who], readable_versions(report, readers[who]))
        assert shown.version
        assert "geheim" not in "".join(passage.html for passage in shown.passages)
    mine = read(report, three.drafter, readable_versions(report, three.drafter))
    assert mine.version is None
    assert "geheim" in mine.passages[0].html


def test_there_is_no_period_before_the_first(luzhou_report: Report) -> None:
    assert last_period(luzhou_report) is None
