"""What chance and the clock made, replaced; what is long, cut: the same examples every time."""

from __future__ import annotations

import re
from typing import Any

MOST_ROWS, MOST_WORDS = 2, 6
"""How much of a list is shown: of objects, and of single values."""
LONGEST = 240
UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d):\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)")
CHANCE = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    (re.compile(r"\bpp_[0-9a-f]{10}_[A-Za-z0-9_-]{43}"), "pp_0123456789_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg"),
    (re.compile(r"\bpf_[0-9a-f]{10}_[A-Za-z0-9_-]{43}"), "pf_0123456789_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg"),
    (re.compile(r"whsec_[A-Za-z0-9+/=]+"), "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
    (re.compile(r"(?<=-)\d{6}(?=-\d+\b)"), "000123"),
    (re.compile(r"(?<=Wait )\d+(?= seconds)"), "30"),
    (re.compile(r"cursor=[A-Za-z0-9%=_-]+"), "cursor=bz0y"),
)
"""Seals, tokens, secrets, the middle of a receipt number, waiting, cursors."""
FIXED = {"prefix": "0123456789", "fingerprint": "9f86 d081 884c 7d65"}
"""Fields whose whole value is chance."""


class Plain:
    """Replaces each uid by the next of a row of made-up ones, the same one wherever it comes again."""

    def __init__(self) -> None:
        self.uids: dict[str, str] = {}

    def of(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {self.text(key): self.of(part, key) for key, part in value.items()}
        if isinstance(value, list | tuple):
            most = MOST_ROWS if any(isinstance(part, dict | list) for part in value) else MOST_WORDS
            return [self.of(part) for part in value[:most]]
        if isinstance(value, str):
            return FIXED[name] if value and name in FIXED else self.text(value)
        return value

    def text(self, value: str) -> str:
        text = UID.sub(lambda found: self._made_up(found[0]), value)
        text = INSTANT.sub(r"\1:00:00\2", text)
        for pattern, fixed in CHANCE:
            text = pattern.sub(fixed, text)
        return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

    def _made_up(self, uid: str) -> str:
        if uid not in self.uids:
            self.uids[uid] = f"00000000-0000-4000-8000-{len(self.uids) + 1:012}"
        return self.uids[uid]
