"""How many statements a page takes: never more than the issue allows, exactly as many as written down, and no more
for many rows than for few. PORTAL_WRITE_DOCS=1 writes tests/query_counts.json anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Actor
from accounts.models import Role
from indicators.models import Observation, PilotPosition
from pilots.models import PilotArea
from records.tasks import seal_events
from reporting.models import Cycle, Report
from tests.records.test_webhook_fan_out import a_webhook, an_act
from tests.reporting.figure_cast import PEOPLE, ask, give, row_of
from tests.steps import Three, lead_to
from units.models import Programme

pytestmark = pytest.mark.django_db

BASELINE = Path(__file__).with_name("query_counts.json")
MOST = {
    "list of reports": 8,
    # fifteen for the text, as before there were figures; five for what was asked, said before and aimed at;
    # the rest for what is declared and for the tasks of the plan
    "report, as its drafter": 20,
    "report, as its receiver": 22,
    "report, changes": 15,
    "report, history": 15,
    "compiled report": 16,
    "autosave": 6,
    "figures row autosave": 16,
    # twenty for text and figures; the rest reads and keeps what is declared and how the plan stands
    "submit": 30,
    "desk": 15,
    "overview": 15,
    # what the issue allows
    "dashboard": 12,
    "pilot areas × indicators": 12,
    "indicator across pilot areas": 12,
    "distribution of an indicator": 12,
    # these draw the figures themselves
    "small multiples of an indicator": 16,
    "side by side": 20,
    "brief of a pilot area": 20,
    "pilot areas": 15,
    "pilot area": 15,
    "figures of a pilot area": 15,
    "editor": 20,
    "compilation": 20,
    "catalogue of indicators": 15,
    "indicator": 20,
    "figure": 12,
    "programme": 20,
    "history": 10,
    "notices": 10,
    "people": 12,
    "webhooks": 10,
    "webhook": 15,
    "contacts": 20,
    "contacts of a pilot area": 20,
    "leading groups": 12,
    "due dates, month": 12,
    "due dates, list": 10,
    "timeliness": 15,
    "figures beside the reports": 12,
}
"""The first kinds are the issue's; for the others what a page may reasonably take."""

SignIn = Callable[[Actor], Client]


class Counter:
    """Counts what requests ask of the database. Savepoints are the test's own transaction, not the page's."""

    def __init__(self) -> None:
        self.found: dict[str, int] = {}

    def ask(self, name: str, request: Callable[[], Any], status: int = 200) -> Any:
        with CaptureQueriesContext(connection) as captured:
            answer = request()
        assert answer.status_code == status, name
        statements = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
        self.found[name] = len(statements)
        return answer

    def settle(self) -> None:
        """Within the maxima, and exactly the baseline."""
        assert {name: count for name, count in self.found.items() if count > MOST[name]} == {}
        stored: dict[str, int] = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
        if os.environ.get("PORTAL_WRITE_DOCS") == "1":
            stored |= self.found
            BASELINE.write_text(json.dumps(stored, indent=2, sort_keys=True) + "\n")
        assert self.found == {name: stored.get(name) for name in self.found}


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


def warm(client: Client) -> Client:
    """The session is in the cache from the second request on, as it is for somebody at work."""
    client.get(reverse("notices"))
    return client


