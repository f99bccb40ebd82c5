"""How many targets below an office stand how: in all, and by everything they are sorted by. One statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Sum

from accounts.access import Actor, Reach, units_for
from indicators.calculations import Verdict
from indicators.models import PositionCount
from units.models import Unit

VIEW = "figure.view"
"""Who sees where targets stand: the reach of the figures they come from."""
SIDES = ("indicator", "sender", "batch", "category", "region")
"""By what targets are counted. `sender`: who sends to the office; None for pilot areas that send to it themselves."""


@dataclass(slots=True)
class Tally:
    """So many targets of each verdict; of them so many that fell or rose with the latest figure."""

    off_track: int = 0
    at_risk: int = 0
    on_track: int = 0
    ahead: int = 0
    unknown: int = 0
    fell: int = 0
    rose: int = 0

    def add(self, verdict: str, change: int, count: int) -> None:
        setattr(self, verdict, getattr(self, verdict) + count)
        self.fell += count if change < 0 else 0
        self.rose += count if change > 0 else 0

    @property
    def total(self) -> int:
        return self.judged + self.unknown

    @property
    def judged(self) -> int:
        return self.off_track + self.at_risk + self.on_track + self.ahead

    @property
    def behind(self) -> int:
        """At risk or worse."""
        return self.off_track + self.at_risk

    def of(self, verdict: Verdict) -> int:
        number: int = getattr(self, verdict.value)
        return number


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is asked about: ids and codes; None or '' is all of them."""

    indicator: int | None = None
    sender: int | None = None
    batch: int | None = None
    category: str = ""
    region: str = ""

    @property
    def is_whole(self) -> bool:
        return self == Narrowed()


@dataclass(frozen=True, slots=True)
class Tallies:
    """In all, and for each side by its value."""

    whole: Tally = field(default_factory=Tally)
    sides: Mapping[str, dict[Any, Tally]] = field(default_factory=lambda: {side: {} for side in SIDES})

    def by(self, side: str) -> dict[Any, Tally]:
        return self.sides[side]


def viewpoint(actor: Actor) -> Unit:
    """From where one looks: the own office; the owner of the programme for who sees all of it (auditor)."""
    programme = actor.programme
    return programme.owner if programme and Reach.PROGRAMME in units_for(actor, VIEW) else actor.unit


def tallies(actor: Actor, narrowed: Narrowed, *, office: int | None = None) -> Tallies:
    """Of the pilot areas below one's office, as far as one sees them: all below, or those that send to it themselves.

    `office`: the owner of the programme instead, for counts without names (a pilot area's place among the others).
    """
    reaches = units_for(actor, VIEW)
    found = Tallies()
    if not actor.hat.programme_id or not reaches:
        return found
    rows = _rows(actor, narrowed, office, is_deep=bool(office or reaches & {Reach.BELOW, Reach.PROGRAMME}))
    for mask, *values, verdict, change, count in rows:
        side = _SIDE_OF[mask]
        tally = found.whole if side == "" else found.sides[side].setdefault(values[SIDES.index(side)], Tally())
        tally.add(verdict, change, count)
    return found


def sender_tallies(actor: Actor, senders: Sequence[int]) -> dict[int, Tallies]:
    """For senders (ids) anywhere below one's office, in all and by indicator: what is below them, and their own.

    One statement. For whoever sees all below their office; who sends to whom is not asked here.
    """
    found: dict[int, Tallies] = {}
    if not senders:
        return found
    rows = PositionCount.objects.filter(programme=actor.hat.programme_id, sender__in=senders).order_by()
    summed = rows.values_list("sender", "indicator", "verdict", "change").annotate(Sum("count"))
    for sender, indicator, verdict, change, count in summed:
        one = found.setdefault(sender, Tallies())
        for tally in (one.whole, one.by("indicator").setdefault(indicator, Tally())):
            tally.add(verdict, change, count)
    return found


_COLUMNS = {
    "indicator": "indicator_id", "sender": "sender_id", "batch": "batch_id", "category": "category", "region": "region",
}  # fmt: skip
_ALL = 2 ** len(SIDES) - 1
_SIDE_OF = {_ALL: "", **{_ALL - 2 ** (len(SIDES) - 1 - place): side for place, side in enumerate(SIDES)}}
"""What `GROUPING()` answers for each set: a bit for every column that is not in it, the first column the highest."""
_TALLIES = """
SELECT GROUPING({columns}), {columns}, verdict, sign(change)::int, sum(count)::int
FROM indicators_positioncount
WHERE programme_id = %(programme)s AND office_id = %(office)s AND {narrowed}
GROUP BY GROUPING SETS ((verdict, sign(change)), {sets})
"""


def _rows(actor: Actor, narrowed: Narrowed, office: int | None, *, is_deep: bool) -> list[tuple[Any, ...]]:
    given = {side: value for side in SIDES if (value := getattr(narrowed, side)) not in {None, ""}}
    wanted = [f"{_COLUMNS[side]} = %({side})s" for side in given]
    if not is_deep:
        wanted.append("is_direct")
    said = _TALLIES.format(
        columns=", ".join(_COLUMNS.values()),
        narrowed=" AND ".join(wanted or ["true"]),
        sets=", ".join(f"({column}, verdict, sign(change))" for column in _COLUMNS.values()),
    )
    with connection.cursor() as cursor:
        cursor.execute(said, {"programme": actor.hat.programme_id, "office": office or viewpoint(actor).pk, **given})
        return list(cursor.fetchall())
