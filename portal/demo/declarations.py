"""What the demo's pilot areas declare: that the red lines are kept, and of Luzhou commitments and what became of them.

Made up, and marked as demo data in every sentence.
"""

from __future__ import annotations

import datetime as dt

from accounts.access import Actor
from reporting.declared import Declared, declared_of, declares
from reporting.models import CommitmentOutcome, RedLineAnswer, Report
from reporting.services.declaring import CommitmentInput, DeclaredInput, OutcomeInput, RedLineInput, save_declared

WORDS = "演示数据，不代表当地实际情况。"
COMMITTING = ("lgo-510500",)
"""Offices whose reports make commitments, so that the next one has some to answer for."""
COMMITMENTS = ("演示数据：公布居住证积分办法", "演示数据：完成一处老旧小区改造", "演示数据：办结两项下放事权的交接")
BECAME = (
    (CommitmentOutcome.KEPT, "演示数据：已完成。"),
    (CommitmentOutcome.PARTLY, "演示数据：完成过半，其余列入下期。"),
    (CommitmentOutcome.NOT_KEPT, "演示数据：因资金未到位，未完成。"),
)


def give(report: Report, by: Actor, at: dt.datetime) -> None:
    """Answer what a report being written is asked; a report that declares nothing is left alone."""
    if not declares(report):
        return
    found = declared_of(report)
    data = DeclaredInput(
        found.revision,
        [RedLineInput(row.code, RedLineAnswer.KEPT, WORDS) for row in found.red_lines if not row.answer],
        [
            OutcomeInput(row.line, *BECAME[number % len(BECAME)])
            for number, row in enumerate(found.outcomes)
            if not row.is_answered
        ],
        _commitments(report, found),
    )
    if data.red_lines or data.outcomes or data.commitments:
        save_declared(report.uid, data, by=by, at=at)


def _commitments(report: Report, found: Declared) -> list[CommitmentInput] | None:
    """None leaves what stands there."""
    if found.commitments or report.due.unit.key not in COMMITTING:
        return None
    return [CommitmentInput(text) for text in COMMITMENTS]
