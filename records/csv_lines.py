"""CSV line by line, for as many rows as there are; what a spreadsheet would take for a formula is written as text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

MARK = "\ufeff"
"""By which Excel knows the encoding."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    def write(self, line: str) -> str:
        return line


def csv_lines(columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The heading with the mark, then a line for each row. Numbers and days as the API has them, nothing for None."""
    writer = csv.writer(_Echo())
    yield MARK + str(writer.writerow(columns))
    for row in rows:
        yield str(writer.writerow([safe(cell(value)) for value in row]))


def cell(value: Any) -> Any:
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else value


def safe(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets a sign before it; numbers stay numbers."""
    is_text = isinstance(value, str) and not _is_number(value)
    return f"'{value}" if is_text and value.startswith(FORMULA) else value


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdecimal()
