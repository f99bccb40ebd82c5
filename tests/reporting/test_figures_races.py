"""Two who write figures at the same moment, and one who writes while the report leaves."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.access import Actor
from accounts.models import Role
from indicators.models import Observation
from portal.errors import Stale
from reporting.models import Report, ReportFigure
from reporting.services.figures import save_report_figures
from reporting.workflow import perform
from tests.conftest import Hire
from tests.reporting.figure_cast import PEOPLE, SHARE, ask, give, row_of
from tests.steps import Three, lead_to, request_for
from tests.test_races import at_once, refusals
from units.models import Programme

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture(autouse=True)
def asked(programme: Programme) -> None:
    ask(programme)


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


def test_of_two_first_savers_the_second_keeps_both(luzhou_report: Report, luzhou_drafter: Actor, hire: Hire) -> None:
    second = hire("luzhou.second", "lgo-510500", Role.DRAFTER)
    rows = {name: row_of(luzhou_report, PEOPLE, value=name) for name in ("1", "2")}
    outcomes = at_once(
        lambda: save_report_figures(luzhou_report.uid, [rows["1"]], by=luzhou_drafter),
        lambda: save_report_figures(luzhou_report.uid, [rows["2"]], by=second),
    )
    (refused,) = refusals(outcomes)
    stored = ReportFigure.objects.select_related("updated_by").get(report=luzhou_report)
    assert isinstance(refused, Stale)
    (told,) = refused.extra["rows"]
    assert {told["theirs"]["value"], told["mine"]["value"]} == {"1", "2"}
    assert (told["theirs"]["value"], told["theirs_by"]) == (
        stored.entered,
        stored.updated_by and stored.updated_by.name,
    )
    assert stored.revision == 1


def test_of_eight_who_save_two_rows_one_saves_both(luzhou_report: Report, luzhou_drafter: Actor) -> None:
    def save(number: int) -> object:
        rows = [row_of(luzhou_report, code, value=str(number)) for code in (PEOPLE, SHARE)]
        ordered = rows if number % 2 else rows[::-1]
        return save_report_figures(luzhou_report.uid, ordered, by=luzhou_drafter)

    outcomes = at_once(*[lambda n=n: save(n) for n in range(1, 9)])
    assert [type(refusal) for refusal in refusals(outcomes)] == [Stale] * 7
    assert len(set(ReportFigure.objects.values_list("value", flat=True))) == 1, "one saver's figures, not a mixture"


def test_what_is_written_while_it_is_sent_for_signing_is_in_it_or_refused(luzhou_report: Report, three: Three) -> None:
    give(luzhou_report, three.drafter, people="7")
    report = lead_to(luzhou_report, "draft", three)
    late = row_of(report, PEOPLE, 1, value="8")
    outcomes = at_once(
        lambda: perform(report, request_for("send_for_signing"), by=three.drafter),
        lambda: save_report_figures(report.uid, [late], by=three.drafter),
    )
    saved = ReportFigure.objects.get(report=report).value == 8
    assert Report.objects.get(pk=report.pk).status == "signing"
    assert saved == (not refusals(outcomes))


def test_two_who_accept_bring_the_figures_once(luzhou_report: Report, three: Three, hire: Hire) -> None:
    give(luzhou_report, three.drafter, people="7", at=dt.datetime(2026, 6, 15, tzinfo=dt.UTC))
    report = lead_to(luzhou_report, "received", three)
    second = hire("sichuan.second", "drc-510000", Role.REVIEWER)
    outcomes = at_once(
        lambda: perform(report, request_for("accept"), by=three.reviewer),
        lambda: perform(report, request_for("accept"), by=second),
    )
    assert len(refusals(outcomes)) == 1
    assert Observation.objects.filter(programme__isnull=False).count() == 1
