"""The dashboards among 246 pilot areas and among 41,000: equal rows shown, from positions that are kept ready."""

from __future__ import annotations

import datetime as dt
import functools
import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import path

from accounts.models import Role
from bench.measuring import Row, count, median_ms, ratio
from bench.scenarios import actor_of_role, client_of, statements
from bench.tasks import reviewers_of
from bench.units import a_programme
from indicators.models import Indicator
from indicators.positions.refreshing import count_anew, refresh
from pilots.models import PilotArea
from units.calendar import today
from units.models import Programme

SIZES = {246: (31,), 41_000: (31, 333, 2_850)}
"""Pilot areas → how many offices there are on each step between them and the owner; 31 on the first at either size."""
INDICATORS = 18
MOST_STATEMENTS, FLAT, COLD, JUDGED = 12, 1.3, 10, 1.5
FIRST_VISIT, NEXT_VISIT = 400, 60
"""Kilobytes, compressed: the page with what it loads, and the page alone."""
ASSETS = ("portal.css", "portal.js")
SPREAD = "/dashboard/indicators/resident-urbanization-rate/distribution/"
MULTIPLES, MOST_WITH_SERIES = "small multiples", 16
"""Drawn from the figures themselves, which no sum can be; as many statements for one pilot area as for 24."""
PAGES = {
    "national": "/dashboard/",
    "pilot areas × indicators": "/dashboard/pilots/",
    "API: counts": "/api/v1/dashboard/",
    "API: 50 positions": "/api/v1/positions/",
}


def dashboards() -> Iterator[Row]:
    """Each page and room among few and among many; one pilot area judged anew; the national page cold, and its size."""
    few: dict[str, float] = {}
    for pilots in SIZES:
        programme = positioned(pilots)
        client = client_of(actor_of_role(Role.REVIEWER, unit_id=programme.owner_id, programme=programme))
        code = Indicator.objects.filter(pilot_area=None).order_by("plan_number", "pk")[0].code
        across = f"/dashboard/indicators/{code}/"
        asked = {
            **PAGES,
            "one indicator": across,
            "distribution": f"{across}distribution/",
            MULTIPLES: f"{across}trends/",
        }
        for name, address in asked.items():
            yield from _page(name, functools.partial(_read, client, address), pilots, few)
        if pilots == max(SIZES):
            yield from _cold_and_size(client)
        yield from _judged_anew(programme, pilots, few)


def _read(client: Client, address: str) -> bytes:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return bytes(answer.content)


def _page(name: str, read: Callable[[], bytes], pilots: int, few: dict[str, float]) -> Iterator[Row]:
    label, rows = f"dashboard: {name}", read().count(b"<tr")
    taken = median_ms(read, 9, 2)
    most = MOST_WITH_SERIES if name == MULTIPLES else MOST_STATEMENTS
    yield count(f"{label} of {pilots:,}", statements(read), most)
    before, shown = few.setdefault(name, taken), few.setdefault(f"{name}: rows", rows)
    if pilots != min(SIZES):
        yield count(f"{label}: rows shown more or less", abs(rows - int(shown)), 0, "rows")
        yield Row(f"{label}: {pilots:,} against {min(SIZES)}", round(taken / before, 2), "×", round(before, 3), FLAT)


class _Bare:
    """Addresses of a site with one page: the same bytes, nothing worked out."""

    def __init__(self, content: bytes) -> None:
        self.urlpatterns = [path("", lambda _request: HttpResponse(content))]


def _cold_and_size(client: Client) -> Iterator[Row]:
    """With nothing kept of the figures, against a bare view that answers the same bytes to the same person through the
    same middleware, with a session as cold; and what goes over the line."""
    content = _read(client, "/dashboard/")
    bare: Any = _Bare(content)

    def cold(address: str) -> bytes:
        cache.clear()
        return _read(client, address)

    def floor() -> bytes:
        with override_settings(ROOT_URLCONF=bare):
            return cold("/")

    yield ratio("dashboard: national, nothing cached", lambda: cold("/dashboard/"), floor, COLD)
    page, build = len(gzip.compress(content)) / 1024, Path(settings.BASE_DIR) / "static" / "build"
    assets = sum(len(gzip.compress((build / name).read_bytes())) for name in ASSETS) / 1024
    yield count("dashboard: national, first visit, compressed", round(page + assets), FIRST_VISIT, "KB")
    yield count("dashboard: national, next visit, compressed", round(page), NEXT_VISIT, "KB")
    charts = len(gzip.compress((build / "charts.js").read_bytes())) / 1024
    spread = len(gzip.compress(_read(client, SPREAD))) / 1024
    yield count("dashboard: distribution with charts, first visit", round(spread + assets + charts), FIRST_VISIT, "KB")


