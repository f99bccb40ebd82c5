"""Roll-ups after any sequence of acts are what a rebuild makes of them, and what the pure arithmetic makes of them."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.partials import Partial
from indicators.rollups import audit, rebuild
from pilots.models import PilotArea
from records.models import Seal
from tests.indicators.rollup_land import METHODS, PEOPLE, SUM, WEIGHTED, Key, Land, a_place
from units.models import Division

pytestmark = pytest.mark.django_db
ACTS = (
    "accept",
    "accept",
    "accept",
    "correct",
    "withdraw",
    "bulk",
    "return",
    "move",
    "merge",
    "pilot",
    "unpilot",
    "map",
)


class Story:
    """Acts chosen by chance, but each of them as the portal would do it."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.land = chance, Land.make()
        self.above: list[Division] = [self.land.top]
        self.leaves: list[Division] = []
        self.areas: list[PilotArea] = []
        self.proofs: list[Seal] = []
        for number in range(chance.randint(1, 3)):
            self.above.append(a_place(f"省{number}", "province", self.land.top))
        for number in range(chance.randint(0, 3)):
            self.above.append(a_place(f"市{number}", "prefecture", chance.choice(self.above)))
        for number in range(chance.randint(1, 5)):
            self.leaves.append(a_place(f"县{number}", "county", chance.choice(self.above)))
        for place in self.leaves:
            self.areas.append(self.land.pilot(place))

    def act(self, name: str) -> None:
        getattr(self, f"_{name}")()

    def _figure(self) -> object:
        place, name = self.chance.choice(self.leaves + self.above), self.chance.choice(list(METHODS))
        status = self.chance.choice(["estimate", "preliminary", "final"])
        half: dict[str, Any] = {
            "year": self.chance.choice([2018, 2020]),
            "part": self.chance.choice(["year", "year", "h1"]),
        }
        absence = self.chance.choice(["", "", "", "not_applicable", "not_available"])
        value = None if absence else self.chance.choice([0, 1, 2.5, 7, 1000])
        parts: dict[str, Any] = {"numerator": None, "denominator": None} if self.chance.random() < 0.2 else {}
        return self.land.figure(place, name, value, status=status, absence=absence, **half, **parts)

    def _figures(self) -> list[object]:
        rows = {(f.division_id, f.indicator_id, f.year, f.part): f for f in (self._figure() for _n in range(4))}  # type: ignore[attr-defined]
        return list(rows.values())

    def _accept(self) -> None:
        self.proofs.append(self.land.accept(*self._figures()))  # type: ignore[arg-type]

    def _correct(self) -> None:
        if self.proofs:
            old = self.proofs.pop(self.chance.randrange(len(self.proofs)))
            self.proofs.append(self.land.accept(*self._figures(), replaces=(old,)))  # type: ignore[arg-type]

    def _withdraw(self) -> None:
        if self.proofs:
            self.land.withdraw(self.proofs.pop(self.chance.randrange(len(self.proofs))))

    def _bulk(self) -> None:
        with transaction.atomic():
            for _report in range(3):
                self._accept()

    def _return(self) -> None:
        """A report that is returned brings nothing."""

    def _move(self) -> None:
        day = self.chance.choice([dt.date(2018, 7, 1), dt.date(2019, 5, 1), dt.date(2021, 1, 1)])
        self.land.move(self.chance.choice(self.leaves), self.chance.choice(self.above), day)

    def _merge(self) -> None:
        """A place ends, another begins on that day, and the pilot area goes on with it."""
        place, day = self.chance.choice(self.leaves), dt.date(2019, 5, 1)
        self.land.move(place, None, day)
        new = a_place("新", "county", self.chance.choice(self.above))
        new.versions.update(valid=(day, None))
        self.leaves.append(new)
        self.areas.append(self.land.pilot(place, new))

    def _pilot(self) -> None:
        self.areas.append(self.land.pilot(self.chance.choice(self.above[1:] + self.leaves)))

    def _unpilot(self) -> None:
        if self.areas:
            area = self.areas.pop()
            self.land.map(None, None)
            self.land.remove(area)

    def _map(self) -> None:
        if self.areas:
            area = self.chance.choice(self.areas)
            self.land.map(area, self.chance.choice([SUM, PEOPLE, WEIGHTED, None]))


def as_partials(land: Land) -> dict[Key, Partial]:
    """What is stored, in the form of the arithmetic."""
    found = {}
    for key, row in land.rows().items():
        names = ("expected", "reported", "counted", "not_applicable", "total", "numerator", "denominator", "weighted",
                 "weight", "weight_not_applicable")  # fmt: skip
        found[key] = Partial(*(row[name] for name in names))
    return found


def without_latest(found: dict[Key, Partial]) -> dict[Key, Partial]:
    return {key: Partial(*(getattr(p, n) for n in list(Partial.__slots__)[:10])) for key, p in found.items()}


@given(acts=st.lists(st.sampled_from(ACTS), min_size=1, max_size=10), chance=st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sequence_of_acts_ends_where_a_rebuild_and_the_arithmetic_end(
    db: None, acts: list[str], chance: random.Random
) -> None:
    with transaction.atomic():
        story = Story(chance)
        for name in acts:
            story.act(name)
        incremental = story.land.rows()
        assert [one.words for one in audit(story.land.programme)] == []
        expected = story.land.oracle()
        assert as_partials(story.land) == without_latest(expected)
        latest = {key: row["latest_id"] for key, row in incremental.items()}
        assert latest == {key: p.latest.key if p.latest else None for key, p in expected.items()}
        assert rebuild(story.land.programme) == 0
        assert story.land.rows() == incremental
        transaction.set_rollback(True)


def test_order_and_grouping_do_not_matter(db: None) -> None:
    results = []
    for order in ((0, 1, 2, 3), (3, 1, 0, 2), (2, 3, 1, 0)):
        land = Land.make()
        place = [a_place(f"省{n}", "province", land.top) for n in range(2)]
        leaves = [a_place(f"县{n}", "county", place[n % 2]) for n in range(4)]
        land.pilot(*leaves)
        for n in order:
            land.accept(land.figure(leaves[n], SUM, Decimal("0.1") * n), land.figure(leaves[n], PEOPLE, n + 1))
        row = land.roll_up(land.top, SUM)
        assert row is not None
        results.append((row.total, row.weighted, row.weight, row.counted, row.expected))
    assert len(set(results)) == 1
