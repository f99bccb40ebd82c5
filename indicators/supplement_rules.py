"""May these figures be sent, signed, accepted? One small function for each rule, as in reporting/rules.py."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from accounts.exemptions import signs_own_work
from indicators.models import RANK, FigureStatus, Supplement, SupplementFigure, SupplementWriter
from indicators.supplement_checks import answered, key_of, on_record_of, rows_read, target_of
from portal.errors import Finding
from records.workflow import Act


def something_given(supplement: Supplement, act: Act) -> Iterator[Finding]:
    """An empty sheet says nothing."""
    if not rows_read(supplement).given:
        yield Finding("nothing_given", _("Nothing is filled in yet. Choose rows and give at least one figure."))


def figures_sound(supplement: Supplement, act: Act) -> Iterator[Finding]:
    """What cannot be right stops; what is odd has an answer, which the receiver sees."""
    for figure, flaw in rows_read(supplement).flaws:
        target, words = target_of(figure, flaw.field), {**_named(figure), "text": flaw.message}
        if flaw.is_error:
            yield Finding(flaw.code, _("%(name)s, %(period)s: %(text)s") % words, target)
        elif not answered(figure, flaw):
            text = _("%(name)s, %(period)s: %(text)s Say in a sentence why it is so, or correct it.") % words
            yield Finding(flaw.code, text, target)


def absence_explained(supplement: Supplement, act: Act) -> Iterator[Finding]:
    """Where there is no figure it is said why, as in reports."""
    for figure in rows_read(supplement).given:
        if figure.absence and not figure.reason:
            words = {"indicator": figure.indicator.name, "place": figure.division.name}
            text = _("Say why there is no figure for “%(indicator)s” of %(place)s.") % words
            yield Finding("absence_unexplained", text, target_of(figure, "reason"))


def _named(figure: SupplementFigure) -> dict[str, str]:
    return {"name": figure.indicator.name, "period": figure.period}


def would_count(supplement: Supplement, act: Act) -> Iterator[Finding]:
    """The more settled figure counts: one that is less settled than what is on record would change nothing."""
    if supplement.purpose == Supplement.Purpose.SHARED:
        return  # offered only: whoever takes it over sees what is on record
    figures = rows_read(supplement).given
    standing = on_record_of(supplement, figures)
    for figure in figures:
        on_record = standing.get(key_of(figure))
        if on_record is not None and RANK[FigureStatus(figure.status)] < RANK[FigureStatus(on_record.status)]:
            text = _(
                "%(name)s, %(period)s: a figure is on record as “%(status)s”, and it would go on counting. "
                "Give one that is at least as settled, or leave this row out."
            )
            words = {**_named(figure), "status": FigureStatus(on_record.status).label}
            yield Finding("less_settled", text % words, target_of(figure, "status"))


def signer_did_not_write(supplement: Supplement, act: Act) -> Iterator[Finding]:
    """Nobody signs what they wrote, unless the unit has the logged exemption of a unit of one person."""
    if has_written(supplement, act) and not signs_own_work(supplement.unit, supplement.programme):
        yield Finding(
            "own_work",
            _(
                "You have written some of these figures, so somebody else must sign them. "
                "A unit of one person asks its unit administrator for an exemption."
            ),
        )


def decider_is_not_the_author(supplement: Supplement, act: Act) -> Iterator[Finding]:
    """Nobody accepts what they wrote or signed, under whichever hat."""
    if supplement.submitted_by_id == act.by.user.pk or has_written(supplement, act):
        yield Finding("own_work", _("You have written or signed these figures, so somebody else must accept them."))


def has_written(supplement: Supplement, act: Act) -> bool:
    return SupplementWriter.objects.filter(supplement=supplement, user=act.by.user).exists()
