"""Role × status × transition: the buttons and the engine agree with this table, and a refusal changes nothing.

The table is written out by hand from DOMAIN.md; what the code's table says is held against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from accounts.access import Actor
from accounts.models import Membership, Role, User
from portal.errors import BadInput, NotFound, RuleBroken, Stale, WrongState
from records.models import Event, OutboxMessage, Seal
from records.workflow import Request
from reporting.models import Report, ReportStatus, ReportVersion
from reporting.workflow import REPORT, available, perform
from tests.steps import Three, lead_to, request_for
from units.calendar import today
from units.models import Programme, Unit

pytestmark = pytest.mark.django_db

MAY: Mapping[str, Mapping[str, str]] = {
    #                    the sender's drafter        the sender's lead   the receiver's reviewer
    "draft":            {"drafter": "send_for_signing"},
    "signing":          {"drafter": "withdraw",       "lead": "sign send_back"},
    "signed":           {"drafter": "reopen submit",  "lead": "submit"},
    "submitted":        {"drafter": "recall",         "lead": "recall",         "reviewer": "receive"},
    "received":         {"drafter": "request_recall", "lead": "request_recall", "reviewer": "accept return"},
    "recall_requested": {                                             "reviewer": "grant_recall refuse_recall"},
    "returned":         {"drafter": "send_for_signing"},
    "accepted":         {"drafter": "correct"},
}  # fmt: skip

TARGETS = {
    "send_for_signing": "signing", "withdraw": "draft", "sign": "signed", "send_back": "draft", "reopen": "draft",
    "submit": "submitted", "recall": "draft", "receive": "received", "request_recall": "recall_requested",
    "grant_recall": "draft", "refuse_recall": "received", "accept": "accepted", "return": "returned",
    "correct": "draft", "abandon_correction": "accepted",
}  # fmt: skip

# Acts that ask for more than a status; tests/reporting/test_correction.py walks them.
WHILE_CORRECTING = {"abandon_correction": {"draft", "returned"}}

REASONED = {"send_back", "request_recall", "refuse_recall", "return", "correct", "abandon_correction"}
NO_REASONS = ("", "  \n\t ", "\x00")


@contextmanager
def refused_as(error: type[Exception], what: object) -> Iterator[pytest.ExceptionInfo[Any]]:
    """What is tried inside raises `error`; if not, the failure names `what`."""
    try:
        with pytest.raises(error) as refused:
            yield refused
    except BaseException as failure:
        failure.add_note(f"tried: {what!r}")
        raise


def someone(unit: Unit, programme: Programme | None, role: Role) -> Actor:
    """A person with one more hat than the cast has."""
    name = f"{role.value}.{unit.pk}.{programme.code if programme else 'none'}"
    user = User.objects.create_user(f"{name}@matrix.example", name)
    return Actor(user, Membership.objects.create(user=user, unit=unit, programme=programme, role=role), "test")


OTHERS = (
    "ndrc_reviewer", "stranger", "auditor", "unit_admin", "system_admin", "department_clerk", "sichuan_drafter",
    "sichuan_lead", "town_drafter", "town_lead", "county_reviewer",
)  # fmt: skip


@pytest.fixture
def company(
    luzhou_report: Report,
    luzhou_programme: Programme,
    luzhou_drafter: Actor,
    luzhou_lead: Actor,
    sichuan_reviewer: Actor,
    request: pytest.FixtureRequest,
) -> dict[str, Actor]:
    """Everybody, by the part they play towards Luzhou's report. Who is not in MAY may do nothing."""
    due = luzhou_report.due
    national = due.cycle.programme
    return {
        "drafter": luzhou_drafter,
        "lead": luzhou_lead,
        "reviewer": sichuan_reviewer,
        "own viewer": someone(due.unit, national, Role.VIEWER),
        "own reviewer": someone(due.unit, national, Role.REVIEWER),
        "receiver's viewer": someone(due.receiver, national, Role.VIEWER),
        "own drafter of the other programme": someone(due.unit, luzhou_programme, Role.DRAFTER),
        "own lead of the other programme": someone(due.unit, luzhou_programme, Role.LEAD),
        "receiver's reviewer of the other programme": someone(due.receiver, luzhou_programme, Role.REVIEWER),
        **{name: request.getfixturevalue(name) for name in OTHERS},
    }


def everything() -> tuple[Any, ...]:
    """What an act would leave behind."""
    columns = ("pk", "status", "version", "signed_by", "accepted_version")
    reports = tuple(Report.objects.order_by("pk").values_list(*columns))
    versions = tuple(ReportVersion.objects.order_by("pk").values_list("pk", "outcome", "received_by"))
    counts = [model.objects.count() for model in (Event, OutboxMessage, Seal)]
    return reports, versions, *counts


