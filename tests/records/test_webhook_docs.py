"""The receiver's code in docs/webhooks.md, run as it stands there."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from records.webhooks.sending import WAITS
from records.webhooks.signing import headers, new_secret

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
NOW = dt.datetime(2026, 6, 15, 2, 0, tzinfo=dt.UTC)
BODY = '{"type":"report.submit","unit":"某单位"}'
SECRET = new_secret()


@pytest.fixture(scope="module")
def receiver() -> dict[str, Any]:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    room: dict[str, Any] = {}
    exec(code, room)  # noqa: S102 - the document's own
    return room


@pytest.fixture
def take(receiver: dict[str, Any]) -> Callable[..., str]:
    """The verifier under the document's name, its memory empty."""
    taken: set[str] = set()

    def verify(secret: str, given: dict[str, str], body: str = BODY, seconds: int = 1) -> str:
        now = NOW.timestamp() + seconds
        found: str = receiver["verify"](secret, given, body.encode(), taken, now=now)
        return found

    return verify


@pytest.fixture
def signed() -> dict[str, str]:
    return headers([SECRET], "message-1", NOW, BODY)


def test_a_genuine_message_is_taken_once(
    take: Callable[..., str], signed: dict[str, str], receiver: dict[str, Any]
) -> None:
    assert take(SECRET, signed) == "message-1"
    with pytest.raises(receiver["Refused"], match="taken already"):
        take(SECRET, signed)


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_outside_the_window_it_is_refused(
    seconds: int, take: Callable[..., str], signed: dict[str, str], receiver: dict[str, Any]
) -> None:
    with pytest.raises(receiver["Refused"], match="too old"):
        take(SECRET, signed, seconds=seconds)
    assert take(SECRET, signed, seconds=299) == "message-1"


@pytest.mark.parametrize(
    "change",
    [
        {"body": BODY.replace("submit", "accept")},
        {"secret": new_secret()},
        {"headers": {"webhook-id": "message-2"}},
        {"headers": {"webhook-timestamp": str(int(NOW.timestamp()) + 1)}},
        {"headers": {"webhook-signature": "v1,AAAA"}},
        {"headers": {"webhook-signature": ""}},
    ],
)
def test_whatever_was_changed_is_noticed(
    change: dict[str, Any], take: Callable[..., str], signed: dict[str, str], receiver: dict[str, Any]
) -> None:
    given = {**signed, **change.get("headers", {})}
    with pytest.raises(receiver["Refused"], match="wrong signature"):
        take(change.get("secret", SECRET), given, change.get("body", BODY))


def test_either_secret_will_do_while_one_replaces_the_other(receiver: dict[str, Any]) -> None:
    former, new = new_secret(), new_secret()
    both = headers([new, former], "message-1", NOW, BODY)
    for secret in (former, new):
        assert receiver["verify"](secret, both, BODY.encode(), set(), now=NOW.timestamp()) == "message-1"


def test_the_attempts_are_as_the_page_says() -> None:
    assert "again after 10 and 30 seconds, 2, 10 and 30 minutes, 1, 3, 6, 12, 24 and 24" in PAGE
    minutes = [wait.total_seconds() / 60 for wait in WAITS]
    assert minutes == [10 / 60, 0.5, 2, 10, 30, *[60 * hours for hours in (1, 3, 6, 12, 24, 24)]]
