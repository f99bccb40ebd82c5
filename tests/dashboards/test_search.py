"""The search over everything: what is found by which words, and that nothing out of reach ever is."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.access import Actor
from accounts.models import Role
from dashboards.finding import Kind
from dashboards.matching import LONGEST, MOST_WORDS
from dashboards.search import FEW, MANY, Group, MenuPage, search, url_of
from pilots.models import PilotArea
from plans.models import Plan
from portal.errors import BadInput
from reporting.models import Report
from tests.conftest import Advance, Hire, SignIn, Write
from tests.plans.plan_cast import a_plan

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = len(Kind) - 1
PAGES = (MenuPage("desk", "Desk"), MenuPage("reporting:reports", "Reports"))


def titles(groups: list[Group], kind: Kind) -> list[str]:
    return [hit.title for group in groups if group.kind == kind for hit in group.hits]


def found(text: str, by: Actor, kind: Kind) -> list[str]:
    return titles(search(text, by, kind=kind), kind)


def kinds(groups: list[Group]) -> set[Kind]:
    return {group.kind for group in groups}


@pytest.fixture
def luzhou_plan(db: None) -> Plan:
    """Luzhou's approved plan."""
    return a_plan()


# -- what is found ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["泸州", "luzhou", "LUZHOU", "LuZ", "lzs", "四川 泸州", "sichuan luzhou", " 泸州\x00 "]
)
def test_a_pilot_area_by_its_name_in_either_language_and_by_its_sound(text: str, luzhou_drafter: Actor) -> None:
    assert "泸州市" in found(text, luzhou_drafter, Kind.PILOT)


def test_every_word_has_to_stand_somewhere(luzhou_drafter: Actor) -> None:
    assert found("泸州 广东", luzhou_drafter, Kind.PILOT) == []


@pytest.mark.parametrize("text", ["%", "_", "泸%", "\\", "泸_市", "' or 1=1"])
def test_signs_of_patterns_are_letters(text: str, luzhou_drafter: Actor) -> None:
    assert found(text, luzhou_drafter, Kind.PILOT) == []


BY_WORDS = (
    "泸州 年中", "泸州市2026年年中报告", "泸州 2026年中报告", "luzhou mid-year", "luzhou report 2026", "泸州 未开始",
    "泸州 四川省发展", "泸州 2026-06",
)  # fmt: skip


@pytest.mark.parametrize("text", BY_WORDS)
def test_a_report_by_place_period_state_and_receiver(text: str, luzhou_report: Report, sichuan_reviewer: Actor) -> None:
    assert found(text, sichuan_reviewer, Kind.REPORT) == [luzhou_report.title]


def test_what_is_overdue_is_found_by_saying_so(
    luzhou_report: Report, luzhou_plan: Plan, sichuan_reviewer: Actor
) -> None:
    assert found("泸州 逾期", sichuan_reviewer, Kind.REPORT) == []
    assert found("泸州 逾期", sichuan_reviewer, Kind.TASK) == ["1. 勘察（虚构）"]
    with time_machine.travel(luzhou_report.due.due_end + dt.timedelta(days=1)):
        assert found("泸州 逾期", sichuan_reviewer, Kind.REPORT) == [luzhou_report.title]


def test_a_compiled_report_by_its_office(sichuan_report: Report, ndrc_reviewer: Actor) -> None:
    assert sichuan_report.title in found("四川省发展和改革委员会 年中", ndrc_reviewer, Kind.REPORT)


def test_a_report_by_its_receipt_number(
    luzhou_report: Report, luzhou_drafter: Actor, luzhou_lead: Actor, stranger: Actor, sichuan_reviewer: Actor,
    write_all_sections: Write, advance: Advance,
) -> None:  # fmt: skip
    write_all_sections(luzhou_report, luzhou_drafter)
    up = (("send_for_signing", luzhou_drafter), ("sign", luzhou_lead), ("submit", luzhou_drafter))
    number = advance(luzhou_report, *up).versions.get().receipt_number
    assert found(number.lower(), sichuan_reviewer, Kind.REPORT) == [luzhou_report.title]
    assert search(number, stranger) == []


