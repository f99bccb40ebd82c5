"""A workbook as somebody fills it in: single cells put into the sheet that was taken out, everything else as it was."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from html import escape
from typing import Any

import python_calamine

SHEET = "xl/worksheets/sheet1.xml"


def fill(content: bytes, cells: Mapping[str, str], sheet: str = SHEET) -> bytes:
    """`fill(book, {"G5": "7"})`; a text that begins with = becomes a formula."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, _filled(part.decode(), cells).encode() if name == sheet else part)
    return out.getvalue()


def _filled(xml: str, cells: Mapping[str, str]) -> str:
    for place, text in cells.items():
        pattern = re.compile(rf'<c r="{place}"( s="\d+")?[^>]*?(/>|>.*?</c>)')
        assert pattern.search(xml), f"there is no cell {place}"
        inner = f"<f>{text[1:]}</f><v>1</v>" if text.startswith("=") else f"<is><t>{escape(text)}</t></is>"
        kind = "" if text.startswith("=") else ' t="inlineStr"'
        xml = pattern.sub(lambda found: f'<c r="{place}"{found[1] or ""}{kind}>{inner}</c>', xml, count=1)  # noqa: B023
    return xml


def rows_of(content: bytes, sheet: int = 0) -> list[list[Any]]:
    with python_calamine.load_workbook(io.BytesIO(content)) as book:
        return book.get_sheet_by_index(sheet).to_python(skip_empty_area=False)
