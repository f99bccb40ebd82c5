"""What stands in a mail, made when it is sent, in the active language: one message, or a day's digest. Plain text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, count

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from records import topics
from records.models import Notice, OutboxMessage

PRESSING = ("reminder.", "due.")
"""Topics about what is due: they stand first, and a digest goes out for them also later in the day."""
INDENT = "   "


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    body: str


def letter_of(row: OutboxMessage) -> Letter:
    """The mail of a row of the outbox, in the active language."""
    if row.topic == topics.DIGEST:
        digest = row.digest
        return digest_letter(digest.day, list(digest.notices.order_by("created_at", "id")))
    words = topics.words(row.topic, row.params)
    link = f"\n\n{_absolute(row.path)}" if row.path else ""
    return Letter(_one_line(words.title), f"{words.body}{link}")


def digest_letter(day: dt.date, notices: Sequence[Notice]) -> Letter:
    """One numbered list: what is due first, then the rest, oldest first; each with the link to look at it."""
    params = {"day": date_format(day, "MONTH_DAY_FORMAT"), "number": len(notices)}
    head = topics.words(topics.DIGEST, params)
    pressing = [notice for notice in notices if notice.topic.startswith(PRESSING)]
    others = [notice for notice in notices if not notice.topic.startswith(PRESSING)]
    numbers = count(1)
    # Alone, what else is new needs no heading.
    groups = [(_("== What is due =="), pressing), (_("== What else is new ==") if pressing else "", others)]
    parts = chain.from_iterable(_group(title, rows, numbers) for title, rows in groups if rows)
    end = _("Such a mail comes once a day at most. To get each notice at once instead, choose so here: %(link)s") % {
        "link": _absolute(reverse("preferences"))
    }
    return Letter(_one_line(head.title), "\n\n".join([head.body, *parts, end]) + "\n")


def _group(title: str, notices: Iterable[Notice], numbers: Iterable[int]) -> list[str]:
    entries = [_entry(number, notice) for notice, number in zip(notices, numbers, strict=False)]
    return [title, *entries] if title else entries


def _entry(number: int, notice: Notice) -> str:
    words = topics.words(notice.topic, notice.params)
    lines = [words.body.replace("\r", "").replace("\n", f"\n{INDENT}")]
    if notice.path:
        lines.append(_absolute(notice.path))
    return "\n".join([f"{number}. {_one_line(words.title)}", *(f"{INDENT}{line}" for line in lines if line)])


def _one_line(text: str) -> str:
    """A line break in what people typed must end neither a header nor an entry."""
    return " ".join(text.split())


def _absolute(path: str) -> str:
    return f"{settings.BASE_URL}{path}"