def _judged_anew(programme: Programme, pilots: int, few: dict[str, float]) -> Iterator[Row]:
    """One pilot area judged anew, as at an acceptance."""
    one = list(PilotArea.objects.filter(programme=programme).order_by("pk").values_list("pk", flat=True)[:1])
    taken = median_ms(functools.partial(refresh, one), 7, 2)
    before = few.setdefault("judged anew", taken)
    if pilots != min(SIZES):
        name = f"dashboard: one judged anew, {pilots:,} against {min(SIZES)}"
        yield Row(name, round(taken / before, 2), "×", round(before, 3), JUDGED)


def positioned(pilots: int) -> Programme:
    """A programme with so many pilot areas, each with a position on eighteen indicators."""
    levels = SIZES[pilots]
    programme = a_programme(pilots + sum(levels), levels=levels, name=f"bench-board-{pilots}").programme
    reviewers_of(programme)
    given: dict[str, int | dt.date] = {
        "programme": programme.pk,
        "owner": programme.owner_id,
        "today": today(),
        "indicators": INDICATORS,
    }
    with connection.cursor() as cursor:
        for work in (_HEADS, _POSITIONS, _SUMMED):
            cursor.execute(work, given)
    count_anew(programme)
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('pilot_position_chain')")
        cursor.execute("ANALYZE indicators_pilotposition, indicators_position, indicators_positioncount")
    return programme


_HEADS = """
WITH RECURSIVE way AS (
  SELECT p.id AS pilot, p.reporting_unit_id AS unit, p.sort_key, r.receiver_id AS above, ARRAY[r.receiver_id] AS chain
  FROM pilots_pilotarea p JOIN pilots_route r ON r.sender_id = p.reporting_unit_id AND r.programme_id = p.programme_id
  WHERE p.programme_id = %(programme)s
  UNION ALL
  SELECT w.pilot, w.unit, w.sort_key, r.receiver_id, w.chain || r.receiver_id FROM way w
  JOIN pilots_route r ON r.sender_id = w.above AND r.programme_id = %(programme)s)
INSERT INTO indicators_pilotposition (pilot_area_id, programme_id, unit_id, receiver_id, chain, category, region,
  sort_key, off_track, at_risk, on_track, ahead, unknown, fell, rose, computed_on, stale_on)
SELECT pilot, %(programme)s, unit, chain[1], chain, '', (ARRAY['east', 'middle', 'west', 'northeast'])[1 + pilot %% 4],
  sort_key, 0, 0, 0, 0, 0, 0, 0, %(today)s, %(today)s + 30
FROM way WHERE above = %(owner)s
"""
_POSITIONS = """
INSERT INTO indicators_position (pilot_id, programme_id, indicator_id, verdict, reason, value, figure_on, is_reported,
  expected, gap, gap_years, comparison, target, due_on, before_verdict, before_value, before_on, change, is_demo)
SELECT pp.pilot_area_id, %(programme)s, i.id, verdict, reason, 60 + gap, %(today)s - 200, true, 60, gap, gap / 2,
  'at_least', 70, %(today)s + 900, 'on_track', 59, %(today)s - 560, change, true
FROM indicators_pilotposition pp
CROSS JOIN (SELECT id FROM indicators_indicator WHERE pilot_area_id IS NULL ORDER BY plan_number NULLS LAST, id
  LIMIT %(indicators)s) i
CROSS JOIN LATERAL (SELECT ((pp.pilot_area_id * 37 + i.id * 11) %% 101 - 50)::numeric / 10 AS gap) g
CROSS JOIN LATERAL (SELECT
  CASE WHEN gap < -3 THEN 'off_track' WHEN gap < -1 THEN 'at_risk' WHEN gap < 3 THEN 'on_track' ELSE 'ahead' END
    AS verdict,
  CASE WHEN gap < -1 THEN 'behind' WHEN gap < 3 THEN 'on_path' ELSE 'ahead' END AS reason,
  CASE WHEN gap < -3 THEN -2 WHEN gap < -1 THEN -1 WHEN gap < 3 THEN 0 ELSE 1 END AS change) kind
WHERE pp.programme_id = %(programme)s
"""
_SUMMED = """
UPDATE indicators_pilotposition pp SET off_track = n.off, at_risk = n.risk, on_track = n.fine, ahead = n.ahead,
  fell = n.fell, rose = n.rose
FROM (SELECT pilot_id, count(*) FILTER (WHERE verdict = 'off_track') AS off,
    count(*) FILTER (WHERE verdict = 'at_risk') AS risk, count(*) FILTER (WHERE verdict = 'on_track') AS fine,
    count(*) FILTER (WHERE verdict = 'ahead') AS ahead, count(*) FILTER (WHERE change < 0) AS fell,
    count(*) FILTER (WHERE change > 0) AS rose
  FROM indicators_position WHERE programme_id = %(programme)s GROUP BY pilot_id) n
WHERE n.pilot_id = pp.pilot_area_id
"""
