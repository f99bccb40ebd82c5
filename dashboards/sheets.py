"""A brief in words, as one sheet: the same for the page and for the paper. All texts; nothing in them is mark-up.

A sheet has blocks over the whole width, then two columns of them. A block is a table (`columns`, `rows` of cells) or a
list (`items`); what does not fit on a page is cut here, and `note` says how much more there is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dashboards import words
from dashboards.brief_reports import OfficeReports, PilotReports, Quote, Sent
from dashboards.brief_tasks import Work
from dashboards.briefs import OfficeBrief, PilotBrief, tally_of
from dashboards.filters import WORST
from dashboards.reading import Meanings
from dashboards.tallies import Tally
from indicators import figure_words
from indicators.calculations import Reason, Verdict
from indicators.models import IndicatorVersion, PilotPosition, Position
from indicators.words import SIGNS
from plans.progress_reading import TaskLine
from reporting.filters.reports import STATES
from reporting.models import Report
from units.calendar import office_day

MOST_TARGETS = 14
MOST_CHANGES = 5
MOST_INDICATORS = 12
TONES = {verdict: tone for verdict, (_sign, tone) in SIGNS.items()}


@dataclass(frozen=True, slots=True)
class Cell:
    """`bar`: parts of a bar in hundredths of its length instead of a text, and `text` says them."""

    text: str
    sub: str = ""
    tone: str = ""
    sign: str = ""
    bar: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """`share`: of the width. Numbers stand at the right."""

    label: str
    share: int = 10
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """`is_quote`: somebody else's words."""

    text: str
    sub: str = ""
    tone: str = ""
    sign: str = ""
    is_quote: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """`empty`: what it says instead of rows or items where there are none."""

    title: str
    lead: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    items: tuple[Item, ...] = ()
    note: str = ""
    empty: str = ""

    @property
    def lines(self) -> list[list[tuple[Column, Cell]]]:
        """Rows, each cell with its column."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Count:
    """So many targets stand so."""

    number: int
    word: str
    tone: str
    sign: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page. `name` says in a list of contents what it is about."""

    kind: str
    name: str
    subtitle: str
    as_of: str
    finding: str
    tone: str
    counts: tuple[Count, ...] = ()
    wide: tuple[Block, ...] = ()
    left: tuple[Block, ...] = ()
    right: tuple[Block, ...] = ()
    demo: str = ""
    day: dt.date = field(default=dt.date.min, compare=False)

    def as_data(self) -> dict[str, Any]:
        """As JSON has it."""
        found = asdict(self)
        del found["day"]
        return found


# -- the sheets --------------------------------------------------------------------------------------------------


def pilot_sheet(brief: PilotBrief) -> Sheet:
    pilot = brief.pilot.pilot_area
    province = pilot.province.name if pilot.province.name != pilot.name else ""
    batch = brief.pilot.batch
    return Sheet(
        kind=_("Brief of a pilot area"),
        name=pilot.name,
        subtitle=_joined([batch.name if batch else "", province, pilot.category, pilot.get_region_display()]),
        **_head(brief.tally, brief.day, is_demo=brief.is_demo),
        wide=(_targets(brief),),
        left=(_changes(brief.changed, brief.meant), *_tasks(brief.work)),
        right=_reports(brief.reports),
    )


def office_sheet(brief: OfficeBrief) -> Sheet:
    told = ngettext("%(count)d pilot area below", "%(count)d pilot areas below", brief.pilots) % {"count": brief.pilots}
    return Sheet(
        kind=_("Brief of an office"),
        name=brief.office.name,
        subtitle=told,
        **_head(brief.tally, brief.day, is_demo=brief.is_demo),
        wide=(*_senders(brief.reports), _pilots(brief), _indicators(brief)),
        left=(_fallen(brief),),
        right=_tasks(brief.work, is_named=True),
    )


def _head(tally: Tally, day: dt.date, *, is_demo: bool) -> dict[str, Any]:
    tone = "bad" if tally.off_track else "warn" if tally.at_risk else "good" if tally.judged else "idle"
    return {
        "as_of": _("As of %(day)s") % {"day": day.isoformat()},
        "day": day,
        "finding": words.finding(tally),
        "tone": tone,
        "counts": tuple(
            Count(tally.of(verdict), str(verdict.label), TONES[verdict], SIGNS[verdict][0]) for verdict in WORST
        )
        if tally.total
        else (),
        "demo": _("Some of this is demo data and says nothing about the real place.") if is_demo else "",
    }


def _joined(parts: Iterable[Any]) -> str:
    return " · ".join(str(part) for part in parts if part)


