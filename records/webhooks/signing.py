"""Signatures by the conventions of Standard Webhooks: HMAC-SHA256 over id, time and body."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
SECRET_BYTES = 32
ROTATION = dt.timedelta(hours=24)
"""For so long after a rotation messages are signed with both secrets, so that none is refused meanwhile."""


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: str) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    found = hmac.digest(key, f"{message_id}.{timestamp}.{body}".encode(), hashlib.sha256)
    return f"v1,{base64.b64encode(found).decode()}"


def headers(keys: Iterable[str], message_id: str, at: dt.datetime, body: str) -> dict[str, str]:
    """The three headers; one signature for each secret, with blanks between. The time is that of the attempt."""
    timestamp = int(at.timestamp())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(key, message_id, timestamp, body) for key in keys),
    }
