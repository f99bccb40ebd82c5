"""What a report declares: answered before it is sent, sealed with it, put back, held against what was undertaken."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable

import pytest

from accounts.access import Actor
from accounts.models import Role
from indicators.models import AskedIndicator
from portal.errors import BadInput, NotFound, RuleBroken, Stale, WrongState
from reporting.declared import declared_of, version_declared
from reporting.models import Declarations, Report, VersionCommitment, VersionRedLine
from reporting.proof import versions_unlike_their_seal
from reporting.services.declaring import CommitmentInput, DeclaredInput, OutcomeInput, RedLineInput, save_declared
from reporting.workflow import perform
from tests.reporting.declared_cast import FARMLAND, GROWTH, SAID, ask_red_lines, commit, report_before, say
from tests.steps import Three, lead_to, request_for, write
from units.models import Programme

pytestmark = pytest.mark.django_db
Hire = Callable[..., Actor]


@pytest.fixture(autouse=True)
def asked(programme: Programme) -> None:
    AskedIndicator.objects.all().delete()
    ask_red_lines(programme)


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


def refused(report: Report, three: Three) -> dict[str, str]:
    """What keeps the report from going to the lead: target → code."""
    with pytest.raises(RuleBroken) as refusal:
        perform(report, request_for("send_for_signing"), by=three.drafter)
    return {finding.target: finding.code for finding in refusal.value.findings}


@pytest.mark.parametrize(
    ("answer", "explanation", "code"),
    [
        ("", "", "red_line_open"),
        ("breached", "", "red_line_unexplained"),
        ("not_applicable", " ", "red_line_unexplained"),
    ],
)
def test_every_red_line_is_answered_and_no_is_explained(
    answer: str, explanation: str, code: str, luzhou_report: Report, three: Three
) -> None:
    write(luzhou_report, three.drafter)
    say(luzhou_report, three.drafter, answer, explanation)
    assert refused(luzhou_report, three) == {f"declared:red-{line}": code for line in (FARMLAND, GROWTH)}
    say(luzhou_report, three.drafter, answer or "kept", "测试说明" if answer else "")
    assert perform(luzhou_report, request_for("send_for_signing"), by=three.drafter).status == "signing"


def test_what_is_declared_is_sealed_and_stays_as_it_was(luzhou_report: Report, three: Three) -> None:
    say(luzhou_report, three.drafter, "breached", "占用耕地，已整改（虚构）")
    commit(luzhou_report, three.drafter, SAID)
    version = lead_to(luzhou_report, "submitted", three).versions.get()
    content = json.loads(version.seal.body)["content"]
    assert content["red_lines"][0] == {
        "code": FARMLAND, "name": "测试：耕地保护", "answer": "breached", "explanation": "占用耕地，已整改（虚构）",
    }  # fmt: skip
    assert [row["text"] for row in content["commitments"]] == [SAID]
    assert "outcomes" not in content, "there was no report before"
    assert not list(versions_unlike_their_seal())
    VersionRedLine.objects.filter(version=version, red_line__code=GROWTH).update(answer="kept")
    assert list(versions_unlike_their_seal()) == [version]


def test_the_next_report_says_what_became_of_each_commitment(luzhou_report: Report, three: Three) -> None:
    report_before(luzhou_report, three, SAID, "第二项（虚构）")
    found = declared_of(luzhou_report)
    assert [row.commitment.text for row in found.outcomes] == [SAID, "第二项（虚构）"]
    first, second = (row.line for row in found.outcomes)
    write(luzhou_report, three.drafter)
    told = [OutcomeInput(first, "kept", "已通水（虚构）"), OutcomeInput(second, "dropped", "")]
    revision = declared_of(luzhou_report).revision
    save_declared(luzhou_report.uid, DeclaredInput(revision, outcomes=told), by=three.drafter)
    assert refused(luzhou_report, three) == {f"declared:line-{second}": "commitment_open"}
    told = [OutcomeInput(second, "dropped", "上级规划调整（虚构）")]
    save_declared(luzhou_report.uid, DeclaredInput(revision + 1, outcomes=told), by=three.drafter)
    for name in ("send_for_signing", "sign", "submit"):
        perform(luzhou_report, request_for(name), by=three.for_act(name))
    sent = version_declared(luzhou_report.versions.get())
    assert [(row.line, row.outcome) for row in sent.outcomes] == [(first, "kept"), (second, "dropped")]
    assert not list(versions_unlike_their_seal())


def test_commitments_keep_their_name_when_the_report_is_corrected(luzhou_report: Report, three: Three) -> None:
    before = report_before(luzhou_report, three, SAID)
    line = declared_of(luzhou_report).outcomes[0].line
    write(luzhou_report, three.drafter)
    before = perform(before, request_for("correct"), by=three.drafter)
    rows = declared_of(before)
    renamed = [CommitmentInput("改写（虚构）", line=line), CommitmentInput("新增（虚构）")]
    save_declared(before.uid, DeclaredInput(rows.revision, commitments=renamed), by=three.drafter)
    for name in ("send_for_signing", "sign", "submit", "receive", "accept"):
        perform(before, request_for(name), by=three.for_act(name))
    found = declared_of(Report.objects.get(pk=luzhou_report.pk)).outcomes
    assert [(row.commitment.text, row.is_answered) for row in found] == [
        ("改写（虚构）", True),
        ("新增（虚构）", False),
    ]


def test_a_correction_given_up_puts_back_what_was_declared(luzhou_report: Report, three: Three) -> None:
    commit(luzhou_report, three.drafter, SAID)
    report = perform(lead_to(luzhou_report, "accepted", three), request_for("correct"), by=three.drafter)
    say(report, three.drafter, "breached", "改口（虚构）")
    commit(report, three.drafter, "另一项（虚构）")
    revision = declared_of(report).revision
    perform(report, request_for("abandon_correction"), by=three.drafter)
    found = declared_of(report)
    assert [row.answer for row in found.red_lines] == ["kept", "kept"]
    assert [row.text for row in found.commitments] == [SAID]
    assert found.revision == revision + 1


def test_who_comes_second_is_told_whose_change_was_first(luzhou_report: Report, three: Three, hire: Hire) -> None:
    colleague = hire("luzhou.second", "lgo-510500", Role.DRAFTER)
    data = DeclaredInput(0, red_lines=[RedLineInput(FARMLAND, "kept")])
    save_declared(luzhou_report.uid, data, by=colleague)
    with pytest.raises(Stale) as refusal:
        save_declared(luzhou_report.uid, data, by=three.drafter)
    assert refusal.value.extra["version"] == 1
    assert refusal.value.extra["theirs_by"] == colleague.user.name
    assert luzhou_report.writers.get().user == colleague.user, "who was refused has written nothing"
    again = save_declared(luzhou_report.uid, DeclaredInput(1, red_lines=data.red_lines), by=three.drafter)
    assert again.revision == 1, "what says the same changes nothing"


BAD = [
    (DeclaredInput(0, red_lines=[RedLineInput("nothing", "kept")]), "red-nothing"),
    (DeclaredInput(0, red_lines=[RedLineInput(FARMLAND, "perhaps")]), f"red-{FARMLAND}"),
    (DeclaredInput(0, red_lines=[RedLineInput(FARMLAND, "kept", "长" * 1001)]), f"red-{FARMLAND}"),
    (DeclaredInput(0, outcomes=[OutcomeInput(uuid.UUID(int=1), "kept")]), f"line-{uuid.UUID(int=1)}"),
    (DeclaredInput(0, commitments=[CommitmentInput("长" * 301)]), "commitment-0"),
    (DeclaredInput(0, commitments=[CommitmentInput("有", line=uuid.UUID(int=1))]), "commitment-0"),
    (DeclaredInput(0, commitments=[CommitmentInput("有")] * 51), "commitments"),
]


@pytest.mark.parametrize(("data", "target"), BAD)
def test_what_cannot_be_is_named(data: DeclaredInput, target: str, luzhou_report: Report, three: Three) -> None:
    with pytest.raises(BadInput) as refusal:
        save_declared(luzhou_report.uid, data, by=three.drafter)
    assert target in {finding.target for finding in refusal.value.findings}
    assert not Declarations.objects.exists()


def test_compilers_declare_nothing_and_nothing_is_written_after_sending(
    luzhou_report: Report, sichuan_report: Report, sichuan_drafter: Actor, three: Three
) -> None:
    with pytest.raises(NotFound):
        save_declared(sichuan_report.uid, DeclaredInput(0), by=sichuan_drafter)
    report = lead_to(luzhou_report, "submitted", three)
    with pytest.raises(WrongState):
        save_declared(report.uid, DeclaredInput(1), by=three.drafter)
    assert not VersionCommitment.objects.exists()
