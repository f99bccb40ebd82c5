"""Reading figures beside the reports: who finds which, and what of a past period is not settled yet."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.access import Actor
from indicators.asking import Asked, asked_of
from indicators.checks import Flaw, Key
from indicators.models import (
    FigureStatus,
    Indicator,
    IndicatorVersion,
    Observation,
    Part,
    Supplement,
    SupplementFigure,
    SupplementStatus,
)
from indicators.offers import Offer, offers_for
from indicators.supplement_checks import RowsRead, answered, key_of, on_record_of, row_key
from indicators.supplement_workflow import SUPPLEMENT
from pilots.models import PilotArea
from portal.errors import NotFound
from records.models import Event

S = SupplementStatus
YEARS_BACK = 3
"""Of as many past years it is said which final figures are missing."""


def listed_for(by: Actor) -> QuerySet[Supplement]:
    """One's own, those one receives, those below: the newest first, with how many figures each holds."""
    given = Count("figures", filter=Q(figures__value__isnull=False) | ~Q(figures__absence=""))
    rows = Supplement.objects.visible_to(by, "figure.view").for_lists()
    found: QuerySet[Supplement] = rows.annotate(given=given).order_by("-begun_at", "-id")
    return found


def reach_supplement(uid: uuid.UUID, by: Actor) -> Supplement:
    """One of them. Raises NotFound."""
    found: Supplement | None = SUPPLEMENT.rows().visible_to(by, "figure.view").filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found


def shows_rows(supplement: Supplement, by: Actor) -> bool:
    """Its own office sees the rows always; the others as they were sealed, not while they are being changed."""
    return supplement.unit_id == by.hat.unit_id or supplement.is_fixed


def events_of(supplement: Supplement, by: Actor) -> QuerySet[Event]:
    """What happened to it, the newest first, as far as the reader may know."""
    rows = Event.objects.about("supplement", supplement.uid)
    if supplement.unit_id != by.hat.unit_id:
        rows = rows.known_beyond_the_unit()
    return rows.order_by("-at", "-id")


WAITING = {
    "supplement.edit": (S.DRAFT, S.RETURNED),
    "supplement.submit": (S.SIGNING,),
    "supplement.review": (S.SUBMITTED,),
}
"""What waits for whoever holds an action."""


def waiting_for(by: Actor) -> QuerySet[Supplement]:
    """What is asked of this person now: to fill in, to sign, to decide. The oldest first."""
    asked = Q(pk__in=[])
    for action, states in WAITING.items():
        if by.can(action):
            reach = Supplement.objects.visible_to(by, action).filter(status__in=states)
            asked |= Q(pk__in=reach.values("pk"))
    found: QuerySet[Supplement] = Supplement.objects.for_lists().filter(asked).order_by("begun_at", "id")
    return found


@dataclass(frozen=True, slots=True)
class Choice:
    """One figure that can be given: what is asked, and the one that counts now (None: none was accepted)."""

    asked: Asked
    year: int
    part: str
    on_record: Observation | None
    is_chosen: bool = False

    @property
    def is_settled(self) -> bool:
        return self.on_record is not None and self.on_record.status == FigureStatus.FINAL

    @property
    def key(self) -> str:
        return f"{self.asked.division.uid}:{self.asked.indicator.code}:{self.year}:{self.part}"


def choices_of(supplement: Supplement, year: int, part: str) -> list[Choice]:
    """What can be given of one past period, in the order of the grid. Constant statements."""
    rows = supplement.figures.filter(year=year, part=part).values_list("division_id", "indicator_id")
    return choices_in(supplement.pilot_area, year, part, chosen=set(rows))


def choices_in(
    pilot_area: PilotArea, year: int, part: str, *, chosen: set[tuple[int, int]] | None = None
) -> list[Choice]:
    """The same for a pilot area. What does not apply to a place is left out."""
    asked = [row for row in asked_of(pilot_area, year, part) if not row.not_applicable]
    rows = Observation.objects.in_force().filter(programme=pilot_area.programme_id, year=year, part=part)
    rows = rows.filter(division__in={row.division.pk for row in asked})
    standing = {(row.division_id, row.indicator_id): row for row in rows}
    return [
        Choice(
            row, year, part, standing.get((row.division.pk, row.indicator.pk)),
            is_chosen=(row.division.pk, row.indicator.pk) in (chosen or set()),
        )
        for row in asked
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unsettled:
    """How many of the figures asked for in a past year have no final figure yet."""

    year: int
    asked: int
    missing: int


def unsettled(pilot_area: PilotArea, day: dt.date) -> list[Unsettled]:
    """The last years, the newest first: ‘2025 年审定数未报 12 / 18’. Constant statements for each."""
    found = []
    for year in range(day.year - 1, day.year - 1 - YEARS_BACK, -1):
        choices = choices_in(pilot_area, year, Part.YEAR)
        found.append(Unsettled(year, len(choices), sum(not choice.is_settled for choice in choices)))
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it is shown: the figure, what its indicator meant then, what counts now, what is offered, what is odd.

    `on_record`: the accepted figure of the same period that counts now. `offers` only while it can be filled in.
    """

    figure: SupplementFigure
    version: IndicatorVersion
    on_record: Observation | None
    offers: list[Offer]
    flaws: list[Flaw]

    @property
    def key(self) -> str:
        return row_key(self.figure)

    @property
    def indicator(self) -> Indicator:
        return self.figure.indicator

    @property
    def answered(self) -> list[tuple[Flaw, str]]:
        """Each flaw with what the writer says to it."""
        return [(flaw, answered(self.figure, flaw)) for flaw in self.flaws]


def rows_shown(supplement: Supplement) -> list[Row]:
    """All rows: by period, then place, then indicator. Statements: constant for each period among them."""
    read = RowsRead.of(supplement)
    figures, flaws = read.figures, _by_figure(read.flaws)
    standing = on_record_of(supplement, figures)
    offers = _offers(supplement, figures) if supplement.is_editable else {}
    return [
        Row(
            figure,
            read.versions[figure.indicator_id, (figure.year, figure.part)],
            standing.get(key_of(figure)),
            offers.get(key_of(figure), []),
            flaws.get(figure.pk, []),
        )
        for figure in figures
    ]


def _by_figure(found: list[tuple[SupplementFigure, Flaw]]) -> dict[int, list[Flaw]]:
    rows: dict[int, list[Flaw]] = {}
    for figure, flaw in found:
        rows.setdefault(figure.pk, []).append(flaw)
    return rows


def _offers(supplement: Supplement, figures: Sequence[SupplementFigure]) -> dict[Key, list[Offer]]:
    """What others give, for figures one gives oneself. A department is not offered its own."""
    if supplement.purpose == Supplement.Purpose.SHARED:
        return {}
    places = {figure.division_id for figure in figures}
    indicators = {figure.indicator_id for figure in figures}
    found: dict[Key, list[Offer]] = {}
    for year, part in sorted({(figure.year, figure.part) for figure in figures}):
        found |= offers_for(supplement.programme_id, places, indicators, year, part)
    return found
