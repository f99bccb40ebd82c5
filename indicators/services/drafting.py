"""Writing figures into a grid, several rows at once: reports and figures given beside them do it alike.

Few statements on purpose, this runs while people type: what is asked, the places, what is stored, one upsert.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.validators import slug_re
from django.utils.translation import gettext as _

from accounts.access import Actor
from indicators.asking import asked_in
from indicators.models import (
    FIGURE_FIELDS,
    DraftFigure,
    FigureStatus,
    IndicatorVersion,
    period_end,
)
from indicators.rows_typed import Said, as_text, cell, read_row
from pilots.models import PilotArea
from portal.errors import BadInput, Finding, Stale
from units.models import Division

MOST_ROWS = 500
LARGEST_REVISION = 2**31 - 1
FIGURE = ("value", "numerator", "denominator", "absence")
"""What an answer to a warning is about: when one of these changes, the answers go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureInput:
    """One row as typed: texts. `revision` is the one the writer began from (0: nothing stored yet).

    `measure`: the unit the number was typed in, of a rate the unit of its two parts; empty: the indicator's own.
    Everything empty takes back what was said. `answers`: code of a warning → what the writer says to it; they stay
    only with a figure that does not change.
    """

    division: uuid.UUID
    indicator: str
    revision: int
    value: str = ""
    numerator: str = ""
    denominator: str = ""
    measure: str = ""
    absence: str = ""
    reason: str = ""
    status: str = FigureStatus.ESTIMATE.value
    source: str = ""
    note: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return row_key(self.division, self.indicator)


def row_key(division: uuid.UUID, code: str) -> str:
    """What a row of a grid is called outside: "<division uid>:<code>"."""
    return f"{division}:{code}"


@dataclass(frozen=True)
class Sheet:
    """What a grid belongs to: the rows' model and owner, whose places, and the period.

    `owner`: what the model's rows are kept under, e.g. {"report": report}.
    """

    model: type[DraftFigure]
    owner: Mapping[str, Any]
    pilot_area: PilotArea
    year: int
    part: str

    @property
    def day(self) -> dt.date:
        return period_end(self.year, self.part)

    @property
    def stored(self) -> Any:
        """The rows of this grid, in no order."""
        return self.model._default_manager.filter(**self.owner, year=self.year, part=self.part).order_by()


@dataclass(slots=True)
class _Row:
    """One row on its way into the database. `stored` None: there is none yet."""

    given: FigureInput
    division: Division
    version: IndicatorVersion
    said: Said
    stored: DraftFigure | None = None

    @property
    def at(self) -> tuple[int, int]:
        return self.division.pk, self.version.indicator_id

    @property
    def wanted(self) -> dict[str, Any]:
        """What the row is to hold, without its revision."""
        return {**self.said.fields, "answers": self._answers()}

    def _answers(self) -> dict[str, str]:
        stored = self.stored
        if stored is None or any(getattr(stored, name) != self.said.fields[name] for name in FIGURE):
            return {}
        return self.said.answers

    @property
    def is_unchanged(self) -> bool:
        """Saying what is stored already, or nothing where nothing is stored, is no change, whoever was first."""
        if self.stored is None:
            return self.given.revision == 0 and not self.said.says_anything
        return all(getattr(self.stored, name) == value for name, value in self.wanted.items())

    @property
    def is_stale(self) -> bool:
        return self.given.revision != (self.stored.revision if self.stored else 0)


def save_figures(sheet: Sheet, inputs: Sequence[FigureInput], *, by: Actor, at: dt.datetime) -> list[DraftFigure]:
    """Store all rows or none; the stored rows in the order given. Who calls holds the subject's lock, in a transaction.

    A row that says what is stored already is left as it is. Raises BadInput with findings by cell
    (`figure:<division>:<code>:<field>`), and Stale with `rows`: theirs and mine of each row somebody else changed.
    """
    rows = _read(sheet, inputs)
    stored = {(row.division_id, row.indicator_id): row for row in _stored(sheet, rows)}
    for row in rows:
        row.stored = stored.get(row.at)
    changed = [row for row in rows if not row.is_unchanged]
    stale = [row for row in changed if row.is_stale]
    if stale:
        raise _conflict(stale)
    written = _upsert(sheet, changed, by, at)
    return [written.get(row.at) or row.stored or _blank(sheet, row) for row in rows]


