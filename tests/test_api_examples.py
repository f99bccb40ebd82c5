"""Every operation of the API is asked once as it is meant; the answers are the document's examples.

`PORTAL_WRITE_DOCS=1` writes portal/api_examples.json; without it, what is answered must be what stands there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from accounts.access import Actor
from accounts.models import Role
from pilots.models import PilotArea
from portal.api_schema import EXAMPLES
from tests.api_examples import (
    catalogue,
    dashboards,
    dates,
    declarations,
    duties,
    machines,
    observations,
    people,
    pilots,
    plan_changes,
    plan_records,
    plan_workbook,
    plans,
    progress,
    report_figures,
    reports,
    rollups,
    schedule,
    standing,
    supplements,
    targets,
)
from tests.api_examples.recorder import Recorder, operations
from tests.api_examples.stage import Stage
from tests.conftest import Hire, SignIn
from tests.test_access_matrix import accepted, contacts_sent, notice, returned, world
from tests.unsaid_order import unsaid_order

__all__ = ["accepted", "contacts_sent", "notice", "returned", "world"]

pytestmark = pytest.mark.django_db
CAST = (
    "luzhou_drafter", "luzhou_lead", "luzhou_reviewer", "county_drafter", "county_lead", "sichuan_drafter",
    "sichuan_lead", "sichuan_reviewer", "ndrc_reviewer", "department_clerk", "unit_admin", "auditor", "system_admin",
)  # fmt: skip
SCENARIOS: tuple[Callable[[Recorder, Stage], None], ...] = (
    reports.reading, reports.writing, reports.compiling, reports.chasing,
    reports.searching, reports.opening, reports.planning, reports.round_of_contacts,
    reports.more_time, supplements.beside_the_reports, report_figures.grid, report_figures.workbook,
    reports.due_dates, reports.reminders, declarations.declared,
    dates.rules, dates.policy_and_ladder,
    catalogue.indicators, catalogue.asked,
    pilots.registers, pilots.contacts, pilots.groups, standing.standing, observations.observations,
    rollups.rollups, dashboards.dashboards, dashboards.briefs, plan_records.plan_records,
    targets.documents, targets.targets, targets.baselines,
    people.oneself, people.units, people.exemptions, people.one_person, people.leaving, people.handing_over,
    people.working_days,
    schedule.arranging, progress.how_far, plan_workbook.workbook,
    plans.from_nothing, plans.reading, plans.fields_and_structure,
    plan_changes.a_change, plan_changes.a_plan_on_its_way, plan_changes.an_implementation_plan,
    duties.responsibility, duties.year, duties.discarded, duties.assessment,
    people.tokens, machines.imports, machines.long_jobs, machines.webhooks, machines.refusals,
)  # fmt: skip
RENEW = "Renew the examples as docs/api.md says under “Changing it”, and look at the difference."


@pytest.fixture
def stage(request: pytest.FixtureRequest, world: dict[str, Any]) -> Stage:
    report, uids = world["report"], world["uids"]
    given = {name: request.getfixturevalue(name) for name in ("county_report", "contacts_sent", "accepted")}
    return Stage(report=report, pilot=report.due.pilot_area, reader=world["reader"], uids=uids, **given)


@pytest.fixture
def api(request: pytest.FixtureRequest, stage: Stage, hire: Hire, signed_in: SignIn) -> Recorder:
    """Everybody is there before the first scenario, because what a scenario makes is taken back."""
    actors: dict[str, Actor] = {name: request.getfixturevalue(name) for name in CAST}
    actors["luzhou_viewer"] = hire("luzhou.viewer", "lgo-510500", Role.VIEWER)
    others = PilotArea.objects.shown().filter(programme=stage.pilot.programme).exclude(pk=stage.pilot.pk)
    unit = others.order_by("reporting_unit__key").values_list("reporting_unit__key", flat=True)[0]
    actors["neighbour"] = hire("neighbour.drafter", unit, Role.DRAFTER)
    return Recorder(actors, {name: signed_in(actor) for name, actor in actors.items()})


def test_the_examples_are_what_the_api_answers(api: Recorder, stage: Stage) -> None:
    for scenario in SCENARIOS:
        with unsaid_order(), transaction.atomic():
            scenario(api, stage)
            transaction.set_rollback(True)
    found = api.examples()
    if os.environ.get("PORTAL_WRITE_DOCS"):
        EXAMPLES.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    committed = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    assert set(found["operations"]) == set(committed["operations"]), RENEW
    for name, example in found["operations"].items():
        assert example == committed["operations"][name], f"{name}: {RENEW}"
    assert found["refusals"] == committed["refusals"], RENEW


def in_json(responses: dict[str, Any]) -> set[str]:
    """The good statuses that are answered in JSON; workbooks have no example."""
    return {status for status, answer in responses.items() if status < "4" and "application/json" in answer["content"]}


def test_every_operation_has_been_asked_for_every_good_answer() -> None:
    examples = json.loads(EXAMPLES.read_text(encoding="utf-8"))["operations"]
    named = set()
    for method, path, operation in operations():
        example = examples.get(operation["operationId"], {"answers": {}})
        assert set(example["answers"]) == in_json(operation["responses"]), (method, path)
        assert ("request" in example) == ("requestBody" in operation), (method, path)
        named.add(operation["operationId"])
    assert set(examples) <= named


def test_every_list_shows_a_row() -> None:
    for name, example in json.loads(EXAMPLES.read_text(encoding="utf-8"))["operations"].items():
        answer = example["answers"].get("200", {})
        assert "results" not in answer or answer["results"], name


def test_every_refusal_used_anywhere_was_really_given() -> None:
    refusals = json.loads(EXAMPLES.read_text(encoding="utf-8"))["refusals"]
    used = {status for _method, _path, found in operations() for status in found["responses"] if status >= "4"}
    assert set(refusals) == used
    for status, problem in refusals.items():
        assert (problem["status"], bool(problem["code"])) == (int(status), True)
