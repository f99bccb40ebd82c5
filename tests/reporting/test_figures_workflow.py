"""What becomes of figures on the way of a report: what stops it, what is sealed, when they count, what comes back."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from accounts.access import Actor
from indicators.models import Indicator, Observation, Relation
from portal.errors import RuleBroken
from records.models import Event
from records.seals import seal_events
from reporting.figures import agree, draft_rows, freeze, version_figures, version_rollups
from reporting.models import Report, ReportVersion, VersionFigure
from reporting.services.figures import save_report_figures
from reporting.workflow import REPORT, perform
from tests.reporting.figure_cast import PEOPLE, SHARE, ask, give, indicator, known, row_of
from tests.steps import Three, lead_to, request_for
from units.models import Programme

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def asked(programme: Programme) -> None:
    ask(programme)


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


def go(report: Report, three: Three, *names: str) -> Report:
    for name in names:
        perform(report, request_for(name), by=three.for_act(name))
    return REPORT.rows().get(pk=report.pk)


def given(report: Report, three: Three, **texts: Any) -> Report:
    give(report, three.drafter, **texts)
    return report


def in_force() -> dict[str, Decimal | None]:
    return dict(Observation.objects.in_force().filter(programme__isnull=False).values_list("indicator__code", "value"))


def newest(report: Report) -> ReportVersion:
    version: ReportVersion = report.versions.select_related("seal").latest("number")
    return version


def refused(report: Report, three: Three, name: str = "send_for_signing") -> list[tuple[str, str]]:
    with pytest.raises(RuleBroken) as error:
        perform(report, request_for(name), by=three.for_act(name))
    return [(f.code, f.target) for f in error.value.findings]


def test_a_compulsory_figure_is_given_or_its_absence_explained(luzhou_report: Report, three: Three) -> None:
    row = row_of(luzhou_report, PEOPLE, absence="not_available")
    cell = f"figures:{row.key}"
    report = lead_to(luzhou_report, "draft", three)
    assert refused(report, three) == [("figure_missing", cell)]
    save_report_figures(report.uid, [row], by=three.drafter)
    assert refused(report, three) == [("absence_unexplained", cell)]
    explained = row_of(report, PEOPLE, 1, absence="not_available", reason="统计公报尚未发布")
    save_report_figures(report.uid, [explained], by=three.drafter)
    assert go(report, three, "send_for_signing").status == "signing"


def test_an_error_stops_and_names_the_cell(luzhou_report: Report, three: Three) -> None:
    rows = [row_of(luzhou_report, SHARE, value="60", numerator="1", denominator="2")]
    save_report_figures(luzhou_report.uid, rows, by=three.drafter)
    report = lead_to(given(luzhou_report, three, people="7"), "draft", three)
    assert {target for _code, target in refused(report, three)} == {f"figures:{rows[0].key}"}


def test_figures_that_hold_are_asked_again_at_each_step(luzhou_report: Report, three: Three) -> None:
    report = lead_to(given(luzhou_report, three, people="7"), "signing", three)
    report.figures.update(value=None, entered="")
    assert [code for code, _target in refused(report, three, "sign")] == ["figure_missing"]


def test_what_is_submitted_is_frozen_and_sealed(luzhou_report: Report, three: Three) -> None:
    report = lead_to(given(luzhou_report, three, people="7.5 万", share="50"), "submitted", three)
    version = newest(report)
    assert [row.indicator.code for row in version_figures(version)] == [PEOPLE, SHARE]
    (people, _share) = json.loads(version.seal.body)["content"]["figures"]
    assert (people["value"], people["numerator"], people["entered"], people["measure"], people["part"]) == (
        "75000", None, "7.5 万", "persons", "h1",
    )  # fmt: skip
    assert agree(version, json.loads(version.seal.body)["content"])
    assert in_force() == {}, "nothing counts before it is accepted"


def test_what_is_sealed_is_in_one_language_whoever_has_looked_before(luzhou_report: Report, three: Three) -> None:
    everybody = indicator("test-everybody", "测试总人数", name_en="Everybody")
    people = Indicator.objects.get(code=PEOPLE)
    Relation.objects.create(kind=Relation.Kind.NOT_ABOVE, lower=people, upper=everybody)
    known(luzhou_report, everybody.code, "5", 0)
    report = given(luzhou_report, three, people="7")
    with translation.override("en"):
        assert "Everybody" in str([flaw.message for row in draft_rows(report) for flaw in row.flaws])
        (finding,) = freeze(report).figures[0].findings
    assert "测试总人数" in finding["message"]


def test_changed_figures_are_found_by_verify_seals(luzhou_report: Report, three: Three) -> None:
    lead_to(given(luzhou_report, three, people="7"), "accepted", three)
    seal_events()
    call_command("verify_seals")
    VersionFigure.objects.update(value=8)
    with pytest.raises(CommandError):
        call_command("verify_seals")


def test_older_seals_without_figures_stay_valid(luzhou_report: Report, three: Three) -> None:
    version = newest(lead_to(given(luzhou_report, three, people="7"), "submitted", three))
    content = json.loads(version.seal.body)["content"]
    del content["figures"]
    assert not agree(version, content)
    version.figures.all().delete()
    assert agree(version, content)


def test_accepted_figures_count_with_their_seal(luzhou_report: Report, three: Three) -> None:
    report = lead_to(given(luzhou_report, three, people="7"), "accepted", three)
    row = Observation.objects.get(programme=report.due.cycle.programme)
    version, due = newest(report), report.due
    assert (row.value, row.seal, row.is_in_force, row.recorded_by) == (
        Decimal(7),
        version.seal,
        True,
        three.reviewer.user,
    )
    assert (row.unit, row.receiver, row.chain, row.is_demo) == (due.unit, due.receiver, due.chain, False)
    assert Event.objects.get(act="report.accept").data["figures"] == 1


@pytest.mark.parametrize("back", ["recall", "return"])
def test_what_comes_back_records_nothing(back: str, luzhou_report: Report, three: Three) -> None:
    state = {"recall": "submitted", "return": "received"}[back]
    report = go(lead_to(given(luzhou_report, three, people="7"), state, three), three, back)
    assert in_force() == {}
    give(report, three.drafter, people="8")
    go(report, three, "send_for_signing", "sign", "submit", "receive", "accept")
    assert in_force() == {PEOPLE: 8}
    assert Observation.objects.filter(programme__isnull=False).count() == 1


def test_a_correction_withdraws_what_the_version_before_brought(luzhou_report: Report, three: Three) -> None:
    report = lead_to(given(luzhou_report, three, people="7", share="50"), "accepted", three)
    report = go(report, three, "correct")
    assert in_force() == {PEOPLE: 7, SHARE: 50}, "until the correction is accepted"
    give(report, three.drafter, people="8", share="")
    assert [code for code, _cell in refused(report, three)] == ["accepted_differs"]
    answered = row_of(report, PEOPLE, 2, value="8", answers={"accepted_differs": "重新核对"})
    save_report_figures(report.uid, [answered], by=three.drafter)
    report = go(report, three, "send_for_signing", "sign", "submit", "receive", "accept")
    assert in_force() == {PEOPLE: 8}
    assert Observation.objects.filter(withdrawn_at__isnull=False).count() == 2
    (finding,) = newest(report).figures.get(indicator__code=PEOPLE).findings
    assert (finding["code"], finding["answer"]) == ("accepted_differs", "重新核对")
    report = go(report, three, "correct")
    assert report.figures.get(indicator__code=PEOPLE).answers == {"accepted_differs": "重新核对"}


def test_a_correction_given_up_puts_the_figures_back(luzhou_report: Report, three: Three) -> None:
    answered = row_of(luzhou_report, PEOPLE, value="7", note="a")
    save_report_figures(luzhou_report.uid, [answered], by=three.drafter)
    report = go(lead_to(luzhou_report, "accepted", three), three, "correct")
    give(report, three.drafter, people="8", share="50")
    report = go(report, three, "abandon_correction")
    rows = {row.indicator.code: row for row in report.figures.select_related("indicator")}
    assert (rows[PEOPLE].value, rows[PEOPLE].note, rows[PEOPLE].entered, rows[PEOPLE].revision) == (
        Decimal(7),
        "a",
        "7",
        3,
    )
    assert (rows[SHARE].is_given, rows[SHARE].entered) == (False, "")
    assert in_force() == {PEOPLE: 7}


def test_a_compiled_report_freezes_the_rolled_up_figures(
    luzhou_report: Report,
    sichuan_report: Report,
    three: Three,
    sichuan_drafter: Actor,
    sichuan_lead: Actor,
    ndrc_reviewer: Actor,
) -> None:
    give(luzhou_report, three.drafter, people="7")
    save_report_figures(
        luzhou_report.uid, [row_of(luzhou_report, SHARE, numerator="1", denominator="3")], by=three.drafter
    )
    lead_to(luzhou_report, "accepted", three)
    compiled = lead_to(sichuan_report, "submitted", Three(sichuan_drafter, sichuan_lead, ndrc_reviewer))
    version = newest(compiled)
    rows = {row.indicator.code: row for row in version_rollups(version)}
    assert (rows[PEOPLE].value, rows[PEOPLE].reported, rows[PEOPLE].status) == (Decimal(7), 1, "estimate")
    assert rows[SHARE].value == Decimal("33.333333")
    assert rows[PEOPLE].expected >= 1
    sealed = json.loads(version.seal.body)["content"]["rollups"]
    assert {row["indicator"]: row["value"] for row in sealed} == {PEOPLE: "7", SHARE: "33.333333"}
    assert not version.figures.exists()
    call_command("verify_seals")