def test_lists(counter: Counter, running_cycle: Cycle, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client = warm(signed_in(ndrc_reviewer))
    page = counter.ask("list of reports", lambda: client.get(reverse("reporting:reports")))
    assert len(page.context["page_obj"].object_list) == 20
    for name, address in {
        "desk": "desk",
        "overview": "reporting:overview",
        "dashboard": "dashboards:overview",
        "pilot areas × indicators": "dashboards:pilots",
        "pilot areas": "pilots:pilots",
        "programme": "pilots:programmes",
        "catalogue of indicators": "indicators:catalogue",
        "contacts": "pilots:contacts",
        "leading groups": "pilots:groups",
        "history": "history",
        "notices": "notices",
        "due dates, month": "reporting:dues",
        "timeliness": "reporting:timeliness",
        "figures beside the reports": "indicators:supplements",
    }.items():
        counter.ask(name, partial(client.get, reverse(address)))
    across = reverse("dashboards:indicator", args=["resident-urbanization-rate"])
    counter.ask("indicator across pilot areas", partial(client.get, across))
    counter.ask("distribution of an indicator", partial(client.get, f"{across}distribution/"))
    counter.ask("small multiples of an indicator", partial(client.get, f"{across}trends/"))
    heads = PilotPosition.objects.filter(programme=running_cycle.programme).select_related("pilot_area")[:6]
    chosen = {"pilot": [str(head.pilot_area.uid) for head in heads]}
    counter.ask("side by side", partial(client.get, reverse("dashboards:compare"), chosen))
    brief = reverse("dashboards:pilot-brief", args=[heads[0].pilot_area.uid])
    counter.ask("brief of a pilot area", partial(client.get, brief))
    counter.ask("due dates, list", partial(client.get, reverse("reporting:dues"), {"view": "list"}))
    counter.settle()


def test_one_report(counter: Counter, luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    drafter, receiver = warm(signed_in(three.drafter)), warm(signed_in(three.reviewer))
    url = reverse("reporting:report", args=[luzhou_report.uid])
    edit = reverse("reporting:edit", args=[luzhou_report.uid])
    section = reverse("reporting:section", args=[luzhou_report.uid, "progress"])
    lead_to(luzhou_report, "draft", three)
    counter.ask("editor", lambda: drafter.get(edit))
    counter.ask("autosave", lambda: drafter.post(section, {"html": "<p>neu</p>", "revision": "1"}))
    report = lead_to(luzhou_report, "signed", three)
    submit = reverse("reporting:act", args=[report.uid, "submit"])
    counter.ask("submit", lambda: drafter.post(submit, {"version": report.version}), 302)
    counter.ask("report, as its drafter", lambda: drafter.get(url))
    counter.ask("report, as its receiver", lambda: receiver.get(url))
    counter.ask("report, changes", lambda: receiver.get(url, {"view": "changes"}))
    counter.ask("report, history", lambda: receiver.get(url, {"view": "history"}))
    assert luzhou_report.due.pilot_area
    pilot = reverse("reporting:pilot", args=[luzhou_report.due.pilot_area.uid])
    counter.ask("pilot area", lambda: receiver.get(pilot))
    contacts = reverse("pilots:pilot-contacts", args=[luzhou_report.due.pilot_area.uid])
    counter.ask("contacts of a pilot area", lambda: drafter.get(contacts))
    counter.settle()


def test_a_row_of_figures(
    counter: Counter, luzhou_report: Report, programme: Programme, luzhou_drafter: Actor, signed_in: SignIn
) -> None:
    """A row stored over an earlier figure, with what the checks say then."""
    ask(programme)
    give(luzhou_report, luzhou_drafter, people="5")
    row = row_of(luzhou_report, PEOPLE, 1, value="6")
    sent = {"division": str(row.division), "indicator": row.indicator, "revision": row.revision, "value": row.value}
    url = reverse("reporting:figure-rows", args=[luzhou_report.uid])
    client = warm(signed_in(luzhou_drafter))
    answer = counter.ask("figures row autosave", lambda: client.post(url, {"rows": json.dumps([sent])}))
    assert answer.json()["rows"][0]["revision"] == 2
    counter.settle()


def test_figures_of_a_pilot_area(counter: Counter, sichuan_reviewer: Actor, signed_in: SignIn) -> None:
    """Luzhou, with all its targets and published figures."""
    url = reverse("indicators:pilot-figures", args=[PilotArea.objects.get(key="national-1-510500").uid])
    client = warm(signed_in(sichuan_reviewer))
    page = counter.ask("figures of a pilot area", lambda: client.get(url))
    assert len(page.context["sections"]) > 10
    counter.settle()


def test_an_indicator(counter: Counter, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    page = reverse("indicators:catalogue-indicator", args=["resident-urbanization-rate"])
    counter.ask("indicator", partial(warm(signed_in(luzhou_drafter)).get, page))
    counter.settle()


def test_one_figure(counter: Counter, sichuan_reviewer: Actor, signed_in: SignIn) -> None:
    """Luzhou's rate of 2013, with the other one beside it."""
    row = Observation.objects.published().filter(division__key="510500-泸州市", year=2013).order_by("pk")[0]
    page = reverse("indicators:observation", args=[row.uid])
    counter.ask("figure", partial(warm(signed_in(sichuan_reviewer)).get, page))
    counter.settle()


def test_compilation(
    counter: Counter, sichuan_report: Report, luzhou_report: Report, three: Three, sichuan_drafter: Actor,
    unit_admin: Actor, signed_in: SignIn,
) -> None:  # fmt: skip
    lead_to(luzhou_report, "accepted", three)
    client, admin = warm(signed_in(sichuan_drafter)), warm(signed_in(unit_admin))
    counter.ask("compiled report", lambda: client.get(reverse("reporting:report", args=[sichuan_report.uid])))
    counter.ask("compilation", lambda: client.get(reverse("reporting:compile", args=[sichuan_report.uid])))
    counter.ask("people", lambda: admin.get(reverse("staff:people")))
    counter.settle()


def test_webhooks(counter: Counter, unit_admin: Actor, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    hook = a_webhook(unit_admin)
    for _number in range(5):
        an_act(luzhou_drafter)
    seal_events()
    client = warm(signed_in(unit_admin))
    counter.ask("webhooks", lambda: client.get(reverse("webhooks")))
    page = counter.ask("webhook", lambda: client.get(reverse("webhook", args=[hook.uid])))
    assert len(page.context["rows"]) == 5
    counter.settle()


def statements(client: Client, address: str, **query: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse(address), query).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("address", "few"),
    [("reporting:reports", "四川"), ("pilots:pilots", "泸州"), ("pilots:contacts", "泸州"), ("pilots:groups", "泸州")],
)
def test_many_rows_take_as_many_statements_as_few(
    address: str, few: str, running_cycle: Cycle, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    client = warm(signed_in(ndrc_reviewer))
    rows: Any = client.get(reverse(address), {"q": few}).context["page_obj"].object_list
    assert 1 <= len(rows) <= 3
    assert statements(client, address, q=few) == statements(client, address, q="")


def test_desk_and_overview_do_not_grow(
    running_cycle: Cycle, luzhou_report: Report, three: Three, ndrc_reviewer: Actor, sichuan_reviewer: Actor,
    hire: Callable[..., Actor], signed_in: SignIn,
) -> None:  # fmt: skip
    """Luzhou has one report to write, NDRC has 37 senders; one report to review, or none."""
    many, few = warm(signed_in(ndrc_reviewer)), warm(signed_in(hire("gd", "drc-440000", Role.REVIEWER)))
    assert statements(many, "reporting:overview") <= statements(few, "reporting:overview") + 1
    one = warm(signed_in(sichuan_reviewer))
    before = statements(one, "desk")
    lead_to(luzhou_report, "submitted", three)
    assert statements(one, "desk") == before
