"""What stands behind the seal that brought a figure: whoever seals figures says so, by the kind of what is sealed.

Reports are a storey above: they register themselves when the app is ready, as kinds of lists do.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from accounts.access import Actor
from records.models import Seal


@dataclass(frozen=True, slots=True)
class Origin:
    """What brought a figure, as the reader may see it. `receipt`: the number it was taken in under; '' for none."""

    label: str
    path: str
    receipt: str = ""
    submitted_at: dt.datetime | None = None


Finder = Callable[[Collection[Seal], Actor], Mapping[int, Origin]]
"""Seals → what the reader may see of what they seal; those out of reach are left out. Constant statements."""

_finders: dict[str, Finder] = {}


def register(kind: str, finder: Finder) -> None:
    """Called once for each kind of subject whose seals bring figures, when its app is ready."""
    _finders[kind] = finder


def origins_of(seals: Iterable[Seal], by: Actor) -> dict[int, Origin]:
    """Seal (id) → what stands behind it, as far as this reader may see it."""
    by_kind: defaultdict[str, dict[int, Seal]] = defaultdict(dict)
    for seal in seals:
        by_kind[seal.subject_kind][seal.pk] = seal
    found: dict[int, Origin] = {}
    for kind, known in by_kind.items():
        if kind in _finders:
            found |= _finders[kind](list(known.values()), by)
    return found
