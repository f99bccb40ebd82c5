"""From a file somebody sent to rows of text. A child process opens it; here are its limits, and the words."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.errors import BadInput, Finding
from records.importing.limits import CHILD_OUTPUT, CHILD_SECONDS, MOST_BYTES

ROOT = Path(__file__).resolve().parent.parent.parent
"""Where the child finds its own modules; it gets neither our environment nor our settings."""

REFUSALS = {
    "empty": gettext_noop("There is nothing in this file. Choose the file with the list, saved and closed."),
    "too_large": gettext_noop("The file is too large: at most %(most)s MB. Cut the list into several files."),
    "too_many_rows": gettext_noop("The list has more than %(most)s rows. Cut it into several files."),
    "too_many_columns": gettext_noop(
        "Cell %(cell)s holds something, but at most %(most)s columns are read. Delete what stands beside the list."
    ),
    "too_much_text": gettext_noop("The cells of this list hold too much text. Cut it into several files."),
    "far_cell": gettext_noop(
        "Cell %(cell)s, far from the rest, holds something. Delete what stands below and beside the list, save, and "
        "send the file again."
    ),
    "unpacks_to_too_much": gettext_noop(
        "This file unpacks to more than %(most)s MB, which no list needs. Copy the cells of the list into a new "
        "workbook and send that one."
    ),
    "too_heavy": gettext_noop(
        "Reading this file takes too much memory or time. Copy the cells of the list into a new workbook and send "
        "that one, or save it as CSV."
    ),
    "broken": gettext_noop(
        "The file is damaged or was not sent completely. Open it in your spreadsheet program, save it again and send "
        "it once more."
    ),
    "strange_archive": gettext_noop(
        "This is not a workbook as spreadsheet programs write it. Copy the cells of the list into a new workbook and "
        "send that one."
    ),
    "no_workbook": gettext_noop("This is no Excel workbook. Save the list as .xlsx or as CSV and send that file."),
    "old_workbook": gettext_noop(
        "This is a file of the old format .xls. Save it as .xlsx or as CSV and send that file."
    ),
    "encrypted": gettext_noop("The file has a password. Save it without one and send it again."),
    "macros": gettext_noop("The file holds macros, which are not accepted. Save it as .xlsx (without macros)."),
    "document_type": gettext_noop(
        "The file holds a document type declaration, as no spreadsheet program writes it; it is not opened. Copy the "
        "cells of the list into a new workbook and send that one."
    ),
    "only_called_workbook": gettext_noop(
        "The file is called %(name)s, but it is no workbook. Open it in your spreadsheet program and save it as .xlsx "
        "or as CSV."
    ),
    "no_such_sheet": gettext_noop("There is no sheet “%(sheet)s” in this file. Its sheets are: %(sheets)s."),
    "encoding": gettext_noop(
        "The characters of this file cannot be read: it is neither UTF-8, UTF-16 nor GB18030. Save it as “CSV UTF-8”."
    ),
    "nul": gettext_noop("This is no text file: it holds zero bytes. Save the list as .xlsx or as CSV."),
    "not_a_list": gettext_noop("This is no list, but some other kind of file. Save the list as .xlsx or as CSV."),
    "markup": gettext_noop(
        "This is a web page, not a list. Open it in your spreadsheet program and save it as .xlsx or as CSV."
    ),
    "quotes": gettext_noop(
        "Row %(row)s: a quotation mark is opened and not closed, or text stands behind a closed one. Correct the row, "
        "or save the list as .xlsx."
    ),
}


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row that holds something: its number in the file, its cells, and what is wrong with which of them."""

    number: int
    cells: list[str]
    wrong: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What was in a file."""

    name: str
    size: int
    sha256: str
    file_format: str
    encoding: str
    sheet: str
    sheets: list[str]
    rows: list[RawRow]


def refusal(code: str, **params: Any) -> BadInput:
    """Why a file is not read, in the reader's language. Too large is 413."""
    words = _(REFUSALS[code]) % params
    refused = BadInput(words, findings=(Finding(code, words, "file"),))
    return refused.known_as(f"file_{code}", 413 if code == "too_large" else None)


def read_file(name: str, content: bytes, sheet: str = "") -> ReadFile:
    """The rows of a CSV or XLSX file. Raises BadInput that says what to do about the file."""
    name = clean_name(name)
    if len(content) > MOST_BYTES:
        raise refusal("too_large", most=MOST_BYTES // 1024 // 1024)
    found = _ask_child(content, name, _printable(sheet)[:200])
    if "refused" in found:
        raise refusal(str(found["refused"]), **found["params"])
    return ReadFile(
        name=name,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        file_format=found["format"],
        encoding=found["encoding"],
        sheet=found["sheet"][:200],
        sheets=[str(one)[:200] for one in found["sheets"]],
        rows=[RawRow(number, cells, {int(k): v for k, v in wrong.items()}) for number, cells, wrong in found["rows"]],
    )


def clean_name(name: str) -> str:
    """The file's own name, without folders and control characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return _printable(last).strip()[-200:] or "list"


def _printable(text: str) -> str:
    return "".join(mark for mark in text if mark.isprintable())


def _ask_child(content: bytes, name: str, sheet: str) -> dict[str, Any]:
    """The child's answer; whatever it dies of, the file is to blame: too much memory, too long, too much to say."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        given.write(content)
        given.seek(0)
        try:
            done = subprocess.run(  # noqa: S603 - our own program; name and sheet are arguments, no shell reads them
                [sys.executable, "-E", "-s", "-m", "records.importing.reader", name, sheet],
                stdin=given,
                stdout=said,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env={"LANG": "C.UTF-8"},
                timeout=2 * CHILD_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"refused": "too_heavy", "params": {}}
        size = said.tell() if done.returncode == 0 else 0
        said.seek(0)
        if not 0 < size < CHILD_OUTPUT:
            return {"refused": "too_heavy", "params": {}}
        answer: dict[str, Any] = json.load(said)
    return answer
