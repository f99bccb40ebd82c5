"""A document that Luzhou's office has entered, with a clause, and a target and a baseline taken from it."""

from __future__ import annotations

from typing import Any

from accounts.access import Actor
from indicators.models import Baseline, Target
from indicators.services.baselines import BaselineInput, set_baseline
from indicators.services.citing import Saying
from indicators.services.targets import Demand, TargetInput, set_target
from pilots.models import Clause, Document, PilotArea
from pilots.services.documents import ClauseInput, DocumentInput, add_clause, enter_document

NUMBER = "虚构府发〔2026〕9号"
WATER = "public-water-supply"


def a_document(by: Actor, number: str = NUMBER) -> Document:
    facts = DocumentInput("关于供水目标的通知（虚构）", number, kind="通知", issuer="虚构市人民政府")
    return enter_document(facts, by=by)


def a_clause(by: Actor, document: Document) -> Clause:
    text = "到2030年，城镇公共供水普及率达到98%。（虚构）"
    return add_clause(ClauseInput(document.uid, "二、目标（虚构）", text), by=by)


def a_target(by: Actor, pilot: PilotArea, clause: Clause) -> Target:
    demand = Demand("at_least", "98%")
    data = TargetInput(pilot.uid, WATER, demand, Saying(clause=clause.uid, as_written="达到98%"), "按新文件")
    return set_target(data, by=by)


def a_baseline(by: Actor, pilot: PilotArea, clause: Clause) -> Baseline:
    data = BaselineInput(pilot.uid, WATER, 2025, "95.5", Saying(clause=clause.uid), "按新文件")
    return set_baseline(data, by=by)


def documents_and_targets(pilot: PilotArea, by: Actor) -> dict[str, Any]:
    """What stands in addresses about documents and targets, by the room it is in."""
    document = a_document(by)
    clause = a_clause(by, document)
    return {
        "documents": document.uid,
        "clauses": clause.uid,
        "targets": a_target(by, pilot, clause).uid,
        "baselines": a_baseline(by, pilot, clause).uid,
    }
