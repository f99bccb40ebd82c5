"""The SQL of roll-ups. In SQL because it is set-based: millions of figures become thousands of sums in one statement.

A roll-up of a place, an indicator and a period adds up the figures of the topmost places with a pilot area that lie
strictly below it, in the tree of the period's last day. The same pieces make all of it (`rebuild`), the ancestors of
a few places (`refresh`) and the comparison (`audit`), so that they cannot come to different sums:

    given → figure → below  (figures of places, added up by the place directly above)
                   → merged (the sums of one place, wherever they come from) → ready (as rows of the table)

What they stand on has the same names whether it is a temporary table (`tables`) or a part of one statement (`LEVEL`):
`rollup_place` and `rollup_meaning`; the rest only where all is computed.
"""

# ruff: noqa: S608 (put together of the constants below only; everything that varies is bound)
from __future__ import annotations

PERIOD_END = "CASE o.part WHEN 'h1' THEN make_date(o.year::int, 6, 30) ELSE make_date(o.year::int, 12, 31) END"
"""`indicators.models.period_end`, in SQL, of a row named `o`."""
VERIFIED = "({row}.confidence <> 'low' AND {row}.source NOT LIKE '%%memory%%')"
"""`Sourced.is_fact` of a row: what nobody could verify is shown, and counts nowhere."""
RANKED = "CASE {row}.status WHEN 'final' THEN 3 WHEN 'preliminary' THEN 2 ELSE 1 END"
"""`indicators.models.RANK` of a figure."""
MOST_STEPS = 12
"""More than any tree has levels: so that a place that lies in itself by mistake does not climb for ever."""


def holds(valid: str, day: str) -> str:
    """`valid @> day`, said so that the planner does not take it for one in a thousand and loop over millions."""
    return f"{day} >= coalesce(lower({valid}), '-infinity') AND {day} < coalesce(upper({valid}), 'infinity')"


# -- what they stand on ----------------------------------------------------------------------------------------

PILOT = f"""
SELECT DISTINCT link.division_id
FROM pilots_pilotarea area JOIN pilots_pilotarea_divisions link ON link.pilotarea_id = area.id
WHERE area.programme_id = %(programme)s AND {VERIFIED.format(row="area")}
"""
"""`PilotArea.objects.shown()`: the places that are expected to give figures. The set is today's; the tree is dated."""

PLACE = """
SELECT version.division_id, version.parent_id, version.valid, division.level
FROM rollup_pilot pilot
JOIN units_divisionversion version ON version.division_id = pilot.division_id AND version.parent_id IS NOT NULL
JOIN units_division division ON division.id = version.division_id
"""
"""Under which place each pilot lay, and when."""

UP = f"""
SELECT DISTINCT place.parent_id AS node, place.parent_id AS ancestor, daterange(NULL, NULL) AS valid, 0 AS steps
FROM rollup_place place
UNION ALL
SELECT up.node, version.parent_id, up.valid * version.valid, up.steps + 1
FROM rollup_up up
JOIN units_divisionversion version
  ON version.division_id = up.ancestor AND version.parent_id IS NOT NULL AND version.valid && up.valid
WHERE up.steps < {MOST_STEPS} AND NOT EXISTS (SELECT FROM rollup_pilot pilot WHERE pilot.division_id = up.ancestor)
"""
"""From a place to itself and every place above it, and when. A pilot stops the climb: only its own figure counts above.
"""

EXPECTED = """
SELECT division_id, level, count,
       daterange(nullif(since, '-infinity'), nullif(until, 'infinity')) AS valid
FROM (
  SELECT ancestor AS division_id, level, day AS since, lead(day) OVER later AS until,
         (sum(change) OVER later)::int AS count
  FROM (
    SELECT ancestor, level, day, sum(change) AS change
    FROM rollup_place place
    JOIN rollup_up up ON up.node = place.parent_id AND up.valid && place.valid
    CROSS JOIN LATERAL (VALUES (coalesce(lower(place.valid * up.valid), '-infinity'::date), 1),
                               (coalesce(upper(place.valid * up.valid), 'infinity'::date), -1)) AS edge (day, change)
    GROUP BY ancestor, level, day HAVING sum(change) <> 0) AS edges
  WINDOW later AS (PARTITION BY ancestor, level ORDER BY day)) AS spans
WHERE count > 0
"""
"""How many pilots of each level lie below a place, and when: counted from the days on which one comes or goes."""

