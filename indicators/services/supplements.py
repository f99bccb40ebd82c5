"""Figures beside the reports: beginning one, choosing its rows, filling them in. How it then moves: its workflow."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.personal import line_of_text
from accounts.tokens import require_scope
from indicators.asking import Asked, asked_of
from indicators.models import (
    DraftFigure,
    FigureStatus,
    Part,
    Supplement,
    SupplementFigure,
    SupplementWriter,
    period_end,
)
from indicators.services.drafting import FigureInput, Sheet, save_figures
from pilots.models import PilotArea
from pilots.rules import receivers_above
from portal.errors import BadInput, Finding, NotFound, Stale, WrongState, bad
from records.journal import Note, write
from units.calendar import office_day, today

LONGEST_TITLE = 200
LONGEST_REASON = 2000
FIRST_YEAR = 2000
MOST_ROWS = 400
Purpose = Supplement.Purpose


@dataclass(frozen=True, slots=True)
class SupplementInput:
    """What is to be begun: FINAL for a pilot area of one's own unit, SHARED for one in which one's place lies."""

    purpose: str
    pilot_uid: uuid.UUID
    title: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RowInput:
    """One row: an indicator (code) of a place in a period that is over."""

    division: uuid.UUID
    indicator: str
    year: int
    part: str = Part.YEAR.value


@dataclass(frozen=True, slots=True)
class FilledRow:
    """What is typed into one row; the figure names place and indicator."""

    year: int
    part: str
    figure: FigureInput


def pilots_for(by: Actor, purpose: str) -> QuerySet[PilotArea]:
    """The pilot areas this hat may give figures of: one's own; for others to use those that contain one's place."""
    if not by.can("supplement.edit"):
        return PilotArea.objects.none()
    rows = PilotArea.objects.shown().filter(programme=by.hat.programme_id)
    if purpose == Purpose.FINAL:
        return rows.filter(reporting_unit=by.hat.unit_id)
    place = by.unit.division
    within = [int(part) for part in place.path_now.split("/") if part] or [place.pk]
    inside = PilotArea.divisions.through.objects.filter(division__in=within)
    return rows.filter(pk__in=inside.values("pilotarea")).exclude(reporting_unit=by.hat.unit_id)


@transaction.atomic
def begin(data: SupplementInput, *, by: Actor, at: dt.datetime | None = None) -> Supplement:
    """Begin one, empty. Its receiver and those above are frozen as today's route has them.

    Raises BadInput (purpose, title, reason), NotFound (not one's pilot area), RuleBroken (no route).
    """
    require_scope(by, "supplement.edit")
    if data.purpose not in Purpose.values:
        raise bad("unknown_purpose", _("Choose what these figures are for."), "purpose")
    rows = pilots_for(by, data.purpose).select_related("programme", "reporting_unit")
    pilot = rows.filter(uid=data.pilot_uid).first()
    if pilot is None:
        raise NotFound
    receiver, chain = _way_of(pilot, data.purpose)
    supplement = Supplement.objects.create(
        purpose=data.purpose,
        programme=pilot.programme,
        pilot_area=pilot,
        unit=by.unit,
        receiver_id=receiver,
        chain=chain,
        title=line_of_text(data.title, "title", LONGEST_TITLE),
        reason=_reason(data.reason),
        begun_by=by.user,
        begun_at=at or timezone.now(),
        is_demo=by.user.is_demo,
    )
    note = Note(comment=supplement.reason, data={"purpose": supplement.purpose})
    write("supplement.begin", supplement.as_subject(internal=True), by=by, at=supplement.begun_at, note=note)
    return supplement


def _way_of(pilot: PilotArea, purpose: str) -> tuple[int, list[int]]:
    """Who receives, and everybody above, the receiver first. Shared figures go to the unit that fills in, and on."""
    if purpose == Purpose.SHARED:
        return pilot.reporting_unit_id, [pilot.reporting_unit_id, *PilotArea.objects.way_of(pilot)]
    above = receivers_above(pilot)
    return above[0], above


def _reason(text: str) -> str:
    found = text.replace("\x00", "").strip()
    if len(found) > LONGEST_REASON:
        words = _("The reason is too long: at most %(most)d characters.") % {"most": LONGEST_REASON}
        raise bad("reason_too_long", words, "reason")
    return found


def editable(uid: uuid.UUID, by: Actor) -> Supplement:
    """The supplement, its row locked, if this hat may write in it now. Raises NotFound, WrongState."""
    require_scope(by, "supplement.edit")
    return _editable(_own(by).select_for_update(of=("self",)), uid)


def must_be_editable(uid: uuid.UUID, by: Actor) -> Supplement:
    """The same without the lock: for faces, which say first whether anything can be changed at all."""
    return _editable(_own(by), uid)


def _own(by: Actor) -> QuerySet[Supplement]:
    rows = Supplement.objects.visible_to(by, "supplement.edit")
    return rows.select_related("programme", "pilot_area__programme", "pilot_area__reporting_unit", "unit", "receiver")


def _editable(rows: QuerySet[Supplement], uid: uuid.UUID) -> Supplement:
    found: Supplement | None = rows.filter(uid=uid).first()
    if found is None:
        raise NotFound
    if not found.is_editable:
        raise WrongState(
            _("It is now “%(state)s” and cannot be edited. Reload the page to see what happened.")
            % {"state": found.get_status_display()}
        )
    return found


@transaction.atomic
def choose_rows(
    uid: uuid.UUID,
    *,
    add: Sequence[RowInput] = (),
    remove: Sequence[RowInput] = (),
    by: Actor,
    at: dt.datetime | None = None,
) -> Supplement:
    """Take rows in and out; what is in already stays as it is, and what is taken out loses what was filled in.

    Raises NotFound, WrongState, BadInput (a period that is not over, a place or an indicator not asked for).
    """
    supplement, now = editable(uid, by), at or timezone.now()
    found = _asked(supplement, add, now)
    gone = {(row.division, row.indicator, row.year, row.part) for row in remove}
    rows = supplement.figures.select_related("division", "indicator")
    out = [row.pk for row in rows if (row.division.uid, row.indicator.code, row.year, row.part) in gone]
    if out:
        supplement.figures.filter(pk__in=out).delete()
    wanted = [
        SupplementFigure(
            supplement=supplement, division=asked.division, indicator=asked.indicator, year=row.year, part=row.part,
            status=FigureStatus.FINAL, updated_at=None,
        )
        for row, asked in found
    ]  # fmt: skip
    SupplementFigure.objects.bulk_create(wanted, ignore_conflicts=True)
    if supplement.figures.count() > MOST_ROWS:
        text = _("At most %(most)d rows in one. Begin another for the rest.") % {"most": MOST_ROWS}
        raise bad("too_many_rows", text, "add")
    return supplement


def _asked(supplement: Supplement, rows: Sequence[RowInput], now: dt.datetime) -> list[tuple[RowInput, Asked]]:
    """Each row with what is asked there; everything that is wrong is said at once."""
    findings: list[Finding] = []
    found: list[tuple[RowInput, Asked]] = []
    periods = sorted({(row.year, str(row.part)) for row in rows})
    for year, part in periods:
        why = why_not_past(year, part, office_day(now))
        cells = {} if why else _cells(asked_of(supplement.pilot_area, year, part))
        for number, row in enumerate(rows):
            if (row.year, row.part) != (year, part):
                continue
            asked = cells.get((row.division, row.indicator))
            if asked is not None:
                found.append((row, asked))
            else:
                text = why or _("“%(code)s” is not asked of this place in this period.") % {"code": row.indicator[:60]}
                findings.append(Finding("not_asked", text, f"add.{number}"))
    if findings:
        raise BadInput(findings=tuple(findings))
    return found


def _cells(asked: Iterable[Asked]) -> dict[tuple[uuid.UUID, str], Asked]:
    return {(row.division.uid, row.indicator.code): row for row in asked}


def must_be_past(year: int, part: str) -> None:
    """Raises BadInput where figures of this period cannot be given yet."""
    if why := why_not_past(year, part, today()):
        raise bad("not_past", why, "year")


def why_not_past(year: int, part: str, day: dt.date) -> str:
    """Why figures of a period cannot be given on a day; '' where they can."""
    if part not in Part.values or not FIRST_YEAR <= year <= day.year:
        return _("Give a year from %(first)d to %(last)d, whole or its first half.") % {
            "first": FIRST_YEAR,
            "last": day.year,
        }
    if period_end(year, part) >= day:
        return _("This period is not over yet. Figures of a running period belong into the report.")
    return ""


@transaction.atomic
def save_rows(
    uid: uuid.UUID, rows: Sequence[FilledRow], *, by: Actor, at: dt.datetime | None = None
) -> list[DraftFigure]:
    """Store all rows or none; a row not chosen before is taken in. Returns them as stored, in no certain order.

    Raises NotFound, WrongState, BadInput (`figure:<place>:<indicator>:<year>:<part>:<field>`), Stale with `rows`.
    """
    supplement, now = editable(uid, by), at or timezone.now()
    stored: list[DraftFigure] = []
    findings: list[Finding] = []
    conflicts: list[Stale] = []
    for year, part in sorted({(row.year, row.part) for row in rows}):
        if why := why_not_past(year, part, office_day(now)):
            findings.append(Finding("not_past", why, f"{year}:{part}"))
            continue
        inputs = [row.figure for row in rows if (row.year, row.part) == (year, part)]
        try:
            stored += save_figures(sheet_of(supplement, year, part), inputs, by=by, at=now)
        except BadInput as error:
            findings += [Finding(f.code, f.message, _with_period(f.target, year, part)) for f in error.findings]
        except Stale as error:
            for row in error.extra["rows"]:
                row |= {"year": year, "part": part, "key": f"{row['key']}:{year}:{part}"}
            conflicts.append(error)
    if findings:
        raise BadInput(_("Some cells cannot be read. Nothing was saved yet."), findings=tuple(findings))
    if conflicts:
        raise Stale(conflicts[0].message, extra={"rows": [row for error in conflicts for row in error.extra["rows"]]})
    if any(row.updated_at == now for row in stored):
        SupplementWriter.objects.bulk_create(
            [SupplementWriter(supplement=supplement, user=by.user)], ignore_conflicts=True
        )
    return stored


def sheet_of(supplement: Supplement, year: int, part: str) -> Sheet:
    """One period of a supplement as a grid."""
    return Sheet(SupplementFigure, {"supplement": supplement}, supplement.pilot_area, year, part)


def _with_period(target: str, year: int, part: str) -> str:
    """`figure:<place>:<indicator>[:<field>]` with the period before the field."""
    kind, division, code, *field = target.split(":")
    return ":".join([kind, division, code, str(year), part, *field])
