"""What a report declares: the red lines (N6), what became of the last commitments, what is undertaken next.

Read while it is written, frozen when a version is submitted, held against its seal.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.db.models import CharField, OuterRef, Subquery, Value
from django.utils import translation

from plans.models import RedLine
from reporting.figures import has_grid
from reporting.models import (
    Commitment,
    CommitmentOutcome,
    Declarations,
    OutcomeDeclaration,
    RedLineAnswer,
    RedLineDeclaration,
    Report,
    ReportVersion,
    VersionCommitment,
    VersionOutcome,
    VersionRedLine,
)
from reporting.reading import Reading, last_period
from units.calendar import today

READ = "_declared"


@dataclass(frozen=True, slots=True)
class RedLineRow:
    """One red line with what is said about it; nothing yet: '' and ''. `name`: its wording now, or as submitted."""

    red_line: RedLine
    name: str
    answer: str = ""
    explanation: str = ""

    @property
    def code(self) -> str:
        return self.red_line.code

    @property
    def is_breached(self) -> bool:
        return self.answer == RedLineAnswer.BREACHED

    @property
    def needs_words(self) -> bool:
        """Anything but a plain yes is explained (N6)."""
        return bool(self.answer) and self.answer != RedLineAnswer.KEPT and not self.explanation

    @property
    def answer_label(self) -> str:
        return str(RedLineAnswer(self.answer).label) if self.answer else ""

    @property
    def anchor(self) -> str:
        return f"red-{self.code}"

    def as_content(self) -> dict[str, Any]:
        return {"code": self.code, "name": self.name, "answer": self.answer, "explanation": self.explanation}


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """One thing undertaken until the next report. `line` names it through all versions and reports."""

    line: uuid.UUID
    text: str
    due_on: dt.date | None

    def as_content(self) -> dict[str, Any]:
        return {"line": str(self.line), "text": self.text, "due_on": self.due_on.isoformat() if self.due_on else None}


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One commitment of the report before, with what is said of it."""

    commitment: CommitmentRow
    outcome: str = ""
    account: str = ""

    @property
    def line(self) -> uuid.UUID:
        return self.commitment.line

    @property
    def outcome_label(self) -> str:
        return str(CommitmentOutcome(self.outcome).label) if self.outcome else ""

    @property
    def is_answered(self) -> bool:
        return bool(self.outcome and self.account)

    @property
    def anchor(self) -> str:
        return f"line-{self.line}"

    def as_content(self) -> dict[str, Any]:
        return {**self.commitment.as_content(), "outcome": self.outcome, "account": self.account}


@dataclass(frozen=True, slots=True)
class Declared:
    """All a report declares. Of one being written: its `revision`, who saved last, and the version answered for."""

    red_lines: Sequence[RedLineRow] = ()
    outcomes: Sequence[OutcomeRow] = ()
    commitments: Sequence[CommitmentRow] = ()
    revision: int = 0
    updated_by: str = ""
    before: ReportVersion | None = None

    @property
    def says_something(self) -> bool:
        return bool(self.red_lines or self.outcomes or self.commitments)

    @property
    def asked(self) -> int:
        return len(self.red_lines) + len(self.outcomes)

    @property
    def filled(self) -> int:
        given = sum(bool(row.answer) and not row.needs_words for row in self.red_lines)
        return given + sum(row.is_answered for row in self.outcomes)

    def as_content(self) -> dict[str, Any]:
        """The keys it adds to what is sealed; none where there is nothing, so that older seals stay as they are."""
        rows: Mapping[str, Sequence[RedLineRow | OutcomeRow | CommitmentRow]] = {
            "red_lines": self.red_lines,
            "outcomes": self.outcomes,
            "commitments": self.commitments,
        }
        return {name: [row.as_content() for row in found] for name, found in rows.items() if found}


def declares(report: Report) -> bool:
    """Pilot areas declare with their reports of a period; compilers and sheets of contacts do not."""
    return has_grid(report)


def declared_of(report: Report) -> Declared:
    """As it is being written: what is asked today, and what is said to it. Nothing where nothing is asked."""
    if not declares(report):
        return Declared()
    lock = Declarations.objects.filter(report=report).select_related("updated_by").first()
    before = last_period(report)
    return Declared(
        red_lines=_red_lines(report),
        outcomes=_outcomes(report, before, has_words=lock is not None),
        commitments=[_commitment(row) for row in Commitment.objects.filter(report=report)] if lock else [],
        revision=lock.revision if lock else 0,
        updated_by=lock.updated_by.name if lock and lock.updated_by else "",
        before=before,
    )


def _red_lines(report: Report) -> list[RedLineRow]:
    said = RedLineDeclaration.objects.filter(report=report, red_line=OuterRef("pk"))
    asked = RedLine.objects.filter(programme=report.due.cycle.programme_id).exclude(ended_on__lte=today())
    words = asked.annotate(answer=Subquery(said.values("answer")), words=Subquery(said.values("explanation")))
    return [
        RedLineRow(line, line.name, line.answer or "", line.words or "") for line in words.order_by("position", "id")
    ]


