"""Setting baselines of a pilot area: where its paths begin. Several may stand; one is chosen to draw the path from."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from indicators import positions
from indicators.models import Baseline, FigureStatus
from indicators.services.citing import (
    FIRST_YEAR,
    LAST_YEAR,
    Saying,
    as_texts,
    begun,
    end,
    locked,
    meant,
    number_in,
    reason_given,
    record,
    said,
)
from indicators.targets import baseline_or_404, shown_baselines
from portal.errors import WrongState, bad


@dataclass(frozen=True, slots=True)
class BaselineInput:
    """A baseline to be set. `value` as typed, `measure` '' the indicator's own unit; `status` '': nobody says.

    `is_chosen`: the path is drawn from it from now on; the first of an indicator always is.
    """

    pilot_uid: uuid.UUID
    indicator: str
    year: int
    value: str
    saying: Saying
    reason: str
    measure: str = ""
    status: str = ""
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class BaselineChoice:
    baseline_uid: uuid.UUID
    reason: str


@dataclass(frozen=True, slots=True)
class BaselineEnd:
    baseline_uid: uuid.UUID
    reason: str


@transaction.atomic
def set_baseline(data: BaselineInput, *, by: Actor) -> Baseline:
    """Set a baseline. Raises NotFound, BadInput, WrongState (this source gives one of that year already)."""
    pilot, now = locked(data.pilot_uid, by), timezone.now()
    indicator, version = meant(data.indicator, pilot)
    reason = reason_given(data.reason)
    if version.is_yes_no:
        raise bad("no_baseline", _("What is done or not done has no baseline."), "indicator")
    if not FIRST_YEAR <= data.year <= LAST_YEAR:
        raise bad("bad_year", _("Give the year in four digits."), "year")
    if data.status and data.status not in FigureStatus.values:
        raise bad("unknown_status", _("Choose one of the offered ones."), "status")
    baseline = Baseline(
        pilot_area=pilot, indicator=indicator, year=data.year, status=data.status,
        value=number_in(data.value, data.measure, version, "value"),
        **said(data.saying, version, data.year), **begun(by, now),
    )  # fmt: skip
    _refuse_second(baseline)
    others = Baseline.objects.current().filter(pilot_area=pilot, indicator=indicator, is_chosen=True)
    if data.is_chosen:
        others.update(is_chosen=False)
    baseline.is_chosen = data.is_chosen or not others.exists()
    baseline.save(force_insert=True)
    _record("baseline.set", baseline, {"reason": reason, "after": plain(baseline)}, by, now)
    positions.refresh([pilot.pk])
    return baseline


@transaction.atomic
def choose_baseline(data: BaselineChoice, *, by: Actor) -> Baseline:
    """Draw the path from this one. The one chosen already stays so. Raises NotFound, BadInput, WrongState (ended)."""
    baseline, now = _standing(data.baseline_uid, by), timezone.now()
    reason = reason_given(data.reason)
    if baseline.is_chosen:
        return baseline
    same = {"pilot_area": baseline.pilot_area, "indicator": baseline.indicator}
    before = Baseline.objects.current().filter(**same, is_chosen=True).select_related("document", "clause").first()
    Baseline.objects.current().filter(**same, is_chosen=True).update(is_chosen=False)
    baseline.is_chosen = True
    baseline.save(update_fields=["is_chosen"])
    data_of_event = {"reason": reason, "before": plain(before) if before else {}, "after": plain(baseline)}
    _record("baseline.choose", baseline, data_of_event, by, now)
    positions.refresh([baseline.pilot_area_id])
    return baseline


@transaction.atomic
def end_baseline(data: BaselineEnd, *, by: Actor) -> Baseline:
    """A baseline stands no longer; where it was the chosen one, another has to be chosen.

    Raises NotFound, BadInput (no reason), WrongState (it has ended already).
    """
    baseline, now = _standing(data.baseline_uid, by), timezone.now()
    reason = reason_given(data.reason)
    end(baseline, reason, now)
    _record("baseline.end", baseline, {"reason": reason, "before": plain(baseline)}, by, now)
    positions.refresh([baseline.pilot_area_id])
    return baseline


def _standing(uid: uuid.UUID, by: Actor) -> Baseline:
    """The baseline, its pilot area held. Raises NotFound, WrongState where it has ended."""
    pilot = locked(baseline_or_404(uid, by).pilot_area.uid, by)
    baseline = baseline_or_404(uid, by)
    baseline.pilot_area = pilot  # with the receiver the event needs
    if baseline.ended_at is not None:
        raise WrongState(_("This baseline stands no longer. Reload the page."))
    return baseline


def _refuse_second(baseline: Baseline) -> None:
    rows = Baseline.objects.current().filter(
        pilot_area=baseline.pilot_area, indicator=baseline.indicator, year=baseline.year, document=baseline.document
    )
    if baseline.document is None:
        rows = rows.filter(source=baseline.source)
    if rows.exists():
        raise WrongState(_("A baseline of that year from this source stands already. End that one first."))


def plain(baseline: Baseline) -> dict[str, str]:
    """A baseline as events keep it: official words and plain numbers."""
    return as_texts(baseline, "year", "value", "status", "as_written")


def _record(act: str, baseline: Baseline, data: dict[str, Any], by: Actor, now: dt.datetime) -> None:
    def what() -> str:
        return f"{shown_baselines([baseline], acts=False)[0].value} ({baseline.year})"

    record(act, baseline, data, by, now=now, what=what)
