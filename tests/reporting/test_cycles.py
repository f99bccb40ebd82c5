"""Opening a period: who may, what it makes, what it refuses; by page and by API the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from portal.errors import BadInput, NotFound
from records.models import Event, OutboxMessage
from reporting.models import REPORT_KINDS, Cycle, CycleKind, CycleSource, Report
from reporting.services.cycles import CycleInput, default_dates, open_cycle
from units.calendar import is_working_day, today, working_days
from units.models import Programme

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor], Client]
FIELDS = {
    "year": 2031,
    "kind": "year_end",
    "opens_on": "2031-11-03",
    "pilots_due_on": "2031-12-15",
    "compilers_due_on": "2032-01-05",
    "date_source": "test",
}


def given(programme: Programme, **other: Any) -> CycleInput:
    dates = default_dates(programme, 2031, CycleKind.YEAR_END)
    values: dict[str, Any] = {
        "programme": programme,
        "year": 2031,
        "kind": CycleKind.YEAR_END,
        "opens_on": dates.opens_on,
        "pilots_due_on": dates.pilots_due_on,
        "compilers_due_on": dates.compilers_due_on,
        "date_source": "test",
    }
    return CycleInput(**{**values, **other})


@pytest.mark.parametrize(("year", "kind"), [(y, k) for y in range(2017, 2027) for k, _label in REPORT_KINDS])
def test_default_dates_are_working_days_in_order(programme: Programme, year: int, kind: str) -> None:
    dates = default_dates(programme, year, kind)
    assert dates.opens_on < dates.pilots_due_on < dates.compilers_due_on
    assert is_working_day(dates.pilots_due_on)
    assert working_days(dates.pilots_due_on, dates.compilers_due_on) == 15


def test_every_sender_owes_and_drafters_are_told(
    programme: Programme, ndrc_reviewer: Actor, luzhou_drafter: Actor
) -> None:
    cycle = open_cycle(given(programme, opens_on=today()), by=ndrc_reviewer)
    assert Report.objects.filter(due__cycle=cycle).count() == cycle.dues.count() == 98
    told = OutboxMessage.objects.get(topic="cycle.opened", recipient=luzhou_drafter.user)
    assert told.params["due"] == "2031-12-15"
    event = Event.objects.get(act="cycle.open", subject_uid=cycle.uid)
    assert event.data["dues"] == 98
    assert event.data["without_route"] == 0


def test_of_a_period_that_opens_later_nobody_is_told_yet(
    programme: Programme, ndrc_reviewer: Actor, luzhou_drafter: Actor
) -> None:
    cycle = open_cycle(given(programme), by=ndrc_reviewer)
    assert cycle.opens_on > today()
    assert not OutboxMessage.objects.filter(topic="cycle.opened").exists()


def test_luzhou_compiles_its_national_report_from_its_own_programme(
    programme: Programme, luzhou_programme: Programme
) -> None:
    national = open_cycle(given(programme), by=None)
    own = open_cycle(given(luzhou_programme), by=None)
    link = CycleSource.objects.get(cycle=national)
    assert (link.source, link.unit) == (own, luzhou_programme.owner)


def test_only_the_owner_of_a_programme_opens_its_periods(
    programme: Programme, luzhou_programme: Programme, sichuan_reviewer: Actor, ndrc_reviewer: Actor
) -> None:
    with pytest.raises(NotFound):
        open_cycle(given(programme), by=sichuan_reviewer)
    with pytest.raises(NotFound):
        open_cycle(given(luzhou_programme), by=ndrc_reviewer)
    assert not Cycle.objects.filter(year=2031).exists()


def test_a_period_opens_once(programme: Programme, ndrc_reviewer: Actor) -> None:
    open_cycle(given(programme), by=ndrc_reviewer)
    with pytest.raises(BadInput) as refused:
        open_cycle(given(programme), by=ndrc_reviewer)
    assert refused.value.findings


def test_dates_out_of_order_are_refused(programme: Programme, ndrc_reviewer: Actor) -> None:
    with pytest.raises(BadInput) as refused:
        open_cycle(given(programme, compilers_due_on=dt.date(2031, 1, 1)), by=ndrc_reviewer)
    assert refused.value.findings


def test_page_and_api_open_the_same(programme: Programme, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(ndrc_reviewer)
    assert client.get(reverse("reporting:open-cycle")).status_code == 200
    assert client.post(reverse("reporting:open-cycle"), FIELDS).status_code == 302
    again = client.post(reverse("reporting:open-cycle"), FIELDS)
    assert again.status_code == 400
    answer = client.post(reverse("api:open-cycle"), {**FIELDS, "year": 2032}, content_type="application/json")
    assert answer.status_code == 201
    page, api = Cycle.objects.get(year=2031), Cycle.objects.get(uid=answer.json()["uid"])
    assert page.dues.count() == api.dues.count() == 98
    acts = Event.objects.filter(act="cycle.open", subject_uid__in=[page.uid, api.uid])
    assert {(event.outcome, event.user_id, event.data["dues"]) for event in acts} == {("", ndrc_reviewer.user.pk, 98)}
