"""The yearly assessment of responsibility as a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from plans.assessments import AssessmentLine
from plans.table_books import Book, Cell, Column, table_book
from units.calendar import today


def assessment_book(lines: Sequence[AssessmentLine], year: int) -> Book:
    """One row for each pilot area; the last column says what is missing."""
    title = _("Assessment of responsibility %(year)d") % {"year": year}
    above = [title, _("As of %(day)s") % {"day": today()}]
    columns = [
        Column(_("Pilot area"), 24), Column(_("Province"), 14), Column(_("In the yearly assessment"), 16),
        Column(_("Document"), 40), Column(_("Assessed by"), 20), Column(_("Result"), 20), Column(_("Result of"), 14),
        Column(_("Note"), 40), Column(_("Missing"), 30),
    ]  # fmt: skip
    return table_book(f"{title}_{today()}", above, columns, (_cells(line) for line in lines))


def _cells(line: AssessmentLine) -> Sequence[Cell]:
    row, place = line.assessment, [line.pilot_area.name, line.pilot_area.province.name]
    missing = _("; ").join(line.lack_words)
    if row is None:
        return [*place, *[""] * 6, missing]
    document = str(row.document) if row.document else row.document_text
    said = row.get_inclusion_display()
    return [*place, said, document, row.assessed_by, row.result, row.result_on, row.note, missing]
