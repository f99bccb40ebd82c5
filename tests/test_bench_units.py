"""The bench's programmes: as many senders as said, every one with a way to the owner."""

from __future__ import annotations

import pytest

from accounts.models import Membership, Role
from bench.figures import a_measured_programme
from bench.units import a_programme, people
from indicators.models import Observation
from indicators.rollups import audit, rebuild
from pilots.models import PilotArea, Route
from reporting.models import DateRule, ReminderStep
from units.models import Division

pytestmark = pytest.mark.django_db


def test_a_programme_of_a_size() -> None:
    sized = a_programme(246)
    programme = sized.programme
    assert Route.objects.filter(programme=programme).count() == sized.senders == 246
    assert PilotArea.objects.filter(programme=programme).shown().count() == 246 - 31
    assert DateRule.objects.filter(programme=programme).exists()
    assert ReminderStep.objects.filter(programme=programme).exists()
    assert people(programme, (Role.DRAFTER, Role.LEAD), one_in=2) == 2 * (246 // 2 + 1)  # the owner's too
    assert Membership.objects.filter(programme=programme, role=Role.DRAFTER).count() == 124


def test_a_programme_with_figures() -> None:
    """The branch that is measured is the same in every size; everything has a figure or a reason, or is missing."""
    measured = a_measured_programme(246, years=(2019, 2020))
    above = [int(pk) for pk in measured.leaf(1).path_now.strip("/").split("/")[1:-1]]
    assert [Division.objects.filter(parent_now=place).count() for place in above] == [11, 9, 15]
    assert measured.top.children_now.count() == 31
    figures = Observation.objects.filter(programme=measured.programme)
    assert 0.96 < figures.count() / (246 * 18 * 2) < 0.98
    assert figures.filter(absence="not_applicable").exists()
    assert not figures.filter(is_demo=False).exists()
    assert rebuild(measured.programme) > 0
    assert audit(measured.programme) == []
