"""The spatial structure of a pilot area in words (L2), version upon version: nothing said once is ever lost."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.personal import line_of_text, lines_of_text
from accounts.tokens import require_scope
from pilots.models import Clause, PilotArea
from pilots.services.contacts import about
from plans.models import SpatialStructure
from plans.tree import EDIT
from portal.errors import NotFound, Stale, bad
from records.journal import Note, write

LONGEST_NAME = 100
LONGEST_TEXT = 8000
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class StructureInput:
    """The structure in short (一主四副多点) and in words. `clause`: uid of the passage it is taken from.

    `reason`: why it is another one now; compulsory from the second version on.
    """

    name: str
    text: str = ""
    clause: uuid.UUID | None = None
    reason: str = ""


@transaction.atomic
def set_structure(
    pilot_uid: uuid.UUID, data: StructureInput, seen: int, *, by: Actor, at: dt.datetime | None = None
) -> SpatialStructure:
    """A new version. `seen`: the number of the one the writer saw, 0 for none. Raises NotFound, Stale, BadInput."""
    require_scope(by, EDIT)
    rows = PilotArea.objects.with_route().visible_to(by, EDIT).shown().select_related("programme", "reporting_unit")
    pilot = rows.select_for_update(of=("self",), no_key=True).filter(uid=pilot_uid).first()
    if pilot is None:
        raise NotFound
    last = SpatialStructure.objects.filter(pilot_area=pilot).order_by("-number").first()
    number = last.number if last else 0
    given = {
        "name": line_of_text(data.name, "name", LONGEST_NAME),
        "text": lines_of_text(data.text, "text", LONGEST_TEXT),
        "reason": lines_of_text(data.reason, "reason", LONGEST_REASON),
    }
    if number != seen:
        text = _("Somebody else has written a new version since you opened this page.")
        theirs = {"name": last.name, "text": last.text} if last else {}
        raise Stale(text, extra={"version": number, "theirs": theirs, "mine": given})
    if last and not given["reason"]:
        raise bad("reason_missing", _("Say why the structure is another one now."), "reason")
    clause = Clause.objects.select_related("document").filter(uid=data.clause).first() if data.clause else None
    if data.clause and clause is None:
        raise bad("unknown_clause", _("There is no such clause on the register. Enter it first."), "clause")
    made = SpatialStructure.objects.create(
        pilot_area=pilot, number=number + 1, clause=clause, document=clause.document if clause else None,
        recorded_at=at or timezone.now(), recorded_by=by.user, **given,
    )  # fmt: skip
    note = Note(outcome=made.name, comment=made.reason, data={"number": made.number, "name": made.name})
    write("pilot.structure", about(pilot), by=by, at=made.recorded_at, note=note)
    return made
