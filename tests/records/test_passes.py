"""What passes write of themselves, and that each has a command and its line in the documentation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.core.management import call_command, get_commands, load_command_class
from django.db import InterfaceError, OperationalError, connection
from django.test.utils import CaptureQueriesContext

from records import passes
from records.models import PassRecord
from records.pass_command import PassCommand

pytestmark = pytest.mark.django_db
NAME = "test.pass"
DOC = Path(settings.BASE_DIR) / "docs" / "operations.md"


@pytest.fixture(autouse=True)
def unwritten() -> None:
    passes.forget()


def row() -> PassRecord:
    return PassRecord.objects.get(name=NAME)


def test_a_run_that_did_something_is_written() -> None:
    assert passes.recorded(NAME)(lambda: 3)() == 3
    found = row()
    assert (found.count, found.runs, found.failures) == (3, 1, 0)
    assert found.begun_at and found.ended_at and found.worked_at and found.failed_at is None


def test_one_that_did_nothing_is_written_once_in_a_minute() -> None:
    nothing = passes.recorded(NAME)(lambda: 0)
    nothing()
    with CaptureQueriesContext(connection) as asked:
        assert [nothing(), nothing()] == [0, 0]
    assert (len(asked), row().runs, row().worked_at) == (0, 1, None)
    with CaptureQueriesContext(connection) as asked:
        passes.recorded(NAME)(lambda: 1)()
    assert (len(asked), row().runs) == (1, 2)


def test_an_error_is_written_and_raised_again() -> None:
    def broken() -> int:
        raise ValueError("kaputt")

    passes.recorded(NAME)(lambda: 1)()
    with pytest.raises(ValueError, match="kaputt"):
        passes.recorded(NAME)(broken)()
    found = row()
    assert (found.error, found.failures, found.runs) == ("ValueError: kaputt", 1, 2)
    assert found.failed_at == found.ended_at


@pytest.mark.parametrize("trouble", [OperationalError, InterfaceError])
def test_its_own_error_is_seen_where_that_cannot_be_written(
    trouble: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> int:
        monkeypatch.setattr(passes, "_write", _raise)
        raise ValueError("kaputt")

    def _raise(name: str, **values: object) -> None:
        raise trouble("connection already closed")

    with pytest.raises(ValueError, match="kaputt"):
        passes.recorded(NAME)(broken)()


def commands() -> dict[str, str]:
    """Task → the command that runs it."""
    found: dict[str, str] = {}
    for name, app in get_commands().items():
        if app in {"portal", "staff", "reporting", "plans", "indicators", "records", "pilots"}:
            command: Any = load_command_class(app, name)
            if isinstance(command, PassCommand):
                found |= {getattr(task, "name", ""): name for task in command.passes}
    return found


def scheduled() -> list[str]:
    return [entry["task"] for entry in current_app.conf.beat_schedule.values()]


def test_every_entry_of_beat_is_a_command_too_and_is_written_down() -> None:
    assert set(scheduled()) == set(commands())
    for name in scheduled():
        task: Any = current_app.tasks[name]
        assert hasattr(task.run, "__wrapped__"), f"{name} is not recorded"
        assert passes.label(name) != name, f"{name} has no words in records/passes.py"


def test_the_documentation_names_them_all() -> None:
    lines = re.findall(r"^\| `([a-z_.]+)` \| `manage\.py ([a-z_]+)` \| `([a-z]+)` \|", DOC.read_text("utf-8"), re.M)
    assert {task: command for task, command, _queue in lines} == commands()
    for task, _command, queue in lines:
        assert current_app.amqp.router.route({}, task)["queue"].name == queue


def test_every_command_runs_where_nothing_is_to_be_done() -> None:
    for name in sorted(set(commands().values())):
        call_command(name)
    assert set(PassRecord.objects.values_list("name", flat=True)) >= set(scheduled())
