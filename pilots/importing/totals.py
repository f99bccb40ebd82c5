"""The counts published for the batches (62, 73, 111; by level, by region) against the list as it would be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pilots.models import Batch, BatchTotal, PilotArea, Region
from pilots.reference.pilots import CORE_NAME
from pilots.reference.programmes import combined_totals
from records.importing.kinds import Check
from units.models import Division, Programme

PROVINCE, CITY, CAPITAL, CORE = "省", "计划单列市", "省会城市", "直辖市(重庆主城九区)"
PREFECTURE, COUNTY, TOWN = "地级地区", "县级地区", "建制镇"
PLACES = "城市(镇)"
"""Everything but the provinces."""

# How the publications of one batch name what those of several batches name otherwise.
SAME = {"地级市(区、县)": PREFECTURE, "县级市(区、县)": COUNTY}
REGIONS = {"东部地区": Region.EAST, "中部地区": Region.MIDDLE, "西部地区": Region.WEST, "东北地区": Region.NORTHEAST}
BY_LEVEL = {
    Division.Level.PROVINCE: PROVINCE,
    Division.Level.PREFECTURE: PREFECTURE,
    Division.Level.COUNTY: COUNTY,
    Division.Level.TOWNSHIP: TOWN,
}
BEGINNINGS = {"省会": CAPITAL, "计划单列": CITY, "地级": PREFECTURE, "县级": COUNTY, "建制镇": TOWN}


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted of one pilot area. `level` is the level of its first division."""

    batch: int
    name: str
    category: str
    region: str
    level: str

    @property
    def sort(self) -> str:
        """As published where the publication says; otherwise by the level of its place."""
        if self.name == CORE_NAME:
            return CORE
        for beginning, sort in BEGINNINGS.items():
            if self.category.startswith(beginning):
                return sort
        return BY_LEVEL.get(Division.Level(self.level), "")


def on_record(programme: Programme) -> list[Counted]:
    """The verified pilot areas of a programme's batches; two statements."""
    rows = PilotArea.objects.filter(programme=programme, batch__isnull=False).shown().select_related("batch")
    return [
        Counted(
            batch=row.batch.number if row.batch else 0,
            name=row.name_as_published,
            category=row.category,
            region=row.region,
            level=next((place.level for place in row.divisions.all()), Division.Level.COUNTY),
        )
        for row in rows.prefetch_related("divisions")
    ]


def checks(programme: Programme, rows: Iterable[Counted], batches: Iterable[int]) -> Iterator[Check]:
    """Each published count of the batches in question; two statements."""
    rows, wanted = list(rows), set(batches)
    known = {batch.pk: batch for batch in Batch.objects.filter(programme=programme)}
    totals = list(BatchTotal.objects.filter(batch__in=known))
    for batch in sorted(known.values(), key=lambda batch: batch.number):
        if batch.number in wanted:
            of_batch = [row for row in rows if row.batch == batch.number]
            yield from _of_batch(batch, [total for total in totals if total.batch_id == batch.pk], of_batch)
    if programme.code == "national":
        yield from _of_several(rows, wanted)


def _of_batch(batch: Batch, totals: Iterable[BatchTotal], rows: list[Counted]) -> Iterator[Check]:
    """All its places together, whatever parts they were published in; then each sort that was counted."""
    whole = [total for total in totals if total.is_whole and total.category != PROVINCE]
    if whole:
        label = _("%(batch)s: cities and towns") % {"batch": batch.name}
        found = sum(_is(PLACES)(row) for row in rows)
        yield Check(label, sum(total.count for total in whole), found, "; ".join(t.source for t in whole))
    for total in totals:
        if total not in whole:
            label = f"{batch.name}: {total.category}"
            yield Check(label, total.count, sum(map(_is(total.category), rows)), total.source)


def _of_several(rows: list[Counted], wanted: set[int]) -> Iterator[Check]:
    for numbers, total in combined_totals():
        if wanted & set(numbers):
            among = [row for row in rows if row.batch in numbers]
            words = _("batches 1–%(last)d: %(category)s") % {"last": numbers[-1], "category": total.category}
            yield Check(words, total.count, sum(map(_is(total.category, several=True), among)), total.source)


def _is(category: str, *, several: bool = False) -> Callable[[Counted], bool]:
    """Whether a pilot area counts under a published heading.

    Of several batches together, the districts of Chongqing are counted with the provincial capitals, as their own
    list has them.
    """
    if category == PLACES:
        return lambda row: row.sort != PROVINCE
    if category in REGIONS:
        return lambda row: row.region == REGIONS[category] and row.sort != PROVINCE
    sorts: Mapping[str, set[str]] = {CAPITAL: {CAPITAL, CORE}} if several else {}
    wanted = sorts.get(category, {SAME.get(category, category)})
    return lambda row: row.sort in wanted
