"""Writing what a report declares, safely for two people at once; and putting back what a version said."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.models import User
from portal.errors import BadInput, Finding, NotFound, Stale
from reporting.declared import CommitmentRow, Declared, OutcomeRow, RedLineRow, declared_of, declares, version_declared
from reporting.models import (
    LONGEST_COMMITMENT,
    Commitment,
    CommitmentOutcome,
    Declarations,
    OutcomeDeclaration,
    RedLineAnswer,
    RedLineDeclaration,
    Report,
    ReportVersion,
)
from reporting.services.sections import editable_report, note_writer
from units.keys import new_uid

LONGEST_ACCOUNT = 1000
MOST_COMMITMENTS = 50


@dataclass(frozen=True, slots=True)
class RedLineInput:
    """What is said about one red line; '' and '' takes back what was said."""

    code: str
    answer: str
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeInput:
    """What became of one commitment of the report before."""

    line: uuid.UUID
    outcome: str
    account: str = ""


@dataclass(frozen=True, slots=True)
class CommitmentInput:
    """One commitment; without `line` it is a new one. Empty text: not there."""

    text: str
    due_on: dt.date | None = None
    line: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class DeclaredInput:
    """What somebody saves. None leaves a part as it is; red lines and outcomes not named stay, commitments go."""

    revision: int
    red_lines: Sequence[RedLineInput] | None = None
    outcomes: Sequence[OutcomeInput] | None = None
    commitments: Sequence[CommitmentInput] | None = None


@transaction.atomic
def save_declared(report_uid: uuid.UUID, data: DeclaredInput, *, by: Actor, at: dt.datetime | None = None) -> Declared:
    """Store what a report declares, together or nothing; what is declared then.

    Raises NotFound, WrongState, BadInput with findings by row, and Stale with whose change came first.
    """
    report = editable_report(report_uid, by)
    if not declares(report):
        raise NotFound(_("This report declares nothing."))
    stored = declared_of(report)
    if data.revision != stored.revision:
        raise _stale(stored)
    wanted = _wanted(stored, data)
    if wanted == (stored.red_lines, stored.outcomes, stored.commitments):
        return stored
    now = at or timezone.now()
    _store(report, Declared(*wanted, revision=stored.revision + 1), by.user, now)
    note_writer(report, by, now)
    return declared_of(report)


def _stale(stored: Declared) -> Stale:
    words = _("%(who)s changed what the report declares while you were writing. Both are kept: compare, then save.")
    extra = {"version": stored.revision, "theirs_by": stored.updated_by, "theirs": stored.as_content()}
    return Stale(words % {"who": stored.updated_by or "—"}, extra=extra)


def _wanted(
    stored: Declared, data: DeclaredInput
) -> tuple[Sequence[RedLineRow], Sequence[OutcomeRow], Sequence[CommitmentRow]]:
    """What is to stand there; BadInput names every row that cannot be."""
    findings = [*_wrong_lines(stored, data), *_wrong_commitments(stored, data.commitments or ())]
    if findings:
        raise BadInput(findings[0].message, findings=tuple(findings))
    said = {row.code: row for row in data.red_lines or ()}
    told = {row.line: row for row in data.outcomes or ()}
    red_lines = [
        RedLineRow(row.red_line, row.name, said[row.code].answer, said[row.code].explanation.strip())
        if row.code in said
        else row
        for row in stored.red_lines
    ]
    outcomes = [
        OutcomeRow(row.commitment, told[row.line].outcome, told[row.line].account.strip()) if row.line in told else row
        for row in stored.outcomes
    ]
    if data.commitments is None:
        return red_lines, outcomes, stored.commitments
    given = [row for row in data.commitments if row.text.strip()]
    return red_lines, outcomes, [CommitmentRow(row.line or new_uid(), row.text.strip(), row.due_on) for row in given]


def _wrong_lines(stored: Declared, data: DeclaredInput) -> Iterable[Finding]:
    """Answers nobody can choose, words that are too long, rows that are not asked."""
    red_lines, lines = {row.code for row in stored.red_lines}, {row.line for row in stored.outcomes}
    for said in data.red_lines or ():
        target = f"red-{said.code}"
        if said.code not in red_lines:
            text = _("This report is not asked about “%(code)s”.") % {"code": said.code}
            yield Finding("red_line_unknown", text, target)
        yield from _wrong_words(said.answer, RedLineAnswer.values, said.explanation, target)
    for told in data.outcomes or ():
        target = f"line-{told.line}"
        if told.line not in lines:
            text = _("The report before has no such commitment. Reload the page to see which it has.")
            yield Finding("commitment_unknown", text, target)
        yield from _wrong_words(told.outcome, CommitmentOutcome.values, told.account, target)


def _wrong_words(answer: str, answers: Sequence[str], words: str, target: str) -> Iterable[Finding]:
    if answer and answer not in answers:
        yield Finding("answer_unknown", _("Choose one of the answers."), target)
    if len(words.strip()) > LONGEST_ACCOUNT:
        text = _("Write at most %(most)d characters.") % {"most": LONGEST_ACCOUNT}
        yield Finding("too_long", text, target)


def _wrong_commitments(stored: Declared, given: Sequence[CommitmentInput]) -> Iterable[Finding]:
    known, seen = {row.line for row in stored.commitments}, set[uuid.UUID]()
    if len(given) > MOST_COMMITMENTS:
        text = _("A report makes at most %(most)d commitments.") % {"most": MOST_COMMITMENTS}
        yield Finding("too_many", text, "commitments")
    for number, row in enumerate(given):
        target = f"commitment-{number}"
        if len(row.text.strip()) > LONGEST_COMMITMENT:
            text = _("Write at most %(most)d characters.") % {"most": LONGEST_COMMITMENT}
            yield Finding("too_long", text, target)
        if row.due_on is not None and not row.text.strip():
            yield Finding("text_missing", _("Say what is to be done by then."), target)
        if row.line is not None and (row.line not in known or row.line in seen):
            text = _("This report has no such commitment, or it is named twice. Reload the page.")
            yield Finding("commitment_unknown", text, target)
        seen |= {row.line} if row.line else set()


def _store(report: Report, wanted: Declared, by: User, now: dt.datetime) -> None:
    """All rows anew: they are few, and nothing points at them."""
    said = [row for row in wanted.red_lines if row.answer or row.explanation]
    told = [row for row in wanted.outcomes if row.outcome or row.account]
    Declarations.objects.update_or_create(
        report=report, defaults={"revision": wanted.revision, "updated_by": by, "updated_at": now}
    )
    RedLineDeclaration.objects.filter(report=report).delete()
    OutcomeDeclaration.objects.filter(report=report).delete()
    Commitment.objects.filter(report=report).delete()
    RedLineDeclaration.objects.bulk_create(
        RedLineDeclaration(report=report, red_line=row.red_line, answer=row.answer, explanation=row.explanation)
        for row in said
    )
    OutcomeDeclaration.objects.bulk_create(
        OutcomeDeclaration(report=report, line=row.line, outcome=row.outcome, account=row.account) for row in told
    )
    Commitment.objects.bulk_create(
        Commitment(report=report, line=row.line, position=number, text=row.text, due_on=row.due_on)
        for number, row in enumerate(wanted.commitments)
    )


def put_back_declared(report: Report, version: ReportVersion, by: User, at: dt.datetime) -> None:
    """What a submitted version declared stands in the report again."""
    if not declares(report):
        return
    said = version_declared(version)
    lock = Declarations.objects.filter(report=report).first()
    if lock is None and not said.says_something:
        return
    revision = (lock.revision if lock else 0) + 1
    _store(report, Declared(said.red_lines, said.outcomes, said.commitments, revision=revision), by, at)