MEANING = """
SELECT version.indicator_id AS source_id, version.indicator_id, version.valid, false AS is_own,
       version.levels, version.method, version.weight_id
FROM indicators_indicatorversion version
JOIN indicators_indicator indicator ON indicator.id = version.indicator_id AND indicator.pilot_area_id IS NULL
UNION ALL
SELECT own.indicator_id, shared.indicator_id, own.valid * shared.valid, true,
       shared.levels, shared.method, shared.weight_id
FROM indicators_indicator indicator
JOIN indicators_indicatorversion own ON own.indicator_id = indicator.id
JOIN indicators_indicatorversion shared ON shared.indicator_id = indicator.mapped_to_id AND shared.valid && own.valid
WHERE own.measure = shared.measure AND (own.part_measure = shared.part_measure OR own.part_measure = '')
"""
"""What figures of an indicator count as, and how: as itself where it is shared, as what it is mapped to where it is a
pilot area's own and measured alike."""

TABLES = {
    "rollup_pilot": PILOT,
    "rollup_place": PLACE,
    "rollup_up": UP,
    "rollup_expected": EXPECTED,
    "rollup_meaning": MEANING,
}
"""In the order in which they stand on each other."""
_UP_COLUMNS = "(node, ancestor, valid, steps)"


def table(name: str) -> str:
    """The statement that makes one of them a temporary table."""
    text = TABLES[name]
    if name == "rollup_up":
        text = f"WITH RECURSIVE rollup_up {_UP_COLUMNS} AS ({text}) SELECT * FROM rollup_up"
    return f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {text}"


# -- from figures to sums --------------------------------------------------------------------------------------

GIVEN = f"""
SELECT id, division_id, indicator_id, year, part, value, numerator, denominator, absence, status, vintage_id, is_demo,
       recorded_at
FROM indicators_observation o
WHERE programme_id = %(programme)s AND is_in_force AND {VERIFIED.format(row="o")}
"""
_FIGURE = f"""
SELECT o.*, {PERIOD_END} AS day, m.indicator_id AS counts_as, m.levels, m.method, m.weight_id
FROM given o JOIN rollup_meaning m ON m.source_id = o.indicator_id AND {holds("m.valid", PERIOD_END)}
"""

