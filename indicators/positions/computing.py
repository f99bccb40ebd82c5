"""From the standing of pilot areas to the rows that are kept of it. Nothing is written here."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from indicators.calculations import ORDER, Verdict
from indicators.models import Observation, PilotPosition, Position, VerdictPolicy
from indicators.standing import judged_before, standings_of
from indicators.standing_shapes import IndicatorStanding, Line, Standing
from pilots.models import PilotArea

HALF_YEARS = ((6, 30), (12, 31))
"""Last days of the periods figures are about: from then on they can count."""


def positions_of(pilots: Sequence[PilotArea], day: dt.date) -> Iterator[tuple[PilotPosition, list[Position]]]:
    """For each pilot area (with `chain_now`) its row and those of its indicators. As many statements as for one."""
    for standing in standings_of(pilots, day, Observation.objects.all()):
        rows = [_position(one, standing) for one in standing.indicators]
        yield _pilot(standing, rows), rows


def _pilot(standing: Standing, rows: Sequence[Position]) -> PilotPosition:
    pilot, counts = standing.pilot_area, Counter(row.verdict for row in rows)
    chain = [unit for unit in pilot.chain_now if unit is not None]  # type: ignore[attr-defined]
    return PilotPosition(
        pilot_area=pilot,
        programme_id=pilot.programme_id,
        unit_id=pilot.reporting_unit_id,
        receiver_id=chain[0] if chain else None,
        chain=chain,
        batch_id=pilot.batch_id,
        category=pilot.category,
        region=pilot.region,
        sort_key=pilot.sort_key,
        fell=sum(row.change < 0 for row in rows),
        rose=sum(row.change > 0 for row in rows),
        computed_on=standing.day,
        stale_on=_stale_on(standing),
        **{verdict.value: counts[verdict.value] for verdict in Verdict},
    )


def _position(one: IndicatorStanding, standing: Standing) -> Position:
    row = Position(
        pilot_id=standing.pilot_area.pk,
        programme_id=standing.pilot_area.programme_id,
        indicator=one.indicator,
        is_demo=any(figure.is_demo for figure in one.figures) or _has_demo(one.principal),
    )
    shown = one.principal.figure if one.principal else one.latest
    if shown:
        row.value, row.figure_on, row.figure = shown.value, shown.day, shown.uid
        row.is_reported = not shown.is_published
    if one.principal:
        _judged(row, one.principal)
        _before(row, one.principal, one, standing.policy)
    return row


def _has_demo(line: Line | None) -> bool:
    return line is not None and any(target.is_demo for target in line.cited)


def _judged(row: Position, line: Line) -> None:
    found, aim = line.judgement, line.aim
    row.verdict, row.reason = found.verdict.value, found.reason.value
    row.expected, row.gap, row.gap_years = found.expected, found.gap, found.gap_years
    row.comparison, row.target, row.target_to, row.due_on = str(aim.comparison), aim.value, aim.value_to, aim.due_on


def _before(row: Position, line: Line, one: IndicatorStanding, policy: VerdictPolicy | None) -> None:
    found = judged_before(line, one, policy)
    if found is None:
        return
    figure, judgement = found
    row.before_verdict, row.before_value, row.before_on = judgement.verdict.value, figure.value, figure.day
    row.change = steps(judgement.verdict, line.judgement.verdict)


def steps(before: Verdict, now: Verdict) -> int:
    """How many steps better (+) or worse (-); 0 where either is unknown."""
    if before == Verdict.UNKNOWN or now == Verdict.UNKNOWN:
        return 0
    return ORDER.index(now) - ORDER.index(before)


def _stale_on(standing: Standing) -> dt.date:
    """The first day on which the same figures and targets may be judged otherwise."""
    return min(_coming(standing), default=dt.date.max)


def _coming(standing: Standing) -> Iterable[dt.date]:
    day = standing.day
    yield min(end for year in (day.year, day.year + 1) for end in _ends(year) if end > day)
    for one in standing.indicators:
        for line in one.lines:
            if line.aim.due_on and line.aim.due_on >= day:
                yield line.aim.due_on + dt.timedelta(days=1)
        upper = one.version.valid.upper
        if upper and upper > day:
            yield upper


def _ends(year: int) -> list[dt.date]:
    return [dt.date(year, month, day) for month, day in HALF_YEARS]
