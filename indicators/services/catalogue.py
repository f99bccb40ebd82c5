"""Keeping the catalogue: own indicators of a pilot area, dated versions, what an own one counts towards.

Figures of a period are judged by the version of its end, so nothing that was said of a past period is changed: a new
meaning is a new version from a day on.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.personal import optional_line
from indicators import positions, rollups
from indicators.catalogue import EDIT, KEEP, RELATED, alike, indicator_or_404, keeps_shared, own_areas
from indicators.models import FieldSource, Indicator, IndicatorVersion
from indicators.version_facts import FIELDS, LONGEST, OTHERS, VersionFacts, facts_of, faults
from pilots.models import PilotArea
from pilots.rules import runs
from portal.errors import BadInput, Finding, NotFound, RuleBroken, Stale, WrongState, bad
from records.journal import Note, Subject, write
from units.models import Unit
from units.reference.pinyin import pinyin_key

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED = frozenset({"new", "asked"})
"""Addresses of pages; no indicator may be called so."""
SHORTEST_CODE, LONGEST_CODE = 3, 60
LONGEST_REASON = 500
FIXED = ("measure", "part_measure")
"""What no later version changes: figures of earlier periods are kept in it."""
MANY_LINES = ("caliber_zh", "caliber_en", "criterion_zh", "criterion_en")
PLAIN = {field: getattr(VersionFacts("", "", ""), field) for field in FIELDS}


MEANING = frozenset(FIELDS) - {
    "name_zh", "name_en", "group_zh", "group_en", "precision", "frequency", "department", "lowest", "highest",
}  # fmt: skip
"""Fields whose change makes an indicator another one, for whoever decided what it counts towards."""


@dataclass(frozen=True, slots=True)
class NewOwn:
    """An own indicator of a pilot area. `code` stands in addresses and files and never changes.

    `since` is the first day it means this; None: it always did.
    """

    pilot_uid: uuid.UUID
    code: str
    facts: VersionFacts
    since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class NewVersion:
    """Another meaning from `since` on. `version` is the indicator's that the writer saw."""

    code: str
    version: int
    since: dt.date
    facts: VersionFacts


@dataclass(frozen=True, slots=True)
class OwnEnd:
    """`on` is the first day it is not asked any more: a period that ends then or later has no cell for it."""

    code: str
    version: int
    on: dt.date
    reason: str


@dataclass(frozen=True, slots=True)
class CountsTowards:
    """The shared indicator (its code) an own one counts towards; '' for none."""

    code: str
    version: int
    to: str


@transaction.atomic
def new_own(data: NewOwn, *, by: Actor) -> Indicator:
    """Define an own indicator. Raises NotFound (not one's pilot area), BadInput (its fields; the code is taken)."""
    area = next((row for row in own_areas(by) if row.uid == data.pilot_uid), None)
    if area is None:
        raise NotFound
    code = _code(data.code)
    facts = _checked(data.facts)
    indicator = Indicator(code=code, pilot_area=area, version=1)
    values = _columns(facts, indicator, by)
    _name(indicator, facts)
    indicator.save()
    version = IndicatorVersion.objects.create(indicator=indicator, valid=(data.since, None), **values)
    _store_sources(version, facts, before=PLAIN)
    data_said = {"since": _text(data.since), "after": _plain(facts), "source": facts.source}
    write("indicator.new", subject_of(indicator, by), by=by, note=Note(data=data_said))
    return indicator


@transaction.atomic
def new_version(data: NewVersion, *, by: Actor) -> Indicator:
    """A new dated version: of an own one by its pilot area, of a shared one by whoever keeps the shared catalogue.

    Raises NotFound, Stale, WrongState (it has ended), BadInput (fields; a day not after the last version's first;
    another unit of measure). An own one that means something else from now on counts towards no shared one any more:
    the owner of the programme decided about what it meant.
    """
    indicator = _writable(data.code, data.version, by)
    latest, counted = _latest(indicator), indicator.mapped_to
    facts = _checked(data.facts)
    found = [*_since_faults(latest, data.since), *_fixed_faults(indicator, facts)]
    if found:
        raise BadInput(findings=tuple(found))
    values = _columns(facts, indicator, by)
    before = facts_of(latest)
    changed = {name: [_text(getattr(before, name)), _text(getattr(facts, name))] for name in _changed(before, facts)}
    if not changed:
        text = _("Nothing differs from the version in force. Change something, or go back.")
        raise BadInput(text, findings=(Finding("no_change", text),))
    _close(latest, data.since)
    version = IndicatorVersion.objects.create(indicator=indicator, valid=(data.since, None), **values)
    _store_sources(version, facts, before={name: getattr(before, name) for name in FIELDS}, kept=latest)
    _name(indicator, facts)
    said = {"since": str(data.since), "changed": changed, "source": facts.source}
    if counted and MEANING.intersection(changed):
        indicator.mapped_to = None
        said["counted_towards"] = counted.code
    _touch(indicator)
    write("indicator.version", subject_of(indicator, by), by=by, note=Note(data=said))
    _meaning_changed([row.pk for row in (indicator, counted) if row])
    return indicator