FIGURE = f"""
figure AS NOT MATERIALIZED (
  {_FIGURE} AND NOT m.is_own
  UNION ALL
  SELECT * FROM (
    SELECT DISTINCT ON (division_id, counts_as, year, part) * FROM ({_FIGURE} AND m.is_own) AS own
    WHERE coalesce((
      SELECT false FROM indicators_observation same
      WHERE same.programme_id = %(programme)s AND same.division_id = own.division_id
        AND same.indicator_id = own.counts_as AND same.year = own.year AND same.part = own.part AND same.is_in_force
        AND {VERIFIED.format(row="same")}
      LIMIT 1), true)
    ORDER BY division_id, counts_as, year, part, indicator_id) AS mapped),
weighing AS MATERIALIZED (
  SELECT division_id, counts_as, year, part, value FROM figure
  WHERE counts_as IN (SELECT weight_id FROM rollup_meaning WHERE weight_id IS NOT NULL) AND value IS NOT NULL),
counting AS (
  SELECT place.parent_id AS node, f.id, f.counts_as AS indicator_id, f.year, f.part, f.day, f.absence, f.value,
         f.numerator, f.denominator, f.is_demo, f.recorded_at, f.method, w.value AS weight,
         edition.from_year, f.vintage_id,
         {RANKED.format(row="f")} AS settled,
         f.value IS NOT NULL
           AND (f.method <> 'ratio' OR (f.numerator IS NOT NULL AND f.denominator IS NOT NULL))
           AND (f.method <> 'weighted' OR w.value IS NOT NULL) AS counts
  FROM figure f
  JOIN rollup_place place
    ON place.division_id = f.division_id AND {holds("place.valid", "f.day")}
   AND (f.levels = '{{}}' OR place.level = ANY (f.levels))
  LEFT JOIN weighing w
    ON w.division_id = f.division_id AND w.counts_as = f.weight_id AND w.year = f.year AND w.part = f.part
  LEFT JOIN indicators_vintage edition ON edition.id = f.vintage_id),
below AS (
  SELECT node, indicator_id, year, part, day,
    count(value) AS reported,
    count(*) FILTER (WHERE counts) AS counted,
    count(*) FILTER (WHERE absence = 'not_applicable') AS not_applicable,
    coalesce(sum(value) FILTER (WHERE counts), 0) AS total,
    coalesce(sum(numerator) FILTER (WHERE counts), 0) AS numerator,
    coalesce(sum(denominator) FILTER (WHERE counts), 0) AS denominator,
    coalesce(sum(value * weight) FILTER (WHERE counts), 0) AS weighted,
    coalesce(sum(weight) FILTER (WHERE counts), 0) AS weight,
    coalesce(sum(weight) FILTER (WHERE absence = 'not_applicable'), 0) AS weight_not_applicable,
    max(CASE WHEN counts AND method = 'latest'
        THEN ARRAY[(extract(epoch FROM recorded_at) * 1000000)::bigint, id] END) AS latest,
    min(settled) FILTER (WHERE counts) AS settled,
    min(CASE WHEN counts AND vintage_id IS NOT NULL THEN ARRAY[from_year::bigint, vintage_id] END) AS oldest,
    max(CASE WHEN counts AND vintage_id IS NOT NULL THEN ARRAY[from_year::bigint, vintage_id] END) AS newest,
    bool_or(is_demo) AS has_demo
  FROM counting GROUP BY node, indicator_id, year, part, day)
"""
"""Takes `given`, which is `GIVEN` or less. `below` has one row for each place directly above pilots."""

SUMS = """
sum(s.reported)::int AS reported, sum(s.counted)::int AS counted, sum(s.not_applicable)::int AS not_applicable,
sum(s.total) AS total, sum(s.numerator) AS numerator, sum(s.denominator) AS denominator,
sum(s.weighted) AS weighted, sum(s.weight) AS weight, sum(s.weight_not_applicable) AS weight_not_applicable,
max(s.latest) AS latest, min(s.settled) AS settled, min(s.oldest) AS oldest, max(s.newest) AS newest,
bool_or(s.has_demo) AS has_demo
"""
"""Sums of sums: exact, so that neither order nor grouping matters."""

SPREAD = f"""
merged AS (
  SELECT up.ancestor AS node, s.indicator_id, s.year, s.part, s.day, {SUMS}
  FROM below s JOIN rollup_up up ON up.node = s.node AND {holds("up.valid", "s.day")}
  GROUP BY up.ancestor, s.indicator_id, s.year, s.part, s.day)
"""
"""All places above at once."""

COLUMNS = (
    "expected", "reported", "counted", "not_applicable", "total", "numerator", "denominator", "weighted", "weight",
    "weight_not_applicable", "latest_id", "status", "oldest_vintage_id", "newest_vintage_id", "has_demo",
)  # fmt: skip
KEY = ("division_id", "indicator_id", "year", "part")


