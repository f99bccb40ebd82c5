"""The one way a document's number is written: 机关代字〔年〕n号 (GB/T 9704; requirements L13)."""

from __future__ import annotations

import re
import unicodedata

YEAR_IN_BRACKETS = re.compile(r"[\[(【〔](?P<year>\d{4})[\])】〕]")
SERIAL = re.compile(r"(?<=〕)第?0*(?P<number>[1-9]\d*)号")


def normalised(number: str) -> str:
    """The number as it is stored and looked for: 泸市府发[2015]7号 → 泸市府发〔2015〕7号.

    Brackets of any kind around the year become 〔〕, digits and letters half-width; no blanks, and neither 第 nor
    leading zeros before the serial number. What is no such number is only tidied up.
    """
    tidy = re.sub(r"\s+", "", unicodedata.normalize("NFKC", number))
    return SERIAL.sub(r"\g<number>号", YEAR_IN_BRACKETS.sub(r"〔\g<year>〕", tidy))


def year_of(number: str) -> int | None:
    """The year a normalised number carries."""
    found = re.search(r"〔(\d{4})〕", number)
    return int(found[1]) if found else None
