"""What a programme's reports ask for (N16): which indicators, in which order, which of them compulsory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import Actor
from indicators.catalogue import KEEP, asked_list
from indicators.models import AskedIndicator, Indicator
from pilots.rules import runs
from portal.errors import BadInput, Finding, NotFound, Stale
from records.journal import Note, write
from records.models import Event
from records.subjects import of_programme
from units.models import Programme

ACT = "indicator.ask"
MOST = 100
LONGEST_SOURCE = 500


@dataclass(frozen=True, slots=True)
class AskedRow:
    """One indicator of the list, by its code."""

    code: str
    is_compulsory: bool = False


@dataclass(frozen=True, slots=True)
class AskedInput:
    """The whole list in its order; `version` is the one the writer saw, `source` says who decided it."""

    version: int
    rows: tuple[AskedRow, ...]
    source: str


@dataclass(frozen=True, slots=True)
class AskedNow:
    """The list as it stands. `version` counts how often somebody has set it."""

    programme: Programme
    rows: tuple[AskedIndicator, ...]
    version: int


def asked_now(programme: Programme) -> AskedNow:
    changes = Event.objects.about("programme", of_programme(programme, programme.owner).uid).filter(act=ACT).count()
    return AskedNow(programme, tuple(asked_list(programme)), changes)


def sets_asked(programme: Programme | None, by: Actor) -> bool:
    return programme is not None and runs(programme, by, KEEP)


@transaction.atomic
def set_asked(data: AskedInput, *, by: Actor) -> AskedNow:
    """Make the list what is given. Reports submitted keep what they said; drafts ask for the new list at once.

    Raises NotFound (not the owner of the programme), Stale, BadInput (unknown, twice, too many; by its place:
    `rows.2.code`).
    """
    programme = by.programme
    if programme is None or not sets_asked(programme, by):
        raise NotFound
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    now = asked_now(programme)
    if now.version != data.version:
        text = _("Somebody else has changed the list in the meantime. Compare, then save again.")
        raise Stale(text, extra={"version": now.version})
    wanted = _checked(data)
    before = [[row.indicator.code, row.is_compulsory] for row in now.rows]
    after = [[row.code, row.is_compulsory] for row in data.rows]
    if before == after:
        return now
    _store(programme, wanted, data, {row.indicator_id: row for row in now.rows})
    note = Note(data={"before": before, "after": after, "source": data.source.strip()})
    write(ACT, of_programme(programme, programme.owner), by=by, note=note)
    return asked_now(programme)


def _store(
    programme: Programme, wanted: Sequence[Indicator], data: AskedInput, standing: dict[int, AskedIndicator]
) -> None:
    """What stays keeps the source it had; what is new has the one given now."""
    AskedIndicator.objects.filter(programme=programme).exclude(indicator__in=wanted).delete()
    for position, (indicator, given) in enumerate(zip(wanted, data.rows, strict=True), start=1):
        row = standing.get(indicator.pk)
        if row is None:
            row = AskedIndicator(programme=programme, indicator=indicator, source=data.source.strip())
        row.position, row.is_compulsory = position, given.is_compulsory
        row.save()


def _checked(data: AskedInput) -> list[Indicator]:
    found: list[Finding] = []
    source = data.source.strip()
    if not source or len(source) > LONGEST_SOURCE:
        text = _("Say which document or decision this follows, in at most %(most)d characters.")
        found.append(Finding("required", text % {"most": LONGEST_SOURCE}, "source"))
    if len(data.rows) > MOST:
        found.append(Finding("too_many", _("At most %(most)d indicators.") % {"most": MOST}, "rows"))
    codes = [row.code for row in data.rows]
    known = {row.code: row for row in Indicator.objects.shared().filter(code__in=codes)}
    for number, code in enumerate(codes):
        if code not in known:
            text = _("There is no such shared indicator. Choose one of the catalogue.")
            found.append(Finding("unknown_indicator", text, f"rows.{number}.code"))
        elif code in codes[:number]:
            found.append(Finding("twice", _("This indicator stands in the list twice."), f"rows.{number}.code"))
    if found:
        raise BadInput(findings=tuple(found))
    return [known[code] for code in codes]
