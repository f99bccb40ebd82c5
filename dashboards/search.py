"""The search over everything: pages of the menu, pilot areas, places, reports, tasks, plans, indicators, documents.

Every kind is asked by one bounded statement over the rows its reader may see, so no more is found than can be opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from accounts.access import Actor
from dashboards.finding import SOURCES, Hit, Kind
from dashboards.matching import all_in, in_both, matching, words_of
from portal.errors import type_text

VIEW = "desk.view"
FEW, MANY = 5, 50
"""Of each kind so many are shown, and so many of one kind."""
UNASKED = (Kind.PAGE, Kind.REPORT)
"""What is shown before anything is asked: where to go, and the newest reports."""


@dataclass(frozen=True, slots=True)
class MenuPage:
    """A page of the menu its reader may open: name of its address, and what the menu calls it."""

    name: str
    label: type_text


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind; `has_more` when there is more than is shown."""

    kind: Kind
    hits: Sequence[Hit]
    has_more: bool


def search(text: str, by: Actor, *, kind: str = "", pages: Sequence[MenuPage] = ()) -> list[Group]:
    """What fits every word, by kind; of `kind` alone more of it. Raises BadInput for a text that is too long."""
    words = words_of(text)
    limit = MANY if kind else FEW
    kinds = [Kind(kind)] if kind else [one for one in Kind if words or one in UNASKED]
    found = [_group(one, words, by, limit, pages) for one in kinds]
    return [group for group in found if group.hits]


def _group(kind: Kind, words: Sequence[str], by: Actor, limit: int, pages: Sequence[MenuPage]) -> Group:
    if kind == Kind.PAGE:
        hits = _pages(words, pages)
        limit = max(limit, len(pages)) if not words else limit
    else:
        source = SOURCES[kind]
        rows = matching(source.rows(by), words, source.searched()).order_by("rank", *source.order)
        hits = [source.hit(row) for row in rows[: limit + 1]]
    return Group(kind, hits[:limit], len(hits) > limit)


def _pages(words: Sequence[str], pages: Sequence[MenuPage]) -> list[Hit]:
    kind = in_both(Kind.PAGE.label)
    fitting = [page for page in pages if not words or all_in(words, (*in_both(page.label), *kind))]
    return [Hit(Kind.PAGE, str(page.label), page=page.name) for page in fitting]


def url_of(hit: Hit) -> str:
    """The address of the page of a hit."""
    url = reverse(hit.page, args=list(hit.named))
    return f"{url}?{urlencode(hit.asked)}" if hit.asked else url


def count_of(groups: Sequence[Group]) -> int:
    """How many hits are shown."""
    return sum(len(group.hits) for group in groups)
