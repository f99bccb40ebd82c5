"""Locks of the database by name: none is taken by hand, none holds up another."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from records.locks import Lock, held, held_throughout
from reporting.models import Report
from reporting.reminders import remind
from tests.reporting.reminding import at, give_date
from tests.test_races import at_once

ROOMS = ("units", "accounts", "records", "pilots", "indicators", "plans", "reporting", "staff", "portal")


def test_nobody_takes_one_by_hand() -> None:
    files = [file for room in ROOMS for file in (Path(settings.BASE_DIR) / room).rglob("*.py")]
    found = [str(file.relative_to(settings.BASE_DIR)) for file in files if "_advisory_" in file.read_text()]
    assert found == ["records/locks.py"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_one_name_holds_up_itself_and_nothing_else() -> None:
    with held_throughout(Lock.WEBHOOKS) as ours:
        assert ours
        assert at_once(*[lambda lock=lock: held(lock) for lock in Lock]) == [lock != Lock.WEBHOOKS for lock in Lock]
    assert at_once(lambda: held(Lock.WEBHOOKS)) == [True]


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_reminders_go_out_while_webhooks_are_sent(luzhou_report: Report, luzhou_drafter: object) -> None:
    """A pass of webhooks may wait for other people's servers for most of a minute."""
    give_date(luzhou_report)
    with held_throughout(Lock.WEBHOOKS):
        assert at_once(lambda: remind(at("06-29"))) == [1]