def ready(expected: str, rows: str = "merged") -> str:
    """`ready`: the rows as the table has them. `expected` is where the counts of expected places stand.

    How many are expected is asked once for each place, day and choice of levels: not for each indicator again.
    """
    return f"""
awaited AS MATERIALIZED (
  SELECT asked.node, asked.day, kind.levels, sum(e.count)::int AS count
  FROM (SELECT DISTINCT node, day FROM {rows} merged) AS asked
  JOIN {expected} e ON e.division_id = asked.node AND {holds("e.valid", "asked.day")}
  JOIN (SELECT DISTINCT levels FROM rollup_meaning WHERE NOT is_own) AS kind
    ON kind.levels = '{{}}' OR e.level = ANY (kind.levels)
  GROUP BY asked.node, asked.day, kind.levels),
ready AS MATERIALIZED (
  SELECT merged.node AS division_id, merged.indicator_id, merged.year, merged.part,
    coalesce(awaited.count, 0) AS expected,
    reported, counted, not_applicable, total, numerator, denominator, weighted, weight, weight_not_applicable,
    latest[2] AS latest_id,
    (CASE settled WHEN 3 THEN 'final' WHEN 2 THEN 'preliminary' WHEN 1 THEN 'estimate' ELSE '' END)::varchar AS status,
    oldest[2] AS oldest_vintage_id, newest[2] AS newest_vintage_id, has_demo
  FROM {rows} merged
  JOIN rollup_meaning m ON m.source_id = merged.indicator_id AND NOT m.is_own AND {holds("m.valid", "merged.day")}
  LEFT JOIN awaited ON awaited.node = merged.node AND awaited.day = merged.day AND awaited.levels = m.levels)
"""


_LIST = ", ".join((*KEY, *COLUMNS))
_OLD, _NEW = (", ".join(f"{row}.{name}" for name in COLUMNS) for row in ("stored", "excluded"))
WRITE = f"""
INSERT INTO indicators_rollup AS stored (programme_id, {_LIST}, updated_at)
SELECT %(programme)s, {_LIST}, %(now)s FROM ready
ON CONFLICT (programme_id, division_id, indicator_id, year, part) DO UPDATE
SET ({", ".join(COLUMNS)}, updated_at) = ROW ({_NEW}, excluded.updated_at)
WHERE ({_OLD}) IS DISTINCT FROM ({_NEW})
"""
"""Rows that are as they should be are left alone."""


def same_key(one: str, other: str) -> str:
    return " AND ".join(f"{one}.{name} = {other}.{name}" for name in KEY)


def gone(which: str) -> str:
    """`gone`: deletes stored rows below which nobody has answered any more, of those that `which` names."""
    return f"""
gone AS (
  DELETE FROM indicators_rollup stored WHERE stored.programme_id = %(programme)s AND {which}
    AND NOT EXISTS (SELECT FROM ready WHERE {same_key("ready", "stored")}))
"""


# -- the ancestors of a few places -----------------------------------------------------------------------------

_IS_PILOT = f"""EXISTS (
    SELECT FROM pilots_pilotarea_divisions link JOIN pilots_pilotarea area ON area.id = link.pilotarea_id
    WHERE link.division_id = {{row}}.division_id AND area.programme_id = %(programme)s
      AND {VERIFIED.format(row="area")})"""
"""The same as `PILOT`, of one place."""

WAY_UP = f"""
WITH RECURSIVE way (division_id, day, parent_id) AS (
  SELECT start.division_id, start.day, version.parent_id
  FROM unnest(%(places)s::bigint[], %(days)s::date[]) AS start (division_id, day)
  JOIN units_divisionversion version ON version.division_id = start.division_id AND version.valid @> start.day
  UNION
  SELECT version.division_id, way.day, version.parent_id
  FROM way JOIN units_divisionversion version ON version.division_id = way.parent_id AND version.valid @> way.day)
SELECT way.division_id, way.day, way.parent_id, {_IS_PILOT.format(row="way")} FROM way
"""

