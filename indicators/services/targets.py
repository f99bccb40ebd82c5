"""Setting targets of a pilot area (N16, L1–L4): nothing is changed; a change ends one target and begins the next.

Several documents may demand different things; each has its own target, and all of them stand.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from indicators import positions
from indicators.models import Comparison, IndicatorVersion, PathShape, Target
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
from indicators.targets import shown_targets, target_or_404
from portal.errors import WrongState, bad


@dataclass(frozen=True, slots=True)
class Demand:
    """What is to be by when, or at all times. Numbers as typed; `measure` '': in the indicator's own unit."""

    comparison: str
    value: str = ""
    value_to: str = ""
    measure: str = ""
    due_on: dt.date | None = None
    shape: str = PathShape.LINEAR.value
    is_year_inferred: bool = False


@dataclass(frozen=True, slots=True)
class TargetInput:
    """A target to be set: of which pilot area (uid) and indicator (code), what, who says so, and why it is set."""

    pilot_uid: uuid.UUID
    indicator: str
    demand: Demand
    saying: Saying
    reason: str


@dataclass(frozen=True, slots=True)
class TargetReplacement:
    """Another demand in place of a target that stands."""

    target_uid: uuid.UUID
    demand: Demand
    saying: Saying
    reason: str


@dataclass(frozen=True, slots=True)
class TargetEnd:
    target_uid: uuid.UUID
    reason: str


COMPARED = ("comparison", "value", "value_to", "due_on", "shape", "is_year_inferred", "document_id", "clause_id",
            "as_written", "source", "note", "vintage_id")  # fmt: skip


@transaction.atomic
def set_target(data: TargetInput, *, by: Actor) -> Target:
    """Set a target. Raises NotFound, BadInput, WrongState (this document has one for that day already)."""
    pilot, now = locked(data.pilot_uid, by), timezone.now()
    indicator, version = meant(data.indicator, pilot)
    reason = reason_given(data.reason)
    target = Target(
        pilot_area=pilot, indicator=indicator, **_facts(data.demand, data.saying, version), **begun(by, now)
    )
    _refuse_second(target)
    target.save(force_insert=True)
    _record("target.set", target, {"reason": reason, "after": plain(target)}, by, now)
    positions.refresh([pilot.pk])
    return target


@transaction.atomic
def replace_target(data: TargetReplacement, *, by: Actor) -> Target:
    """End a target and begin the next; the same again changes nothing.

    Raises NotFound, BadInput, WrongState (it has ended meanwhile; this document has one for that day already).
    """
    before, now = _standing(data.target_uid, by), timezone.now()
    _indicator, version = meant(before.indicator.code, before.pilot_area)
    reason = reason_given(data.reason)
    facts = _facts(data.demand, data.saying, version)
    target = Target(pilot_area=before.pilot_area, indicator=before.indicator, follows=before, **facts, **begun(by, now))
    if all(getattr(before, name) == getattr(target, name) for name in COMPARED):
        return before
    end(before, reason, now)
    _refuse_second(target)
    target.save(force_insert=True)
    _record("target.replace", target, {"reason": reason, "before": plain(before), "after": plain(target)}, by, now)
    positions.refresh([target.pilot_area_id])
    return target


@transaction.atomic
def end_target(data: TargetEnd, *, by: Actor) -> Target:
    """A target stands no longer. Raises NotFound, BadInput (no reason), WrongState (it has ended already)."""
    target, now = _standing(data.target_uid, by), timezone.now()
    reason = reason_given(data.reason)
    end(target, reason, now)
    _record("target.end", target, {"reason": reason, "before": plain(target)}, by, now)
    positions.refresh([target.pilot_area_id])
    return target


def _standing(uid: uuid.UUID, by: Actor) -> Target:
    """The target, its pilot area held. Raises NotFound, WrongState where it has ended."""
    pilot = locked(target_or_404(uid, by).pilot_area.uid, by)
    target = target_or_404(uid, by)
    target.pilot_area = pilot  # with the receiver the event needs
    if target.ended_at is not None:
        who = target.followed_by.select_related("recorded_by").first()
        name = who.recorded_by.name if who and who.recorded_by else "—"
        text = _("This target stands no longer (replaced or ended meanwhile, by %(who)s). Reload the page.")
        raise WrongState(text % {"who": name})
    return target


def _facts(demand: Demand, saying: Saying, version: IndicatorVersion) -> dict[str, Any]:
    """What is stored. Raises BadInput."""
    if demand.comparison not in Comparison.values:
        raise bad("unknown_comparison", _("Choose one of the offered ones."), "comparison")
    if demand.shape not in PathShape.values:
        raise bad("unknown_shape", _("Choose one of the offered ones."), "shape")
    if demand.due_on and not FIRST_YEAR <= demand.due_on.year <= LAST_YEAR:
        raise bad("bad_day", _("Give a day between %(first)d and %(last)d.")
                  % {"first": FIRST_YEAR, "last": LAST_YEAR}, "due_on")  # fmt: skip
    value, value_to = _numbers(demand, version)
    at_once = demand.comparison == Comparison.DONE or demand.due_on is None
    return {
        "comparison": demand.comparison,
        "value": value,
        "value_to": value_to,
        "due_on": demand.due_on,
        "shape": PathShape.STEP.value if at_once else demand.shape,
        "is_year_inferred": demand.is_year_inferred and demand.due_on is not None,
        **said(saying, version, None),
    }


def _numbers(demand: Demand, version: IndicatorVersion) -> tuple[Decimal | None, Decimal | None]:
    if version.is_yes_no != (demand.comparison == Comparison.DONE):
        text = (
            _("This indicator is done or not done; choose “done”.")
            if version.is_yes_no
            else _("This indicator is a number; say which.")
        )
        raise bad("comparison_does_not_fit", text, "comparison")
    if version.is_yes_no:
        return None, None
    value = number_in(demand.value, demand.measure, version, "value")
    if demand.comparison != Comparison.RANGE:
        if demand.value_to.strip():
            raise bad("no_range", _("Only a range has a second number."), "value_to")
        return value, None
    value_to = number_in(demand.value_to, demand.measure, version, "value_to")
    if value >= value_to:
        raise bad("not_in_order", _("A range ends above where it begins."), "value_to")
    return value, value_to


def _refuse_second(target: Target) -> None:
    """One word of one document for one day: who wants it otherwise replaces it."""
    rows = Target.objects.current().filter(
        pilot_area=target.pilot_area, indicator=target.indicator, due_on=target.due_on, document=target.document
    )
    if target.document is None:
        rows = rows.filter(source=target.source)
    if rows.exists():
        raise WrongState(_("A target from this source for that day stands already. Replace that one instead."))


def plain(target: Target) -> dict[str, str]:
    """A target as events keep it: official words and plain numbers."""
    return as_texts(target, "comparison", "value", "value_to", "due_on", "as_written")


def _record(act: str, target: Target, data: dict[str, Any], by: Actor, now: dt.datetime) -> None:
    def what() -> str:
        shown = shown_targets([target], acts=False)[0]
        return f"{shown.demand} ({shown.due})"

    record(act, target, data, by, now=now, what=what)