@transaction.atomic
def end_own(data: OwnEnd, *, by: Actor) -> Indicator:
    """Stop asking an own indicator. Raises NotFound, Stale, WrongState (it has ended), BadInput (no reason; the day).

    Its figures stay, and so does what they counted towards.
    """
    indicator = _writable(data.code, data.version, by)
    if indicator.pilot_area_id is None:
        text = _("A shared indicator does not end here: take it off the list of what the programme asks.")
        raise WrongState(text)
    latest = _latest(indicator)
    reason = data.reason.replace("\x00", "").strip()
    found = list(_since_faults(latest, data.on, "on"))
    if not reason or len(reason) > LONGEST_REASON:
        text = _("Say why, in at most %(most)d characters.") % {"most": LONGEST_REASON}
        found.append(Finding("required", text, "reason"))
    if found:
        raise BadInput(findings=tuple(found))
    _close(latest, data.on)
    _touch(indicator)
    note = Note(comment=reason, data={"on": str(data.on)})
    write("indicator.end", subject_of(indicator, by), by=by, note=note)
    _meaning_changed([indicator.pk])
    return indicator


@transaction.atomic
def count_towards(data: CountsTowards, *, by: Actor) -> Indicator:
    """Say which shared indicator an own one counts towards in roll-ups. By the owner of the programme alone.

    Raises NotFound, Stale, BadInput (no such shared indicator), RuleBroken (it is measured in another way).
    """
    indicator = _locked(data.code, by)
    if not may_map(indicator, by):
        raise NotFound
    _compare(indicator, data.version)
    target = _shared(data.to)
    if target is not None:
        _check_alike(indicator, target)
    counted = indicator.mapped_to
    before = counted.code if counted else ""
    if before == data.to:
        return indicator
    indicator.mapped_to = target
    _touch(indicator)
    note = Note(data={"before": before, "after": data.to})
    write("indicator.map", subject_of(indicator, by), by=by, note=note)
    _meaning_changed([row.pk for row in (indicator, counted, target) if row])
    return indicator


def subject_of(indicator: Indicator, by: Actor) -> Subject:
    """What events about an indicator keep: its own pilot area's office, or whoever keeps the shared one."""
    area = indicator.pilot_area
    programme, unit = (area.programme, area.reporting_unit) if area else (by.programme, by.unit)
    return Subject("indicator", indicator.uid, indicator.name_now, programme, unit)


def may_change(indicator: Indicator, by: Actor) -> bool:
    if indicator.pilot_area_id is None:
        return keeps_shared(by)
    rows = PilotArea.objects.shown().visible_to(by, EDIT)
    return rows.filter(pk=indicator.pilot_area_id).exists()


def may_map(indicator: Indicator, by: Actor) -> bool:
    return bool(indicator.pilot_area and runs(indicator.pilot_area.programme, by, KEEP))


def latest_or_404(indicator: Indicator) -> IndicatorVersion:
    """The newest version, if the indicator has not ended: what a change starts from."""
    found = indicator.versions.select_related(*RELATED).order_by("-valid").first()
    if found is None or found.until is not None:
        raise NotFound
    return found


def _locked(code: str, by: Actor) -> Indicator:
    """The indicator as it now is, held until the transaction ends."""
    found = indicator_or_404(code, by)
    Indicator.objects.select_for_update(no_key=True).get(pk=found.pk)
    return indicator_or_404(code, by)


def _writable(code: str, version: int, by: Actor) -> Indicator:
    indicator = _locked(code, by)
    if not may_change(indicator, by):
        raise NotFound
    _compare(indicator, version)
    return indicator


def _compare(indicator: Indicator, version: int) -> None:
    if indicator.version != version:
        text = _("Somebody else has changed this indicator in the meantime. Compare, then save again.")
        raise Stale(text, extra={"version": indicator.version})


def _latest(indicator: Indicator) -> IndicatorVersion:
    try:
        return latest_or_404(indicator)
    except NotFound as error:
        raise WrongState(_("This indicator has ended. Define a new one.")) from error


def _code(given: str) -> str:
    code = given.strip().lower()
    if not CODE.fullmatch(code) or not SHORTEST_CODE <= len(code) <= LONGEST_CODE or code in RESERVED:
        text = _("Write %(least)d to %(most)d small letters, digits and hyphens, for example city-pilot-towns.")
        raise bad("bad_code", text % {"least": SHORTEST_CODE, "most": LONGEST_CODE}, "code")
    if Indicator.objects.filter(code=code).exists():
        raise bad("taken", _("An indicator has this code already. Choose another."), "code")
    return code


