"""The way of a report through its states, walked by the real acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.access import Actor
from portal.demo.words import CODES
from records.workflow import Request
from reporting.declared import declared_of
from reporting.models import Report
from reporting.services.declaring import DeclaredInput, OutcomeInput, RedLineInput, save_declared
from reporting.services.sections import SectionInput, save_sections
from reporting.workflow import REPORT, perform
from units.calendar import today

WAY: Mapping[str, tuple[str, ...]] = {
    "draft": (),
    "signing": ("send_for_signing",),
    "signed": ("send_for_signing", "sign"),
    "submitted": ("send_for_signing", "sign", "submit"),
    "received": ("send_for_signing", "sign", "submit", "receive"),
    "recall_requested": ("send_for_signing", "sign", "submit", "receive", "request_recall"),
    "returned": ("send_for_signing", "sign", "submit", "receive", "return"),
    "accepted": ("send_for_signing", "sign", "submit", "receive", "accept"),
}
ROLES = {"report.sign": "lead", "report.review": "reviewer"}


@dataclass(frozen=True, slots=True)
class Three:
    """Who writes, who signs, who receives."""

    drafter: Actor
    lead: Actor
    reviewer: Actor

    def for_act(self, name: str) -> Actor:
        actor: Actor = getattr(self, ROLES.get(REPORT[name].action, "drafter"))
        return actor


def request_for(name: str, comment: str = "A reason", **more: Any) -> Request:
    data = {"due_on": today()} if name == "return" else {}
    return Request(name, comment=comment, data=data, **more)


def write(report: Report, by: Actor, text: str = "正文") -> None:
    revisions = dict(report.sections.values_list("section__code", "revision"))
    items = [SectionInput(code, f"<p>{code} {text}</p>", revisions.get(code, 0)) for code in CODES]
    save_sections(report.uid, items, by=by)
    declare(report, by)


def declare(report: Report, by: Actor) -> None:
    """Every red line is kept and every commitment of the report before was kept; what is answered stays."""
    found = declared_of(report)
    red_lines = [RedLineInput(row.code, "kept") for row in found.red_lines if not row.answer]
    outcomes = [OutcomeInput(row.line, "kept", "已完成") for row in found.outcomes if not row.is_answered]
    if red_lines or outcomes:
        save_declared(report.uid, DeclaredInput(found.revision, red_lines, outcomes), by=by)


def lead_to(report: Report, status: str, three: Three) -> Report:
    """Write the report and carry it to a status; the report as the engine reads it."""
    write(report, three.drafter)
    for name in WAY[status]:
        perform(report, request_for(name), by=three.for_act(name))
    return REPORT.rows().get(pk=report.pk)
