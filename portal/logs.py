"""What no log line may hold."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

TOKEN = re.compile(r"(p[fp]_[0-9a-f]{10}_)[0-9A-Za-z_-]{43}")
ONE_TIME_LINK = re.compile(r"(/password/reset/key/)[0-9A-Za-z]+-[^/\s\"']+")


def hide_links(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Django names the path when a page fails or is refused; it may set a password or open somebody's calendar."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = TOKEN.sub(r"\1-", ONE_TIME_LINK.sub(r"\1-", value))
    return event
