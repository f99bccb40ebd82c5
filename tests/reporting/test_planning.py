"""Planning a year: what would be done is shown first; what anybody has begun is neither moved nor deleted."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor
from bench.units import a_programme
from pilots.calculations import CircularRoute, chain
from pilots.models import Capacity, PilotArea, Route
from portal.errors import BadInput, NotFound, Stale
from records.models import Event, OutboxMessage
from reporting.deadlines import differences as compared
from reporting.deadlines.timetable import as_typed
from reporting.deadlines.wanted import Wanted, make_dues, refuse_circles
from reporting.models import (
    Chase,
    Cycle,
    CycleKind,
    CycleSource,
    DateRule,
    DeadlinePolicy,
    Due,
    Extension,
    Report,
    ReportFigure,
    ReportSection,
    ReportVersion,
    Writer,
)
from reporting.services.contact_rounds import open_contact_round
from reporting.services.cycles import CycleInput, default_dates, due_of, open_cycle
from reporting.services.exemptions import EndInput, ExemptionInput, end_exemption
from reporting.services.exemptions import exempt as exempted
from reporting.services.hurrying import Hurry
from reporting.services.planning import generate, preview, preview_cycle, regenerate
from tests.conftest import Hire, Write
from tests.reporting.round_cast import round_input
from units.calendar import end_of, today
from units.models import CalendarDay, Programme, Unit

pytestmark = pytest.mark.django_db
YEAR = 2027
LUZHOU, SICHUAN = "lgo-510500", "drc-510000"
HURRY = Hurry("省里要求提前（虚构）", Decimal("6.5"))


@pytest.fixture
def planned(programme: Programme, ndrc_reviewer: Actor) -> Cycle:
    """The mid-year cycle of next year, made by the plan."""
    generate(programme, YEAR, digest=preview(programme, YEAR).digest, by=ndrc_reviewer)
    return Cycle.objects.get(programme=programme, year=YEAR, kind=CycleKind.MID_YEAR)


@pytest.fixture
def ndrc_lead(hire: Hire) -> Actor:
    return hire("ndrc.lead", "ndrc", "lead")


def due(cycle: Cycle, unit: str = LUZHOU, capacity: str = Capacity.PILOT) -> Due:
    return Due.objects.get(cycle=cycle, unit__key=unit, capacity=capacity)


def again(cycle: Cycle, by: Actor) -> dict[str, int]:
    cycle.refresh_from_db()
    return dict(regenerate(cycle, digest=preview_cycle(cycle).digest, by=by))


def move_the_rule(cycle: Cycle) -> None:
    rule = DateRule.objects.filter(programme=cycle.programme, setter=cycle.programme.owner)
    rule.filter(kind=cycle.kind, capacity=Capacity.PILOT).update(month=7, day=9)


def close_the_office(cycle: Cycle) -> None:
    unit = Unit.objects.get(key=LUZHOU)
    CalendarDay.objects.create(unit=unit, day=due(cycle).due_on, is_working=False, source="test")


def reroute(cycle: Cycle) -> None:
    new = Unit.objects.get(key="drc-440000")
    Route.objects.filter(programme=cycle.programme, sender__key=LUZHOU).update(receiver=new)


def strike_off(cycle: Cycle) -> None:
    PilotArea.objects.filter(programme=cycle.programme, reporting_unit__key=LUZHOU).update(confidence="low")


CHANGES = (move_the_rule, close_the_office, reroute, strike_off)


def test_a_year_is_shown_before_it_exists(programme: Programme) -> None:
    with CaptureQueriesContext(connection) as seen:
        plan = preview(programme, YEAR)
    assert not any(query["sql"].lstrip().startswith(("INSERT", "UPDATE", "DELETE")) for query in seen.captured_queries)
    assert [(p.kind, p.cycle, p.differences.counts["add"]) for p in plan.periods] == [
        ("mid_year", None, 98),
        ("year_end", None, 98),
    ]
    assert sum(count for _capacity, _unit, count in plan.periods[0].differences.by_receiver()) == 98
    assert plan.provisional_years == [2027, 2028]
    rows = compared.listed(plan.periods[0].wanted, offset=0, limit=200)
    assert len(rows) == 98
    assert {row.due_on for row in rows} == {dt.date(2027, 6, 30), dt.date(2027, 7, 21)}


def test_it_is_made_as_shown_with_events_and_nobody_is_told_yet(planned: Cycle, luzhou_drafter: Actor) -> None:
    assert planned.by_rule
    assert Report.objects.filter(due__cycle=planned).count() == planned.dues.count() == 98
    assert due(planned).due_end == end_of(dt.date(2027, 6, 30))
    events = Event.objects.filter(act="cycle.plan")
    assert [event.data["dues"] for event in events] == [98, 98]
    assert not OutboxMessage.objects.filter(topic="cycle.opened").exists()
    assert not preview(planned.programme, YEAR).to_do


def test_of_two_who_generate_one_does(programme: Programme, ndrc_reviewer: Actor) -> None:
    digest = preview(programme, YEAR).digest
    assert len(generate(programme, YEAR, digest=digest, by=ndrc_reviewer)) == 2
    with pytest.raises(Stale):
        generate(programme, YEAR, digest=digest, by=ndrc_reviewer)
    assert Cycle.objects.filter(programme=programme, year=YEAR).count() == 2


def begin(report: Report, by: Actor, write_all: Write) -> None:
    Report.objects.filter(pk=report.pk).update(begun_at=dt.datetime.now(dt.UTC))


def write_in(report: Report, by: Actor, write_all: Write) -> None:
    write_all(report, by)


def ask_for_time(report: Report, by: Actor, write_all: Write) -> None:
    Extension.objects.create(due=report.due, due_on_before=report.due.due_on, asked_due_on=today(), reason="test")


def exempt(report: Report, by: Actor, write_all: Write) -> None:
    Due.objects.filter(pk=report.due_id).update(exempted_at=dt.datetime.now(dt.UTC))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("begun", [begin, write_in, ask_for_time, exempt])
def test_what_is_begun_is_neither_moved_nor_deleted(
    begun: Callable[..., None], change: Callable[[Cycle], None], planned: Cycle, luzhou_drafter: Actor,
    ndrc_reviewer: Actor, write_all_sections: Write,
) -> None:  # fmt: skip
    begun(due(planned).report, luzhou_drafter, write_all_sections)
    before = Due.objects.filter(pk=due(planned).pk).values().get()
    change(planned)
    counts = again(planned, ndrc_reviewer)
    assert counts["kept"] >= 1
    assert counts["remove"] == 0
    assert Due.objects.filter(pk=before["id"]).values().get() == before
    assert preview_cycle(planned).differences.count("kept") == counts["kept"]


@pytest.mark.parametrize("change", CHANGES)
def test_what_nobody_has_begun_follows(change: Callable[[Cycle], None], planned: Cycle, ndrc_reviewer: Actor) -> None:
    before = due(planned)
    change(planned)
    period = preview_cycle(planned)
    shown = compared.first_rows(planned, period.wanted)
    counts = again(planned, ndrc_reviewer)
    assert counts["kept"] == 0
    assert counts["remove"] + counts["move"] >= 1
    assert len(shown.get("move", [])) == min(counts["move"], 50)
    after = Due.objects.filter(pk=before.pk).first()
    assert after is None or (after.due_on, after.receiver_id) != (before.due_on, before.receiver_id)
    assert Event.objects.get(act="cycle.regenerate").data["move"] == counts["move"]
    assert preview_cycle(Cycle.objects.get(pk=planned.pk)).has_work is False


def test_a_date_given_at_the_end_of_an_exemption_is_kept(planned: Cycle, sichuan_reviewer: Actor) -> None:
    report, day = due(planned).report, dt.date(2027, 7, 2)
    exempted(report.uid, ExemptionInput("测试"), by=sichuan_reviewer)
    with time_machine.travel(dt.datetime(2027, 6, 1, 2, tzinfo=dt.UTC)):
        end_exemption(report.uid, EndInput("仍需报送", day), by=sichuan_reviewer)
    move_the_rule(planned)
    period = preview_cycle(planned)
    assert (period.differences.count("kept"), due(planned).due_on) == (1, day)


def test_nobody_becomes_late_by_a_plan(planned: Cycle, ndrc_lead: Actor) -> None:
    move_the_rule(planned)
    with time_machine.travel(dt.datetime(2027, 6, 15, 2, tzinfo=dt.UTC)):
        Cycle.objects.filter(pk=planned.pk).update(opens_on=dt.date(2027, 5, 31))
        DateRule.objects.filter(programme=planned.programme, kind="mid_year", capacity="pilot").update(month=6, day=11)
        period = preview_cycle(Cycle.objects.get(pk=planned.pk))
        with pytest.raises(BadInput, match="6月11日"):
            regenerate(planned, digest=period.digest, by=ndrc_lead, hurry=HURRY)
    assert due(planned).due_on == dt.date(2027, 6, 30)


def test_a_period_that_opens_by_being_planned_again_is_announced_at_once(
    planned: Cycle, luzhou_drafter: Actor, ndrc_reviewer: Actor
) -> None:
    """The ladder would not: the dates are younger than the opening."""
    DeadlinePolicy.objects.filter(programme=planned.programme).update(open_days_before=400)
    again(planned, ndrc_reviewer)
    planned.refresh_from_db()
    assert planned.opens_on < today()
    assert OutboxMessage.objects.filter(topic="cycle.opened", recipient=luzhou_drafter.user).count() == 1


def test_another_receiver_alone_is_no_new_date(planned: Cycle, ndrc_reviewer: Actor) -> None:
    reroute(planned)
    with time_machine.travel(dt.datetime(2027, 6, 29, 2, tzinfo=dt.UTC)):
        assert again(planned, ndrc_reviewer)["move"] == 1


def test_a_reason_given_for_other_dates_explains_no_shorter_ones(planned: Cycle, ndrc_reviewer: Actor) -> None:
    Cycle.objects.filter(pk=planned.pk).update(hurry_reason="另一个日期（虚构）")
    DateRule.objects.filter(programme=planned.programme, kind="mid_year", capacity="pilot").update(month=6, day=18)
    with time_machine.travel(dt.datetime(2027, 6, 15, 2, tzinfo=dt.UTC)), pytest.raises(BadInput):
        again(planned, ndrc_reviewer)


def test_every_table_that_hangs_on_a_due_is_thought_of() -> None:
    """A new table that points at dues or reports must be looked at: does it mean that somebody has begun?"""
    known = {Report, Extension, Chase, ReportFigure, ReportSection, ReportVersion, Writer}
    names = {"Reminder", "Basis"}  # the first goes with its due, the second counts as begun
    names |= {"Declarations", "RedLineDeclaration", "OutcomeDeclaration", "Commitment"}  # saving one notes its writer
    found = {r.related_model for model in (Due, Report) for r in model._meta.related_objects}
    assert {model.__name__ for model in found - known} == names


def test_moved_dues_are_dated_anew_and_drafters_of_an_open_cycle_told(
    planned: Cycle, ndrc_lead: Actor, luzhou_drafter: Actor
) -> None:
    Cycle.objects.filter(pk=planned.pk).update(opens_on=today())
    before = due(planned)
    close_the_office(planned)
    again(planned, ndrc_lead)
    after = due(planned)
    assert after.due_on == after.first_due_on == dt.date(2027, 7, 1)
    assert after.dated_at > before.dated_at
    told = OutboxMessage.objects.get(topic="cycle.moved", recipient=luzhou_drafter.user)
    assert told.params == {"report": "2027年年中", "due": "2027-07-01"}
    assert told.path == f"/reports/{after.report.uid}/"


def test_a_report_begun_after_the_look_makes_the_look_stale(planned: Cycle, ndrc_reviewer: Actor) -> None:
    reroute(planned)
    digest = preview_cycle(planned).digest
    begin(due(planned).report, ndrc_reviewer, lambda *_: None)
    with pytest.raises(Stale):
        regenerate(planned, digest=digest, by=ndrc_reviewer)


def test_only_the_owner_plans(programme: Programme, sichuan_reviewer: Actor) -> None:
    with pytest.raises(NotFound):
        generate(programme, YEAR, digest=preview(programme, YEAR).digest, by=sichuan_reviewer)


def test_a_receivers_own_date_holds_for_its_senders(programme: Programme, planned: Cycle, ndrc_reviewer: Actor) -> None:
    setter = Unit.objects.get(key=SICHUAN)
    DateRule.objects.create(
        programme=programme, setter=setter, kind="mid_year", capacity="pilot", function="fixed_date", month=6, day=18,
        time_of_day=dt.time(17),
    )  # fmt: skip
    again(planned, ndrc_reviewer)
    moved = due(planned)
    assert (moved.due_on, moved.due_time, moved.due_end) == (
        dt.date(2027, 6, 18),
        dt.time(17),
        end_of(dt.date(2027, 6, 18), dt.time(17)),
    )
    others = planned.dues.filter(capacity="pilot").exclude(receiver=setter)
    assert set(others.values_list("due_on", flat=True)) == {dt.date(2027, 6, 30)}


def test_a_chased_due_is_not_deleted(planned: Cycle, ndrc_reviewer: Actor) -> None:
    Chase.objects.create(due=due(planned), means="call", unit=ndrc_reviewer.unit, by=ndrc_reviewer.user)
    strike_off(planned)
    assert again(planned, ndrc_reviewer)["kept"] == 1


def test_a_date_before_the_opening_is_refused(programme: Programme) -> None:
    DeadlinePolicy.objects.filter(programme=programme).update(open_days_before=0)
    with pytest.raises(BadInput, match="2027年6月30日"):
        preview(programme, YEAR)


def test_routes_in_a_circle_are_named(programme: Programme) -> None:
    Route.objects.create(
        programme=programme, sender=programme.owner, receiver=Unit.objects.get(key=SICHUAN), capacity="compiler"
    )
    with pytest.raises(BadInput, match="四川"):
        preview(programme, YEAR)


def test_little_time_needs_a_right_and_a_reason(programme: Programme, ndrc_reviewer: Actor, ndrc_lead: Actor) -> None:
    DeadlinePolicy.objects.filter(programme=programme).update(least_fill_days=60)
    digest = preview(programme, YEAR).digest
    for by, hurry, fields in ((ndrc_reviewer, HURRY, {""}), (ndrc_lead, Hurry(), {"hurry_reason", "burden_hours"})):
        with pytest.raises(BadInput) as refused:
            generate(programme, YEAR, digest=digest, by=by, hurry=hurry)
        assert {finding.target for finding in refused.value.findings} == fields
    generate(programme, YEAR, digest=digest, by=ndrc_lead, hurry=HURRY)
    assert set(Cycle.objects.filter(year=YEAR).values_list("hurry_reason", "burden_hours")) == {
        (HURRY.reason, HURRY.hours)
    }


def test_the_same_holds_for_what_is_opened_by_hand(
    programme: Programme, ndrc_reviewer: Actor, ndrc_lead: Actor
) -> None:
    day = today()
    soon, later = day + dt.timedelta(days=3), day + dt.timedelta(days=40)
    given = CycleInput(programme, 2026, "mid_year", day, soon, later, "test")
    with pytest.raises(BadInput) as refused:
        open_cycle(given, by=ndrc_reviewer)
    assert {finding.target for finding in refused.value.findings} == {"pilots_due_on"}
    hurried = CycleInput(programme, 2026, "mid_year", day, soon, later, "test", HURRY.reason, HURRY.hours)
    assert open_cycle(hurried, by=ndrc_lead).hurry_reason == HURRY.reason
    round_ = round_input(programme)
    short = type(round_)(programme, 2026, round_.opens_on, soon, "test")
    with pytest.raises(BadInput) as refused:
        open_contact_round(short, by=ndrc_lead)
    assert {finding.target for finding in refused.value.findings} == {"hurry_reason", "burden_hours"}


def test_statements_do_not_grow_with_the_senders() -> None:
    counts = []
    for year, senders in ((2031, 60), (2032, 246)):
        owned = a_programme(senders, levels=(31,), name=f"few-{senders}").programme
        dates = default_dates(owned, year, "mid_year")
        days = (dates.opens_on, dates.pilots_due_on, dates.compilers_due_on)
        with CaptureQueriesContext(connection) as seen:
            cycle = open_cycle(CycleInput(owned, year, "mid_year", *days, "test"), by=None)
            preview_cycle(cycle)
            compared.first_rows(cycle, preview_cycle(cycle).wanted)
        assert cycle.dues.count() == senders
        counts.append(len(seen))
    assert counts[0] == counts[1]


def a_programme_at_random(seed: int) -> Programme:
    """Fifteen offices that send to each other by chance, some in both capacities, some in circles."""
    owned = a_programme(15, levels=(4,), name=f"chance-{seed}").programme
    dice = random.Random(seed)  # noqa: S311 - a seed that can be run again
    Route.objects.filter(programme=owned).delete()
    units = list(Unit.objects.filter(key__startswith=f"{owned.code}-").order_by("id"))
    for place, sender in enumerate(units[1:], start=1):
        for capacity in Capacity.values:
            if dice.random() < 0.6:
                above = units[: place if dice.random() < 0.97 else len(units)]
                receiver = dice.choice([unit for unit in above if unit != sender])
                Route.objects.create(programme=owned, sender=sender, receiver=receiver, capacity=capacity)
    return owned


def expected(cycle: Cycle) -> set[tuple[object, ...]]:
    """As it was done before: each due by itself, in Python. Raises CircularRoute."""
    routes = list(Route.objects.filter(programme=cycle.programme))
    next_up = {r.sender_id: r.receiver_id for r in routes if r.capacity == Capacity.COMPILER}
    first = {r.sender_id: r.receiver_id for r in routes if r.capacity == Capacity.PILOT}
    pilots = [p for p in PilotArea.objects.filter(programme=cycle.programme).shown() if p.reporting_unit_id in first]
    dues = [due_of(cycle, p.reporting_unit_id, first[p.reporting_unit_id], next_up, p) for p in pilots]
    dues += [due_of(cycle, sender, receiver, next_up) for sender, receiver in next_up.items()]
    return {(d.unit_id, d.capacity, d.pilot_area_id, d.receiver_id, tuple(d.chain), d.due_on, d.due_end) for d in dues}


@pytest.mark.parametrize("seed", range(12))
def test_the_statement_says_what_the_walk_says(seed: int) -> None:
    owned = a_programme_at_random(seed)
    PilotArea.objects.filter(programme=owned).order_by("id").first()
    cycle = Cycle.objects.create(
        programme=owned, year=2031, kind="mid_year", template=owned.templates.get(),
        opens_on=dt.date(2031, 6, 1), pilots_due_on=dt.date(2031, 6, 30), compilers_due_on=dt.date(2031, 7, 20),
    )  # fmt: skip
    wanted = Wanted(owned, as_typed(cycle))
    try:
        rows = expected(cycle)
    except CircularRoute:
        with pytest.raises(BadInput, match="→"):
            refuse_circles(wanted)
        return
    refuse_circles(wanted)
    make_dues(cycle, wanted)
    columns = ("unit_id", "capacity", "pilot_area_id", "receiver_id", "chain", "due_on", "due_end")
    found = {(*row[:4], tuple(row[4]), *row[5:]) for row in cycle.dues.values_list(*columns)}
    assert found == rows
    assert not CycleSource.objects.filter(cycle=cycle).exists()


def test_a_sender_may_meet_no_step_twice() -> None:
    assert chain(1, 2, {2: 3}) == [2, 3]
