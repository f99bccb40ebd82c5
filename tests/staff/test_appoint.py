"""`manage.py appoint`: the first administrators of a new installation."""

from __future__ import annotations

import re
import shlex
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.models import Membership
from records.models import OutboxMessage
from tests.staff.conftest import Office


def test_the_first_system_administrator(world: Office) -> None:
    out = StringIO()
    call_command("appoint", "system_admin", "first@office.example", "First", "--unit", "office", stdout=out)
    membership = Membership.objects.get(user__email="first@office.example")
    assert (membership.role, membership.programme) == ("system_admin", None)
    assert "is invited" in out.getvalue()


def test_an_auditor_of_a_programme_by_the_units_name(world: Office) -> None:
    arguments = ("--unit", world.office.name_now, "--programme", "national")
    call_command("appoint", "auditor", "a@office.example", "A", *arguments, stdout=StringIO())
    assert Membership.objects.get(user__email="a@office.example").programme == world.programme


@pytest.mark.parametrize(
    "arguments",
    [
        ("auditor", "a@office.example", "A", "--unit", "nowhere"),
        ("auditor", "a@office.example", "A", "--unit", "office"),
        ("auditor", "no address", "A", "--unit", "office", "--programme", "national"),
        ("drafter", "a@office.example", "A", "--unit", "office"),
    ],
)
def test_a_wrong_appointment_says_why(world: Office, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("appoint", *arguments)


@pytest.mark.django_db
def test_the_commands_of_the_handbook_work_as_they_stand_there() -> None:
    text = (settings.BASE_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
    commands = re.findall(r"^ *docker compose run --rm web python manage\.py (appoint .*)$", text, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        call_command(*shlex.split(command), stdout=StringIO())
    assert set(Membership.objects.values_list("role", "unit__key", "programme__code")) == {
        ("system_admin", "ndrc", None),
        ("auditor", "ndrc", "national"),
        ("unit_admin", "ndrc", "national"),
    }
    assert OutboxMessage.objects.filter(channel="mail", topic="people.invited").count() == 3
    assert text.index("manage.py load_reference") < text.index("manage.py appoint")
    assert "check --deploy --database default" in text


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["mohurd", "drc-510000", "lgo-510500"])
def test_the_unit_keys_the_handbook_names_exist(key: str) -> None:
    assert f"`{key}`" in (settings.BASE_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
    arguments = ("unit_admin", "a@office.example", "A", "--unit", key, "--programme", "national")
    call_command("appoint", *arguments, stdout=StringIO())
