"""Implementation and action plans (N11): beginning one, its document, its words. How it then moves: its workflow."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.personal import line_of_text
from accounts.tokens import require_scope
from pilots.models import PilotArea
from pilots.rules import receivers_above
from plans.models import GuidedKind, GuidedPlan
from portal.errors import NotFound, Stale, WrongState, bad
from records.files import Incoming, must_be_open, store
from records.journal import Note, write

EDIT = "plan.edit"
LONGEST_TITLE = 200
LONGEST_NOTE = 4000
FIRST_YEAR, LAST_YEAR = 2014, 2100


@dataclass(frozen=True, slots=True)
class GuidedInput:
    """What the document is. `year` None: for the whole pilot."""

    kind: str
    title: str
    year: int | None = None
    note: str = ""


def pilots_for(by: Actor) -> QuerySet[PilotArea]:
    """The pilot areas of one's own unit, whose documents this hat may bring."""
    if not by.can(EDIT):
        return PilotArea.objects.none()
    return PilotArea.objects.shown().filter(programme=by.hat.programme_id, reporting_unit=by.hat.unit_id)


@transaction.atomic
def begin_guided(
    pilot_uid: uuid.UUID, data: GuidedInput, file: Incoming | None = None, *, by: Actor, at: dt.datetime | None = None
) -> GuidedPlan:
    """Begin one. Its receiver and those above are frozen as today's route has them.

    Raises NotFound (not one's pilot area), BadInput, TooLarge, RuleBroken (no route).
    """
    require_scope(by, EDIT)
    pilot = pilots_for(by).select_related("programme", "reporting_unit").filter(uid=pilot_uid).first()
    if pilot is None:
        raise NotFound
    above = receivers_above(pilot)
    now = at or timezone.now()
    guided = GuidedPlan(
        pilot_area=pilot, programme=pilot.programme, unit=by.unit, receiver_id=above[0], chain=above,
        written_by=by.user, begun_at=now, is_demo=by.user.is_demo,
    )  # fmt: skip
    _fill(guided, data)
    if file is not None:
        guided.file = store(file, by=by, programme=pilot.programme, at=now)
    guided.save()
    data_of_event = {"kind": guided.kind, "sha256": guided.file.sha256 if guided.file else ""}
    write("guided_plan.begin", guided.as_subject(internal=True), by=by, at=now, note=Note(data=data_of_event))
    return guided


@transaction.atomic
def edit_guided(
    uid: uuid.UUID,
    data: GuidedInput,
    version: int,
    file: Incoming | None = None,
    *,
    by: Actor,
    at: dt.datetime | None = None,
) -> GuidedPlan:
    """Change its words; `file` replaces the document. Raises NotFound, WrongState, Stale, BadInput, TooLarge."""
    guided = _editable(uid, version, by)
    _fill(guided, data)
    if file is not None:
        guided.file = store(file, by=by, programme=guided.programme, at=at)
    return _edited(guided, by, at)


@transaction.atomic
def bring_document(
    uid: uuid.UUID, file: Incoming, version: int, *, by: Actor, at: dt.datetime | None = None
) -> GuidedPlan:
    """The document alone; the one before stays on record. Raises NotFound, WrongState, Stale, BadInput, TooLarge."""
    guided = _editable(uid, version, by)
    guided.file = store(file, by=by, programme=guided.programme, at=at)
    return _edited(guided, by, at)


def _edited(guided: GuidedPlan, by: Actor, at: dt.datetime | None) -> GuidedPlan:
    guided.version += 1
    guided.written_by = by.user
    guided.save()
    data = {"title": guided.title, "sha256": guided.file.sha256 if guided.file else ""}
    write("guided_plan.edit", guided.as_subject(internal=True), by=by, at=at, note=Note(data=data))
    return guided


def _fill(guided: GuidedPlan, data: GuidedInput) -> None:
    """Raises BadInput."""
    if data.kind not in GuidedKind.values:
        raise bad("unknown_kind", _("Choose implementation plan or action plan."), "kind")
    if data.year is not None and not FIRST_YEAR <= data.year <= LAST_YEAR:
        words = _("Give a year from %(first)d to %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise bad("bad_year", words, "year")
    note = data.note.replace("\x00", "").strip()
    if len(note) > LONGEST_NOTE:
        words = _("This is too long: at most %(most)d characters.") % {"most": LONGEST_NOTE}
        raise bad("too_long", words, "note")
    title = line_of_text(data.title, "title", LONGEST_TITLE)
    must_be_open(title, "title")
    guided.kind, guided.title, guided.year, guided.note = data.kind, title, data.year, note


def _editable(uid: uuid.UUID, version: int, by: Actor) -> GuidedPlan:
    """The row, locked, if this hat may write in it now and saw its newest state."""
    require_scope(by, EDIT)
    rows = GuidedPlan.objects.visible_to(by, EDIT).select_related("programme", "pilot_area", "unit", "receiver", "file")
    guided: GuidedPlan | None = rows.filter(uid=uid).select_for_update(of=("self",)).first()
    if guided is None:
        raise NotFound
    if not guided.is_editable:
        text = _("It is now “%(state)s” and cannot be edited. Reload the page to see what happened.")
        raise WrongState(text % {"state": guided.get_status_display()})
    if guided.version != version:
        raise Stale(
            _("Somebody changed this after you opened it. Reload the page, look at it again, then decide."),
            extra={"version": guided.version},
        )
    return guided
