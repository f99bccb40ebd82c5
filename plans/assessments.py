"""Reading the yearly assessment of responsibility (N17): for each pilot area and year an entry, or a gap."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from pilots.models import PilotArea
from plans.models import Assessment, Inclusion
from portal.errors import NotFound, type_text
from units.calendar import today

VIEW, EDIT = "plan.view", "plan.edit"
FIRST_YEAR = 2014
"""The first pilots were approved in this year."""


class Lack(enum.StrEnum):
    """What an entry lacks."""

    ENTRY = "entry"
    SAID = "said"
    DOCUMENT = "document"
    RESULT = "result"


LACKS: dict[Lack, type_text] = {
    Lack.ENTRY: _("no entry"),
    Lack.SAID: _("not said whether it is included"),
    Lack.DOCUMENT: _("document missing"),
    Lack.RESULT: _("result missing"),
}


@dataclass(frozen=True, slots=True)
class AssessmentLine:
    """One pilot area in one year. `lacks` is empty where nothing is missing; `may_edit` for this reader."""

    pilot_area: PilotArea
    year: int
    assessment: Assessment | None
    lacks: tuple[Lack, ...]
    may_edit: bool

    @property
    def lack_words(self) -> list[str]:
        return [str(LACKS[lack]) for lack in self.lacks]


def usual_year() -> int:
    """The year that was assessed last."""
    return today().year - 1


def pilots_seen(by: Actor) -> QuerySet[PilotArea]:
    """Pilot areas whose entries the hat sees, and so whose gaps, along today's route."""
    rows = PilotArea.objects.kept_by(by, VIEW).shown().for_lists()
    found: QuerySet[PilotArea] = rows.order_by("batch__number", "sort_key", "id")
    return found


def with_gaps(rows: QuerySet[PilotArea], year: int) -> QuerySet[PilotArea]:
    """Those of which something is missing for a year."""
    return rows.exclude(Exists(_whole(year).filter(pilot_area=OuterRef("pk"))))


def _whole(year: int) -> QuerySet[Assessment]:
    """Entries that lack nothing. A result can be expected once the year is over."""
    entries = Assessment.objects.filter(year=year)
    written = Q(document__isnull=False) | ~Q(document_text="")
    if year < today().year:
        written &= ~Q(result="")
    return entries.filter(Q(inclusion=Inclusion.NOT_INCLUDED) | (Q(inclusion=Inclusion.INCLUDED) & written))


def lacks_of(row: Assessment | None, year: int) -> tuple[Lack, ...]:
    """The same of one entry. Who is not included owes neither document nor result."""
    if row is None:
        return (Lack.ENTRY,)
    if row.inclusion == Inclusion.NOT_SAID:
        return (Lack.SAID,)
    if row.inclusion == Inclusion.NOT_INCLUDED:
        return ()
    found = []
    if row.document_id is None and not row.document_text:
        found.append(Lack.DOCUMENT)
    if not row.result and year < today().year:
        found.append(Lack.RESULT)
    return tuple(found)


def lines_for(pilots: Iterable[PilotArea], year: int, by: Actor) -> list[AssessmentLine]:
    """Each pilot area with its entry; one statement."""
    rows = list(pilots)
    entries = Assessment.objects.filter(pilot_area__in=[row.pk for row in rows], year=year)
    found = {row.pilot_area_id: row for row in entries.select_related("document", "recorded_by")}
    return [
        AssessmentLine(row, year, found.get(row.pk), lacks_of(found.get(row.pk), year), _may_edit(row, by))
        for row in rows
    ]


def _may_edit(pilot: PilotArea, by: Actor) -> bool:
    return by.can(EDIT) and pilot.reporting_unit_id == by.hat.unit_id and pilot.programme_id == by.hat.programme_id


def reach_line(pilot_uid: uuid.UUID, year: int, by: Actor) -> AssessmentLine:
    """One pilot area in one year. Raises NotFound."""
    pilot = pilots_seen(by).filter(uid=pilot_uid).first()
    if pilot is None or not FIRST_YEAR <= year <= today().year:
        raise NotFound
    return lines_for([pilot], year, by)[0]


@dataclass(frozen=True, slots=True)
class YearCount:
    """How many of the pilot areas one sees are included, are not, and have something missing."""

    pilots: int
    included: int
    not_included: int
    with_gaps: int


def count_of(pilots: QuerySet[PilotArea], year: int) -> YearCount:
    """Four statements, however many there are."""
    entries = Assessment.objects.filter(year=year, pilot_area__in=pilots.order_by().values("pk"))
    return YearCount(
        pilots.count(),
        entries.filter(inclusion=Inclusion.INCLUDED).count(),
        entries.filter(inclusion=Inclusion.NOT_INCLUDED).count(),
        with_gaps(pilots, year).count(),
    )


def with_inclusion(rows: QuerySet[PilotArea], year: int, inclusion: str) -> QuerySet[PilotArea]:
    """Those with an entry that says so."""
    entries = Assessment.objects.filter(year=year, inclusion=inclusion, pilot_area=OuterRef("pk"))
    return rows.filter(Exists(entries))
