"""The reminder pass, rule by rule: who is told of which step on which day, and that nobody is told twice."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.access import Actor
from accounts.models import MailRhythm, Membership, Role, User
from records import topics as words
from records.models import Event, OutboxMessage, Seal
from reporting.models import (
    Anchor,
    Audience,
    Cycle,
    DeadlinePolicy,
    Due,
    Reminder,
    ReminderStep,
    Report,
    ReportStatus,
    ReportVersion,
)
from reporting.reminders import remind
from tests.conftest import Hire, SignIn
from tests.reporting.reminding import at, give_date, ledger, sent, topics
from tests.test_races import at_once
from units.calendar import end_of
from units.models import CalendarDay, Unit

pytestmark = pytest.mark.django_db
DRAFTER = "luzhou.drafter"


@pytest.fixture
def report(luzhou_report: Report) -> Report:
    """What Luzhou owes Sichuan, due on 30 June; said in May, after the period had opened."""
    return give_date(luzhou_report)


# --- which step on which day ---------------------------------------------------------------------------------

DAYS = [
    ("06-08", "23:59", None),
    ("06-09", "08:29", None),
    ("06-09", "08:30", -14),
    ("06-17", "12:00", -14),
    ("06-18", "08:30", -7),
    ("06-24", "20:00", -7),
    ("06-25", "08:30", -3),
    ("06-28", "12:00", -3),  # a Sunday: Monday's step is not reached
    ("06-29", "08:30", -1),
    ("06-30", "08:29", -1),
    ("06-30", "08:30", 0),
    ("07-01", "08:30", 1),
    ("07-02", "23:00", 1),
    ("07-03", "08:30", 3),
    ("07-09", "08:30", 7),
    ("09-01", "08:30", 7),
]


@pytest.mark.parametrize(("day", "hour", "offset"), DAYS)
def test_the_latest_step_reached_is_sent_and_those_before_are_overtaken(
    report: Report, luzhou_drafter: Actor, day: str, hour: str, offset: int | None
) -> None:
    assert remind(at(day, hour)) == (offset is not None)
    expected = [n for n in (-14, -7, -3, -1, 0, 1, 3, 7) if offset is not None and n <= offset]
    assert ledger(report) == [("drafters", n, DRAFTER, "sent" if n == offset else "overtaken") for n in expected]
    assert remind(at(day, hour)) == 0
    assert OutboxMessage.objects.count() == (offset is not None)


def test_every_minute_of_the_ladder_tells_each_step_once(report: Report, luzhou_drafter: Actor) -> None:
    moment, last = at("06-01"), at("07-20")
    while moment < last:
        remind(moment)
        moment += dt.timedelta(hours=5)
    assert sent(report) == [("drafters", n, DRAFTER) for n in (-14, -7, -3, -1, 0, 1, 3, 7)]
    assert topics() == ["reminder.before"] * 4 + ["reminder.today"] + ["reminder.overdue"] * 3
    assert not Reminder.objects.exclude(outcome="sent").exists()


@pytest.mark.parametrize(
    ("day", "step", "told_on"),
    [
        (dt.date(2026, 6, 28), 0, "06-26"),  # due on a Sunday: the Friday before
        (dt.date(2026, 6, 28), -1, "06-26"),
        (dt.date(2026, 6, 28), 1, "06-29"),
        (dt.date(2026, 10, 9), -1, "10-08"),  # the first days after the National Day holiday
        (dt.date(2026, 10, 8), -1, "09-30"),
    ],
)
def test_steps_are_counted_in_working_days(
    report: Report, luzhou_drafter: Actor, day: dt.date, step: int, told_on: str
) -> None:
    ReminderStep.objects.exclude(offset=step, anchor=Anchor.DUE).update(ended_at=timezone.now())
    give_date(report, day)
    assert remind(at(told_on, "08:29")) == 0
    assert remind(at(told_on, "08:30")) == 1


def test_a_closure_of_the_senders_office_moves_its_steps_only(
    report: Report, running_cycle: Cycle, luzhou_drafter: Actor, hire: Hire
) -> None:
    other = Report.objects.filter(due__cycle=running_cycle, due__capacity="pilot").exclude(pk=report.pk).first()
    assert other is not None
    hire("other.drafter", other.due.unit.key, Role.DRAFTER)
    give_date(other)
    CalendarDay.objects.create(unit=report.due.unit, day=dt.date(2026, 6, 29), is_working=False, source="test")
    remind(at("06-26"))
    assert sent(report) == [("drafters", -1, DRAFTER)]
    assert sent(other) == [("drafters", -3, "other.drafter")]


def test_the_hour_is_the_programmes(report: Report, luzhou_drafter: Actor) -> None:
    DeadlinePolicy.objects.update(send_at=dt.time(15, 0))
    assert remind(at("06-09", "14:59")) == 0
    assert remind(at("06-09", "15:00")) == 1


# --- steps before the date was given, before the period opened ------------------------------------------------


def test_who_got_the_date_yesterday_is_not_told_of_steps_before(report: Report, luzhou_drafter: Actor) -> None:
    give_date(report, dated=dt.date(2026, 6, 18))  # at noon of the day of step -7
    assert remind(at("06-18", "20:00")) == remind(at("06-24")) == 0
    remind(at("06-25"))
    assert ledger(report) == [("drafters", -3, DRAFTER, "sent")]


def test_steps_count_only_after_the_opening(report: Report, running_cycle: Cycle, luzhou_drafter: Actor) -> None:
    Cycle.objects.filter(pk=running_cycle.pk).update(opens_on=dt.date(2026, 6, 18))
    assert remind(at("06-17")) == 0
    remind(at("06-18"))  # the opening step of a date given in May; not step -7 of the same day, nor -14
    assert ledger(report) == [("drafters", 0, DRAFTER, "sent")]
    assert topics() == ["reminder.opened"]
    remind(at("06-25"))
    assert sent(report) == [("drafters", -3, DRAFTER), ("drafters", 0, DRAFTER)]


def test_opening_is_not_announced_to_whom_the_period_was_opened_on_its_day(
    report: Report, running_cycle: Cycle, luzhou_drafter: Actor
) -> None:
    give_date(report, dated=running_cycle.opens_on)
    assert remind(at("05-20")) == 0


# --- who ------------------------------------------------------------------------------------------------------


def test_first_who_writes_then_who_signs_then_the_receiver(
    report: Report,
    luzhou_drafter: Actor,
    luzhou_lead: Actor,
    sichuan_reviewer: Actor,
    ndrc_reviewer: Actor,
    stranger: Actor,
) -> None:
    for day in ("06-30", "07-01", "07-03", "07-09", "07-31", "12-01"):
        remind(at(day))
    told = [row for row in sent(report) if row[1] >= 0]
    assert told == [
        ("drafters", 0, DRAFTER),
        ("drafters", 1, DRAFTER),
        ("drafters", 3, DRAFTER),
        ("leads", 3, "luzhou.lead"),
        ("drafters", 7, DRAFTER),
        ("leads", 7, "luzhou.lead"),
        ("receiver", 7, "sichuan.reviewer"),
    ]
    mine = OutboxMessage.objects.filter(path=reverse("reporting:report", args=[report.uid]))
    assert set(mine.filter(recipient=sichuan_reviewer.user).values_list("topic", flat=True)) == {
        "reminder.not_received"
    }
    assert not mine.filter(recipient__in=[ndrc_reviewer.user, stranger.user]).exists()


def test_luzhous_own_chain_ends_at_the_city(
    town_report: Report,
    town_drafter: Actor,
    county_reviewer: Actor,
    luzhou_reviewer: Actor,
    sichuan_reviewer: Actor,
    ndrc_reviewer: Actor,
) -> None:
    town = give_date(town_report)
    for day in ("07-09", "12-31"):
        remind(at(day))
    told = {row[2] for row in sent(town)}
    receiver = {"hejiang.reviewer", "luzhou.reviewer"} if town.due.receiver.key == "lgo-510522" else {"luzhou.reviewer"}
    assert "town.drafter" in told
    assert told - {"town.drafter"} <= receiver
    assert not Reminder.objects.filter(recipient__in=[sichuan_reviewer.user, ndrc_reviewer.user], due=town.due).exists()


def test_one_person_in_two_audiences_of_a_day_gets_one_message(report: Report, hire: Hire) -> None:
    hire("both", "lgo-510500", Role.DRAFTER)
    hire("both", "lgo-510500", Role.LEAD)
    remind(at("07-01"))
    assert remind(at("07-03")) == 1
    assert [row for row in ledger(report) if row[1] == 3] == [
        ("drafters", 3, "both", "sent"),
        ("leads", 3, "both", "overtaken"),
    ]


def test_who_becomes_the_lead_after_being_told_as_drafter_is_not_told_again(
    report: Report, luzhou_drafter: Actor, hire: Hire
) -> None:
    remind(at("07-03"))
    hire(DRAFTER, "lgo-510500", Role.LEAD)
    assert remind(at("07-03", "17:00")) == 0
    assert ("leads", 3, DRAFTER, "overtaken") in ledger(report)


def test_a_new_drafter_is_told_how_things_stand_and_nobody_else_again(
    report: Report, luzhou_drafter: Actor, hire: Hire
) -> None:
    remind(at("06-25"))
    hire("new", "lgo-510500", Role.DRAFTER)
    assert remind(at("06-26")) == 1
    assert sent(report) == [("drafters", -3, DRAFTER), ("drafters", -3, "new")]


@pytest.mark.parametrize("change", ["ended", "inactive", "other programme", "viewer"])
def test_nobody_else_is_told(report: Report, hire: Hire, luzhou_programme: object, change: str) -> None:
    role, programme = (Role.VIEWER if change == "viewer" else Role.DRAFTER), "national"
    person = hire("somebody", "lgo-510500", role, "luzhou" if change == "other programme" else programme)
    if change == "ended":
        Membership.objects.filter(pk=person.hat.pk).update(ended_at=timezone.now())
    if change == "inactive":
        User.objects.filter(pk=person.user.pk).update(is_active=False)
    assert remind(at("07-09")) == 0


# --- what is owed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ReportStatus.values)
@pytest.mark.parametrize("more", ["", "exempt", "accepted once"])
def test_exactly_what_is_owed_is_asked_for(
    report: Report, luzhou_drafter: Actor, status: str, more: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Report.objects.filter(pk=report.pk).update(status=status)
    if more == "exempt":
        Due.objects.filter(pk=report.due_id).update(exempted_at=timezone.now())
    if more == "accepted once":
        _accept_once(report, luzhou_drafter)
    owed = Report.objects.for_lists().get(pk=report.pk).is_owed
    assert remind(at("06-29")) == owed
    assert bool(ledger(report)) == owed


def _accept_once(report: Report, by: Actor) -> None:
    seal = Seal.objects.create(subject_kind="report", subject_uid=report.uid, number=1, schema=1, body="", sha256="0")
    version = ReportVersion.objects.create(
        report=report, number=1, seal=seal, receipt_number="T-1", signed_by=by.user, signed_at=timezone.now(),
        submitted_by=by.user, submitted_at=timezone.now(), due_end=report.due.due_end,
    )  # fmt: skip
    Report.objects.filter(pk=report.pk).update(accepted_version=version)


def test_returned_with_a_new_date_reminds_of_that_one(report: Report, luzhou_drafter: Actor) -> None:
    remind(at("06-29"))
    Report.objects.filter(pk=report.pk).update(status=ReportStatus.SUBMITTED)
    assert remind(at("07-06")) == 0
    Report.objects.filter(pk=report.pk).update(status=ReportStatus.RETURNED)
    give_date(report, dt.date(2026, 7, 13), dated=dt.date(2026, 7, 6))
    assert remind(at("07-07")) == 0
    for day in ("07-08", "07-10", "07-13", "07-14"):
        assert remind(at(day)) == 1
    news = Reminder.objects.filter(due_end=end_of(dt.date(2026, 7, 13))).values_list("step__offset", flat=True)
    assert sorted(news) == [-3, -1, 0, 1]


def test_an_extension_starts_the_ladder_of_the_new_date(report: Report, luzhou_drafter: Actor) -> None:
    remind(at("07-01"))
    give_date(report, dt.date(2026, 7, 31), dated=dt.date(2026, 7, 2))
    assert remind(at("07-03")) == remind(at("07-10")) == 0
    assert remind(at("07-13")) == 1  # fourteen working days before
    assert OutboxMessage.objects.latest("id").params["due"] == "2026-07-31"


# --- the ladder changes ---------------------------------------------------------------------------------------


def test_a_retired_step_is_not_told_and_a_new_one_only_from_then_on(report: Report, luzhou_drafter: Actor) -> None:
    ReminderStep.objects.filter(offset=-7).update(ended_at=timezone.now())
    remind(at("06-18"))
    assert sent(report) == [("drafters", -14, DRAFTER)]
    programme = report.due.cycle.programme
    ReminderStep.objects.create(programme=programme, anchor=Anchor.DUE, offset=-10, audience=Audience.DRAFTERS)
    ReminderStep.objects.create(programme=programme, anchor=Anchor.DUE, offset=-5, audience=Audience.DRAFTERS)
    assert remind(at("06-18", "10:00")) == 0  # -10 lay on 15 June: what was sent after it overtook it
    assert remind(at("06-23")) == 1
    assert sent(report) == [("drafters", -14, DRAFTER), ("drafters", -5, DRAFTER)]


def test_a_step_retired_and_laid_again_is_not_told_twice(report: Report, luzhou_drafter: Actor) -> None:
    remind(at("06-25"))
    ReminderStep.objects.filter(offset=-3).update(ended_at=timezone.now())
    ReminderStep.objects.create(
        programme=report.due.cycle.programme, anchor=Anchor.DUE, offset=-3, audience=Audience.DRAFTERS
    )
    assert remind(at("06-26")) == 0


def test_a_programme_without_steps_tells_nobody_and_leaves_the_other_alone(
    report: Report, town_report: Report, luzhou_drafter: Actor, town_drafter: Actor
) -> None:
    give_date(town_report)
    ReminderStep.objects.filter(programme__code="national").update(ended_at=timezone.now())
    assert remind(at("06-29")) == 1
    assert (ledger(report), sent(town_report)) == ([], [("drafters", -1, "town.drafter")])


# --- channels, words, events ----------------------------------------------------------------------------------


def test_a_mail_too_for_who_wants_it_at_once_and_both_are_in_the_ledger(
    report: Report, luzhou_drafter: Actor, hire: Hire
) -> None:
    at_once = hire("quick", "lgo-510500", Role.DRAFTER)
    User.objects.filter(pk=at_once.user.pk).update(mail_rhythm=MailRhythm.AT_ONCE)
    assert remind(at("06-29")) == 3
    rows = set(Reminder.objects.filter(outcome="sent").values_list("uid", "channel", "recipient"))
    assert rows == set(OutboxMessage.objects.values_list("uid", "channel", "recipient"))
    assert Reminder.objects.filter(channel="mail").values_list("recipient", "outcome").get() == (
        at_once.user.pk,
        "sent",
    )
    assert set(OutboxMessage.objects.values_list("not_before", flat=True)) == {at("06-29")}


WORDS = [
    ("06-18", None, "zh-hans", "reminder.before", "2026-06-30", "还剩 7 个工作日"),
    ("06-29", None, "en", "reminder.before", "2026-06-30", "1 working day left"),
    ("06-30", None, "en", "reminder.today", "2026-06-30", "due today"),
    ("06-30", dt.time(18), "en", "reminder.today", "2026-06-30 18:00", "due today"),
    ("07-01", None, "en", "reminder.overdue", "2026-06-30", "1 working day late"),
    ("07-04", None, "en", "reminder.overdue", "2026-06-30", "3 working days late"),
]


@pytest.mark.parametrize(("day", "time", "language", "topic", "due", "left"), WORDS)
def test_words_in_the_readers_language(
    report: Report,
    luzhou_drafter: Actor,
    day: str,
    time: dt.time | None,
    language: str,
    topic: str,
    due: str,
    left: str,
) -> None:
    give_date(report, time=time)
    User.objects.filter(pk=luzhou_drafter.user.pk).update(language=language)
    remind(at(day))
    row = OutboxMessage.objects.get()
    assert (row.topic, row.params["due"]) == (topic, due)
    if language == "en":
        assert row.params["left"] == left
        assert row.params["report"] == "Luzhou: 2026 mid-year report"
    else:
        assert row.params["report"] == report.title
    assert "—" not in words.words(row.topic, row.params).title + words.words(row.topic, row.params).body


def test_a_language_the_portal_does_not_know_falls_back(report: Report, luzhou_drafter: Actor) -> None:
    User.objects.filter(pk=luzhou_drafter.user.pk).update(language="xx")
    assert remind(at("06-29")) == 1
    assert OutboxMessage.objects.get().params["report"] == report.title


def test_one_event_for_each_due_and_step_whoever_is_told_when(
    report: Report, luzhou_drafter: Actor, sichuan_reviewer: Actor, hire: Hire
) -> None:
    hire("second", "lgo-510500", Role.DRAFTER)
    remind(at("06-29"))
    hire("third", "lgo-510500", Role.DRAFTER)
    remind(at("06-29", "15:00"))
    remind(at("07-09"))
    rows = Event.objects.about("report", report.uid).filter(act="due.remind")
    events = list(rows.order_by("at", "data__audience"))
    assert [(e.data["offset"], e.data["audience"]) for e in events] == [
        (-1, "drafters"),
        (7, "drafters"),
        (7, "receiver"),
    ]
    assert [e.receiver_id for e in events] == [None, None, report.due.receiver_id]
    assert {(e.unit_id, e.programme_id, e.subject_label) for e in events} == {
        (report.due.unit_id, report.due.cycle.programme_id, report.as_subject().label)
    }
    assert events[0].data["people"] == 2


# --- at once, and many ----------------------------------------------------------------------------------------


def owing(number: int, cycle: Cycle, hire: Hire) -> None:
    """So many offices of the cycle with a drafter and a date."""
    for report in Report.objects.filter(due__cycle=cycle)[:number]:
        give_date(report)
        hire(f"d{report.pk}", report.due.unit.key, Role.DRAFTER)


def test_as_many_statements_for_five_dues_as_for_ninety(running_cycle: Cycle, hire: Hire) -> None:
    counts = []
    for number, day in ((5, "06-09"), (90, "06-18")):
        owing(number, running_cycle, hire) if number == 5 else _rest(number, running_cycle, hire)
        with CaptureQueriesContext(connection) as seen:
            assert remind(at(day)) >= number
        counts.append(len(seen))
    assert counts[0] == counts[1]


def _rest(number: int, cycle: Cycle, hire: Hire) -> None:
    for report in Report.objects.filter(due__cycle=cycle).order_by("-pk")[:number]:
        give_date(report)
        if not Membership.objects.filter(unit=report.due.unit_id, role=Role.DRAFTER).exists():
            hire(f"d{report.pk}", report.due.unit.key, Role.DRAFTER)


def test_receiver_is_the_one_frozen_on_the_due(report: Report, sichuan_reviewer: Actor, stranger: Actor) -> None:
    Due.objects.filter(pk=report.due_id).update(receiver=Unit.objects.get(key="drc-440000"))
    remind(at("07-09"))
    assert sent(report) == [("receiver", 7, "guangdong.reviewer")]


# --- faces ----------------------------------------------------------------------------------------------------


def test_page_and_api_show_inside_the_unit_what_those_above_do_not_see(
    report: Report, luzhou_drafter: Actor, sichuan_reviewer: Actor, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    for day in ("06-30", "07-09"):
        remind(at(day))
    address, page = (reverse(name, args=[report.uid]) for name in ("api:report-reminders", "reporting:report"))
    found = signed_in(luzhou_drafter).get(address).json()
    assert {(row["audience"], row["offset"]) for row in found["results"] if row["outcome"] == "sent"} == {
        ("drafters", 0), ("drafters", 7), ("receiver", 7),
    }  # fmt: skip
    for actor in (sichuan_reviewer, ndrc_reviewer):
        rows = signed_in(actor).get(address).json()["results"]
        assert [(row["recipient"], row["offset"]) for row in rows] == [(sichuan_reviewer.user.name, 7)]
        assert luzhou_drafter.user.name not in signed_in(actor).get(page).content.decode()
    assert luzhou_drafter.user.name in signed_in(luzhou_drafter).get(page).content.decode()


def test_the_command_does_what_beat_asks_for(
    report: Report, luzhou_drafter: Actor, capsys: pytest.CaptureFixture[str]
) -> None:
    with time_machine.travel(at("06-29")):
        call_command("send_reminders")
    assert capsys.readouterr().out == "reporting.send_reminders: 1\nreporting.send_task_reminders: 0\n"
    assert sent(report) == [("drafters", -1, DRAFTER)]


# --- two at once ---------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
@pytest.mark.parametrize("alone", [True, False])
def test_passes_at_once_tell_once(
    running_cycle: Cycle, hire: Hire, monkeypatch: pytest.MonkeyPatch, alone: bool
) -> None:
    """By the lock of the pass; and where that is not held, by the ledger's constraint."""
    owing(40, running_cycle, hire)
    if not alone:
        monkeypatch.setattr("reporting.reminders.passing.held", lambda lock: True)
    told = at_once(*[lambda: remind(at("06-29"))] * 4)
    rows = Reminder.objects.filter(outcome="sent")
    assert (
        sum(number for number in told if isinstance(number, int)) == rows.count() == OutboxMessage.objects.count() > 0
    )
    assert set(rows.values_list("uid", flat=True)) == set(OutboxMessage.objects.values_list("uid", flat=True))
    assert remind(at("06-29")) == 0
