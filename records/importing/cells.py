"""What is in one cell, as text; and a sheet being gathered row by row. Standard library only."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from records.importing.limits import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, MOST_TEXT, Refused

FORMULA, ERROR, IMPRECISE = "formula", "cell_error", "imprecise"
"""What can be wrong with a cell before anybody asks what it means."""

_LARGEST_EXACT = 10**15
_FORMULA_TEXT = re.compile(r"=\S|[+\-@][A-Za-z]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u2028\u2029\u2060\ufeff\ufffe\uffff\ud800-\udfff]"
)


def column_letters(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters, left = "", index + 1
    while left:
        left, last = divmod(left - 1, 26)
        letters = chr(ord("A") + last) + letters
    return letters


def as_text(value: Any) -> tuple[str, str]:
    """The text of what a spreadsheet holds, and what is wrong with it ('' when nothing is).

    Dates as ISO dates, whole numbers without a point: codes are often stored as numbers.
    """
    match value:
        case bool():
            return ("TRUE" if value else "FALSE"), ""
        case float() | int():
            return _number(value)
        case dt.datetime():
            midnight = value.time() == dt.time()
            return (value.date().isoformat() if midnight else value.isoformat(" ", "minutes")), ""
        case dt.date() | dt.time():
            return value.isoformat(), ""
    return _cleaned(str(value))


def _number(value: float) -> tuple[str, str]:
    if abs(value) >= _LARGEST_EXACT:
        return repr(value), IMPRECISE
    return (str(int(value)) if value == int(value) else repr(value)), ""


def _cleaned(value: str) -> tuple[str, str]:
    text = _INVISIBLE.sub("", value[: 2 * LONGEST_CELL]).strip()[: LONGEST_CELL + 1]
    return text, FORMULA if _FORMULA_TEXT.match(text) else ""


@dataclass
class Gathered:
    """The rows of a sheet that hold something: [number, cells, {column number: what is wrong}]."""

    rows: list[tuple[int, list[str], dict[int, str]]] = field(default_factory=list)
    characters: int = 0

    def add(self, number: int, values: list[Any], known: Mapping[int, str] | None = None) -> None:
        """One row, unless it is empty; `known`: what is wrong with it already. Refuses what goes beyond the limits."""
        cells, wrong = [], {}
        for index, value in enumerate(values):
            text, fault = ("", "") if value is None or value == "" else as_text(value)
            cells.append(text)
            if fault:
                wrong[index] = fault
        wrong |= known or {}
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            return
        if len(cells) > MOST_COLUMNS:
            raise Refused("too_many_columns", cell=f"{column_letters(len(cells) - 1)}{number}", most=MOST_COLUMNS)
        self.characters += sum(map(len, cells))
        if len(self.rows) > MOST_ROWS:
            raise Refused("too_many_rows", most=MOST_ROWS)
        if self.characters > MOST_TEXT:
            raise Refused("too_much_text")
        self.rows.append((number, cells, wrong))