def test_places_lead_to_their_roll_ups(luzhou_drafter: Actor, ndrc_reviewer: Actor) -> None:
    (group,) = search("四川", ndrc_reviewer, kind=Kind.PLACE)
    assert url_of(group.hits[0]).startswith(f"{reverse('indicators:rollups')}?place=")
    assert found("四川", luzhou_drafter, Kind.PLACE) == []


def test_indicators_and_documents(luzhou_drafter: Actor) -> None:
    with translation.override("zh-hans"):
        groups = search("城镇化", luzhou_drafter)
    assert {Kind.INDICATOR, Kind.DOCUMENT} <= kinds(groups)


def test_plans_and_their_tasks(luzhou_plan: Plan, sichuan_reviewer: Actor, stranger: Actor) -> None:
    task = luzhou_plan.tasks.current().leaves().first()
    assert task is not None
    assert found("泸州", sichuan_reviewer, Kind.PLAN) == [str(luzhou_plan)]
    assert str(task) in found(f"泸州 {task.name_zh[:6]}", sichuan_reviewer, Kind.TASK)
    assert kinds(search("泸州", stranger)) & {Kind.PLAN, Kind.TASK, Kind.REPORT} == set()


def test_the_kind_itself_may_be_named(luzhou_report: Report, luzhou_drafter: Actor) -> None:
    assert found("报告 泸州", luzhou_drafter, Kind.REPORT) == [luzhou_report.title]
    assert "泸州市" in found("泸州 试点地区", luzhou_drafter, Kind.PILOT)


def test_what_begins_with_the_word_comes_first(ndrc_reviewer: Actor) -> None:
    seen = set()
    for text in ("安", "南", "长", "吉林", "广"):
        begins = [name.startswith(text) for name in found(text, ndrc_reviewer, Kind.PILOT)]
        assert begins == sorted(begins, reverse=True)
        seen |= set(begins)
    assert seen == {True, False}


def test_few_of_each_kind_many_of_one(ndrc_reviewer: Actor) -> None:
    (few,) = [group for group in search("市", ndrc_reviewer) if group.kind == Kind.PILOT]
    (many,) = search("", ndrc_reviewer, kind=Kind.PILOT)
    assert (len(few.hits), few.has_more) == (FEW, True)
    assert (len(many.hits), many.has_more) == (MANY, True)


def test_before_anything_is_asked(luzhou_report: Report, luzhou_drafter: Actor) -> None:
    groups = search("  ", luzhou_drafter, pages=PAGES)
    assert [group.kind for group in groups] == [Kind.PAGE, Kind.REPORT]
    assert titles(groups, Kind.REPORT) == [luzhou_report.title]


def test_pages_of_the_menu(luzhou_drafter: Actor) -> None:
    assert titles(search("repo", luzhou_drafter, pages=PAGES), Kind.PAGE) == ["Reports"]


# -- what is not -----------------------------------------------------------------------------------------------


def test_nothing_out_of_reach(
    luzhou_report: Report, sichuan_report: Report, stranger: Actor, luzhou_drafter: Actor, department_clerk: Actor
) -> None:
    assert found("泸州", stranger, Kind.REPORT) == []
    assert found("四川", stranger, Kind.REPORT) == []
    assert found("四川省发展和改革委员会 年中", luzhou_drafter, Kind.REPORT) == [luzhou_report.title]
    assert kinds(search("泸州 年中", department_clerk)) == set()


def test_another_programme_is_another_world(town_report: Report, town_drafter: Actor, luzhou_drafter: Actor) -> None:
    assert found("", town_drafter, Kind.REPORT) == [town_report.title]
    assert town_report.title not in found("", luzhou_drafter, Kind.REPORT)
    area = town_report.due.pilot_area
    assert area is not None
    assert found(area.name, luzhou_drafter, Kind.PILOT) == []
    assert found(area.name, town_drafter, Kind.PILOT) == [area.name]


