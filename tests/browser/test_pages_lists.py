"""The pages about rounds of contacts, lists brought in, webhooks, tokens, handing over and the API, as they are met."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.access import Actor
from accounts.models import Role
from records import tasks
from records.models import ImportRun
from staff.services.handing_over import HandOverInput, hand_over
from staff.services.tokens import TokenInput, create
from tests.browser.driver import DESKTOP, PHONE, Open, Person
from tests.browser.test_pages import Walk, violations
from tests.conftest import Hire, SignIn
from tests.pilots.contact_cast import pilot_of
from tests.records.test_import_faces import upload
from tests.records.test_webhook_fan_out import a_webhook, an_act
from tests.reporting.round_cast import a_round, contact_report, fill, send
from tests.steps import Three
from units.models import Programme

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FAULTY = "邮箱,姓名,角色\none@test.example,示例一（虚构）,填报\ntwo@test.example,示例二（虚构）,抄写员\n"


def checked(client: Client) -> ImportRun:
    """A list of people with one role that does not exist."""
    client.post(reverse("import-new", args=["people"]), {"file": upload(FAULTY.encode("gb18030"), "人员（虚构）.csv")})
    return ImportRun.objects.latest("id")


@pytest.fixture
def handed(unit_admin: Actor, luzhou_drafter: Actor, hire: Hire) -> uuid.UUID:
    """Somebody has left, and somebody has come."""
    old, new = (hire(slug, "lgo-510500", Role.VIEWER) for slug in ("leaver", "follower"))
    data = HandOverInput(old.user.uid, old.unit.uid, "先联系各镇（虚构）。", new.user.uid)
    return hand_over(data, by=unit_admin).uid


@pytest.fixture
def rooms(
    programme: Programme,
    handed: uuid.UUID,
    unit_admin: Actor,
    system_admin: Actor,
    ndrc_reviewer: Actor,
    luzhou_drafter: Actor,
    sichuan_drafter: Actor,
    sichuan_lead: Actor,
    signed_in: SignIn,
) -> Iterator[Walk]:
    """Who opens which pages, each with something on it."""
    fill(pilot_of("lgo-510500"), luzhou_drafter)
    cycle = a_round(programme)
    report = send(contact_report(cycle), "accepted", Three(sichuan_drafter, sichuan_lead, ndrc_reviewer))
    hook = a_webhook(unit_admin, url="http://localhost:8443/in")
    an_act(luzhou_drafter)
    tasks.seal_events()
    hook.deliveries.update(given_up_at=timezone.now(), last_error="HTTP 500", answer_code=500, tries=12)
    create(TokenInput("四季报接口（虚构）", ("read",)), by=unit_admin)
    run = checked(signed_in(unit_admin))
    person, own = luzhou_drafter.user.uid, f"/reports/{report.uid}/"
    lists = [f"/imports/{run.uid}/{page}" for page in ("", "?show=changes", "columns/")]
    told = f"/webhook-deliveries/{hook.deliveries.get().uid}/"
    hooks = [f"/webhooks/{hook.uid}/", told, f"/webhooks/{hook.uid}/edit/"]
    leaving = [f"/people/person/{person}/hand-over/", "/people/handover/", f"/people/handover/{handed}/"]
    with override_settings(WEBHOOK_HOSTS=frozenset({"localhost"})):
        yield [
            (sichuan_drafter, ["/", own, f"{own}?view=last", f"{own}versions/1/", "/contacts/"]),
            (ndrc_reviewer, ["/overview/open-contact-round/", f"/overview/?cycle={cycle.uid}"]),
            (unit_admin, ["/imports/", "/imports/new/people/", *lists, "/webhooks/", "/webhooks/new/", *hooks]),
            (unit_admin, [*leaving, f"/people/unit/{unit_admin.unit.uid}/", "/tokens/", "/tokens/make/"]),
            (luzhou_drafter, ["/people/handover/mine/", "/api/", "/api/operations/reports_act/"]),
            (system_admin, ["/imports/new/divisions/", "/webhooks/", "/operations/"]),
        ]


def keep(person: Person, name: str) -> None:
    """A picture for whoever wants to look: PORTAL_SCREENSHOTS names the folder."""
    if folder := os.environ.get("PORTAL_SCREENSHOTS"):
        person.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def too_wide(person: Person, name: str) -> list[str]:
    wrong = []
    for view in (PHONE, DESKTOP):
        person.page.set_viewport_size(view)
        keep(person, f"{name}-{view['width']}")
        if person.overflow() > 0:
            wrong.append(f"{person.page.url}: {person.overflow()} px too wide at {view['width']} px")
    return wrong


def test_no_serious_barrier_and_no_sideways_scrolling(at_desk: Open, rooms: Walk) -> None:
    wrong: list[str] = []
    for number, (actor, paths) in enumerate(rooms):
        person = at_desk(actor, bypass_csp=True)
        for at, path in enumerate(paths):
            person.go(path)
            wrong += [f"{path}: {found}" for found in violations(person.page)]
            wrong += too_wide(person, f"zh-{number}-{at}")
    assert wrong == []


def test_policy_is_kept_and_one_act_comes_first_in_english_too(at_desk: Open, rooms: Walk) -> None:
    """`desks` fails at its end on any complaint of the browser."""
    wrong: list[str] = []
    for number, (actor, paths) in enumerate(rooms):
        person = at_desk(actor, language="en")
        for at, path in enumerate(paths):
            person.go(path)
            expect(person.page.locator("main h1")).not_to_be_empty()
            if person.page.locator("main .btn-primary").count() > 1:
                wrong.append(f"{path}: two acts are the first")
            wrong += too_wide(person, f"en-{number}-{at}")
    assert wrong == []


def test_the_pack_prints_on_plain_a4(at_desk: Open, handed: uuid.UUID, unit_admin: Actor) -> None:
    person = at_desk(unit_admin)
    person.go(f"/people/handover/{handed}/")
    person.page.emulate_media(media="print")
    for part in (".top", ".side", ".foot", ".page-acts"):
        expect(person.page.locator(part).first).to_be_hidden()
    expect(person.page.locator("blockquote")).to_be_visible()
    paper = person.page.pdf(prefer_css_page_size=True)
    assert paper.count(b"/Type /Page\n") == 1
    if folder := os.environ.get("PORTAL_SCREENSHOTS"):
        (Path(folder) / "pack.pdf").write_bytes(paper)
