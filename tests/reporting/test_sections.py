"""Writing sections: who may, in which state, and two writers who keep both texts."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from accounts.access import Actor
from accounts.models import Role
from portal.errors import BadInput, NotFound, Stale, WrongState
from reporting.models import EDITABLE, Report, ReportSection, ReportStatus, Writer
from reporting.services.sections import SectionInput, save_section, save_sections
from reporting.texts import LONGEST_SECTION
from tests.steps import Three, lead_to

pytestmark = pytest.mark.django_db
Hire = Callable[..., Actor]


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


def progress(html: str = "<p>Text</p>", revision: int = 0) -> SectionInput:
    return SectionInput("progress", html, revision)


def test_the_first_text_begins_the_report(luzhou_report: Report, luzhou_drafter: Actor) -> None:
    assert luzhou_report.state == "not_started"
    row = save_section(luzhou_report.uid, progress(), by=luzhou_drafter)
    report = Report.objects.get(pk=luzhou_report.pk)
    assert (row.revision, row.length, report.state) == (1, 4, "draft")
    assert report.begun_at
    assert Writer.objects.get(report=report).user == luzhou_drafter.user


def test_revisions_count_up(luzhou_report: Report, luzhou_drafter: Actor) -> None:
    revisions = [
        save_section(luzhou_report.uid, progress(f"<p>{n}</p>", n), by=luzhou_drafter).revision for n in range(4)
    ]
    assert revisions == [1, 2, 3, 4]
    assert ReportSection.objects.get(report=luzhou_report).html == "<p>3</p>"


def test_a_second_editor_is_told_whose_change_it_was(luzhou_report: Report, luzhou_drafter: Actor, hire: Hire) -> None:
    second = hire("luzhou.second", "lgo-510500", Role.DRAFTER)
    save_section(luzhou_report.uid, progress("<p>first</p>"), by=luzhou_drafter)
    with pytest.raises(Stale) as refused:
        save_section(luzhou_report.uid, progress("<p>second</p>"), by=second)
    told = refused.value.extra
    assert (told["theirs_html"], told["mine_html"]) == ("<p>first</p>", "<p>second</p>")
    assert (told["theirs_by"], told["revision"]) == (luzhou_drafter.user.name, 1)
    assert not Writer.objects.filter(user=second.user).exists(), "who was refused has not written"


def test_several_sections_are_stored_together_or_not_at_all(luzhou_report: Report, luzhou_drafter: Actor) -> None:
    save_section(luzhou_report.uid, SectionInput("results", "<p>old</p>", 0), by=luzhou_drafter)
    with pytest.raises(Stale):
        save_sections(luzhou_report.uid, [progress(), SectionInput("results", "<p>new</p>", 0)], by=luzhou_drafter)
    assert [row.html for row in ReportSection.objects.filter(report=luzhou_report)] == ["<p>old</p>"]


@pytest.mark.parametrize("status", [s.value for s in ReportStatus if s not in EDITABLE])
def test_what_is_with_others_cannot_be_written(status: str, luzhou_report: Report, three: Three) -> None:
    report = lead_to(luzhou_report, status, three)
    with pytest.raises(WrongState, match=str(report.get_status_display())):
        save_section(report.uid, progress("<p>late</p>", 1), by=three.drafter)
    assert "late" not in ReportSection.objects.get(report=report, section__code="progress").html


@pytest.mark.parametrize(
    "name", ["luzhou_lead", "sichuan_reviewer", "sichuan_drafter", "ndrc_reviewer", "stranger", "auditor", "unit_admin"]
)
def test_nobody_else_writes(name: str, luzhou_report: Report, request: pytest.FixtureRequest) -> None:
    with pytest.raises(NotFound):
        save_section(luzhou_report.uid, progress(), by=request.getfixturevalue(name))
    assert not ReportSection.objects.filter(report=luzhou_report).exists()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (SectionInput("nope", "<p>x</p>", 0), NotFound),
        (SectionInput("progress", "<p>x</p>", -1), BadInput),
        (SectionInput("progress", "<p>x</p>", 5), Stale),
        (SectionInput("progress", "<p>x</p>", 2**31 - 1), Stale),
        (SectionInput("progress", "<p>x</p>", 2**63), Stale),
        (SectionInput("progress", "x" * (LONGEST_SECTION + 1), 0), BadInput),
    ],
)
def test_what_cannot_be_is_refused(
    data: SectionInput, error: type[Exception], luzhou_report: Report, luzhou_drafter: Actor
) -> None:
    with pytest.raises(error):
        save_section(luzhou_report.uid, data, by=luzhou_drafter)
    assert not ReportSection.objects.filter(report=luzhou_report).exists()


def test_a_report_that_does_not_exist_is_not_found(luzhou_drafter: Actor) -> None:
    with pytest.raises(NotFound):
        save_section(uuid.UUID(int=0), progress(), by=luzhou_drafter)