def _checked(facts: VersionFacts) -> VersionFacts:
    """The facts with their texts cleaned; raises BadInput with everything that cannot be."""
    lines = [name for name in (*LONGEST, "source") if name not in MANY_LINES]
    clean: dict[str, Any] = {name: optional_line(getattr(facts, name), name, 10_000) for name in lines}
    texts: dict[str, Any] = {name: _lines(getattr(facts, name)) for name in MANY_LINES}
    facts = replace(facts, **clean, **texts)
    found = tuple(faults(facts))
    if found:
        raise BadInput(findings=found)
    return facts


def _lines(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\x00", "").strip()


def _since_faults(latest: IndicatorVersion, since: dt.date, field: str = "since") -> Iterable[Finding]:
    if latest.since is not None and since <= latest.since:
        text = _("The version before begins on %(day)s: choose a later day.") % {"day": latest.since}
        yield Finding("too_early", text, field)


def _fixed_faults(indicator: Indicator, facts: VersionFacts) -> Iterable[Finding]:
    """Of all versions: a unit that was left out in between is still the one figures are kept in."""
    versions = list(indicator.versions.all())
    for name in FIXED:
        kept = {getattr(version, name) for version in versions} - {""}
        if kept and getattr(facts, name) not in {*kept, ""}:
            text = _("Figures of earlier periods are kept in this unit. Define a new indicator for another one.")
            yield Finding("fixed", text, name)


def _changed(before: VersionFacts, after: VersionFacts) -> list[str]:
    return [name for name in FIELDS if getattr(before, name) != getattr(after, name)]


def _columns(facts: VersionFacts, indicator: Indicator, by: Actor) -> dict[str, Any]:
    """The columns of a version; raises BadInput where an indicator or an office is not known."""
    values = {name: getattr(facts, name) for name in FIELDS if name not in (*OTHERS, "department", "levels")}
    known = _others(facts, indicator)
    found = [
        Finding("unknown_indicator", _("There is no such indicator. Choose another of the catalogue."), name)
        for name in OTHERS
        if getattr(facts, name) and getattr(facts, name) not in known
    ]
    department = Unit.objects.filter(uid=facts.department).first() if facts.department else None
    if facts.department and department is None:
        found.append(Finding("unknown_unit", _("There is no such office."), "department"))
    if found:
        raise BadInput(findings=tuple(found))
    others = {name: known.get(getattr(facts, name)) for name in OTHERS}
    return {**values, **others, "levels": list(facts.levels), "department": department}


def _others(facts: VersionFacts, indicator: Indicator) -> Mapping[str, Indicator]:
    """Other indicators it may name: the shared ones, and those of the same pilot area."""
    codes = {getattr(facts, name) for name in OTHERS} - {"", indicator.code}
    rows = Indicator.objects.filter(code__in=codes)
    return {row.code: row for row in rows if row.pilot_area_id in {None, indicator.pilot_area_id}}


def _store_sources(
    version: IndicatorVersion, facts: VersionFacts, *, before: Mapping[str, Any], kept: IndicatorVersion | None = None
) -> None:
    """What is new comes from the source given now; what stays keeps the source it had."""
    changed = {name for name in FIELDS if getattr(facts, name) != before[name]}
    rows = [FieldSource(version=version, field=name, source=facts.source) for name in FIELDS if name in changed]
    for row in kept.sources.order_by("id") if kept else ():
        if row.field not in changed:
            same = {"said": row.said, "source": row.source, "confidence": row.confidence}
            rows.append(FieldSource(version=version, field=row.field, **same))
    FieldSource.objects.bulk_create(rows)


def _close(version: IndicatorVersion, on: dt.date) -> None:
    version.valid = (version.since, on)
    version.save(update_fields=["valid"])


def _name(indicator: Indicator, facts: VersionFacts) -> None:
    indicator.name_now, indicator.name_en_now = facts.name_zh, facts.name_en
    indicator.sort_key = pinyin_key(facts.name_zh)


def _touch(indicator: Indicator) -> None:
    indicator.version += 1
    indicator.save()


def _shared(code: str) -> Indicator | None:
    if not code:
        return None
    found = Indicator.objects.shared().filter(code=code).first()
    if found is None:
        raise bad("unknown_indicator", _("There is no such shared indicator. Choose one of the catalogue."), "to")
    return found


def _check_alike(own: Indicator, target: Indicator) -> None:
    """Figures are added as they are: both in one unit, and a rate only to a rate of the same parts."""
    if not alike(own, [target]):
        text = _("%(own)s and %(shared)s are not measured alike: their figures cannot be added.")
        words = text % {"own": own.name, "shared": target.name}
        raise RuleBroken(words, findings=(Finding("not_alike", words, "to"),))


def _plain(facts: VersionFacts) -> dict[str, Any]:
    return {name: _text(getattr(facts, name)) for name in FIELDS if getattr(facts, name) != PLAIN[name]}


def _text(value: Any) -> Any:
    """What an event can keep."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value) if isinstance(value, dt.date | uuid.UUID) else value


def _meaning_changed(indicators: Collection[int]) -> None:
    rollups.meaning_changed(indicators)
    positions.meaning_changed(indicators)