# -- targets -----------------------------------------------------------------------------------------------------


def _targets(brief: PilotBrief) -> Block:
    more = len(brief.targets) - MOST_TARGETS
    text = ngettext(
        "%(count)d more target, which stands no worse than these.",
        "%(count)d more targets, which stand no worse than these.",
        max(more, 1),
    )
    return Block(
        title=_("Targets, worst first"),
        columns=(
            Column(_("Indicator"), 25),
            Column(_("Stands"), 17),
            Column(_("Value"), 15, is_number=True),
            Column(_("Expected"), 11, is_number=True),
            Column(_("Gap"), 20, is_number=True),
            Column(_("Target"), 17, is_number=True),
        ),
        rows=tuple(_target(row, brief.meant[row.indicator_id]) for row in brief.targets[:MOST_TARGETS]),
        note=text % {"count": more} if more > 0 else "",
        empty=_("No target is on record here."),
    )


def _target(row: Position, version: IndicatorVersion) -> tuple[Cell, ...]:
    """What nobody has verified is left out: the verdict says why there is none."""
    chip = words.verdict_chip(row)
    is_sure = row.reason != Reason.UNVERIFIED_TARGET
    has_figure = row.reason != Reason.UNVERIFIED_FIGURE
    reason = str(Reason(row.reason).label) if row.verdict == Verdict.UNKNOWN else ""
    return (
        Cell(version.name),
        Cell(chip["text"], words.change(row) or reason, chip["tone"], chip["sign"]),
        Cell(words.value(row, version), words.since(row)) if has_figure else Cell(""),
        Cell(words.expected(row, version) if is_sure else ""),
        Cell(words.gap(row, version), words.gap_time(row)) if is_sure and has_figure else Cell(""),
        Cell(words.demand(row, version), words.due(row)) if is_sure else Cell(""),
    )


def _changes(rows: Sequence[Position], meant: Meanings) -> Block:
    return Block(
        title=_("What changed with the latest figures"),
        items=tuple(_change(row, meant[row.indicator_id]) for row in rows[:MOST_CHANGES]),
        note=_more(len(rows) - MOST_CHANGES),
        empty=_("No verdict became another with the latest figure."),
    )


def _change(row: Position, version: IndicatorVersion, who: str = "") -> Item:
    chip = words.verdict_chip(row)
    values = ""
    if row.before_on and (before := words.before(row, version)):
        told = {
            "before": before,
            "then": figure_words.moment(row.before_on),
            "value": words.value(row, version),
            "when": words.since(row),
        }
        values = _("%(before)s at %(then)s, %(value)s at %(when)s") % told
    sub = pgettext("between parts of a sentence", "; ").join(part for part in (words.change(row), values) if part)
    return Item(_joined([who, version.name]), sub, chip["tone"], chip["sign"])


def _more(count: int) -> str:
    return ngettext("and %(count)d more", "and %(count)d more", count) % {"count": count} if count > 0 else ""


# -- an office ---------------------------------------------------------------------------------------------------


def _senders(reports: OfficeReports | None) -> tuple[Block, ...]:
    if reports is None:
        return ()
    below = reports.senders
    told = {
        "in": below.submitted,
        "all": below.expected,
        "accepted": below.accepted,
        "missing": below.missing,
        "late": below.overdue,
    }
    text = _("%(in)d of %(all)d are in, %(accepted)d of them accepted; %(missing)d missing, %(late)d of them overdue.")
    tone = "bad" if below.overdue else "good" if not below.missing else "idle"
    title = _("Reports of those that send here: %(cycle)s") % {"cycle": reports.cycle.name}
    return (Block(title=title, items=(Item(text % told, tone=tone),)),)


def _pilots(brief: OfficeBrief) -> Block:
    return Block(
        title=_("Pilot areas, worst first"),
        columns=(Column(_("Pilot area"), 28), Column(_("Batch"), 16), *_tally_columns()),
        rows=tuple(_pilot(pilot) for pilot in brief.worst),
        note=_more(brief.in_danger - len(brief.worst)),
        empty=_("No target is at risk or off track here."),
    )


def _pilot(pilot: PilotPosition) -> tuple[Cell, ...]:
    batch = pilot.batch.name if pilot.batch else ""
    return (Cell(pilot.pilot_area.name), Cell(batch), *_tally_cells(tally_of(pilot)))


def _indicators(brief: OfficeBrief) -> Block:
    rows = brief.indicators
    return Block(
        title=_("By indicator, worst first"),
        columns=(Column(_("Indicator"), 44), *_tally_columns()),
        rows=tuple((Cell(brief.meant[pk].name), *_tally_cells(tally)) for pk, tally in rows[:MOST_INDICATORS]),
        note=_more(len(rows) - MOST_INDICATORS),
        empty=_("No target is on record here."),
    )


