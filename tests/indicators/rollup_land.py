"""A small land of its own: places with dated parents, pilot areas, indicators of every kind, figures that come and go.

`Land.oracle` works roll-ups out in memory, one place at a time, from the pure arithmetic: what SQL is held against.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from indicators.models import Indicator, IndicatorVersion, Observation, RollUp, SupplementFigure, Vintage, period_end
from indicators.partials import Latest, Partial, combine, partial_of
from indicators.rollups import rebuild
from indicators.services.observations import Bringing, record, withdraw
from pilots.models import PilotArea
from records.models import Seal
from records.seals import seal
from units.keys import new_uid
from units.models import FOREVER, Division, DivisionVersion, Programme, Unit

BEGUN = dt.datetime(2026, 6, 15, 2, tzinfo=dt.UTC)
Key = tuple[int, int, int, str]
_number = count(1)
SUM, RATIO, WEIGHTED, YES, LATEST, NONE, OWN = "t-sum", "t-ratio", "t-weighted", "t-yes", "t-latest", "t-none", "t-own"
PEOPLE = "t-people"
METHODS = {PEOPLE: "sum", SUM: "sum", RATIO: "ratio", WEIGHTED: "weighted", YES: "count_yes", LATEST: "latest",
           NONE: "none", OWN: "sum"}  # fmt: skip


def a_place(name: str, level: str, parent: Division | None, valid: DateRange = FOREVER) -> Division:
    key = f"land-{next(_number)}"
    row = Division.objects.create(key=key, level=level, name_now=name, parent_now=parent, sort_key=key)
    row.path_now = f"{parent.path_now if parent else '/'}{row.pk}/"
    row.save()
    DivisionVersion.objects.create(division=row, name_zh=name, parent=parent, valid=valid)
    return row


@dataclass
class Land:
    programme: Programme
    office: Unit
    top: Division
    indicators: dict[str, Indicator] = field(default_factory=dict)
    ticks: Iterator[int] = field(default_factory=count)

    @classmethod
    def make(cls) -> Land:
        top = a_place("全域", "nation", None)
        office = Unit.objects.create(key=f"land-{next(_number)}", kind="commission", division=top, name_now="委")
        code = f"land{next(_number)}"
        programme = Programme.objects.create(code=code, owner=office, prefix=code[-8:], name_zh="试验")
        land = cls(programme, office, top)
        for name, method in METHODS.items():
            land._indicator(name, method)
        for vintage, year in (("land-old", 1990), ("land-new", 2019)):
            Vintage.objects.get_or_create(code=vintage, defaults={"series": "land", "from_year": year})
        return land

    def _indicator(self, name: str, method: str) -> None:
        row, is_new = Indicator.objects.get_or_create(code=name, defaults={"name_now": name, "sort_key": name})
        self.indicators[name] = row
        if is_new:
            IndicatorVersion.objects.create(
                indicator=row, name_zh=name, measure="count", method=method,
                weight=None if name == PEOPLE else self.indicators[PEOPLE],
                levels=["county", "prefecture"] if name == YES else [],
                series="land" if name == SUM else "",
            )  # fmt: skip

    def pilot(self, *places: Division) -> PilotArea:
        key = f"land-{next(_number)}"
        area = PilotArea.objects.create(
            key=key, programme=self.programme, name_as_published=key, province=self.top, reporting_unit=self.office,
            sort_key=key,
        )  # fmt: skip
        area.divisions.set(places)
        rebuild(self.programme)
        return area

    def remove(self, area: PilotArea) -> None:
        area.delete()
        rebuild(self.programme)

    def move(self, place: Division, parent: Division | None, day: dt.date) -> None:
        """From the day on the place lies elsewhere; nowhere: it is gone."""
        last = DivisionVersion.objects.filter(division=place).order_by("-valid").first()
        assert last is not None
        if last.until is not None or (last.since and last.since >= day):
            return
        last.valid = DateRange(last.since, day, "[)")
        last.save()
        if parent:
            DivisionVersion.objects.create(
                division=place, name_zh=place.name_now, parent=parent, valid=DateRange(day, None, "[)")
            )
        rebuild(self.programme)

    def map(self, area: PilotArea | None, to: str | None) -> None:
        Indicator.objects.filter(code=OWN).update(pilot_area=area, mapped_to=self.indicators[to] if to else None)
        rebuild(self.programme)

    def figure(self, place: Division, name: str, value: Any = None, year: int = 2020, **said: Any) -> SupplementFigure:
        """Of a rate the parts are given too, unless `said` says otherwise."""
        amount = None if value is None else Decimal(str(value))
        if name == RATIO and amount is not None and "numerator" not in said:
            said |= {"numerator": amount * 3, "denominator": Decimal(3)}
        return SupplementFigure(division=place, indicator=self.indicators[name], year=year, value=amount, **said)

    def accept(self, *figures: SupplementFigure, replaces: tuple[Seal, ...] = ()) -> Seal:
        """What one report brought; the clock goes on by a minute each time."""
        at = BEGUN + dt.timedelta(minutes=next(self.ticks))
        proof = seal("land", new_uid(), {"at": at}, at=at)
        bringing = Bringing(self.programme, self.office, None, [], proof, at, None)
        record(bringing, figures, replaces=replaces)
        return proof

    def withdraw(self, proof: Seal) -> int:
        return withdraw([proof], at=BEGUN, reason="test")

    # -- what it comes to --------------------------------------------------------------------------------------

    def rows(self) -> dict[Key, dict[str, Any]]:
        """What is stored, without what may differ."""
        found: dict[Key, dict[str, Any]] = {}
        stored: Any = RollUp.objects.filter(programme=self.programme).values()
        for row in stored:
            del row["id"], row["updated_at"]
            found[row["division_id"], row["indicator_id"], row["year"], row["part"]] = row
        return found

    def roll_up(self, place: Division, name: str, year: int = 2020, part: str = "year") -> RollUp | None:
        return RollUp.objects.filter(
            programme=self.programme, division=place, indicator=self.indicators[name], year=year, part=part
        ).first()

    def oracle(self) -> dict[Key, Partial]:
        """Every roll-up that should be there, worked out one place at a time."""
        return dict(_Oracle(self).all())


class _Oracle:
    def __init__(self, land: Land) -> None:
        self.below: dict[int, list[DivisionVersion]] = defaultdict(list)
        for version in DivisionVersion.objects.filter(division__key__startswith="land-").select_related("division"):
            self.below[version.parent_id or 0].append(version)
        areas = PilotArea.objects.filter(programme=land.programme)
        self.pilots = set(areas.values_list("divisions", flat=True))
        rows = Observation.objects.in_force().filter(programme=land.programme).select_related("indicator")
        self.figures = {(r.division_id, r.indicator_id, r.year, r.part): r for r in rows}
        self.meanings = {v.indicator_id: v for v in IndicatorVersion.objects.filter(indicator__pilot_area=None)}

    def all(self) -> Iterator[tuple[Key, Partial]]:
        periods = {(year, part) for _d, _i, year, part in self.figures}
        places = [parent for parent in self.below if parent]
        for year, part in periods:
            for place in list(places):
                for indicator in self.meanings:
                    partials, answered = self._below(place, indicator, year, part)
                    if answered:
                        yield (place, indicator, year, part), combine(partials)

    def _below(self, place: int, indicator: int, year: int, part: str) -> tuple[list[Partial], bool]:
        found: list[Partial] = []
        day, answered = period_end(year, part), False
        for version in self.below[place]:
            if day not in version.valid:
                continue
            if version.division_id not in self.pilots:
                partials, one = self._below(version.division_id, indicator, year, part)
                found, answered = found + partials, answered or one
                continue
            levels = self.meanings[indicator].levels
            if not levels or version.division.level in levels:
                partial, one = self._leaf(version.division_id, indicator, year, part)
                found, answered = [*found, partial], answered or one
        return found, answered

    def _leaf(self, place: int, indicator: int, year: int, part: str) -> tuple[Partial, bool]:
        row, meaning = self._figure(place, indicator, year, part), self.meanings[indicator]
        if row is None:
            return Partial(expected=1), False
        weigher = self._figure(place, meaning.weight_id, year, part) if meaning.weight_id else None
        latest = None
        if meaning.method == "latest" and row.value is not None:
            latest = Latest(row.recorded_at, row.pk, row.value)
        return partial_of(
            meaning.method, row.value, absence=row.absence, parts=(row.numerator, row.denominator),
            weight=weigher.value if weigher else None, latest=latest,
        ), True  # fmt: skip

    def _figure(self, place: int, indicator: int, year: int, part: str) -> Observation | None:
        """The shared one itself, else an own one that is mapped to it."""
        same = self.figures.get((place, indicator, year, part))
        own = [
            row for (p, _i, y, half), row in self.figures.items()
            if (p, y, half) == (place, year, part) and row.indicator.mapped_to_id == indicator
        ]  # fmt: skip
        return same or min(own, key=lambda row: row.indicator_id, default=None)