def allowed(part: str, status: str) -> set[str]:
    return set(MAY[status].get(part, "").split())


def ever(part: str) -> set[str]:
    names = {name for status in MAY for name in allowed(part, status)}
    return names | set(WHILE_CORRECTING) if part == "drafter" else names


@pytest.fixture
def report_in(luzhou_report: Report, company: Mapping[str, Actor]) -> Callable[[str], Report]:
    """Luzhou's report, led to a status by the real acts."""
    three = Three(company["drafter"], company["lead"], company["reviewer"])
    return lambda status: lead_to(luzhou_report, status, three)


def test_the_table_in_code_is_this_table() -> None:
    assert {status.value for status in ReportStatus} == set(MAY)
    assert {t.name: t.target for t in REPORT.transitions} == TARGETS
    assert {t.name for t in REPORT.transitions if t.needs_comment} == REASONED
    for transition in REPORT.transitions:
        sources = {status for status, parts in MAY.items() if transition.name in " ".join(parts.values()).split()}
        assert transition.sources == sources | WHILE_CORRECTING.get(transition.name, set()), transition.name


@pytest.mark.parametrize("status", MAY)
def test_the_buttons_are_those_of_the_table_and_everything_else_is_refused_and_changes_nothing(
    status: str, report_in: Callable[[str], Report], company: Mapping[str, Actor]
) -> None:
    report = report_in(status)
    assert report.status == status
    before = everything()
    found = {part: {t.name for t in available(report, actor)} for part, actor in company.items()}
    assert found == {part: allowed(part, status) for part in company}
    for part, actor in company.items():
        for name in TARGETS:
            if name not in allowed(part, status):
                with refused_as(WrongState if name in ever(part) else NotFound, (part, name)):
                    perform(report, request_for(name), by=actor)
    assert everything() == before


STEPS = [(status, part, name) for status in MAY for part in MAY[status] for name in MAY[status][part].split()]


@pytest.mark.parametrize(("status", "part", "name"), STEPS)
def test_what_is_allowed_leads_where_the_table_says_with_one_event(
    status: str, part: str, name: str, report_in: Callable[[str], Report], company: Mapping[str, Actor]
) -> None:
    report = report_in(status)
    events, before = Event.objects.about("report", report.uid).count(), everything()
    for wrong in (report.version - 1, report.version + 1, 2**63):  # versions that are not the one seen
        with refused_as(Stale, wrong):
            perform(report, request_for(name, expected_version=wrong), by=company[part])
    assert everything() == before
    done = perform(report, request_for(name, expected_version=report.version), by=company[part])
    stored = Report.objects.get(pk=report.pk)
    assert (done.status, stored.status, stored.version) == (TARGETS[name], TARGETS[name], report.version + 1)
    newest = Event.objects.about("report", report.uid)[0]
    assert Event.objects.about("report", report.uid).count() == events + 1
    assert (newest.act, newest.outcome, newest.user) == (
        f"report.{name}",
        f"{status} → {TARGETS[name]}",
        company[part].user,
    )


@pytest.mark.parametrize("name", sorted(REASONED - set(WHILE_CORRECTING)))
def test_a_reason_is_asked_for_where_one_is_compulsory(
    name: str, report_in: Callable[[str], Report], company: Mapping[str, Actor]
) -> None:
    status, part = next((s, p) for s, p, n in STEPS if n == name)
    report = report_in(status)
    before = everything()
    for comment in NO_REASONS:
        with refused_as(BadInput, comment) as refused:
            perform(report, Request(name, comment=comment, data={"due_on": today()}), by=company[part])
        assert refused.value.findings[0].target == "comment", repr(comment)
        assert everything() == before, repr(comment)


def test_nobody_signs_what_they_wrote(report_in: Callable[[str], Report], luzhou_drafter: Actor) -> None:
    """Also with a lead's hat beside the drafter's."""
    report = report_in("signing")
    due = report.due
    hat = Membership.objects.create(
        user=luzhou_drafter.user, unit=due.unit, programme=due.cycle.programme, role=Role.LEAD
    )
    before = everything()
    with pytest.raises(RuleBroken) as refused:
        perform(report, Request("sign"), by=Actor(luzhou_drafter.user, hat, "test"))
    assert [finding.code for finding in refused.value.findings] == ["own_work"]
    assert everything() == before


def test_an_act_of_no_name_is_not_found(luzhou_report: Report, luzhou_drafter: Actor) -> None:
    with pytest.raises(NotFound):
        perform(luzhou_report, Request("abracadabra"), by=luzhou_drafter)