def _tally_columns() -> tuple[Column, ...]:
    labels = (_("Off track"), _("At risk"), _("On track"), _("Ahead"), _("Unknown"))
    return (*(Column(label, 8, is_number=True) for label in labels), Column(_("Share"), 14))


def _tally_cells(tally: Tally) -> tuple[Cell, ...]:
    numbers = (
        Cell(str(tally.of(verdict)), tone=TONES[verdict] if tally.of(verdict) and verdict in WORST[:2] else "")
        for verdict in WORST
    )
    parts = tuple(
        {"tone": part.verdict.value, "x": part.x, "width": part.width, "count": str(part.count)}
        for part in words.segments(tally)
    )
    return (*numbers, Cell(words.told(tally), bar=parts))


def _fallen(brief: OfficeBrief) -> Block:
    rows = brief.fallen
    return Block(
        title=_("What fell with the latest figures"),
        items=tuple(_change(row, brief.meant[row.indicator_id], row.pilot.pilot_area.name) for row in rows),
        note=_more(brief.tally.fell - len(rows)),
        empty=_("No verdict became worse with the latest figure."),
    )


# -- tasks and reports -------------------------------------------------------------------------------------------


def _tasks(work: Work | None, *, is_named: bool = False) -> tuple[Block, ...]:
    """`is_named`: of several pilot areas, so each says whose it is."""
    if work is None:
        return (Block(title=_("Tasks"), empty=_("No approved plan is on record here.")),)
    summary = work.summary
    told = {"overdue": summary.overdue, "leaves": summary.leaves, "done": summary.done}
    text = ngettext(
        "%(overdue)d of %(leaves)d task is overdue; %(done)d done.",
        "%(overdue)d of %(leaves)d tasks are overdue; %(done)d done.",
        summary.leaves,
    )
    late = Block(
        title=_("Tasks"),
        lead=text % told,
        items=tuple(_task(line, is_named=is_named) for line in work.late),
        note=_more(summary.overdue - len(work.late)),
    )
    if not work.coming:
        return (late,)
    return late, Block(title=_("Tasks due next"), items=tuple(_task(line, is_named=is_named) for line in work.coming))


def _task(line: TaskLine, *, is_named: bool) -> Item:
    by = line.finish_by.isoformat() if line.finish_by else ""
    name = _joined([line.task.plan.pilot_area.name if is_named else "", line.task])
    if not line.is_overdue:
        return Item(name, _("latest finish %(day)s") % {"day": by}, "idle", "○")
    days = ngettext("%(count)d day overdue", "%(count)d days overdue", line.overdue_days) % {"count": line.overdue_days}
    return Item(name, _joined([_("latest finish %(day)s") % {"day": by}, days]), "bad", "!")


def _reports(reports: PilotReports | None) -> tuple[Block, ...]:
    title = _("Report")
    if reports is None:
        return (Block(title=title, empty=_("No report is within your reach here.")),)
    current, sent = _current(reports.current), reports.sent
    if sent is None:
        return (Block(title=title, items=(current,), note=_("None has gone out that you may read.")),)
    quotes = tuple(_quote(quote, sent) for quote in sent.quotes)
    said = (Block(title=_("In the words of the report"), items=quotes),) if quotes else ()
    return (Block(title=title, items=(current, _sent(sent))), *said)


def _current(report: Report) -> Item:
    state = str(dict(STATES)[report.state])
    due = _("due %(day)s") % {"day": report.due.due_on.isoformat()}
    if report.is_overdue:
        state = _("%(state)s, overdue") % {"state": state}
    if report.is_exempt:
        state = _("exempt")
    return Item(report.due.cycle.name, _joined([state, due]), "bad" if report.is_overdue else "")


def _sent(sent: Sent) -> Item:
    version = sent.version
    days = [_("sent %(day)s") % {"day": office_day(version.submitted_at)}]
    if version.received_at:
        days.append(_("received %(day)s") % {"day": office_day(version.received_at)})
    last = _("Last sent: %(cycle)s") % {"cycle": sent.report.due.cycle.name}
    number = _("receipt %(number)s") % {"number": version.receipt_number}
    return Item(last, _joined([version.get_outcome_display(), number, *days]))


def _quote(quote: Quote, sent: Sent) -> Item:
    text = f"“{quote.text}{' …' if quote.is_cut else ''}”"
    number = _("receipt %(number)s") % {"number": sent.version.receipt_number}
    return Item(text, _joined([quote.section.title, number]), is_quote=True)
