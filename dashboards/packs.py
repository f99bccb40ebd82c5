"""Which briefs a reader may have, alone or several as a meeting pack; what is out of reach is not found."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext as _

from accounts.access import Actor
from dashboards.briefs import OfficeBrief, PilotBrief, office_briefs, offices_for, pilot_briefs, pilots_below
from dashboards.reading import pilots_for
from dashboards.sheets import Sheet, office_sheet, pilot_sheet
from dashboards.tallies import viewpoint
from indicators.models import PilotPosition
from portal.errors import NotFound, bad
from units.models import Unit

Row = TypeVar("Row", PilotPosition, Unit)
MOST = 40
"""Briefs in one pack, beside the overview."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Pilot areas and offices by uid; `overview`: of one's own office, first."""

    pilots: Sequence[uuid.UUID] = ()
    offices: Sequence[uuid.UUID] = ()
    overview: bool = False


def pilot_brief(actor: Actor, uid: uuid.UUID) -> PilotBrief:
    """Raises NotFound."""
    return pilot_briefs(actor, _pilots(actor, [uid]))[0]


def office_brief(actor: Actor, uid: uuid.UUID) -> OfficeBrief:
    """Raises NotFound, also where no pilot area is below."""
    found = office_briefs(actor, _offices(actor, [uid]))
    if not found:
        raise NotFound
    return found[0]


def has_overview(actor: Actor) -> bool:
    """Whether there are pilot areas below one's own office."""
    return pilots_below(actor, viewpoint(actor)).exists()


def pack(actor: Actor, choice: Choice) -> list[Sheet]:
    """The overview, then offices, then pilot areas, each in the order chosen and once; as many statements for forty as
    for three. Raises BadInput for none or too many, NotFound where one is out of reach."""
    pilots, offices = list(dict.fromkeys(choice.pilots)), list(dict.fromkeys(choice.offices))
    _check(len(pilots) + len(offices), has_overview=choice.overview)
    own = viewpoint(actor)
    units = _offices(actor, offices) if offices else []
    if choice.overview:
        units = [own, *(unit for unit in units if unit.pk != own.pk)]
    found = office_briefs(actor, units)
    if len(found) < len(units):
        raise NotFound
    areas = pilot_briefs(actor, _pilots(actor, pilots)) if pilots else []
    return [*map(office_sheet, found), *map(pilot_sheet, areas)]


def _check(count: int, *, has_overview: bool) -> None:
    if not count and not has_overview:
        raise bad("nothing_chosen", _("Choose at least one brief."), "pilot")
    if count > MOST:
        text = _("A pack holds at most %(most)d briefs; %(count)d are chosen.") % {"most": MOST, "count": count}
        raise bad("too_many", text, "pilot")


def _pilots(actor: Actor, uids: Sequence[uuid.UUID]) -> list[PilotPosition]:
    rows = pilots_for(actor).filter(pilot_area__uid__in=uids).select_related("pilot_area__province")
    found = {row.pilot_area.uid: row for row in rows}
    return [_in_reach(found, uid) for uid in uids]


def _offices(actor: Actor, uids: Sequence[uuid.UUID]) -> list[Unit]:
    found = {unit.uid: unit for unit in offices_for(actor).filter(uid__in=uids)}
    return [_in_reach(found, uid) for uid in uids]


def _in_reach(found: dict[uuid.UUID, Row], uid: uuid.UUID) -> Row:
    if uid not in found:
        raise NotFound
    return found[uid]
