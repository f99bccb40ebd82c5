"""The grid of a report's figures as pages and workbooks show it: what stands in each cell, and what was typed there."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from indicators import figure_words
from indicators.checks import Flaw
from indicators.grid import Grid, GridRow
from indicators.models import Absence, Direction, FigureStatus
from indicators.offers import Offer
from indicators.rows_typed import as_text
from indicators.services.drafting import MOST_ROWS, FigureInput
from portal.errors import BadInput, Finding

COLUMNS = ("numerator", "denominator", "value", "measure", "status", "absence", "reason", "source", "note")
"""The cells of a row in the order they stand, are gone through and are pasted into."""
NO_ERRORS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Cell:
    """One field. `choices` where it is none to type into; `measure` what a number in it counts."""

    name: str
    id: str
    field_name: str
    label: str
    value: str
    error: str = ""
    choices: Sequence[tuple[str, str]] = ()
    measure: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a check found, and what was answered; `field_id` the cell it is about, `id` the field of the answer."""

    flaw: Flaw
    id: str
    name: str
    field_id: str
    answer: str

    @property
    def is_answered(self) -> bool:
        return bool(self.answer.strip())


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row as the page has it: `said` are the texts of its cells, stored or as they were typed and refused."""

    row: GridRow
    said: Mapping[str, str]
    answers: Mapping[str, str]
    revision: int
    base: str
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.row.key

    @property
    def anchor(self) -> str:
        return f"figure:{self.key}"

    @property
    def cells(self) -> list[Cell | None]:
        """In the order of COLUMNS; None where this indicator has no such cell."""
        return [self._cell(name) for name in COLUMNS]

    @property
    def cell(self) -> dict[str, Cell | None]:
        return dict(zip(COLUMNS, self.cells, strict=True))

    def _cell(self, name: str) -> Cell | None:
        version = self.row.version
        if name in {"numerator", "denominator"} and not version.is_rate:
            return None
        return Cell(
            name=name,
            id=f"{self.anchor}:{name}",
            field_name=f"{self.key}:{name}",
            label=f"{version.name} · {heading(name)}",
            value=self.said[name],
            error=self.errors.get(name, ""),
            choices=choices(name, self.row),
            measure=str(self.row.measures[0].label) if name in {"numerator", "denominator"} else "",
            is_number=name in {"value", "numerator", "denominator"},
        )

    @property
    def shown(self) -> str:
        """A rate that was made of its parts."""
        draft = self.row.draft
        if draft is None or draft.value is None or not self.row.version.is_rate or self.said["value"]:
            return ""
        return f"= {figure_words.number(draft.value, self.row.version.precision)}"

    @property
    def last(self) -> str:
        return figure_words.figure(self.row.last, self.row.version) if self.row.last else ""

    @property
    def target(self) -> str:
        return figure_words.target(self.row.target, self.row.version) if self.row.target else ""

    @property
    def trend(self) -> str:
        return " → ".join(f"{one.period}: {figure_words.figure(one, self.row.version)}" for one in self.row.trend[-5:])

    @property
    def checks(self) -> list[Check]:
        return [
            Check(
                flaw,
                id=f"{self.anchor}:answer:{flaw.code}",
                name=f"{self.key}:answer:{flaw.code}",
                field_id=f"{self.anchor}:{flaw.field}",
                answer=self.answers.get(flaw.code, ""),
            )
            for flaw in self.row.flaws
        ]

    @property
    def offers(self) -> list[dict[str, Any]]:
        return [_offer(self.row, offer) for offer in self.row.offers]

    @property
    def has_notes(self) -> bool:
        return bool(self.row.flaws or self.row.offers)


def heading(name: str) -> str:
    """What a column is called, on the page and in the workbook."""
    return {
        "numerator": _("Numerator"),
        "denominator": _("Denominator"),
        "value": _("New value"),
        "measure": _("Unit"),
        "status": _("How settled"),
        "source": _("Source"),
        "absence": _("No number"),
        "reason": _("Why there is none"),
        "note": _("Note"),
    }[name]


def choices(name: str, row: GridRow) -> list[tuple[str, str]]:
    """What can be chosen in a cell; empty for one that is typed into."""
    version = row.version
    match name:
        case "measure":
            return [(str(one), str(one.label)) for one in row.measures]
        case "status":
            return [(str(value), str(label)) for value, label in FigureStatus.choices]
        case "absence":
            return [(str(value), str(label) if value else "—") for value, label in Absence.choices]
        case "value" if version.direction == Direction.YES_NO:
            return [("", "—"), ("1", _("yes")), ("0", _("no"))]
        case "value" if version.direction == Direction.QUALITATIVE:
            return [("", "—"), ("1", _("done")), ("0", _("not done"))]
    return []


def _offer(row: GridRow, offer: Offer) -> dict[str, Any]:
    return {
        "uid": offer.uid,
        "words": figure_words.figure(offer, row.version),
        "source": offer.source,
        "status": offer.status_label,
        "given_on": offer.given_on,
        "json": json.dumps(offer.as_typed, ensure_ascii=False),
    }


def stored_said(row: GridRow) -> dict[str, str]:
    """What stands in the cells of a row as it is stored."""
    draft, typed = row.draft, row.typed
    said = {name: str(typed[name]) for name in ("numerator", "denominator", "value", "measure")}
    said["measure"] = said["measure"] or str(row.measures[0])
    said["value"] = _as_choice(said["value"], row)
    for name in ("absence", "reason", "source", "note"):
        said[name] = str(getattr(draft, name)) if draft else ""
    said["status"] = str(draft.status) if draft else FigureStatus.ESTIMATE.value
    return said


def _as_choice(text: str, row: GridRow) -> str:
    """Of what is yes or no the stored 1 or 0, whatever was typed."""
    if row.draft is None or row.draft.value is None or not choices("value", row):
        return text
    return as_text(row.draft.value) or ""


def line_of(row: GridRow, given: FigureInput | None = None, errors: Mapping[str, str] = NO_ERRORS) -> Line:
    """A row as the page has it; `given`: what was typed and could not be stored."""
    said, answers = stored_said(row), dict(row.answers)
    base = digest(said, answers)
    revision = row.revision
    if given is not None:
        said, answers = {name: getattr(given, name) for name in COLUMNS}, dict(given.answers)
        revision = given.revision
    return Line(row=row, said=said, answers=answers, revision=revision, base=base, errors=errors)


def content(line: Line) -> dict[str, Any]:
    """What the page's script takes a row for: its cells, without those this indicator has not, and the answers."""
    cells = {cell.name: cell.value for cell in line.cells if cell is not None}
    return {**cells, "answers": dict(line.answers)}


