"""Figures somebody else has given already, for whoever fills in a grid: what departments share, what is published.

An offer is taken over by typing it in, with the office named as the source; by itself it never counts.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.checks import Key
from indicators.models import RANK, Absence, FigureStatus, Observation, Supplement, SupplementFigure, SupplementStatus
from indicators.rows_typed import LENGTHS, NUMBERS, PARTS, as_text
from units.calendar import office_day


@dataclass(frozen=True, slots=True)
class Offer:
    """One figure that can be taken over, in the unit its indicator is kept in. `given_on`: when it was signed, or
    put on record. `source`: what to name as the source. `uid`: of the supplement (`kind` shared) or the observation.
    """

    kind: str
    uid: uuid.UUID
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    absence: str
    reason: str
    status: str
    source: str
    unit: str
    given_on: dt.date

    @property
    def kind_label(self) -> str:
        return str(OfferKind(self.kind).label)

    @property
    def status_label(self) -> str:
        return str(FigureStatus(self.status).label)

    @property
    def absence_label(self) -> str:
        return str(Absence(self.absence).label)

    @property
    def as_typed(self) -> dict[str, str]:
        """What stands in the cells of a row that takes it over: in the indicator's own unit, the source named.

        A rate of which both parts are known is made of them again.
        """
        numbers = {name: as_text(getattr(self, name)) or "" for name in NUMBERS}
        if all(numbers[name] for name in PARTS):
            numbers["value"] = ""
        texts = {"absence": self.absence, "reason": self.reason, "status": self.status}
        return {**numbers, **texts, "source": self.source[: LENGTHS["source"]]}


class OfferKind(TextChoices):
    """Who stands behind an offer: a department of the programme, or a published series."""

    SHARED = "shared", gettext_lazy("shared by an office")
    PUBLISHED = "published", gettext_lazy("published")


SHARED, PUBLISHED = OfferKind.SHARED.value, OfferKind.PUBLISHED.value


def offers_for(
    programme_id: int, division_ids: Collection[int], indicator_ids: Collection[int], year: int, part: str
) -> dict[Key, list[Offer]]:
    """What is offered for one period, by key: the most settled first, then the newest. Two statements.

    Shared figures are those of the programme that are open for use now; published ones only where verified.
    """
    cells = {"division__in": division_ids, "indicator__in": indicator_ids, "year": year, "part": part}
    found: dict[Key, list[tuple[tuple[Any, ...], Offer]]] = defaultdict(list)
    for row, offer in (*_shared(programme_id, cells), *_published(cells)):
        rank = (RANK[FigureStatus(row.status)], offer.given_on, offer.kind == SHARED, row.pk)
        found[Key(row.division_id, row.indicator_id, row.year, row.part)].append((rank, offer))
    return {
        key: [offer for _rank, offer in sorted(rows, key=lambda ranked: ranked[0], reverse=True)]
        for key, rows in found.items()
    }


def _shared(programme_id: int, cells: dict[str, Any]) -> Iterator[tuple[SupplementFigure, Offer]]:
    rows = SupplementFigure.objects.filter(
        **cells,
        supplement__programme=programme_id,
        supplement__purpose=Supplement.Purpose.SHARED,
        supplement__status=SupplementStatus.OFFERED,
    )
    for row in rows.select_related("supplement__unit"):
        if row.is_given and (signed := row.supplement.submitted_at) is not None:
            unit = row.supplement.unit.name
            source = _("%(unit)s: %(source)s") % {"unit": unit, "source": row.source} if row.source else unit
            yield row, _offer(row, kind=SHARED, uid=row.supplement.uid, source=source, unit=unit, at=signed)


def _published(cells: dict[str, Any]) -> Iterator[tuple[Observation, Offer]]:
    rows = Observation.objects.published().facts().filter(**cells, withdrawn_at__isnull=True)
    for row in rows.select_related("document"):
        source = str(row.document) if row.document else row.source
        yield row, _offer(row, kind=PUBLISHED, uid=row.uid, source=source, unit="", at=row.recorded_at)


def _offer(row: Any, *, kind: str, uid: uuid.UUID, source: str, unit: str, at: dt.datetime) -> Offer:
    return Offer(
        kind=kind, uid=uid, value=row.value, numerator=row.numerator, denominator=row.denominator,
        absence=row.absence, reason=row.reason, status=row.status, source=source, unit=unit,
        given_on=office_day(at),
    )  # fmt: skip