def _outcomes(report: Report, before: ReportVersion | None, *, has_words: bool) -> list[OutcomeRow]:
    commitments = [_commitment(row) for row in before.commitments.all()] if before else []
    told = OutcomeDeclaration.objects.filter(report=report) if commitments and has_words else ()
    said = {row.line: (row.outcome, row.account) for row in told}
    return [OutcomeRow(row, *said.get(row.line, ("", ""))) for row in commitments]


def _commitment(row: Commitment | VersionCommitment | VersionOutcome) -> CommitmentRow:
    return CommitmentRow(row.line, row.text, row.due_on)


def declared_once(report: Report) -> Declared:
    """The same, read once for each report object: the rules of an act and its sealing look at the same."""
    if READ not in report.__dict__:
        report.__dict__[READ] = declared_of(report)
    found: Declared = report.__dict__[READ]
    return found


# -- what was submitted ----------------------------------------------------------------------------------------


def freeze_declared(report: Report) -> Declared:
    """What a report would be submitted with now. What is kept for ever is in one language, whoever submits."""
    found = declared_once(report)
    with translation.override(settings.LANGUAGE_CODE):
        return replace(found, red_lines=[replace(row, name=row.red_line.name) for row in found.red_lines])


def store_declared(version: ReportVersion, found: Declared) -> None:
    """Three statements at most."""
    VersionRedLine.objects.bulk_create(
        VersionRedLine(
            version=version, red_line=row.red_line, position=number, name=row.name, answer=row.answer,
            explanation=row.explanation,
        )
        for number, row in enumerate(found.red_lines)
    )  # fmt: skip
    VersionOutcome.objects.bulk_create(
        VersionOutcome(
            version=version, line=row.line, position=number, text=row.commitment.text, due_on=row.commitment.due_on,
            outcome=row.outcome, account=row.account,
        )
        for number, row in enumerate(found.outcomes)
    )  # fmt: skip
    VersionCommitment.objects.bulk_create(
        VersionCommitment(version=version, line=row.line, position=number, text=row.text, due_on=row.due_on)
        for number, row in enumerate(found.commitments)
    )


def version_declared(version: ReportVersion) -> Declared:
    """What a version was submitted with: two statements at most, none where the rows were read with the version."""
    outcomes, commitments = _lines(version)
    return Declared(
        red_lines=[
            RedLineRow(row.red_line, row.name, row.answer, row.explanation) for row in _in_order(version, "red_lines")
        ],
        outcomes=[OutcomeRow(_commitment(row), row.outcome, row.account) for row in outcomes],
        commitments=[_commitment(row) for row in commitments],
    )


def _lines(version: ReportVersion) -> tuple[list[Any], list[Any]]:
    """Its outcomes and its commitments: two tables of the same shape, read by one statement."""
    if _is_read(version, "outcomes") and _is_read(version, "commitments"):
        return _in_order(version, "outcomes"), _in_order(version, "commitments")
    shape = ("position", "pk", "line", "text", "due_on")
    told = version.outcomes.order_by().annotate(kind=Value(1)).values_list("kind", *shape, "outcome", "account")
    empty = {name: Value("", output_field=CharField()) for name in ("outcome", "account")}
    new = version.commitments.order_by().annotate(kind=Value(2), **empty)
    rows = sorted(told.union(new.values_list("kind", *shape, *empty), all=True), key=itemgetter(0, 1, 2))
    outcomes = [VersionOutcome(**dict(zip((*shape, *empty), row[1:], strict=True))) for row in rows if row[0] == 1]
    commitments = [VersionCommitment(**dict(zip(shape, row[1:-2], strict=True))) for row in rows if row[0] == 2]
    return outcomes, commitments


def _is_read(version: ReportVersion, name: str) -> bool:
    return name in getattr(version, "_prefetched_objects_cache", {})


def _in_order(version: ReportVersion, name: str) -> list[Any]:
    rows: Any = getattr(version, name)
    if name == "red_lines" and not _is_read(version, name):
        rows = rows.select_related("red_line")
    return sorted(rows.all(), key=lambda row: (row.position, row.pk))


def declared_agrees(version: ReportVersion, sealed: Mapping[str, Any]) -> bool:
    """Whether what is declared in the columns is what was sealed."""
    names = ("red_lines", "outcomes", "commitments")
    return version_declared(version).as_content() == {name: sealed[name] for name in names if name in sealed}


def read_declared(report: Report, shown: Reading) -> Declared | None:
    """What goes with the text shown; None where nothing is declared, or nothing may be read yet."""
    if not declares(report) or (shown.version is None and not shown.passages):
        return None
    found = version_declared(shown.version) if shown.version else declared_once(report)
    return found if found.says_something else None
