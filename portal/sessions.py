"""Django's sessions (in the database, with a copy in the cache), for hours in which the cache is out of reach."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import cached_db, db
from redis import RedisError


class SessionStore(cached_db.SessionStore):
    """Reading goes on from the database, so that whoever is signed in sees what is wrong. Signing in and out waits."""

    def load(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = super().load()
        except RedisError:
            found = db.SessionStore(self.session_key).load()
        return found
