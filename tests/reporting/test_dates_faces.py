"""Rules for dates by page and by API: the same rows, the same events, the same refusals in both languages."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from records.models import Event
from reporting.models import DateRule, DeadlinePolicy, ReminderStep
from reporting.services.date_rules import NewRule, new_rule
from tests.conftest import SignIn
from tests.reporting.test_date_rules import FACTS, MID, PILOT, rule_of
from units.models import Programme

pytestmark = pytest.mark.django_db
SOURCE = "测试：处务会议定"
JSON = {
    "function": "fixed_date",
    "month": 6,
    "day": 25,
    "time_of_day": "18:00",
    "zone": "Asia/Urumqi",
    "on_non_working": "previous",
    "source": SOURCE,
}
FORM = {
    "version": 0,
    "function": "fixed_date",
    "fixed_month": 6,
    "day": 25,
    "weekday_month": 3,
    "nth": 2,
    "weekday": 1,
    "after": "",
    "working_days": 9,
    "year_offset": 0,
    "on_non_working": "previous",
    "after_holiday_days": 4,
    "time_of_day": "18:00",
    "zone": "Asia/Urumqi",
    "source": SOURCE,
}
"""The fields of the functions that are not chosen are filled in too: they are not read."""


def put(client: Client, address: str, body: Any, version: int = 0, **headers: str) -> Any:
    return client.put(address, body, content_type="application/json", headers={"If-Match": f'"{version}"', **headers})


def left_behind() -> dict[str, Any]:
    """Every rule, policy and step with the events about them, but for keys and times."""
    rules = DateRule.objects.order_by("setter", "kind", "capacity").values()
    policies = DeadlinePolicy.objects.order_by("id").values()
    steps = ReminderStep.objects.filter(ended_at=None).values_list("anchor", "offset", "audience")
    events = Event.objects.order_by("id").values_list("act", "unit", "user", "subject_uid", "data", "comment")
    own = [{k: v for k, v in row.items() if k not in {"id", "uid"}} for row in rules]
    return {"rules": own, "policies": list(policies), "steps": sorted(steps), "events": _without_uids(events)}


def _without_uids(events: Any) -> list[Any]:
    return [(*row[:4], {k: v for k, v in row[4].items() if k != "uid"}, row[5]) for row in events]


def both(page: Any, api: Any) -> tuple[Any, Any]:
    """What a page leaves and what the API leaves, each in a world of its own."""
    found = []
    for act in (page, api):
        with transaction.atomic():
            answer = act()
            assert answer.status_code in {200, 201, 204, 302}, answer.content.decode()
            found.append(left_behind())
            transaction.set_rollback(True)
    return found[0], found[1]


def test_a_change_by_page_and_api_is_the_same(programme: Programme, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client, rule = signed_in(ndrc_reviewer), rule_of(programme)
    page, api = both(
        lambda: client.post(reverse("reporting:date-rule", args=[rule.uid]), FORM),
        lambda: put(client, reverse("api:date-rule", args=[rule.uid]), JSON),
    )
    assert page == api
    assert [event[0] for event in page["events"] if event[0].startswith("dates.")] == ["dates.rule_set"]


def test_a_new_own_rule_by_page_and_api_is_the_same(sichuan_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(sichuan_reviewer)
    given = {**JSON, "kind": "mid_year", "capacity": "pilot"}
    page, api = both(
        lambda: client.post(reverse("reporting:date-rule-new"), {**FORM, "place": "mid_year.pilot"}),
        lambda: client.post(reverse("api:date-rules"), given, content_type="application/json"),
    )
    assert page == api
    assert len(page["rules"]) == 9


def test_an_own_rule_ends_by_page_and_api_the_same(sichuan_reviewer: Actor, signed_in: SignIn) -> None:
    client, rule = signed_in(sichuan_reviewer), new_rule(NewRule(MID, PILOT, FACTS), by=sichuan_reviewer)
    page, api = both(
        lambda: client.post(reverse("reporting:date-rule-end", args=[rule.uid]), {"version": 1}),
        lambda: client.post(reverse("api:date-rule-end", args=[rule.uid]), headers={"If-Match": '"1"'}),
    )
    assert page == api
    assert len(page["rules"]) == 8


POLICY = {
    "open_days_before": 40,
    "least_fill_days": 12,
    "return_days": 6,
    "chase_again_hours": 48,
    "send_at": "09:15",
    "source": SOURCE,
}


def test_the_policy_by_page_and_api_is_the_same(ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(ndrc_reviewer)
    page, api = both(
        lambda: client.post(reverse("reporting:policy"), {**POLICY, "version": 0}),
        lambda: put(client, reverse("api:deadline-policy"), POLICY),
    )
    assert page == api
    assert page["policies"][0]["send_at"] == dt.time(9, 15)


def test_the_ladder_by_page_and_api_is_the_same(ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client, address = signed_in(ndrc_reviewer), reverse("api:reminder-steps")
    version = client.get(address).json()["version"]
    typed = "\u22125\uff0c -1 0\u30012"
    form = {"version": version, "opening_drafters": "0", "due_drafters": typed, "due_receiver": "7"}
    numbers = [("opening", 0, "drafters"), *(("due", n, "drafters") for n in (-5, -1, 0, 2)), ("due", 7, "receiver")]
    steps = [{"anchor": anchor, "offset": offset, "audience": audience} for anchor, offset, audience in numbers]
    page, api = both(
        lambda: client.post(reverse("reporting:ladder"), form),
        lambda: put(client, address, {"steps": steps}, version),
    )
    assert page == api


REFUSALS = [
    ({"fixed_month": 6, "day": 31}, {"month": 6, "day": 31}, "day", "没有31日", "has no day 31"),
    ({"zone": "Asia/Beijing"}, {"zone": "Asia/Beijing"}, "zone", "没有“Asia/Beijing”", "no time zone “Asia/Beijing”"),
    ({"source": " "}, {"source": " "}, "source", "", ""),
    ({"fixed_month": 8, "day": 3}, {"month": 8, "day": 3}, "day", "2026年8月3日", "Aug 3, 2026"),
]


@pytest.mark.parametrize(("typed", "sent", "field", "zh", "en"), REFUSALS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_refusal_is_the_same_sentence_on_page_and_api(
    sichuan_reviewer: Actor, signed_in: SignIn, typed: Any, sent: Any, field: str, zh: str, en: str, language: str
) -> None:
    client = signed_in(sichuan_reviewer)
    client.cookies["django_language"] = language
    form = {**FORM, "place": "mid_year.pilot", **typed}
    page = client.post(reverse("reporting:date-rule-new"), form)
    body = {**JSON, "kind": "mid_year", "capacity": "pilot", **sent}
    api = client.post(
        reverse("api:date-rules"), body, content_type="application/json", headers={"Accept-Language": language}
    )
    assert (page.status_code, api.status_code) == (400, 400)
    finding = next(finding for finding in api.json()["findings"] if finding["target"] == field)
    errors = page.context["form"].errors[field]
    assert any(finding["message"] == error for error in errors) or field == "source"
    assert (zh if language == "zh-hans" else en) in finding["message"]


def test_a_circle_is_refused_in_a_sentence(programme: Programme, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client, rule = signed_in(ndrc_reviewer), rule_of(programme)
    compilers = str(rule_of(programme, capacity="compiler").uid)
    body = {"function": "after_due", "after": compilers, "working_days": -3, "source": SOURCE}
    answer = put(client, reverse("api:date-rule", args=[rule.uid]), body)
    form = {**FORM, "function": "after_due", "after": compilers, "working_days": -3, "time_of_day": "", "zone": ""}
    form |= {"zone": "Asia/Shanghai", "on_non_working": "next"}
    page = client.post(reverse("reporting:date-rule", args=[rule.uid]), form)
    assert answer.json()["findings"][0]["code"] == "circular"
    assert page.context["form"].errors["after"] == [answer.json()["findings"][0]["message"]]


def test_a_step_that_cannot_be_stands_at_its_field(ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(ndrc_reviewer)
    version = client.get(reverse("api:reminder-steps")).json()["version"]
    form = {"version": version, "due_drafters": "-1", "due_receiver": "-2, 7", "opening_leads": "x"}
    page = client.post(reverse("reporting:ladder"), form)
    assert set(page.context["form"].errors) == {"opening_leads"}
    page = client.post(reverse("reporting:ladder"), {**form, "opening_leads": ""})
    assert set(page.context["form"].errors) == {"due_receiver"}


def test_everybody_who_sees_periods_reads_the_rules(
    programme: Programme, luzhou_drafter: Actor, sichuan_reviewer: Actor, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    new_rule(NewRule(MID, PILOT, FACTS), by=sichuan_reviewer)
    page = signed_in(luzhou_drafter).get(reverse("reporting:dates"))
    text = page.content.decode()
    assert all(words in text for words in ("6月30日", "6月25日", "四川省发展和改革委员会"))
    assert reverse("reporting:policy") not in text
    rules = signed_in(luzhou_drafter).get(reverse("api:date-rules")).json()["results"]
    assert len(rules) == 5
    assert not any(rule["actions"] for rule in rules)
    mine = signed_in(sichuan_reviewer).get(reverse("api:date-rules"), {"setter": str(sichuan_reviewer.unit.uid)})
    assert [[offer["name"] for offer in row["actions"]] for row in mine.json()["results"]] == [["change", "end"]]
    assert reverse("reporting:ladder") in signed_in(ndrc_reviewer).get(reverse("reporting:dates")).content.decode()


def test_a_year_nobody_announced_is_marked_provisional(
    programme: Programme, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    rule = signed_in(ndrc_reviewer).get(reverse("api:date-rule", args=[rule_of(programme).uid]))
    assert rule["ETag"] == '"0"'
    this_year, next_year = rule.json()["yields"]
    assert (this_year["due_on"], this_year["is_provisional"]) == ("2026-06-30", False)
    assert (next_year["due_on"], next_year["is_provisional"]) == ("2027-06-30", True)


def test_a_conflict_keeps_what_was_typed(programme: Programme, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client, address = signed_in(ndrc_reviewer), reverse("reporting:date-rule", args=[rule_of(programme).uid])
    assert client.post(address, FORM).status_code == 302
    again = client.post(address, {**FORM, "day": 24})
    assert again.status_code == 409
    assert again.context["form"]["version"].value() == 1
    assert client.post(address, {**FORM, "day": 24, "version": 1}).status_code == 302
    assert rule_of(programme).day == 24
