"""What may be written into a record: each value read from text by its kind, then what must agree in the row."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.personal import lines_of_text, optional_line
from plans.ledgers import Column, Kind, Ledger
from portal.errors import BadInput, Finding, bad

FIRST_YEAR, LAST_YEAR = 1949, 2100
LONGEST_TEXT = 2000
DECIMALS = 4
NUMBER = re.compile(r"\d+(\.\d+)?", re.ASCII)
BETWEEN_THOUSANDS = str.maketrans("", "", ", \u00a0\u2009'")


def checked(ledger: Ledger, given: Mapping[str, str]) -> dict[str, Any]:
    """The values of a row by column, typed; what is not given is empty. Raises BadInput naming every bad field."""
    values, findings = _read(ledger, given)
    if not findings:
        findings = [finding for check in ledger.checks for finding in check(values)]
    if findings:
        raise BadInput(findings=tuple(findings))
    return values


def _read(ledger: Ledger, given: Mapping[str, str]) -> tuple[dict[str, Any], list[Finding]]:
    known = {column.name for column in ledger.columns}
    unknown = _("This record has no such field.")
    findings = [Finding("unknown_field", unknown, name[:60]) for name in sorted(set(given) - known)]
    values: dict[str, Any] = {}
    for column in ledger.columns:
        try:
            values[column.name] = _value(ledger, column, given.get(column.name, ""))
        except BadInput as error:
            findings += error.findings
    return values, findings


def _value(ledger: Ledger, column: Column, text: str) -> Any:
    value = READERS[column.kind](ledger, column, text)
    if column.required and value in (None, ""):
        raise bad("missing", _("Fill this in."), column.name)
    return value


def _line(ledger: Ledger, column: Column, text: str) -> str:
    return optional_line(text, column.name, ledger.field(column).max_length)


def _text(ledger: Ledger, column: Column, text: str) -> str:
    return lines_of_text(text, column.name, LONGEST_TEXT)


def _choice(ledger: Ledger, column: Column, text: str) -> str:
    if text and text not in dict(ledger.field(column).choices):
        raise bad("unknown_choice", _("Choose one of the offered ones."), column.name)
    return text


def _number(ledger: Ledger, column: Column, text: str) -> Decimal | None:
    """Zero or more, in the unit the column names; blanks and commas between thousands are let through."""
    typed = unicodedata.normalize("NFKC", text).strip().translate(BETWEEN_THOUSANDS)
    if not typed:
        return None
    if not NUMBER.fullmatch(typed):
        raise bad("bad_number", _("Write a number in digits, zero or more, without its unit."), column.name)
    value = Decimal(typed)
    whole, _dot, rest = typed.partition(".")
    if len(rest.rstrip("0")) > DECIMALS or len(whole.lstrip("0")) > ledger.field(column).max_digits - DECIMALS:
        raise bad("too_exact", _("This number is too large, or has more than four decimals."), column.name)
    return value.quantize(Decimal(1).scaleb(-DECIMALS))


def _year(ledger: Ledger, column: Column, text: str) -> int | None:
    typed = unicodedata.normalize("NFKC", text).strip()
    if not typed:
        return None
    if not re.fullmatch(r"[0-9]{4}", typed) or not FIRST_YEAR <= int(typed) <= LAST_YEAR:
        raise bad("bad_year", _("Give the year in four digits."), column.name)
    return int(typed)


def _day(ledger: Ledger, column: Column, text: str) -> dt.date | None:
    typed = text.strip()
    if not typed:
        return None
    try:
        day = dt.date.fromisoformat(typed)
    except ValueError:
        day = dt.date.min
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise bad("bad_day", _("Write the day as 2026-06-30."), column.name)
    return day


READERS: Mapping[Kind, Callable[[Ledger, Column, str], Any]] = {
    Kind.LINE: _line, Kind.TEXT: _text, Kind.CHOICE: _choice, Kind.NUMBER: _number, Kind.YEAR: _year, Kind.DAY: _day,
}  # fmt: skip