def test_who_keeps_the_machinery_finds_no_work(luzhou_report: Report, system_admin: Actor) -> None:
    assert kinds(search("泸州", system_admin)) <= {Kind.PAGE, Kind.DOCUMENT}


def test_what_nobody_could_verify_is_not_found(luzhou_drafter: Actor) -> None:
    PilotArea.objects.filter(name_as_published="泸州市").update(confidence="low")
    assert "泸州市" not in found("泸州市", luzhou_drafter, Kind.PILOT)


# -- how it is asked -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "泸州", "市", "a", "luzhou 2026 report", "没有这样的东西"])
def test_one_statement_for_each_kind(text: str, luzhou_plan: Plan, luzhou_report: Report, hire: Hire) -> None:
    everybody = [
        hire(f"{role}.{unit}", unit, role) for role in (Role.DRAFTER, Role.REVIEWER) for unit in ("ndrc", "drc-510000")
    ]
    for actor in everybody:
        assert actor.unit.division.path_now  # a request brings it along
        with CaptureQueriesContext(connection) as asked:
            search(text, actor, pages=PAGES)
        assert len(asked) <= MOST_STATEMENTS
        assert all("LIMIT" in one["sql"] for one in asked.captured_queries)


@pytest.mark.parametrize("text", ["泸" * (LONGEST + 1), " ".join(str(n) for n in range(MOST_WORDS + 1))])
def test_too_much_is_refused(text: str, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    with pytest.raises(BadInput):
        search(text, luzhou_drafter)
    client = signed_in(luzhou_drafter)
    page = client.get(reverse("dashboards:search"), {"q": text})
    room = client.get(reverse("api:search"), {"q": text})
    assert (page.status_code, room.status_code) == (400, 400)
    assert room.json()["findings"][0]["target"] == "q"
    assert "field-error" in page.content.decode()


def test_a_kind_that_is_none_is_refused(luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    for name in ("dashboards:search", "api:search"):
        assert client.get(reverse(name), {"q": "泸州", "kind": "secret"}).status_code == 400


@pytest.mark.parametrize("text", ["", "泸州", "luzhou", "年中", "没有这样的东西"])
@pytest.mark.parametrize("who", ["luzhou_drafter", "ndrc_reviewer", "stranger", "unit_admin", "system_admin"])
def test_both_faces_say_the_same(
    text: str, who: str, luzhou_report: Report, request: pytest.FixtureRequest, signed_in: SignIn
) -> None:
    client: Client = signed_in(request.getfixturevalue(who))
    asked = {"q": text} if text else {}
    groups = client.get(reverse("api:search"), asked).json()["groups"]
    page = client.get(reverse("dashboards:search"), asked).context["groups"]
    said = [[(hit["title"], hit["note"], hit["url"]) for hit in group["hits"]] for group in groups]
    shown = [[(hit.title, hit.note, url) for hit, url in group["hits"]] for group in page]
    assert [group["has_more"] for group in groups] == [group["has_more"] for group in page]
    assert said == shown


def test_everything_found_can_be_opened(
    luzhou_plan: Plan, luzhou_report: Report, hire: Hire, signed_in: SignIn
) -> None:
    for role in Role:
        assert _addresses(signed_in(hire(f"{role}.one", "lgo-510500", role)))


def _addresses(client: Client) -> list[str]:
    urls: set[str] = set()
    for text in ({}, {"q": "泸州"}, {"q": "城镇化"}):
        for group in client.get(reverse("api:search"), text).json()["groups"]:
            urls |= {hit["url"] for hit in group["hits"][:2]}
    answers = {url: client.get(url).status_code for url in urls}
    assert set(answers.values()) <= {200}, answers
    return sorted(urls)


def test_the_page_says_what_to_do_when_nothing_was_found(luzhou_drafter: Actor, signed_in: SignIn) -> None:
    page = signed_in(luzhou_drafter).get(reverse("dashboards:search"), {"q": "没有这样的东西"})
    assert 'class="empty"' in page.content.decode()
