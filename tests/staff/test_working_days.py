"""Keeping the calendar: a year's announcement for everybody, single days, an office's own, by page and by API."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from portal.errors import BadInput, Forbidden, NotFound, Stale, WrongState
from records.models import Event
from staff.announcements import read
from staff.services.working_days import (
    AnnouncementInput,
    DaysInput,
    RemovalInput,
    announce,
    enter_days,
    remove_day,
)
from staff.working_days import announced_lines, working_year
from tests.conftest import SignIn, signed_in
from units.calendar import calendars, is_provisional
from units.models import AnnouncedYear, CalendarDay

__all__ = ["signed_in"]  # the standing cast's, under one hat; this folder's own takes a user

pytestmark = pytest.mark.django_db
D = dt.date
LINES = "2027-02-05 至 2027-02-11 休 春节\n2027-02-20 班 春节\n\n2027年10月1日 至 10月7日 休\n"
GOOD = "2027-02-05 至 2027-02-11 休 春节\n2027-02-20 班 春节"
SOURCE = "虚构的通知〔2026〕1号"


def announced(by: Actor, lines: str = GOOD, seen: int = 0, year: int = 2027) -> AnnouncedYear:
    return announce(AnnouncementInput(year, lines, SOURCE, seen), by=by)


def test_a_year_entered_counts_for_everybody(system_admin: Actor, luzhou_drafter: Actor) -> None:
    assert is_provisional(2027)
    row = announced(system_admin)
    found = calendars().of(luzhou_drafter.unit.pk)
    assert (row.version, is_provisional(2027)) == (1, False)
    assert found.after(D(2027, 2, 4), 1) == D(2027, 2, 12)
    assert found.is_working(D(2027, 2, 20))
    event = Event.objects.get(act="calendar.announce")
    assert (event.subject_kind, event.comment, len(event.data["after"])) == ("unit", SOURCE, 8)
    assert announced_lines(row) == GOOD


FAULTS = (
    "2027-02-05 bis 2027-02-11 休",
    "2027-02-30 休 春节",
    "2027-02-11 至 2027-02-05 休",
    "2026-02-05 休",
    "2028-01-01 休",
    "2027-02-01 至 2027-06-01 休",
    "2027-02-20 班\n2027-02-20 休",
    "2027-02-22 班",
    "",
    "2027-02-05 休 " + "春" * 81,
)


@pytest.mark.parametrize("lines", FAULTS)
def test_a_faulty_line_stores_nothing(lines: str, system_admin: Actor) -> None:
    with pytest.raises(BadInput) as refused:
        announced(system_admin, f"2027-05-01 至 2027-05-05 休 劳动节\n{lines}" if lines else "")
    assert len(refused.value.findings) == 1
    assert refused.value.findings[0].target == "lines"
    assert not CalendarDay.objects.exists()
    assert not AnnouncedYear.objects.exists()
    assert is_provisional(2027)


def test_every_faulty_line_is_named_with_its_number() -> None:
    found = read("2027-02-05 休\n\n错\n2027-02-31 休\n2027－02－20　班　春节\n2026-12-26 work", 2027)
    assert [line.number for line in found.lines] == [1, 5, 6]
    assert [re.findall(r"\d+", str(fault.message))[0] for fault in found.faults] == ["3", "4"]


def test_it_is_corrected_at_the_version_that_was_seen(system_admin: Actor) -> None:
    announced(system_admin)
    with pytest.raises(Stale):
        announced(system_admin, "2027-10-01 休", seen=0)
    row = announced(system_admin, "2027-10-01 休", seen=1)
    assert row.version == 2
    assert [day.day for day in CalendarDay.objects.all()] == [D(2027, 10, 1)]


def test_who_may_enter_which_year(system_admin: Actor, unit_admin: Actor, luzhou_lead: Actor) -> None:
    with pytest.raises(NotFound):
        announced(unit_admin)
    with pytest.raises(Forbidden):
        announced(luzhou_lead)
    with pytest.raises(WrongState):
        announced(system_admin, "2026-10-08 休", year=2026)
    with pytest.raises(NotFound):
        announced(system_admin, "2031-10-01 休", year=2031)


def test_single_days_go_over_what_the_library_says(system_admin: Actor) -> None:
    enter_days(DaysInput(D(2026, 9, 3), False, "虚构决定", "临时放假"), by=system_admin)
    assert not calendars().nation.is_working(D(2026, 9, 3))
    with pytest.raises(BadInput, match="2026-09-03"):
        enter_days(DaysInput(D(2026, 9, 3), True, "虚构决定"), by=system_admin)
    remove_day(RemovalInput(CalendarDay.objects.get().uid, "撤销"), by=system_admin)
    assert calendars().nation.is_working(D(2026, 9, 3))
    assert list(Event.objects.order_by("pk").values_list("act", flat=True)) == [
        "calendar.close_day", "calendar.remove_day",
    ]  # fmt: skip


def test_an_announcement_takes_in_single_days_that_agree(system_admin: Actor) -> None:
    enter_days(DaysInput(D(2027, 2, 5), False, "先行"), by=system_admin)
    row = announced(system_admin)
    assert CalendarDay.objects.get(day=D(2027, 2, 5)).announcement == row
    with pytest.raises(WrongState, match="2027"):
        enter_days(DaysInput(D(2027, 2, 5), True, "改"), by=system_admin)
    enter_days(DaysInput(D(2027, 10, 2), True, "单独"), by=system_admin)
    with pytest.raises(BadInput) as refused:
        announced(system_admin, "2027-10-01 至 2027-10-07 休 国庆节", seen=1)
    assert "2027-10-02" in str(refused.value.findings[0])


def test_a_unit_s_own_days_are_its_own(unit_admin: Actor, system_admin: Actor, sichuan_reviewer: Actor) -> None:
    rows = enter_days(DaysInput(D(2026, 7, 3), False, "虚构通知", "本地节日", D(2026, 7, 6)), by=unit_admin)
    assert [row.day for row in rows] == [D(2026, 7, 3), D(2026, 7, 6)]  # the weekend is off anyway
    assert calendars().of(unit_admin.unit.pk).after(D(2026, 7, 2), 1) == D(2026, 7, 7)
    assert calendars().of(sichuan_reviewer.unit.pk).after(D(2026, 7, 2), 1) == D(2026, 7, 3)
    with pytest.raises(NotFound):
        remove_day(RemovalInput(rows[0].uid, "不是我的"), by=system_admin)
    remove_day(RemovalInput(rows[0].uid, "取消"), by=unit_admin)
    event = Event.objects.filter(act="calendar.remove_day").get()
    assert (event.unit, event.programme) == (unit_admin.unit, unit_admin.programme)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (DaysInput(D(2026, 10, 1), False, "S"), "day"),
        (DaysInput(D(2026, 7, 6), True, "S"), "day"),
        (DaysInput(D(2026, 7, 6), False, " \x00 "), "source"),
        (DaysInput(D(2026, 7, 6), False, "S", until=D(2026, 7, 5)), "until"),
        (DaysInput(D(2026, 7, 6), False, "S", until=D(2026, 9, 6)), "until"),
        (DaysInput(D(2013, 7, 8), False, "S"), "day"),
        (DaysInput(D(2029, 7, 9), False, "S"), "day"),
        (DaysInput(D(2026, 7, 6), False, "S", "名" * 81), "name"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(given: DaysInput, field: str, unit_admin: Actor) -> None:
    with pytest.raises(BadInput) as refused:
        enter_days(given, by=unit_admin)
    assert [finding.target for finding in refused.value.findings] == [field]
    assert not CalendarDay.objects.exists()


def test_the_year_as_it_is_shown(system_admin: Actor, unit_admin: Actor) -> None:
    enter_days(DaysInput(D(2026, 7, 6), False, "S"), by=system_admin)
    enter_days(DaysInput(D(2026, 7, 6), True, "T"), by=unit_admin)
    found = working_year(unit_admin, 2026)
    entered = [(span.layer, span.is_in_force, span.can_remove) for span in found.spans if span.row]
    assert entered == [("everybody", False, False), ("unit", True, True)]
    spring = next(span for span in found.spans if span.name == "春节" and not span.is_working)
    assert (spring.first, spring.last, spring.length) == (D(2026, 2, 15), D(2026, 2, 23), 9)
    assert found.working_days == calendars().of(unit_admin.unit.pk).working_days(D(2025, 12, 31), D(2026, 12, 31))
    assert [month.first.month for month in found.months] == list(range(1, 13))


def test_anybody_reads_the_page(luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    page = client.get(reverse("working-days"))
    text = page.content.decode()
    assert "chinesecalendar" in text
    assert reverse("working-days-enter") not in text
    assert "2027" in client.get(reverse("working-days"), {"year": "2027"}).content.decode()
    assert client.get(reverse("working-days"), {"year": "2027"}).context["found"].is_provisional
    assert client.get(reverse("working-days"), {"year": "1999"}).status_code == 400
    assert client.get(reverse("working-days"), {"year": "zwei"}).status_code == 400


def test_the_page_gives_back_what_was_typed_with_each_faulty_line(system_admin: Actor, signed_in: SignIn) -> None:
    client, url = signed_in(system_admin), reverse("working-days-announce", args=[2027])
    page = client.post(url, {"lines": LINES, "source": SOURCE, "version": 0})
    assert page.status_code == 400
    (fault,) = page.context["form"].errors["lines"]
    assert "4" in fault
    assert "2027-02-20 班 春节" in page.content.decode()
    done = client.post(url, {"lines": GOOD, "source": SOURCE, "version": 0}, follow=True)
    assert len(list(done.context["messages"])) == 2
    stale = client.post(url, {"lines": GOOD, "source": SOURCE, "version": 0})
    assert (stale.status_code, stale.context["form"]["version"].value()) == (409, 1)


def traces() -> dict[str, Any]:
    rows = CalendarDay.objects.order_by("pk").values_list("unit", "day", "is_working", "name", "source")
    events = Event.objects.order_by("pk").values_list("act", "comment", "data", "user", "unit", "programme")
    years = AnnouncedYear.objects.values_list("year", "source", "version")
    return {"rows": list(rows), "events": list(events), "years": list(years)}


def both(*faces: Callable[[], int]) -> tuple[list[int], list[dict[str, Any]]]:
    statuses, left = [], []
    for face in faces:
        with transaction.atomic():
            statuses.append(face())
            left.append(traces())
            transaction.set_rollback(True)
    return statuses, left


def put(client: Client, lines: str) -> int:
    body = {"lines": lines, "source": SOURCE}
    url = reverse("api:working-days-announce", args=[2027])
    return client.put(url, body, content_type="application/json", headers={"If-Match": '"0"'}).status_code


@pytest.mark.parametrize(("lines", "statuses"), [(GOOD, [302, 200]), (LINES, [400, 400])])
def test_announcing_leaves_the_same(lines: str, statuses: list[int], system_admin: Actor, signed_in: SignIn) -> None:
    client = signed_in(system_admin)
    form = {"lines": lines, "source": SOURCE, "version": 0}
    url = reverse("working-days-announce", args=[2027])
    found, (page, api) = both(lambda: client.post(url, form).status_code, lambda: put(client, lines))
    assert found == statuses
    assert page == api
    assert bool(page["rows"]) == (statuses[0] == 302)


def test_single_days_leave_the_same(unit_admin: Actor, signed_in: SignIn) -> None:
    client = signed_in(unit_admin)
    form = {"day": "2026-07-06", "is_working": "off", "name": "本地节日", "source": SOURCE, "until": "2026-07-07"}
    body = {**form, "is_working": False}
    found, (page, api) = both(
        lambda: client.post(reverse("working-days-enter"), form).status_code,
        lambda: client.post(reverse("api:calendar-days"), body, content_type="application/json").status_code,
    )
    assert (found, page) == ([302, 201], api)
    assert len(page["rows"]) == 2
    (row,) = enter_days(DaysInput(D(2026, 7, 6), False, "S"), by=unit_admin)
    found, (page, api) = both(
        lambda: client.post(reverse("working-days-remove", args=[row.uid]), {"reason": "误录"}).status_code,
        lambda: (
            client.post(
                reverse("api:calendar-day-remove", args=[row.uid]), {"reason": "误录"}, content_type="application/json"
            ).status_code
        ),
    )
    assert (found, page) == ([302, 200], api)
    assert not page["rows"]


def test_the_api_shows_a_year(luzhou_drafter: Actor, system_admin: Actor, signed_in: SignIn) -> None:
    client, url = signed_in(luzhou_drafter), reverse("api:working-days")
    body = client.get(url, {"year": 2027}).json()
    assert (body["is_provisional"], body["announcement"], body["spans"]) == (True, None, [])
    announced(system_admin)
    answer = client.get(url, {"year": 2027})
    assert answer["ETag"] == '"1"'
    first = answer.json()["spans"][0]
    assert (first["first"], first["last"], first["layer"], first["uid"]) == (
        "2027-02-05", "2027-02-11", "everybody", None,
    )  # fmt: skip
    assert client.get(url, {"year": "0"}).status_code == 400
