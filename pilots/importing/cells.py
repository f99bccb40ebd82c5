"""What the cells of a list may say: each function reads one, or says why it cannot be."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.personal import line_of_text
from portal.errors import BadInput, type_text
from records.importing.kinds import BadCell, Column, Suggestion

T = TypeVar("T")
FIRST_YEAR, LAST_YEAR = 1900, 2100
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ]00:00(?::00)?)?")
CODE = re.compile(r"\d{6}|\d{9}")
KEY = re.compile(r"[a-z0-9][a-z0-9-]{1,118}[a-z0-9]")
SPLIT = re.compile(r"[、,，;；\s]+")
LONGEST = 1000
MOST_IN_A_CELL = 30
"""Places named in one cell; the nine districts of Chongqing are the most that was ever published."""
MOST_ROWS = 5000
"""Of a list of places, offices or pilot areas: more than there are places of all levels down to the county."""
LONGEST_NAME = 60
"""Of a place; with its code and a day it still fits into its key."""


def by_rule(rule: Callable[[str], T]) -> Callable[[str], T]:
    """A cell read by a rule of the house, in the words of that rule."""

    def read(value: str) -> T:
        try:
            return rule(value)
        except BadInput as error:
            code = error.findings[0].code if error.findings else error.code
            raise BadCell(code, error.message) from error

    return read


def _line(value: str) -> str:
    return line_of_text(value, "", LONGEST)


line = by_rule(_line)
"""One line: no control characters, no marks that turn the direction of reading."""


def source(value: str) -> str:
    """Where a fact comes from. Memory is no source: what nobody could verify is never shown, so it is not stored."""
    value = line(value)
    if "memory" in value.casefold():
        raise BadCell("not_verified", _("Memory is no source. Name where it can be read, or leave the row out."))
    return value


SOURCE = Column(
    "source",
    gettext_lazy("source"),
    required=True,
    read=source,
    aliases=("来源", "出处"),
    longest=1000,
    is_aside=True,
)


def day(value: str) -> dt.date:
    """2024-03-01, 2024/3/1, 2024.3.1 or 2024年3月1日."""
    found = DAY.fullmatch(unicodedata.normalize("NFKC", value).strip())
    try:
        read = dt.date(*map(int, found.groups())) if found else None
    except ValueError:
        read = None
    if read is None or not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise BadCell("bad_date", _("Write a day like 2024-03-01."))
    return read


def number(least: int, most: int) -> Callable[[str], int]:
    """Whole numbers from one to another."""

    def read(value: str) -> int:
        value = unicodedata.normalize("NFKC", value).strip()
        # A spreadsheet may hand out whole numbers with a decimal point.
        digits = value.removesuffix(".0")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 9 and least <= int(digits) <= most):
            words = _("Write a whole number from %(least)d to %(most)d.") % {"least": least, "most": most}
            raise BadCell("bad_number", words)
        return int(digits)

    return read


def code(value: str) -> str:
    """A code of the official book (six digits) or of a township (nine)."""
    value = unicodedata.normalize("NFKC", value).strip().removesuffix(".0")
    if not CODE.fullmatch(value) or not value.isascii():
        raise BadCell("bad_code", _("A code has six digits, that of a township nine."))
    return value


def key(value: str) -> str:
    value = unicodedata.normalize("NFKC", value).strip()
    if not KEY.fullmatch(value):
        raise BadCell("bad_key", _("A key has small letters, digits and hyphens, for example lgo-510522."))
    return value


def several(value: str) -> tuple[str, ...]:
    """Names or codes, separated by commas, semicolons, 、 or blanks."""
    found = parts(line(value))
    if len(found) > MOST_IN_A_CELL:
        raise BadCell("too_many", _("At most %(most)d names fit into one cell.") % {"most": MOST_IN_A_CELL})
    return found


def parts(value: str) -> tuple[str, ...]:
    return tuple(part for part in SPLIT.split(value) if part)


def one_of(code: str, choices: Iterable[tuple[str, str | Promise]]) -> Callable[[str], str]:
    """One of some words: its code, or its label in either language."""
    given = list(choices)

    def read(value: str) -> str:
        typed = unicodedata.normalize("NFKC", value).strip().casefold()
        for name, label in given:
            if typed in {name.casefold(), *_in_both_languages(label)}:
                return name
        words = _(", ").join(str(label) for _name, label in given)
        suggestions = [Suggestion(name, str(label)) for name, label in given]
        raise BadCell(code, _("This can be one of: %(words)s.") % {"words": words}, suggestions)

    return read


def words_of(choices: Iterable[tuple[str, str | Promise]]) -> type_text:
    """What `one_of` takes, said before somebody fills in a list."""
    given = list(choices)

    def said() -> str:
        return _("This can be one of: %(words)s.") % {"words": _(", ").join(str(label) for _name, label in given)}

    return lazy(said, str)()


def confidence(choices: Iterable[tuple[str, str | Promise]]) -> Callable[[str], str]:
    """How sure a fact is. What is not verified is never shown, so a list does not bring it in."""
    read_choice = one_of("unknown_confidence", choices)

    def read(value: str) -> str:
        if value.strip().casefold() in ("low", "低"):
            raise BadCell("not_verified", _("What nobody could verify is not stored. Leave the row out."))
        return read_choice(value)

    return read


def _in_both_languages(label: str | Promise) -> set[str]:
    found = set()
    for language in ("en", "zh-hans"):
        with override(language):
            found.add(str(label).casefold())
    return found
