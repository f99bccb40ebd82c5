"""What may be said about how far a task is: each refusal says what to do instead."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from plans.calculations import WHOLE, percent_of_nodes, rounded
from plans.models import Node, TaskState
from portal.errors import BadInput, Finding

LONGEST_REASON = 300
LONGEST_TEXT = 2000
S = TaskState


@dataclass(frozen=True, slots=True)
class ProgressInput:
    """What is said. `percent` None: what the milestones make (or what the state says); `reached`: milestone → day.

    A milestone named with None is not reached (any more); milestones not named stay as they are.
    """

    state: str
    percent: Decimal | None = None
    text: str = ""
    reason: str = ""
    done_on: dt.date | None = None
    reached: Mapping[uuid.UUID, dt.date | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """What is said, worked out: nothing is missing any more."""

    percent: Decimal
    by_nodes: Decimal | None
    reason: str
    text: str


def settled(data: ProgressInput, nodes: Sequence[Node], before: Decimal, day: dt.date) -> Said:
    """What is to be stored; `before`: the percent until now. Raises BadInput with everything that is wrong."""
    findings = [*_state(data), *_days(data, nodes, day)]
    by_nodes = percent_of_nodes((node.weight, _reached(node, data)) for node in nodes)
    percent = _percent(data, by_nodes, before)
    if percent is None:
        findings.append(Finding("percent_missing", _("Say how far it is, in percent."), "percent"))
    elif not (percent.is_finite() and 0 <= percent <= WHOLE):
        findings.append(Finding("not_a_percentage", _("Give a number from 0 to 100."), "percent"))
    else:
        findings += _fits(data, percent, by_nodes)
    if findings:
        raise BadInput(findings=tuple(findings))
    stored = rounded(percent or Decimal(0))
    overridden = by_nodes is not None and stored != by_nodes
    return Said(stored, by_nodes, data.reason.strip() if overridden else "", data.text.strip())


def _reached(node: Node, data: ProgressInput) -> bool:
    return data.reached.get(node.uid, node.done_on) is not None


def _percent(data: ProgressInput, by_nodes: Decimal | None, before: Decimal) -> Decimal | None:
    """The percent meant: given, or what state and milestones say by themselves; None where they say nothing."""
    if data.percent is not None:
        return data.percent
    if data.state == S.DONE:
        return WHOLE
    if by_nodes is not None:
        return by_nodes
    return {S.NOT_STARTED: Decimal(0), S.STOPPED: before}.get(S(data.state)) if data.state in S.values else before


def _state(data: ProgressInput) -> list[Finding]:
    if data.state not in S.values:
        return [Finding("unknown_state", _("Choose one of the states."), "state")]
    return []


def _days(data: ProgressInput, nodes: Sequence[Node], day: dt.date) -> list[Finding]:
    """Days in the future, missing ones, ones that do not belong there."""
    found = []
    if data.state == S.DONE and data.done_on is None:
        found.append(Finding("day_missing", _("Say on which day it was done."), "done_on"))
    if data.state != S.DONE and data.done_on is not None:
        text = _("Only what is done has a day on which it was done. Choose “done”, or leave the day empty.")
        found.append(Finding("not_done", text, "done_on"))
    future = _("This day has not come yet. Give a day up to today.")
    if data.done_on and data.done_on > day:
        found.append(Finding("in_future", future, "done_on"))
    known = {node.uid for node in nodes}
    for uid, on in data.reached.items():
        if uid not in known:
            found.append(Finding("unknown_node", _("This task has no such milestone."), f"reached.{uid}"))
        elif on and on > day:
            found.append(Finding("in_future", future, f"reached.{uid}"))
    return found


def _fits(data: ProgressInput, percent: Decimal, by_nodes: Decimal | None) -> list[Finding]:
    """Whether percent, state and words agree."""
    found = []
    if data.state == S.DONE and percent != WHOLE:
        found.append(Finding("done_is_100", _("What is done is at 100 %."), "percent"))
    if data.state == S.NOT_STARTED and percent:
        text = _("What has not begun is at 0 %. Choose “under way” if work has begun.")
        found.append(Finding("not_begun_is_0", text, "percent"))
    if by_nodes is not None and rounded(percent) != by_nodes and not data.reason.strip():
        text = _("The milestones reached make %(percent)s %%. Say why it is another figure, or leave it empty.")
        found.append(Finding("reason_missing", text % {"percent": f"{by_nodes.normalize():f}"}, "reason"))
    wordless = by_nodes is None or data.state == S.STOPPED
    if wordless and data.state != S.NOT_STARTED and not data.text.strip():
        found.append(Finding("text_missing", _("Say in a sentence what happened."), "text"))
    for name, value, most in (("reason", data.reason, LONGEST_REASON), ("text", data.text, LONGEST_TEXT)):
        if len(value.strip()) > most:
            found.append(Finding("too_long", _("At most %(most)d characters.") % {"most": most}, name))
    return found
