"""Figures of any number of places for the bench: 18 indicators × 10 years, by bulk SQL, all of it fictitious.

The tree has four storeys in every size, and the branch of the first places is the same in all: so what is measured
there may depend on the places beside it, and on nothing elsewhere. Levels, rates and their growth are shaped like
those of counties: rates rise along an S, amounts by a few percent a year; some are missing, some do not apply, the
newest year is an estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from bench.measuring import check_constraints
from indicators.models import Indicator
from units.models import Division, Programme, Unit

SIZES = (246, 2_850, 41_000)
STOREYS = {246: (31, 41, 49), 2_850: (31, 333, 600), 41_000: (31, 333, 2_850)}
"""Number of places with figures → how many places on each storey between the nation and them."""
BRANCH = (31, 11, 9, 15)
"""How many places the first one of each storey has below it, whatever the size."""
LEVELS = (Division.Level.PROVINCE, Division.Level.PREFECTURE, Division.Level.COUNTY, Division.Level.TOWNSHIP)
YEARS = tuple(range(2013, 2023))


@dataclass(frozen=True, slots=True)
class Measured:
    """A programme whose pilot areas have figures: its places by number, its top."""

    programme: Programme
    places: int
    top: Division

    def leaf(self, number: int) -> Division:
        return Division.objects.get(key=f"{self.programme.code}-4-{number}")


def a_measured_programme(places: int, years: Sequence[int] = YEARS) -> Measured:
    """So many places, each a pilot area of one place, with figures of the 18 indicators of the plan in these years."""
    code = f"fig-{places}"
    top = Division.objects.create(
        key=f"{code}-0-1", level=Division.Level.NATION, is_fictitious=True, name_now=f"虚构·{code}", sort_key=code
    )
    Division.objects.filter(pk=top.pk).update(path_now=f"/{top.pk}/")
    owner = Unit.objects.create(
        key=f"{code}-owner", kind=Unit.Kind.COMMISSION, division=top, name_now=f"虚构·{code}", sort_key=code,
        is_fictitious=True, source="bench",
    )  # fmt: skip
    programme = Programme.objects.create(code=code, owner=owner, prefix=f"F{owner.pk}"[-8:], name_zh=f"虚构 {code}")
    for storey, count in enumerate((*STOREYS[places], places), 1):
        _storey(code, storey, count)
    _run(_VERSIONS, code=code)
    _run(_UNITS, code=code)
    _run(_PILOTS, code=code, programme=programme.pk, top=top.pk)
    _run(_PLACES, programme=programme.pk, code=code)
    _observe(programme, years)
    _run("ANALYZE units_division, units_divisionversion, pilots_pilotarea, pilots_pilotarea_divisions")
    _run("ANALYZE indicators_observation")
    return Measured(programme, places, Division.objects.get(pk=top.pk))


def _run(sql: str, **given: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, given or None)


def _storey(code: str, storey: int, count: int) -> None:
    """The places of a storey: the first of them below the first above, all others shared out among the others."""
    _run(_STOREY, code=code, storey=storey, count=count, branch=BRANCH[storey - 1], level=LEVELS[storey - 1])


def _observe(programme: Programme, years: Sequence[int]) -> None:
    """The foreign keys of observations are gone until the bench rolls back: every id was just read from its table, and
    to check seven million rows one by one takes minutes. Indexes are made anew after the rows.
    """
    rows = Indicator.objects.filter(plan_number__isnull=False).order_by("plan_number")
    plan = list(rows.values_list("pk", flat=True))
    if len(plan) != 18:
        raise RuntimeError("load the reference data first")
    check_constraints()
    _run(_WITHOUT_FOREIGN_KEYS)
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES)
        indexes = cursor.fetchall()
    for name, _made in indexes:
        _run(f'DROP INDEX "{name}"')
    _run(_OBSERVATIONS, programme=programme.pk, indicators=plan, years=list(years), newest=max(years))
    for _name, made in indexes:
        _run(made)


_STOREY = """
INSERT INTO units_division (uid, by_import, key, level, is_fictitious, name_now, name_en_now, code_now, parent_now_id,
  path_now, sort_key)
SELECT portal_uuid7(), false, %(code)s || '-' || %(storey)s || '-' || n, %(level)s, true, '虚构地区 ' || n, '', '',
  above.id, '', %(code)s || '-' || %(storey)s || '-' || lpad(n::text, 6, '0')
FROM generate_series(1, %(count)s) n
CROSS JOIN LATERAL (
  SELECT count(*) AS number FROM units_division WHERE key LIKE %(code)s || '-' || (%(storey)s - 1) || '-%%') a
