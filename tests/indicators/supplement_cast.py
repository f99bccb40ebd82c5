"""Figures beside the reports for tests: Luzhou's own, and what its statistics bureau shares."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.access import Actor
from indicators.models import Supplement, SupplementFigure
from indicators.services.drafting import FigureInput
from indicators.services.supplements import FilledRow, RowInput, SupplementInput, begin, choose_rows, save_rows
from indicators.supplement_checks import flaws_of
from indicators.supplement_workflow import SUPPLEMENT, perform
from pilots.models import PilotArea
from records.workflow import Request

FINAL, SHARED = Supplement.Purpose.FINAL, Supplement.Purpose.SHARED
POPULATION = "urban-resident-population"
BUREAU = "luzhou-statistics"
WAY: Mapping[str, tuple[tuple[str, str], ...]] = {
    "draft": (),
    "signing": (("send_for_signing", "drafter"),),
    "submitted": (("send_for_signing", "drafter"), ("submit", "lead")),
    "returned": (("send_for_signing", "drafter"), ("submit", "lead"), ("return", "reviewer")),
    "accepted": (("send_for_signing", "drafter"), ("submit", "lead"), ("accept", "reviewer")),
    "offered": (("send_for_signing", "drafter"), ("offer", "lead")),
    "withdrawn": (("send_for_signing", "drafter"), ("offer", "lead"), ("withdraw", "lead")),
}


def luzhou() -> PilotArea:
    """The national pilot area: one place, 泸州市."""
    found: PilotArea = PilotArea.objects.get(programme__code="national", reporting_unit__key="lgo-510500")
    return found


def begun(by: Actor, purpose: str = FINAL, title: str = "2025年审定数") -> Supplement:
    return begin(SupplementInput(purpose, luzhou().uid, title, "统计局审定晚于年报"), by=by)


def row_of(value: str = "222.4", year: int = 2025, code: str = POPULATION, **more: object) -> FilledRow:
    place = luzhou().divisions.get()
    given = {"revision": 0, "value": value, "status": "final", "source": "统计公报", **more}
    return FilledRow(year, "year", FigureInput(division=place.uid, indicator=code, **given))  # type: ignore[arg-type]


def chosen(supplement: Supplement, by: Actor, *codes: str, year: int = 2025) -> Supplement:
    place = luzhou().divisions.get()
    return choose_rows(supplement.uid, add=[RowInput(place.uid, code, year) for code in codes], by=by)


def filled(by: Actor, purpose: str = FINAL, *rows: FilledRow) -> Supplement:
    """Begun, with the urban population of 2025 filled in unless other rows are given."""
    supplement = begun(by, purpose)
    save_rows(supplement.uid, rows or [row_of()], by=by)
    return supplement


def answer(supplement: Supplement) -> None:
    """What the checks find odd gets its answer, as the drafter gives it when saving once more."""
    for figure, flaw in flaws_of(supplement):
        figure.answers[flaw.code] = "已核对"
        SupplementFigure.objects.filter(pk=figure.pk).update(answers=figure.answers)


def lead_to(supplement: Supplement, status: str, three: Mapping[str, Actor]) -> Supplement:
    """Carried to a status by the real acts; as the engine reads it."""
    answer(supplement)
    for name, part in WAY[status]:
        perform(supplement, Request(name, "理由"), by=three[part])
    return SUPPLEMENT.rows().get(pk=supplement.pk)
