"""May it be done? One small function for each rule; each yields what stands in the way, and where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.exemptions import signs_own_work
from indicators.grid import GridRow
from portal.errors import Finding
from records.workflow import Act
from reporting.contacts import live_sheet
from reporting.declared import declared_once
from reporting.figures import cell_of, draft_rows
from reporting.models import Report, Writer
from reporting.reference.template import REMARKS
from units.calendar import office_day

LONGEST_RESPITE = dt.timedelta(days=366)
LONGEST_REMARK = 2000


def sections_written(report: Report, act: Act) -> Iterator[Finding]:
    """Every compulsory section has text (N12: five sections, and a nil report never replaces them)."""
    for text in report.texts:
        if text.section.is_compulsory and not text.length:
            words = _("Write the section “%(title)s”.") % {"title": text.section.title}
            yield Finding("section_empty", words, text.section.code)


def gaps_explained(report: Report, act: Act) -> Iterator[Finding]:
    """Contacts may be sent with gaps, but the remarks must say so (N24 asks for every pilot area)."""
    if not report.due.cycle.is_of_contacts or report.sections.filter(section__code=REMARKS, length__gt=0).exists():
        return
    gaps = live_sheet(report).gaps
    if gaps:
        text = ngettext(
            "For %(count)d pilot area something is missing. Write in the remarks why, and when it will follow.",
            "For %(count)d pilot areas something is missing. Write in the remarks why, and when it will follow.",
            gaps,
        )
        yield Finding("gaps_unexplained", text % {"count": gaps}, REMARKS)


def contacts_as_signed(report: Report, act: Act) -> Iterator[Finding]:
    """A signature stands for the contacts as they were when it was given."""
    if report.due.cycle.is_of_contacts and live_sheet(report).digest != report.signed_sheet:
        yield Finding(
            "contacts_changed",
            _("Contacts have changed since the lead signed. Choose “edit again”, and have them signed once more."),
        )


def figures_complete(report: Report, act: Act) -> Iterator[Finding]:
    """Every compulsory figure is given (N16), or it is said why there is none."""
    for row in draft_rows(report):
        if row.is_missing:
            text = _("Give “%(indicator)s” of %(place)s, or say why there is no figure.") % _words(row)
            yield Finding("figure_missing", text, cell_of(row))
        elif row.draft is not None and row.draft.absence and not row.draft.reason:
            text = _("Say why there is no figure for “%(indicator)s” of %(place)s.") % _words(row)
            yield Finding("absence_unexplained", text, cell_of(row))


def _words(row: GridRow) -> dict[str, str]:
    return {"indicator": row.version.name, "place": row.asked.division.name}


def figures_hold(report: Report, act: Act) -> Iterator[Finding]:
    """No figure contradicts itself, and the writer has answered what looks odd; the receiver sees the answers."""
    for row in draft_rows(report):
        yield from (Finding(flaw.code, flaw.message, cell_of(row)) for flaw in row.errors)
        for flaw in row.unanswered:
            text = _("%(warning)s Say in a sentence why it is so, or correct it.") % {"warning": flaw.message}
            yield Finding(flaw.code, text, cell_of(row))


def red_lines_declared(report: Report, act: Act) -> Iterator[Finding]:
    """Every red line is answered, and anything but a plain yes is explained (N6)."""
    for row in declared_once(report).red_lines:
        target = f"declared:{row.anchor}"
        if not row.answer:
            text = _("Say whether the red line “%(name)s” is kept.") % {"name": row.name}
            yield Finding("red_line_open", text, target)
        elif row.needs_words:
            text = _("Explain your answer to the red line “%(name)s”.") % {"name": row.name}
            yield Finding("red_line_unexplained", text, target)


def commitments_answered(report: Report, act: Act) -> Iterator[Finding]:
    """Of every commitment of the report before it is said what became of it, in a sentence."""
    for row in declared_once(report).outcomes:
        if not row.is_answered:
            text = _("Say what became of “%(text)s”, in a sentence.") % {"text": row.commitment.text}
            yield Finding("commitment_open", text, f"declared:{row.anchor}")


def signer_did_not_write(report: Report, act: Act) -> Iterator[Finding]:
    """Nobody signs what they wrote, unless the unit has the logged exemption of a unit of one person."""
    if has_written(report, act) and not signs_own_work(report.due.unit, report.due.cycle.programme):
        yield Finding(
            "own_work",
            _(
                "You have written in this report, so somebody else must sign it. "
                "A unit of one person asks its unit administrator for an exemption."
            ),
        )


def has_written(report: Report, act: Act) -> bool:
    return Writer.objects.filter(report=report, user=act.by.user).exists()


def decider_is_not_the_author(report: Report, act: Act) -> Iterator[Finding]:
    """Nobody accepts what they wrote or signed, under whichever hat."""
    if report.signed_by_id == act.by.user.pk or has_written(report, act):
        yield Finding("own_work", _("You have written or signed this report, so somebody else must accept it."))


def cycle_is_open(report: Report, act: Act) -> Iterator[Finding]:
    """Nothing is submitted before the cycle opens."""
    opens = report.due.cycle.opens_on
    if office_day(act.at) < opens:
        yield Finding("not_open", _("This cycle opens on %(day)s.") % {"day": opens})


def return_has_date(report: Report, act: Act) -> Iterator[Finding]:
    """A return carries a new due date: the one given, from today on and at most a year away, or the rule's."""
    due_on = act.data.get("due_on")
    if due_on is None:
        return
    if not isinstance(due_on, dt.date):
        yield Finding("due_missing", _("Give the new due date."), "due_on")
        return
    yield from day_from_now(due_on, office_day(act.at))


def day_from_now(due_on: dt.date, day: dt.date) -> Iterator[Finding]:
    """A new due date lies from a day on, at most a year away."""
    if due_on < day:
        yield Finding("due_past", _("The new due date must not lie in the past."), "due_on")
    elif due_on > day + LONGEST_RESPITE:
        yield Finding("due_far", _("The new due date is more than a year away. Check the year."), "due_on")


def remarks_fit(report: Report, act: Act) -> Iterator[Finding]:
    """Remarks name sections of this report and stay short enough to be read."""
    known = {section.code for section in report.due.cycle.template.sections.all()}
    for code, text in dict(act.data.get("remarks") or {}).items():
        if code not in known:
            yield Finding("section_unknown", _("This report has no section “%(code)s”.") % {"code": code}, "remarks")
        elif len(text) > LONGEST_REMARK:
            yield Finding(
                "remark_too_long",
                _("A remark is at most %(most)d characters long.") % {"most": LONGEST_REMARK},
                f"remark_{code}",
            )
