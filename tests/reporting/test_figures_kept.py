"""Figures that count are not lost by what happens around them."""

from __future__ import annotations

import pytest

from accounts.access import Actor
from indicators.models import AskedIndicator
from reporting.models import Report
from reporting.services.figures import save_report_figures
from tests.reporting.figure_cast import PEOPLE, SHARE, ask, row_of
from tests.reporting.test_figures_workflow import given, go, in_force
from tests.steps import Three, lead_to
from units.models import Programme

pytestmark = pytest.mark.django_db


def test_a_correction_keeps_what_the_programme_does_not_ask_for_any_more(
    programme: Programme, luzhou_report: Report, luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor
) -> None:
    ask(programme)
    three = Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)
    report = lead_to(given(luzhou_report, three, people="7", share="50"), "accepted", three)
    AskedIndicator.objects.filter(indicator__code=SHARE).delete()
    report = go(report, three, "correct")
    answered = [
        row_of(report, PEOPLE, 1, value="8"),
        row_of(report, PEOPLE, 2, value="8", answers={"accepted_differs": "核"}),
    ]
    for row in answered:
        save_report_figures(report.uid, [row], by=three.drafter)
    go(report, three, "send_for_signing", "sign", "submit", "receive", "accept")
    assert in_force() == {PEOPLE: 8, SHARE: 50}
