"""Where pilot areas stand, kept ready: always what the standing says, and counts always the sum of the positions."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor
from indicators import positions
from indicators.calculations import Verdict
from indicators.models import Freshness, Observation, PilotPosition, Position, PositionCount
from indicators.positions.computing import steps
from indicators.services.observations import Published, publish
from indicators.services.targets import TargetEnd, end_target
from indicators.standing import standings_of
from indicators.tasks import keep_positions
from pilots.models import PilotArea
from tests.dashboards.dense import CODES, dense
from tests.indicators.figure_cast import SHARE, a_baseline, a_figure, a_target, cleared, luzhou
from tests.indicators.target_cast import WATER, documents_and_targets
from units.calendar import today
from units.models import Programme

pytestmark = pytest.mark.django_db


def kept(**of: Any) -> list[tuple[Any, ...]]:
    names = ("pilot", "indicator", "verdict", "reason", "value", "gap", "before_verdict", "change")
    return sorted(Position.objects.filter(**of).values_list(*names), key=repr)


def counted() -> list[tuple[Any, ...]]:
    return sorted(PositionCount.objects.values_list(*positions.refreshing.KEY, "count"), key=repr)


def test_positions_are_what_the_standing_says(programme: Programme) -> None:
    dense(programme)
    pilots = list(PilotArea.objects.filter(programme=programme).shown())
    for standing in standings_of(pilots, today(), Observation.objects.all()):
        rows = {row.indicator_id: row for row in Position.objects.filter(pilot=standing.pilot_area.pk)}
        assert set(rows) == {one.indicator.pk for one in standing.indicators}
        for one in standing.indicators:
            row, judged = rows[one.indicator.pk], one.principal.judgement if one.principal else None
            assert row.verdict == (judged.verdict if judged else "")
            gap = judged.gap if judged else None
            assert (row.gap is None) == (gap is None)
            assert gap is None or row.gap is None or abs(row.gap - gap) < Decimal("0.000001")
        head = PilotPosition.objects.get(pk=standing.pilot_area.pk)
        assert {verdict: getattr(head, verdict) for verdict in Verdict} == standing.counts


def test_counts_after_any_acts_are_what_a_rebuild_makes_of_them(programme: Programme) -> None:
    dense(programme)
    chance = random.Random(11)  # noqa: S311
    pilots = list(PilotArea.objects.filter(programme=programme).shown().order_by("key"))
    for _number in range(25):
        pilot = chance.choice(pilots)
        place = pilot.divisions.order_by("pk")[0]
        code = chance.choice(CODES)
        from_it = Position.objects.filter(indicator__code=code).first()
        assert from_it
        row = Published(place.pk, from_it.indicator_id, 2025, Decimal(chance.randint(40, 90)), "虚构·改")
        publish([row])
    after, sums = kept(), counted()
    positions.rebuild(programme)
    assert kept() == after
    assert counted() == sums


def test_a_target_that_ends_is_gone_at_once(luzhou_drafter: Actor) -> None:
    pilot = luzhou()
    uids = documents_and_targets(pilot, luzhou_drafter)
    of_it = {"pilot": pilot.pk, "indicator__code": WATER}
    assert Position.objects.get(**of_it).verdict == Verdict.UNKNOWN
    before = Freshness.objects.get(programme=pilot.programme, office=pilot.reporting_unit).number
    end_target(TargetEnd(uids["targets"], "不再适用"), by=luzhou_drafter)
    assert not Position.objects.filter(**of_it).exclude(verdict="").exists()
    assert Freshness.objects.get(programme=pilot.programme, office=pilot.reporting_unit).number > before


def test_what_changed_with_the_latest_figure() -> None:
    pilot = luzhou()
    cleared(pilot)
    a_target(pilot, "60", 2030)
    a_baseline(pilot, "40", 2020, is_chosen=True)
    a_figure(pilot, "48", 2024)
    a_figure(pilot, "41", 2025)
    positions.refresh([pilot.pk])
    row = Position.objects.get(pilot=pilot.pk, indicator__code=SHARE)
    assert (row.before_verdict, row.before_value, row.before_on) == ("on_track", Decimal(48), dt.date(2024, 12, 31))
    assert row.verdict == Verdict.OFF_TRACK
    assert row.change == steps(Verdict.ON_TRACK, Verdict.OFF_TRACK) == -2
    assert PilotPosition.objects.get(pk=pilot.pk).fell >= 1


def test_the_calendar_alone_changes_a_verdict() -> None:
    pilot = luzhou()
    cleared(pilot)
    a_target(pilot, "60", 2026)
    a_baseline(pilot, "40", 2020, is_chosen=True)
    a_figure(pilot, "57", 2025)
    positions.refresh([pilot.pk])
    row = Position.objects.filter(pilot=pilot.pk, indicator__code=SHARE)
    assert row.get().verdict == Verdict.ON_TRACK
    with time_machine.travel(dt.datetime(2027, 1, 5, 4, tzinfo=dt.UTC)):
        assert keep_positions() > 0
        assert keep_positions() == 0
    assert row.get().reason == "due_figure_missing"


def test_as_many_statements_for_many_as_for_one(programme: Programme) -> None:
    dense(programme)
    pilots = list(PilotArea.objects.filter(programme=programme).shown().values_list("pk", flat=True))
    taken = []
    for chosen in (pilots[:1], pilots):
        with CaptureQueriesContext(
            connection,
        ) as found:
            positions.refresh(chosen)
        taken.append(len(found))
    assert taken[1] <= taken[0] + 4  # rows are written by the thousand
