"""How words are held against rows: every word somewhere, in either language, by sound; the beginnings first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat, Replace
from django.utils import translation
from django.utils.translation import gettext as _

from portal.errors import bad, type_text

LONGEST, MOST_WORDS = 100, 16
LANGUAGES = ("zh-hans", "en")
SHORTEST_CODE = 2
"""One letter would stand for half of all states."""
INITIALS = re.compile(r"[a-z]{2,8}")


@dataclass(frozen=True, slots=True)
class Searched:
    """Where the words for a kind of rows stand: texts and dates, codes that are shown as words, names by their sound.

    `heads` are the texts whose beginning brings a row to the front. `choices`: column → code → its words.
    """

    texts: Sequence[str]
    heads: Sequence[str]
    choices: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    sounds: Sequence[str] = ()
    titles: Mapping[str, Any] = field(default_factory=dict)
    """What is put together from several columns: name → expression; named in `texts`, `heads` or `choices` as well."""
    called: Sequence[str] = ()
    """What all rows of the kind are called, so that “Luzhou reports” is understood."""


def words_of(text: str) -> list[str]:
    """The words of a query, each once. Raises BadInput for more than anybody would type."""
    given = text.replace("\x00", "").strip()
    if len(given) > LONGEST:
        said = _("At most %(most)d characters can be searched for.") % {"most": LONGEST}
        raise bad("too_long", said, "q")
    words = list(dict.fromkeys(given.casefold().split()))
    if len(words) > MOST_WORDS:
        said = _("At most %(most)d words can be searched for at once.") % {"most": MOST_WORDS}
        raise bad("too_many_words", said, "q")
    return words


def in_both(text: type_text) -> tuple[str, ...]:
    """The words in both languages of the portal."""
    found = []
    for language in LANGUAGES:
        with translation.override(language):
            found.append(str(text))
    return tuple(found)


def in_words(choices: Iterable[tuple[Any, type_text]]) -> dict[str, tuple[str, ...]]:
    """Codes with what they are called in both languages."""
    return {str(code): in_both(label) for code, label in choices}


def matching(rows: QuerySet[Any], words: Sequence[str], where: Searched) -> QuerySet[Any]:
    """The rows in which every word stands, with `rank`: 0 where one of them begins a name."""
    found = rows.alias(**_unspaced(where), **where.titles)
    for word in words:
        if word not in where.called:
            found = found.filter(_anywhere(word, where))
    first = Q()
    for word in words:
        first |= _at_the_beginning(word, where)
    rank = Case(When(first, then=Value(0)), default=Value(1)) if first else Value(0)
    ranked: QuerySet[Any] = found.annotate(rank=rank)
    return ranked


def _unspaced(where: Searched) -> dict[str, Any]:
    """The sort keys without the blanks between syllables, as people type them."""
    return {
        _sound(number): Replace(F(path), Value(" "), Value(""), output_field=TextField())
        for number, path in enumerate(where.sounds)
    }


def _sound(number: int) -> str:
    return f"sound_{number}"


def _anywhere(word: str, where: Searched) -> Q:
    found = Q()
    for path in where.texts:
        found |= Q(**{f"{path}__icontains": word})
    if len(word) >= SHORTEST_CODE:
        for path, codes in where.choices.items():
            meant = [code for code, said in codes.items() if any(word in one.casefold() for one in said)]
            found |= Q(**{f"{path}__in": meant}) if meant else Q()
    return found | _by_sound(word, where)


def _by_sound(word: str, where: Searched) -> Q:
    """“luzhou”, “luzh” and “lz” are 泸州; nothing else than letters is a sound."""
    if not (word.isascii() and word.isalpha()):
        return Q()
    found = Q()
    for number, path in enumerate(where.sounds):
        found |= Q(**{f"{_sound(number)}__startswith": word})
        if INITIALS.fullmatch(word):
            found |= Q(**{f"{path}__regex": "^" + " ".join(f"{letter}[a-z]*" for letter in word)})
    return found


def _at_the_beginning(word: str, where: Searched) -> Q:
    found = _by_sound(word, where)
    for path in where.heads:
        found |= Q(**{f"{path}__istartswith": word})
    return found


def joined(*parts: Any) -> Any:
    """Columns and expressions as one text; what is empty is nothing."""
    return Concat(*parts, output_field=TextField())


def all_in(words: Sequence[str], texts: Sequence[str]) -> bool:
    """The same of texts that are no rows: every word stands in one of them."""
    folded = [text.casefold() for text in texts]
    return all(any(word in text for text in folded) for word in words)
