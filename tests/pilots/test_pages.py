"""Pages about pilots: their filters, who answers for a pilot, and the limits that warn."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.access import ACTIONS, Action, Actor
from accounts.models import Role
from pilots.models import PilotArea, SelectionLimit
from pilots.rules import selection_warnings
from tests.conftest import Hire, SignIn
from units.models import Programme

pytestmark = pytest.mark.django_db


def test_wrong_filters_are_refused_with_the_filter(luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    for query in ({"region": "mars"}, {"batch": "x"}, {"category": "x"}, {"province": "999999"}):
        answer = client.get(reverse("pilots:pilots"), query)
        assert answer.status_code == 400
        assert not answer.context["page_obj"].object_list
        assert "field-error" in answer.content.decode()


@pytest.fixture
def limit(luzhou_programme: Programme) -> SelectionLimit:
    """The city may choose fewer towns than it chose."""
    city = luzhou_programme.owner
    chosen = PilotArea.objects.filter(programme=luzhou_programme, selected_by=city)
    if not chosen.exists():
        PilotArea.objects.filter(programme=luzhou_programme).update(selected_by=city)
    rows = SelectionLimit.objects.filter(programme=luzhou_programme, chosen_by="city")
    rows.update(minimum=0, maximum=0)
    return rows.get()


def warning(limit: SelectionLimit) -> str:
    owner = str(limit.programme.owner_id)
    return next(str(f.message) for f in selection_warnings(limit.programme) if f.target == owner)


def test_going_beyond_needs_a_reason(limit: SelectionLimit) -> None:
    assert "理由" in warning(limit) or "missing" in warning(limit)
    without = warning(limit)
    town = PilotArea.objects.filter(programme=limit.programme, selected_by=limit.programme.owner).first()
    assert town is not None
    PilotArea.objects.filter(pk=town.pk).update(beyond_limit_reason="两镇合并申报")
    assert "两镇合并申报" in warning(limit)
    assert warning(limit) != without


def test_too_few_ask_for_no_reason(limit: SelectionLimit) -> None:
    beyond = warning(limit)
    SelectionLimit.objects.filter(pk=limit.pk).update(minimum=90, maximum=99)
    limit.refresh_from_db()
    assert len(warning(limit)) < len(beyond)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM_ADMIN])
def test_who_answers_for_a_pilot_is_named_to_its_programme(
    role: Role, luzhou_drafter: Actor, hire: Hire, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    pilot = PilotArea.objects.get(programme__code="national", reporting_unit=luzhou_drafter.unit)
    client = signed_in(hire("reader", "drc-440000", role))
    url = reverse("reporting:pilot", args=[pilot.uid])
    assert luzhou_drafter.user.name in client.get(url).content.decode()
    monkeypatch.setitem(ACTIONS, "contacts.view", Action("", {}))
    assert luzhou_drafter.user.name not in client.get(url).content.decode(), "the table decides, nothing else"


def test_a_system_administrator_is_given_no_contacts(system_admin: Actor) -> None:
    assert not system_admin.can("contacts.view")


def test_the_api_stands_beside_the_pages_not_on_them() -> None:
    rooms = sorted(Path(settings.BASE_DIR, "pilots", "api").glob("*.py"))
    assert len(rooms) > 1
    for room in rooms:
        tree = ast.parse(room.read_text(encoding="utf-8"))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not any(module and ".views" in module and module.startswith("pilots") for module in imported), room
