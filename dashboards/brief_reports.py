"""The reports a brief speaks of: the last of each pilot area with its own words, and who has sent to an office."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from accounts.access import Actor
from pilots.models import Capacity
from reporting.models import Cycle, CycleKind, Report, ReportVersion, TemplateSection, VersionSection
from reporting.overview import Below, so_far_by_receiver
from reporting.reading import readable_versions_of
from reporting.texts import plain
from units.calendar import today

VIEW = "report.view"
QUOTED = ("difficulties", "next_steps")
"""Sections (codes) of the form of reports whose first sentences are quoted; a form without them is not quoted."""
PERIODS = 3
"""As many periods back the last report is looked for that went out."""
LONGEST_QUOTE = 180
"""Half-width characters of a quotation; a Chinese one counts as two."""
SENTENCE = re.compile(r".*?(?:[。!?！？；]+[”’』」）]*|\.(?=\s|$)|\n|$)", re.DOTALL)
WIDE = frozenset("WF")


@dataclass(frozen=True, slots=True)
class Quote:
    """First sentences of a section of a sealed version, word for word. `is_cut`: more follows there."""

    section: TemplateSection
    text: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """A report that went out, in the newest version this reader may read."""

    report: Report
    version: ReportVersion
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class PilotReports:
    """`current`: of the newest period that has begun. `sent`: the last that went out; none within reach: None."""

    current: Report
    sent: Sent | None

    @property
    def is_demo(self) -> bool:
        return self.current.due.cycle.is_demo or bool(self.sent and self.sent.report.due.cycle.is_demo)


@dataclass(frozen=True, slots=True)
class OfficeReports:
    """How far those are that send to an office itself, in the newest period that has begun."""

    cycle: Cycle
    senders: Below

    @property
    def is_demo(self) -> bool:
        return self.cycle.is_demo


def reports_of_pilots(pilots: Sequence[int], actor: Actor) -> dict[int, PilotReports]:
    """By pilot area (id), those of which a report is within reach."""
    if not actor.can(VIEW):
        return {}
    newest = Window(
        RowNumber(), partition_by="due__pilot_area", order_by=[F("due__cycle__opens_on").desc(), F("pk").desc()]
    )
    rows: Any = Report.objects.visible_to(actor, VIEW).filter(
        due__pilot_area__in=pilots, due__capacity=Capacity.PILOT, due__cycle__opens_on__lte=today()
    )
    rows = rows.exclude(due__cycle__kind=CycleKind.CONTACTS).annotate(place=newest).filter(place__lte=PERIODS)
    by_pilot: dict[int, list[Report]] = {}
    for report in rows.for_lists().order_by("due__pilot_area", "place"):
        by_pilot.setdefault(report.due.pilot_area_id, []).append(report)
    sent = _sent(by_pilot, actor)
    return {pilot: PilotReports(reports[0], sent.get(pilot)) for pilot, reports in by_pilot.items()}


def _sent(by_pilot: dict[int, list[Report]], actor: Actor) -> dict[int, Sent]:
    """The newest version of the newest report that has one, with its quotations; three statements."""
    versions = readable_versions_of([report for reports in by_pilot.values() for report in reports], actor)
    chosen: dict[int, tuple[Report, ReportVersion]] = {}
    for pilot, reports in by_pilot.items():
        out = ((report, version) for report in reports for version in versions.get(report.pk, ()) if _is_out(version))
        if found := next(out, None):
            chosen[pilot] = found
    quotes = _quotes(version.pk for _report, version in chosen.values())
    return {
        pilot: Sent(report, version, tuple(quotes.get(version.pk, ()))) for pilot, (report, version) in chosen.items()
    }


def _is_out(version: ReportVersion) -> bool:
    return version.outcome != ReportVersion.Outcome.RECALLED


def _quotes(versions: Iterable[int]) -> dict[int, list[Quote]]:
    rows = VersionSection.objects.filter(version__in=list(versions), section__code__in=QUOTED)
    found: dict[int, list[Quote]] = {}
    for row in rows.select_related("section"):
        text, is_cut = first_sentences(plain(row.html))
        if text:
            found.setdefault(row.version_id, []).append(Quote(row.section, text, is_cut))
    return found


def first_sentences(text: str, most: int = LONGEST_QUOTE) -> tuple[str, bool]:
    """Whole sentences as far as they fit, at least the beginning of the first; and whether more follows."""
    whole = text.strip()
    end = room = 0
    for sentence in _sentences(whole):
        room += width(sentence)
        if room > most:
            break
        end += len(sentence)
    taken = whole[:end].strip() or _beginning(whole, most)
    return " ".join(taken.split()), len(taken) < len(whole)


def _sentences(text: str) -> Iterator[str]:
    for match in SENTENCE.finditer(text):
        if match[0]:
            yield match[0]


def _beginning(text: str, most: int) -> str:
    room = 0
    for number, letter in enumerate(text):
        room += width(letter)
        if room > most:
            return text[:number]
    return text


def width(text: str) -> int:
    """In half-width characters."""
    return sum(2 if unicodedata.east_asian_width(letter) in WIDE else 1 for letter in text)


def reports_of_offices(offices: Sequence[int], actor: Actor, cycle: Cycle | None) -> dict[int, OfficeReports]:
    """By office (id), those to which somebody is to send in this period."""
    if cycle is None:
        return {}
    found = so_far_by_receiver(actor, cycle, offices)
    return {office: OfficeReports(cycle, below) for office, below in found.items() if below.expected}
