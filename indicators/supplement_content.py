"""What is sealed of figures beside the reports."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import translation

from accounts.models import User
from indicators.checks import Flaw
from indicators.models import Supplement, SupplementFigure
from indicators.supplement_checks import answered, key_of, rows_read


def content_of(supplement: Supplement, signer: User, at: dt.datetime) -> dict[str, Any]:
    """Whose figures, for whom, who signed, and each figure with the warnings that spoke and what was answered."""
    read = rows_read(supplement)
    flaws: dict[int, list[Flaw]] = {}
    with translation.override(settings.LANGUAGE_CODE):  # what is sealed does not hang on who seals
        for figure, flaw in read.flaws:
            flaws.setdefault(figure.pk, []).append(flaw)
    return {
        "purpose": supplement.purpose,
        "title": supplement.title,
        "reason": supplement.reason,
        "programme": supplement.programme.code,
        "pilot_area": supplement.pilot_area.uid,
        "unit": supplement.unit.uid,
        "unit_name": supplement.unit.name_now,
        "receiver": supplement.receiver.uid,
        "signed_by": signer.uid,
        "signed_at": at,
        "figures": [
            _figure(row, read.versions[row.indicator_id, (row.year, row.part)].measure, flaws.get(row.pk, []))
            for row in sorted(read.given, key=lambda row: tuple(map(str, _place(row))))
        ],
    }


def _place(row: SupplementFigure) -> tuple[Any, ...]:
    key = key_of(row)
    return row.division.uid, row.indicator.code, key.year, key.part


def _figure(row: SupplementFigure, measure: str, flaws: list[Flaw]) -> dict[str, Any]:
    return {
        "division": row.division.uid,
        "division_name": row.division.name_now,
        "indicator": row.indicator.code,
        "year": row.year,
        "part": row.part,
        "measure": measure,
        "value": row.value,
        "numerator": row.numerator,
        "denominator": row.denominator,
        "absence": row.absence,
        "reason": row.reason,
        "status": row.status,
        "entered": row.entered,
        "entered_measure": row.entered_measure,
        "source": row.source,
        "note": row.note,
        "findings": [
            {"code": flaw.code, "message": str(flaw.message), "answer": answered(row, flaw)} for flaw in flaws
        ],
    }
