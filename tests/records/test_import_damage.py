"""Damaged files: whatever bytes arrive, the reader answers with rows or with words, and its parent stays small.

`bin/portal soak` damages two thousand files.
"""

from __future__ import annotations

import io
import random
import resource
import zipfile
from collections.abc import Iterator

import pytest

from portal.errors import BadInput
from records.importing.reading import ReadFile, read_file
from tests.records import lists

FILES, FILES_IN_SOAK = 24, 2000
MOST_GROWTH = 96 * 1024
"""Kilobytes of memory that reading all of them may add to this process."""


def sound() -> list[tuple[str, bytes]]:
    rows = lists.many(30)
    return [
        ("list.csv", lists.csv_of(rows)),
        ("list.csv", lists.csv_of(rows, encoding="gb18030")),
        ("list.csv", lists.csv_of(rows, encoding="utf-16")),
        ("list.xlsx", lists.xlsx_of(rows)),
    ]


def damaged(number: int) -> Iterator[tuple[str, bytes]]:
    """Sound files with bytes turned over, cut out, doubled; and workbooks whose parts are damaged inside the zip."""
    chance = random.Random(20261123)  # noqa: S311 - the same files each time
    files = sound()
    for _count in range(number):
        name, content = chance.choice(files)
        if name.endswith(".xlsx") and chance.random() < 0.5:
            yield name, _inside(content, chance)
        else:
            yield name, _turned_over(content, chance)


def _turned_over(content: bytes, chance: random.Random) -> bytes:
    wrong = bytearray(content)
    for _count in range(chance.randint(1, 12)):
        place = chance.randrange(len(wrong) or 1)
        match chance.randrange(4):
            case 0:
                wrong[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del wrong[place : place + chance.randint(1, 400)]
            case 2:
                wrong[place:place] = bytes(chance.randrange(256) for _byte in range(chance.randint(1, 40)))
            case _:
                wrong[place:place] = wrong[: chance.randint(1, 2000)]
    return bytes(wrong)


def _inside(content: bytes, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    name = chance.choice(sorted(parts))
    parts[name] = _turned_over(parts[name], chance)
    return lists.with_parts(parts)


@pytest.mark.parametrize("number", [FILES, pytest.param(FILES_IN_SOAK, marks=pytest.mark.soak)])
def test_damaged_files_are_read_or_refused_in_words(number: int) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused = 0
    for name, content in damaged(number):
        try:
            assert isinstance(read_file(name, content), ReadFile)
        except BadInput as error:
            refused += 1
            assert str(error)
            assert error.findings[0].target == "file"
    assert 0 < refused < number
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_GROWTH
