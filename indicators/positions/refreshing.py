"""Writing where pilot areas stand: of those concerned, or of a whole programme; counts follow by their difference."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from indicators.models import Baseline, Freshness, Observation, PilotPosition, Position, PositionCount, Target
from indicators.positions.computing import positions_of
from pilots.models import Capacity, PilotArea
from pilots.models.areas import way_up
from records.locks import Lock, take
from units.calendar import today
from units.models import Programme

AT_ONCE = 500
"""Pilot areas computed together: so many fit in memory with all their figures."""
KEY = (
    "programme_id", "office_id", "sender_id", "is_direct", "batch_id", "category", "region", "indicator_id", "verdict",
    "change",
)  # fmt: skip
Key = tuple[Any, ...]
"""As KEY."""

_COUNTS = """
SELECT pp.programme_id, above.office, CASE
    WHEN above.step > 1 THEN pp.chain[above.step - 1]
    WHEN EXISTS (SELECT 1 FROM pilots_route r WHERE r.programme_id = pp.programme_id AND r.sender_id = pp.unit_id
      AND r.receiver_id = above.office AND r.capacity = 'compiler') THEN pp.unit_id END,
  above.step = 1, pp.batch_id, pp.category, pp.region, p.indicator_id, p.verdict, p.change, count(*)
