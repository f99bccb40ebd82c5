"""What is said about where a pilot area stands: its figures, its targets with their verdicts, breaks in the series."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from indicators.calculations import Aim, Coverage, Judgement, Point, Reading, Reason, Verdict, years_between
from indicators.models import (
    Absence,
    Baseline,
    FigureStatus,
    Indicator,
    IndicatorVersion,
    Target,
    VerdictPolicy,
    Vintage,
    period_end,
)
from pilots.models import PilotArea

NOT_JUDGED = Judgement(Verdict.UNKNOWN, Reason.NO_FIGURE)


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure of the series, of one place or of all places of the pilot area together (then with `coverage`).

    `uid`: of the observation; None where several were put together. `is_published`: from a published series.
    """

    year: int
    part: str
    period: str
    value: Decimal | None
    status: str
    absence: str = ""
    reason: str = ""
    source: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    is_fact: bool = True
    is_published: bool = False
    is_demo: bool = False
    vintage: Vintage | None = None
    uid: uuid.UUID | None = None
    coverage: Coverage | None = None

    @property
    def day(self) -> dt.date:
        return period_end(self.year, self.part)

    @property
    def status_label(self) -> str:
        return str(FigureStatus(self.status).label) if self.status else ""

    @property
    def counts(self) -> bool:
        """Whether a verdict can be made of it, or it says that there is none to be made."""
        whole = self.coverage is None or self.coverage.is_complete
        return self.is_fact and whole and (self.value is not None or self.absence == Absence.NOT_APPLICABLE)

    @property
    def reading(self) -> Reading:
        vintage = self.vintage.code if self.vintage else ""
        return Reading(self.day, self.value, vintage, self.is_fact, self.absence)


@dataclass(frozen=True, slots=True)
class Start:
    """Where a path begins: a baseline, or the first verified figure where none is on record."""

    day: dt.date
    value: Decimal
    vintage: Vintage | None
    baseline: Baseline | None = None

    @property
    def point(self) -> Point:
        return Point(self.day, self.value, vintage=self.vintage.code if self.vintage else "")


@dataclass(frozen=True, slots=True)
class OtherStart:
    """The same target judged from another baseline on record."""

    baseline: Baseline
    judgement: Judgement
    changes: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One target, with everybody who says so. Documents that differ make lines of their own. `is_share`: in percent."""

    aim: Aim
    cited: tuple[Target, ...]
    is_year_inferred: bool
    vintage: Vintage | None
    judgement: Judgement = NOT_JUDGED
    figure: Shown | None = None
    start: Start | None = None
    between: tuple[Point, ...] = ()
    others: tuple[OtherStart, ...] = ()
    is_share: bool = False

    @property
    def path(self) -> tuple[Point, ...]:
        """The points its path goes through; none where it cannot be drawn."""
        if self.start is None or self.aim.due_on is None or self.aim.value is None:
            return ()
        return (self.start.point, *self.between, Point(self.aim.due_on, self.aim.value, self.aim.shape))

    @property
    def forecast(self) -> Point | None:
        """What the figure would come to on the due day at the pace from baseline to figure; None where none is known.

        A straight line on, no more: it knows of no plans and no seasons. None too where it would lead a share below
        nothing or beyond the whole.
        """
        pace, due, figure = self.judgement.pace_so_far, self.aim.due_on, self.figure
        if not self.judgement.is_known or pace is None or due is None or figure is None or figure.value is None:
            return None
        value = figure.value + pace * years_between(figure.day, due)
        return None if self.is_share and not 0 <= value <= 100 else Point(due, value)

    @property
    def is_judged_late(self) -> bool:
        """Whether it was met or missed by a figure later than its due day, for want of one of that day."""
        settled = self.judgement.reason in {Reason.MET, Reason.MISSED}
        return bool(settled and self.figure and self.aim.due_on and self.figure.day > self.aim.due_on)


@dataclass(frozen=True, slots=True)
class Break:
    """From this day on figures are of another edition and cannot be compared with those before."""

    day: dt.date
    before: Vintage
    after: Vintage


@dataclass(frozen=True, slots=True)
class IndicatorStanding:
    """Everything about one indicator of a pilot area. `principal`: the target that matters most on the day."""

    indicator: Indicator
    version: IndicatorVersion
    lines: tuple[Line, ...]
    baselines: tuple[Baseline, ...]
    figures: tuple[Shown, ...]
    breaks: tuple[Break, ...]
    principal: Line | None

    @property
    def verdict(self) -> Verdict | None:
        return self.principal.judgement.verdict if self.principal else None

    @property
    def latest(self) -> Shown | None:
        return next((one for one in reversed(self.figures) if one.counts), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one pilot area on one day. `sees_reported`: whether the reader sees what it reported."""

    pilot_area: PilotArea
    day: dt.date
    indicators: tuple[IndicatorStanding, ...]
    policy: VerdictPolicy | None
    sees_reported: bool

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many indicators stand how; those without a target are not among them."""
        found = Counter(one.verdict for one in self.indicators if one.verdict)
        return {verdict: found[verdict] for verdict in Verdict}
