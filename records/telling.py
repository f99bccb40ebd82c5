"""Telling people what happened, each in their own language."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation

from accounts.models import User
from records.outbox import Message, tell
from records.outbox_bulk import tell_selected
from units.keys import new_uid
from units.models import Programme


@dataclass(frozen=True, slots=True)
class News:
    """What to tell: a topic of `records.topics`, where to look, and its values, asked for in each language."""

    topic: str
    path: str
    programme: Programme
    params: Callable[[], Mapping[str, Any]]


def tell_each(people: Iterable[User], news: News, *, at: dt.datetime | None = None) -> None:
    """One notice to each, with its names as that reader knows them."""
    by_language: dict[str, list[User]] = {}
    for person in people:
        by_language.setdefault(person.language or settings.LANGUAGE_CODE, []).append(person)
    for language, readers in by_language.items():
        with translation.override(language):
            values = {name: str(value) for name, value in news.params().items()}
        tell(readers, Message(news.topic, values, news.path, news.programme), at=at)


_SPREAD = """
SELECT told.uid, told.recipient, told.topic, told.programme, told.params, told.path
FROM jsonb_to_recordset(%s::jsonb)
  AS told (uid uuid, recipient bigint, topic text, programme bigint, params jsonb, path text)
"""


def tell_many(news: Sequence[tuple[User, News]], *, at: dt.datetime | None = None) -> None:
    """To each their own news, by one statement however many they are, with its names as that reader knows them."""
    rows = []
    for person, told in news:
        with translation.override(person.language or settings.LANGUAGE_CODE):
            params = {name: str(value) for name, value in told.params().items()}
        row = {"uid": str(new_uid()), "recipient": person.pk, "topic": told.topic, "programme": told.programme.pk}
        rows.append({**row, "params": params, "path": told.path})
    if rows:
        tell_selected(_SPREAD, [json.dumps(rows)], at=at)
