"""The bench's programmes: as many senders as said, every one with a way to the owner."""

from __future__ import annotations

import pytest

from accounts.models import Membership, Role
from bench.units import a_programme, people
from pilots.models import PilotArea, Route
from reporting.models import DateRule, ReminderStep

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
