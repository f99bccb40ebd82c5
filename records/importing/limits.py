"""What a list may be, for the child that reads it and the parent that judges it. Standard library only."""

from __future__ import annotations

MOST_BYTES = 4 * 1024 * 1024
"""Of the file as it is sent."""
MOST_ROWS = 20_000
MOST_COLUMNS = 60
LONGEST_CELL = 4_000
"""Characters; a longer cell is cut here, one more is kept so that it is seen to be too long."""
MOST_TEXT = 12_000_000
"""Characters of all cells together."""
MOST_UNPACKED = 100 * 1024 * 1024
"""Bytes a workbook may unpack to."""
MOST_ENTRIES = 1_000
"""Files in a workbook's archive."""
MOST_OF_A_PART = 4 * 1024 * 1024
"""Bytes of the parts of a workbook that only describe it."""
LARGEST_BOX = 3_000_000
"""Cells between a sheet's first and its last cell, written or not: the library makes room for all of them."""

CHILD_MEMORY = 1024 * 1024 * 1024
"""Address space of the child, in bytes, programs and libraries included."""
CHILD_SECONDS = 15
"""Of processor time; of waiting, twice as long."""
CHILD_OUTPUT = 64 * 1024 * 1024
"""Bytes the child may write."""


class Refused(Exception):
    """Why a file cannot be read: a code, and what its words need."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params