def _read(sheet: Sheet, inputs: Sequence[FigureInput]) -> list[_Row]:
    """What was typed, understood. Raises BadInput with everything that was not, cell by cell."""
    if len(inputs) > MOST_ROWS:
        raise BadInput(_("At most %(most)d rows are saved at once.") % {"most": MOST_ROWS})
    divisions = {row.uid: row for row in sheet.pilot_area.divisions.filter(uid__in={row.division for row in inputs})}
    versions = {row.indicator.code: row for row in asked_versions(sheet, {row.indicator for row in inputs})}
    rows: list[_Row] = []
    findings: list[Finding] = []
    seen: set[str] = set()
    for given in inputs:
        division, version = divisions.get(given.division), versions.get(given.indicator)
        problem = _misplaced(given, division, version, is_twice=given.key in seen)
        seen.add(given.key)
        if problem or division is None or version is None:
            findings.append(problem or Finding("unknown", "", cell(given.key)))
            continue
        said, found = read_row(given, version)
        findings += found
        rows.append(_Row(given, division, version, said))
    if findings:
        raise BadInput(_("Some cells cannot be read. Nothing was saved yet."), findings=tuple(findings))
    return rows


def _misplaced(
    given: FigureInput, division: Division | None, version: IndicatorVersion | None, *, is_twice: bool
) -> Finding | None:
    """What is wrong with where a row stands, if anything."""
    if division is None:
        return Finding("unknown_place", _("This place is none of this pilot area's."), cell(given.key, "division"))
    if version is None:
        text = _("The indicator “%(code)s” is not asked for here.") % {"code": given.indicator[:60]}
        return Finding("not_asked", text, cell(given.key, "indicator"))
    if is_twice:
        return Finding("row_twice", _("This row was sent twice."), cell(given.key))
    if not 0 <= given.revision <= LARGEST_REVISION:
        return Finding("bad_revision", _("The revision is not a number from 0 on."), cell(given.key, "revision"))
    return None


def asked_versions(sheet: Sheet, codes: Iterable[str]) -> Iterable[IndicatorVersion]:
    """Of these indicators those asked for in the sheet's period, with their meaning on its last day; one statement."""
    rows = asked_in(sheet.pilot_area, sheet.year, sheet.part)
    known = [code for code in codes if slug_re.fullmatch(code)]
    return rows.filter(indicator__code__in=known).select_related("indicator")


def _stored(sheet: Sheet, rows: Sequence[_Row]) -> Iterable[DraftFigure]:
    found: Iterable[DraftFigure] = sheet.stored.filter(
        division__in={row.division.pk for row in rows}, indicator__in={row.version.indicator_id for row in rows}
    ).select_related("updated_by")
    return found


def _upsert(sheet: Sheet, rows: Sequence[_Row], by: Actor, at: dt.datetime) -> dict[tuple[int, int], DraftFigure]:
    """All changed rows as they are stored now."""
    written = [
        sheet.model(
            **sheet.owner,
            **row.wanted,
            division=row.division,
            indicator=row.version.indicator,
            year=sheet.year,
            part=sheet.part,
            revision=row.given.revision + 1,
            updated_by=by.user,
            updated_at=at,
        )
        for row in rows
    ]
    store(sheet.model, sheet.owner, written)
    return {(row.division_id, row.indicator_id): row for row in written}


def store(model: type[DraftFigure], owner: Iterable[str], rows: Sequence[DraftFigure]) -> None:
    """Write rows over those of the same place, indicator and period, or anew; one statement, none for no rows.

    `owner`: the fields the model's rows are kept under. Every field that is said is written, the revision too.
    """
    if not rows:
        return
    model._default_manager.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=[*owner, "division", "indicator", "year", "part"],
        update_fields=[*FIGURE_FIELDS, "answers", "revision", "updated_by", "updated_at"],
    )


def _blank(sheet: Sheet, row: _Row) -> DraftFigure:
    """A row that says nothing and was never stored."""
    return sheet.model(
        **sheet.owner, division=row.division, indicator=row.version.indicator, year=sheet.year, part=sheet.part
    )


def _conflict(rows: Sequence[_Row]) -> Stale:
    """Whose changes came first, and of each row both figures: nothing is lost."""
    who = sorted({_changer(row) for row in rows})
    names = _(", ").join(row.version.name for row in rows[:5])
    return Stale(
        _("%(who)s changed figures while you were writing: %(names)s. Both are kept: choose for each row.")
        % {"who": _(", ").join(who), "names": names},
        extra={"rows": [_both(row) for row in rows]},
    )


def _changer(row: _Row) -> str:
    return row.stored.updated_by.name if row.stored and row.stored.updated_by else "—"


def _both(row: _Row) -> dict[str, Any]:
    stored = row.stored
    at = stored.updated_at if stored else None
    return {
        "key": row.given.key,
        "division": str(row.division.uid),
        "indicator": row.version.indicator.code,
        "revision": stored.revision if stored else 0,
        "theirs": said_of(stored) if stored else None,
        "theirs_by": _changer(row),
        "theirs_at": at.isoformat() if at else None,
        "mine": {name: as_text(row.said.fields[name]) for name in FIGURE_FIELDS},
    }


def said_of(figure: Any) -> dict[str, str | None]:
    """What a figure says, as texts; None for a number that is not there."""
    return {name: as_text(getattr(figure, name)) for name in FIGURE_FIELDS}
