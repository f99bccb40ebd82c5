"""Which column of a file is which: by heading, by what was said last time, by what is said now."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from portal.errors import BadInput, Finding
from records.importing.cells import column_letters
from records.importing.kinds import Column, ImportKind
from records.importing.reading import RawRow

SEARCHED = 20
"""Rows in which the headings are looked for: titles and explanations may stand above them."""
LONGEST_HEADING = 120
_NOTES = re.compile(r"[(（\[〔【].*?[)）\]〕】]")
_NOISE = re.compile(r"[\s*_:：·.\-/]+")


@dataclass(frozen=True, slots=True)
class Found:
    """The headings of a list, each once, and the rows below them."""

    row: int
    headings: list[str]
    rows: list[RawRow]


def _plain(heading: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", heading)).casefold()


def _keys(heading: str) -> set[str]:
    """How a heading may be recognised: as it is, and without what stands in brackets."""
    return {_plain(heading), _plain(_NOTES.sub("", heading))} - {""}


def names_of(column: Column) -> set[str]:
    """Every name a column goes by: its code, its label in each language, its aliases."""
    names = {column.name, *column.aliases}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            names.add(str(column.label))
    return {key for name in names for key in _keys(name)}


def recognised(headings: Sequence[str], columns: Sequence[Column]) -> dict[str, str]:
    """Column name → heading, for each column whose heading is known; the first heading wins."""
    found: dict[str, str] = {}
    left = [(heading, _keys(heading)) for heading in headings]
    for column in columns:
        names = names_of(column)
        for heading, keys in left:
            if keys & names and heading not in found.values():
                found[column.name] = heading
                break
    return found


def find(rows: Sequence[RawRow], columns: Sequence[Column]) -> Found:
    """The row, among the first ones, in which the most headings are known; the first row where none is."""
    names = [names_of(column) for column in columns]

    def known(row: RawRow) -> int:
        keys = [_keys(cell) for cell in row.cells if cell]
        return sum(any(key & name for key in keys) for name in names)

    heading = max(rows[:SEARCHED], key=known)
    below = [row for row in rows if row.number > heading.number and row.cells != heading.cells]
    width = max(len(row.cells) for row in [heading, *below])
    cells = heading.cells + [""] * (width - len(heading.cells))
    return Found(heading.number, _each_once(cells, below), below)


def _each_once(cells: Sequence[str], below: Sequence[RawRow]) -> list[str]:
    """A heading for each column: a letter where there is none, a number behind one that comes again."""
    found: list[str] = []
    for index, cell in enumerate(cells):
        text = " ".join(cell.split())[:LONGEST_HEADING]
        if not text:
            used = any(index < len(row.cells) and row.cells[index] for row in below)
            text = f"[{column_letters(index)}]" if used else ""
        number, unique = 1, text
        while unique and unique in found:
            number += 1
            unique = f"{text} ({number})"
        found.append(unique)
    return found


def fingerprint(headings: Sequence[str]) -> str:
    """The same for two lists with the same headings in the same order."""
    return hashlib.sha256(json.dumps([_plain(heading) for heading in headings]).encode()).hexdigest()


def checked_mapping(given: Mapping[str, str], headings: Sequence[str], kind: ImportKind) -> dict[str, str]:
    """What somebody said, if it can be: known columns, headings of this file, none for two columns."""
    findings: list[Finding] = []
    found: dict[str, str] = {}
    names = {column.name: column for column in kind.columns}
    for name, heading in given.items():
        target = f"mapping.{name}"
        if name not in names:
            words = _("This list has no column “%(name)s”. Its columns are: %(names)s.") % {
                "name": name,
                "names": ", ".join(names),
            }
            findings.append(Finding("unknown_column", words, target))
        elif not heading:
            continue
        elif heading not in headings:
            words = _("The file has no heading “%(heading)s”.") % {"heading": heading}
            findings.append(Finding("unknown_heading", words, target))
        elif heading in found.values():
            words = _("The heading “%(heading)s” is chosen for two columns. Choose it once.") % {"heading": heading}
            findings.append(Finding("heading_twice", words, target))
        else:
            found[name] = heading
    if findings:
        raise BadInput(findings=tuple(findings))
    return found


def missing(mapping: Mapping[str, str], kind: ImportKind) -> list[Column]:
    """The compulsory columns no heading was found for."""
    return [column for column in kind.columns if column.required and column.name not in mapping]


def unused(headings: Sequence[str], mapping: Mapping[str, str]) -> list[str]:
    """The headings nothing is read from."""
    return [heading for heading in headings if heading and heading not in mapping.values()]