def digest(said: Mapping[str, str], answers: Mapping[str, str]) -> str:
    """Recognises a row nobody touched."""
    texts = [said[name].strip() for name in COLUMNS]
    given = sorted((code, " ".join(text.split())) for code, text in answers.items() if text.strip())
    return hashlib.sha256(json.dumps([texts, given]).encode("utf-8", "replace")).hexdigest()[:16]


def read_form(posted: Mapping[str, str], lines: Iterable[Line]) -> list[FigureInput]:
    """The rows of the plain form that somebody changed: neither as the page had them nor as they are stored."""
    changed = []
    for line in lines:
        if f"{line.key}:revision" not in posted:
            continue
        start = f"{line.key}:answer:"
        said = {name: posted.get(f"{line.key}:{name}", line.said[name]) for name in COLUMNS}
        answers = {name[len(start) :]: text for name, text in posted.items() if name.startswith(start)}
        if digest(said, answers) in {posted.get(f"{line.key}:base", ""), line.base}:
            continue
        revision = posted[f"{line.key}:revision"]
        changed.append(_input(line.row, said, answers, int(revision) if _is_revision(revision) else -1))
    return changed


def _is_revision(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9


def _input(row: GridRow, said: Mapping[str, str], answers: Mapping[str, str], revision: int) -> FigureInput:
    return FigureInput(
        division=row.asked.division.uid, indicator=row.asked.indicator.code, revision=revision, answers=answers, **said
    )


def take_offer(line: Line, uid: str) -> FigureInput:
    """A row with an offer taken over. BadInput when it is not offered any more."""
    offer = next((one for one in line.row.offers if str(one.uid) == uid), None)
    if offer is None:
        raise BadInput(_("This figure is not offered any more. Reload the page to see what is."))
    said = {**line.said, "measure": str(line.row.measures[0]), **offer.as_typed}
    return _input(line.row, said, {}, line.revision)


def read_rows(text: str) -> list[FigureInput]:
    """Rows as the page's script sends them. BadInput where that is no list of rows."""
    try:
        rows = json.loads(text)
        return [_row_sent(row) for row in _at_most(rows)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadInput(_("The rows could not be read. Reload the page; what you typed is kept.")) from error


def _at_most(rows: Any) -> list[Any]:
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise ValueError("no list of rows")
    return rows


def _row_sent(row: Any) -> FigureInput:
    said = {name: row.get(name, "") for name in COLUMNS}
    answers = row.get("answers", {})
    texts = [row["indicator"], *said.values(), *answers.keys(), *answers.values()]
    if not all(isinstance(text, str) for text in texts) or type(row["revision"]) is not int:
        raise ValueError("a row is made of texts")
    said["status"] = said["status"] or FigureStatus.ESTIMATE.value
    return FigureInput(
        division=uuid.UUID(row["division"]), indicator=row["indicator"], revision=row["revision"], answers=answers,
        **said,
    )  # fmt: skip


def errors_by_row(findings: Iterable[Finding]) -> dict[str, dict[str, str]]:
    """What a refusal says of which cell: row key → column → sentence; of a row as a whole at its value."""
    found: dict[str, dict[str, str]] = {}
    for finding in findings:
        kind, _colon, rest = finding.target.partition(":")
        if kind != "figure":
            continue
        division, _colon, place = rest.partition(":")
        code, _colon, name = place.partition(":")
        column = name if name in COLUMNS else "value"
        found.setdefault(f"{division}:{code}", {}).setdefault(column, str(finding.message))
    return found


def open_problems(grid: Grid) -> int:
    """Errors, and warnings nobody has answered."""
    return sum(len(row.errors) + len(row.unanswered) for row in grid.rows)
