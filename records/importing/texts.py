"""CSV: which encoding, which delimiter, which rows. Standard library only."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from records.importing.cells import Gathered
from records.importing.limits import MOST_BYTES, Refused

DELIMITERS = (",", ";", "\t")
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f]")
_MARKUP = re.compile(r"\s*<(!doctype|html|\?xml|table|meta)", re.IGNORECASE)


def decoded(data: bytes) -> tuple[str, str]:
    """The text and its encoding: by its mark where it has one, else UTF-8, else GB18030."""
    text, encoding = _decoded(data)
    if "\x00" in text:
        raise Refused("nul")
    if len(_CONTROL.findall(text[:100_000])) > 3:
        raise Refused("not_a_list")
    if _MARKUP.match(text):
        raise Refused("markup")
    return text, encoding


def _decoded(data: bytes) -> tuple[str, str]:
    try:
        if data.startswith(b"\xef\xbb\xbf"):
            return data.decode("utf-8-sig"), "UTF-8"
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16"), "UTF-16"
        silent = _utf_16_without_a_mark(data)
        if silent:
            return data.decode(silent), "UTF-16"
    except UnicodeDecodeError as error:
        raise Refused("encoding") from error
    for encoding, name in (("utf-8", "UTF-8"), ("gb18030", "GB18030")):
        try:
            return data.decode(encoding), name
        except UnicodeDecodeError:
            continue
    raise Refused("encoding")


def _utf_16_without_a_mark(data: bytes) -> str:
    """Delimiters, digits and line ends are ASCII: in UTF-16 each has a zero byte, always on the same side."""
    head = data[:2000]
    left, right = head[0::2].count(0), head[1::2].count(0)
    if len(data) % 2 or (left and right) or 10 * max(left, right) < len(head):
        return ""
    return "utf-16-be" if left else "utf-16-le" if right else ""


def delimiter_of(text: str) -> str:
    """The delimiter that cuts the first lines into the most cells; what stands in quotes is left out."""
    plain = re.sub(r'"[^"]*("|$)', "", text[:20_000])
    lines = [line for line in plain.splitlines() if line.strip()][:20]
    widths = {mark: max((line.count(mark) for line in lines), default=0) for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: widths[mark])


def read_csv(data: bytes) -> dict[str, object]:
    """The whole list as the parent wants it; raises Refused."""
    text, encoding = decoded(data)
    csv.field_size_limit(MOST_BYTES)
    found = Gathered()
    for number, values in _records(text):
        found.add(number, values)
    return {"format": "csv", "encoding": encoding, "sheet": "", "sheets": [], "rows": found.rows}


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows as a spreadsheet program counts them: a quoted line break does not begin a new one."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    number = 0
    try:
        for number, values in enumerate(reader, start=1):
            yield number, values
    except csv.Error as error:
        raise Refused("quotes", row=number + 1) from error