_STORED = "(SELECT * FROM indicators_expectation WHERE programme_id = %(programme)s)"
LEVEL = f"""
WITH wanted AS MATERIALIZED (
  SELECT * FROM unnest(%(places)s::bigint[], %(indicators)s::bigint[], %(years)s::int[], %(parts)s::text[],
                       %(days)s::date[]) AS w (division_id, indicator_id, year, part, day)),
child AS MATERIALIZED (
  SELECT version.division_id, version.parent_id, version.valid, division.level,
         {_IS_PILOT.format(row="version")} AS is_pilot
  FROM (SELECT DISTINCT division_id, day FROM wanted) AS above
  JOIN units_divisionversion version ON version.parent_id = above.division_id AND version.valid @> above.day
  JOIN units_division division ON division.id = version.division_id
  GROUP BY version.id, division.id),
rollup_place AS (SELECT * FROM child WHERE is_pilot),
rollup_meaning AS MATERIALIZED ({MEANING}),
given AS MATERIALIZED (
  SELECT o.id, o.division_id, o.indicator_id, o.year, o.part, o.value, o.numerator, o.denominator, o.absence, o.status,
         o.vintage_id, o.is_demo, o.recorded_at
  FROM (SELECT DISTINCT place.division_id, wanted.year, wanted.part
        FROM rollup_place place
        JOIN wanted ON wanted.division_id = place.parent_id AND place.valid @> wanted.day) AS leaf
  JOIN indicators_observation o
    ON o.programme_id = %(programme)s AND o.division_id = leaf.division_id AND o.indicator_id = ANY (%(sources)s)
   AND o.year = leaf.year AND o.part = leaf.part AND o.is_in_force AND {VERIFIED.format(row="o")}),
{FIGURE},
rolled AS (
  SELECT wanted.division_id AS node, r.indicator_id, r.year, r.part, wanted.day, r.reported, r.counted,
    r.not_applicable, r.total, r.numerator, r.denominator, r.weighted, r.weight, r.weight_not_applicable,
    CASE WHEN last.id IS NOT NULL
         THEN ARRAY[(extract(epoch FROM last.recorded_at) * 1000000)::bigint, last.id] END AS latest,
    CASE r.status WHEN 'final' THEN 3 WHEN 'preliminary' THEN 2 WHEN 'estimate' THEN 1 END AS settled,
    CASE WHEN oldest.id IS NOT NULL THEN ARRAY[oldest.from_year::bigint, oldest.id] END AS oldest,
    CASE WHEN newest.id IS NOT NULL THEN ARRAY[newest.from_year::bigint, newest.id] END AS newest,
    r.has_demo
  FROM wanted
  JOIN child ON child.parent_id = wanted.division_id AND child.valid @> wanted.day AND NOT child.is_pilot
  JOIN indicators_rollup r
    ON r.programme_id = %(programme)s AND r.division_id = child.division_id AND r.indicator_id = wanted.indicator_id
   AND r.year = wanted.year AND r.part = wanted.part
  LEFT JOIN indicators_observation last ON last.id = r.latest_id
  LEFT JOIN indicators_vintage oldest ON oldest.id = r.oldest_vintage_id
  LEFT JOIN indicators_vintage newest ON newest.id = r.newest_vintage_id),
merged AS (
  SELECT s.node, s.indicator_id, s.year, s.part, s.day, {SUMS}
  FROM (SELECT * FROM below UNION ALL
        SELECT node, indicator_id, year, part, day, reported, counted, not_applicable, total, numerator, denominator,
               weighted, weight, weight_not_applicable, latest, settled, oldest, newest, has_demo FROM rolled) AS s
  JOIN wanted ON wanted.division_id = s.node AND wanted.indicator_id = s.indicator_id
             AND wanted.year = s.year AND wanted.part = s.part
  GROUP BY s.node, s.indicator_id, s.year, s.part, s.day),
{ready(_STORED)},
{gone("EXISTS (SELECT FROM wanted WHERE " + same_key("wanted", "stored") + ")")}
{WRITE}
"""
"""One level of the tree: each place from the figures of the pilots and the roll-ups of the places directly below."""