JOIN units_division above ON above.key = %(code)s || '-' || (%(storey)s - 1) || '-' || CASE
  WHEN n <= %(branch)s OR a.number = 1 THEN 1 ELSE 2 + (n - %(branch)s - 1) %% (a.number - 1) END;
UPDATE units_division d SET path_now = p.path_now || d.id || '/'
FROM units_division p WHERE p.id = d.parent_now_id AND d.key LIKE %(code)s || '-' || %(storey)s || '-%%'
"""
_VERSIONS = """
INSERT INTO units_divisionversion (division_id, name_zh, name_en, code, parent_id, valid, source)
SELECT id, name_now, '', '', parent_now_id, daterange(NULL, NULL), 'bench'
FROM units_division WHERE key LIKE %(code)s || '-%%'
"""
_UNITS = """
INSERT INTO units_unit (uid, source, confidence, by_import, key, kind, division_id, name_now, name_en_now, sort_key,
  is_fictitious)
SELECT portal_uuid7(), 'bench', 'high', false, key, 'leading_group', id, name_now, '', sort_key, true
FROM units_division WHERE key LIKE %(code)s || '-4-%%'
"""
_PILOTS = """
INSERT INTO pilots_pilotarea (uid, source, confidence, by_import, key, programme_id, name_as_published, name_en,
  category, region, province_id, reporting_unit_id, beyond_limit_reason, note, is_fictitious, sort_key)
SELECT portal_uuid7(), 'bench', 'high', false, key, %(programme)s, '虚构试点 ' || id, '', '', '', %(top)s, id, '', '',
  true, sort_key
FROM units_unit WHERE key LIKE %(code)s || '-4-%%'
"""
_PLACES = """
INSERT INTO pilots_pilotarea_divisions (pilotarea_id, division_id)
SELECT p.id, u.division_id FROM pilots_pilotarea p JOIN units_unit u ON u.id = p.reporting_unit_id
WHERE p.programme_id = %(programme)s AND p.key LIKE %(code)s || '-4-%%'
"""
_WITHOUT_FOREIGN_KEYS = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT conname FROM pg_constraint
    WHERE conrelid = 'indicators_observation'::regclass AND contype = 'f'
  LOOP EXECUTE format('ALTER TABLE indicators_observation DROP CONSTRAINT %I', name); END LOOP;
END $$
"""
_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid = 'indicators_observation'::regclass
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""
_OBSERVATIONS = """
WITH place AS (
  SELECT d.id AS division, u.id AS unit, 20000 + (d.id * 7919 %% 980000) AS people, d.id * 104729 %% 1000 AS luck
  FROM pilots_pilotarea p JOIN units_unit u ON u.id = p.reporting_unit_id JOIN units_division d ON d.id = u.division_id
  WHERE p.programme_id = %(programme)s),
cell AS (
  SELECT place.*, i.indicator, i.number, y.year,
    (place.luck * 31 + i.number * 17 + y.year * 13) %% 1000 AS chance,
    -- a rate rises along an S: slow, quick, slow again
    100 / (1 + exp(-((y.year - 2016) * 0.12 + (place.luck + i.number * 53) %% 1000 / 400.0 - 1.2))) AS share
  FROM place
  CROSS JOIN unnest(%(indicators)s::bigint[]) WITH ORDINALITY AS i (indicator, number)
  CROSS JOIN unnest(%(years)s::int[]) AS y (year)),
said AS (
  SELECT cell.*, round((people * (1 + (year - 2013) * 0.012))::numeric) AS whole,
    CASE WHEN chance < 8 THEN 'not_applicable' WHEN chance < 20 THEN 'not_available' ELSE '' END AS absence
  FROM cell WHERE chance < 970)
INSERT INTO indicators_observation (uid, division_id, indicator_id, year, part, value, numerator, denominator, absence,
  reason, status, entered, entered_measure, source, note, confidence, programme_id, unit_id, chain, is_demo,
  recorded_at, withdrawn_reason, is_in_force)
SELECT md5(division || '/' || indicator || '/' || year)::uuid, division, indicator, year, 'year',
  CASE WHEN absence = '' THEN round(share::numeric, 2) END,
  CASE WHEN absence = '' THEN round((whole * share / 100)::numeric / 10000, 4) END,
  CASE WHEN absence = '' THEN round(whole / 10000, 4) END,
  absence, CASE WHEN absence = '' THEN '' ELSE 'bench' END,
  CASE WHEN year = %(newest)s THEN 'estimate' ELSE 'final' END, '', '', 'bench', '', 'high', %(programme)s, unit, '{}',
  true, now(), '', true
FROM said
"""
