"""What is kept of dashboards between two requests: by a version of the data, never by minutes.

The version changes with every position written below the office (`reading.freshness`), so what is kept is right or is
not found.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import get_language
from redis import RedisError

from accounts.access import Actor
from dashboards.reading import freshness

T = TypeVar("T")
ROOMS = ("dashboards", "indicators")
A_DAY = 24 * 3600
"""Only so that old versions leave the cache; nothing is right because it is young."""


@functools.cache
def release() -> str:
    """Of the code that makes the answers: a new release asks anew."""
    found = hashlib.sha256()
    for room in ROOMS:
        for path in sorted((Path(settings.BASE_DIR) / room).rglob("*.py")):
            found.update(path.read_bytes())
    return found.hexdigest()[:16]


def tag(actor: Actor, asked: str) -> str:
    """What an answer hangs on: who asks, in which language, what, the data's version, the portal's release."""
    parts = (str(actor.hat.uid), get_language() or "", asked, freshness(actor), release())
    return hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]


def kept(actor: Actor, asked: str, make: Callable[[], T]) -> T:
    """`make()`, or what it gave for the same version. Without the cache it is made each time."""
    key = f"dashboards:{tag(actor, asked)}"
    try:
        found: T | None = cache.get(key)
    except RedisError:
        return make()
    if found is None:
        found = make()
        try:
            cache.set(key, found, A_DAY)
        except RedisError:
            return found
    return found