FROM indicators_pilotposition pp
JOIN indicators_position p ON p.pilot_id = pp.pilot_area_id AND p.verdict <> ''
CROSS JOIN LATERAL unnest(pp.chain) WITH ORDINALITY AS above (office, step)
WHERE {which}
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
"""
_COLUMNS = ", ".join((*KEY, "count"))


@transaction.atomic
def refresh(pilots: Collection[int]) -> int:
    """Judge these pilot areas (ids) anew as of today; returns how many. Statements do not depend on how many others
    there are."""
    if not pilots:
        return 0
    take(Lock.POSITIONS)
    ordered = sorted(pilots)
    for begin in range(0, len(ordered), AT_ONCE):
        _refresh(ordered[begin : begin + AT_ONCE])
    return len(ordered)


def figures_changed(programme: Programme | None, divisions: Collection[int]) -> int:
    """Figures of these places (ids) have begun or ceased to count; without a programme, published ones."""
    rows = PilotArea.objects.filter(divisions__in=divisions)
    if programme is not None:
        rows = rows.filter(programme=programme)
    return refresh(set(rows.values_list("pk", flat=True)))


def meaning_changed(indicators: Collection[int]) -> int:
    """Versions of these indicators (ids) have changed: whoever has a target, a baseline or a figure of them."""
    places = Observation.objects.in_force().filter(indicator__in=indicators).values("division")
    concerned = PilotArea.objects.filter(
        Q(pk__in=Target.objects.current().filter(indicator__in=indicators).values("pilot_area"))
        | Q(pk__in=Baseline.objects.current().filter(indicator__in=indicators).values("pilot_area"))
        | Q(divisions__in=places)
    )
    return refresh(set(concerned.values_list("pk", flat=True)))


def refresh_stale() -> int:
    """Those whose day has come, and those of which nothing is kept yet, a few hundred to a transaction."""
    done = 0
    while concerned := _stale(today()):
        done += refresh(concerned)
    return done


def _stale(day: dt.date) -> list[int]:
    kept = PilotPosition.objects.filter(stale_on__lte=day).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    missing = PilotArea.objects.filter(position__isnull=True).shown().order_by("pk").values_list("pk", flat=True)
    return list(kept) or list(missing[:AT_ONCE])


@transaction.atomic
def rebuild(programme: Programme) -> int:
    """All of a programme anew; returns how many pilot areas that were."""
    take(Lock.POSITIONS)
    shown = list(PilotArea.objects.filter(programme=programme).shown().order_by("pk").values_list("pk", flat=True))
    PilotPosition.objects.filter(programme=programme).exclude(pk__in=shown).delete()
    for begin in range(0, len(shown), AT_ONCE):
        _write(shown[begin : begin + AT_ONCE])
    count_anew(programme)
    offices = PositionCount.objects.filter(programme=programme).order_by().values_list("office", flat=True).distinct()
    _renew(programme.pk, set(offices))
    return len(shown)


def count_anew(programme: Programme) -> None:
    """All counts of a programme from its positions, in one statement. The lock is ours."""
    PositionCount.objects.filter(programme=programme).delete()
    said = f"INSERT INTO indicators_positioncount ({_COLUMNS}) {_COUNTS.format(which='pp.programme_id = %s')}"
    with connection.cursor() as cursor:
        cursor.execute(said, [programme.pk])


def rebuild_all() -> None:
    """Places, pilot areas or routes are not what they were. In the transaction of the change."""
    for programme in Programme.objects.order_by("pk"):
        rebuild(programme)


# -- writing -----------------------------------------------------------------------------------------------------


def _refresh(pilots: Sequence[int]) -> None:
    before, offices = _counts(pilots), _above(pilots)
    _write(pilots)
    after = _counts(pilots)
    _add(Counter(after), Counter(before))
    for programme, units in _joined(offices, _above(pilots)).items():
        _renew(programme, units)


def _write(pilots: Sequence[int]) -> None:
    """The rows of these pilot areas, as they are computed now; indicators that are no longer theirs go."""
    areas = PilotArea.objects.filter(pk__in=pilots).shown().annotate(**way_up("reporting_unit", Capacity.PILOT))
    found = list(positions_of(list(areas.order_by("pk")), today()))
    heads, rows = [head for head, _rows in found], [row for _head, rows in found for row in rows]
    Position.objects.filter(pilot__in=pilots).delete()
    PilotPosition.objects.bulk_create(
        heads, update_conflicts=True, unique_fields=["pilot_area"], update_fields=_others(PilotPosition, "pilot_area")
    )
    Position.objects.bulk_create(rows, batch_size=2000)


def _others(model: type[PilotPosition], key: str) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if field.name != key]


def _counts(pilots: Sequence[int]) -> Mapping[Key, int]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS.format(which="pp.pilot_area_id = ANY (%s)"), [list(pilots)])
        return {tuple(row[:-1]): row[-1] for row in cursor.fetchall()}


_MERGE = """
INSERT INTO indicators_positioncount ({columns}) VALUES {rows}
ON CONFLICT ON CONSTRAINT position_count_once
DO UPDATE SET count = indicators_positioncount.count + excluded.count
"""


def _add(after: Counter[Key], before: Counter[Key]) -> None:
    """Put the differences to the counts; those that have come to nothing go. The lock is ours."""
    after.subtract(before)
    changed = sorted(((key, number) for key, number in after.items() if number), key=repr)
    if not changed:
        return
    marks = f"({', '.join(['%s'] * (len(KEY) + 1))})"
    with connection.cursor() as cursor:
        cursor.execute(
            _MERGE.format(columns=_COLUMNS, rows=", ".join([marks] * len(changed))),
            [value for key, number in changed for value in (*key, number)],
        )
    programmes = {key[0] for key, _number in changed}
    PositionCount.objects.filter(programme__in=programmes, count=0).delete()


def _above(pilots: Sequence[int]) -> dict[int, set[int]]:
    """By programme: the offices that look at these pilot areas, and their own."""
    found: dict[int, set[int]] = {}
    rows = PilotPosition.objects.filter(pk__in=pilots).values_list("programme_id", "unit_id", "chain")
    for programme, unit, chain in rows:
        found.setdefault(programme, set()).update((unit, *chain))
    return found


def _joined(one: Mapping[int, set[int]], other: Mapping[int, set[int]]) -> dict[int, set[int]]:
    return {programme: one.get(programme, set()) | other.get(programme, set()) for programme in {*one, *other}}


def _renew(programme: int, offices: Collection[int]) -> None:
    """One more: what was kept of these offices' views is no longer right."""
    rows = [Freshness(programme_id=programme, office_id=office, number=0) for office in sorted(offices)]
    Freshness.objects.bulk_create(rows, ignore_conflicts=True)
    own = Freshness.objects.filter(programme=programme, office__in=offices)
    own.update(number=F("number") + 1, changed_at=timezone.now())
