"""Long jobs: done once or not at all, followed from outside, cancelled, tried again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from accounts.access import Actor
from accounts.models import Membership, Role
from portal.errors import Finding, Forbidden, NotFound, RuleBroken, WrongState
from records import jobs
from records.jobs import JobKind, Progress, kinds, running
from records.jobs.pulse import Pulse
from records.models import Event, Job, JobState, OutboxMessage, PassRecord
from tests.conftest import Hire

pytestmark = pytest.mark.django_db
NAME = "test-work"


@pytest.fixture
def work() -> Iterator[list[Progress]]:
    """A kind of job that leaves a row and does what its input says; the list holds who ran it."""
    ran: list[Progress] = []

    def run(progress: Progress) -> Mapping[str, Any]:
        ran.append(progress)
        progress.begin(3)
        PassRecord.objects.create(name="left-behind")
        progress.step(2)
        if progress.params.get("refuse"):
            raise RuleBroken(findings=(Finding("no", "第三行不行。"),))
        if progress.params.get("break"):
            raise ValueError(progress.params["break"])
        if progress.params.get("cancel"):
            Job.objects.filter(pk=progress.job.pk).update(cancel_asked_at=timezone.now())
        progress.step()
        return {"rows": 3, "path": "/imports/"}

    jobs.register(JobKind(NAME, "Work", "people.manage", run))
    yield ran
    del kinds._kinds[NAME]


def begin(by: Actor, **params: Any) -> Job:
    return jobs.start(NAME, params, label="名单甲", by=by, path="/here/")


def told(topic: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(topic=topic, channel=OutboxMessage.Channel.NOTICE))


def test_a_job_is_done_under_the_hat_that_asked(work: list[Progress], unit_admin: Actor) -> None:
    job = begin(unit_admin)
    assert job.state is JobState.WAITING
    assert jobs.run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.attempts, job.path) == (JobState.DONE, 3, 3, 1, "/imports/")
    assert (job.result["rows"], PassRecord.objects.filter(name="left-behind").count()) == (3, 1)
    assert [work[0].actor.hat, work[0].actor.origin] == [unit_admin.hat, unit_admin.origin]
    assert [row.recipient for row in told("job.done")] == [unit_admin.user]
    assert Event.objects.filter(act="job.start", subject_uid=job.uid).count() == 1
    assert jobs.run_waiting() == 0


def test_a_refusal_is_said_in_its_words_and_leaves_nothing(work: list[Progress], unit_admin: Actor) -> None:
    job = begin(unit_admin, refuse=True)
    jobs.run_waiting()
    job.refresh_from_db()
    assert (job.state, job.error, job.done, job.total) == (JobState.FAILED, "第三行不行。", 2, 3)
    assert not PassRecord.objects.filter(name="left-behind").exists()
    assert [row.params["error"] for row in told("job.failed")] == ["第三行不行。"]


def test_what_nobody_expected_is_not_shown(work: list[Progress], unit_admin: Actor) -> None:
    job = begin(unit_admin, **{"break": "secret 4711"})
    jobs.run_waiting()
    job.refresh_from_db()
    assert job.state is JobState.FAILED
    assert "4711" not in job.error and job.error


def test_cancelled_before_it_began(work: list[Progress], unit_admin: Actor) -> None:
    job = jobs.cancel(begin(unit_admin), unit_admin)
    assert job.state is JobState.CANCELLED
    assert jobs.run_waiting() == 0 and not work
    with pytest.raises(WrongState):
        jobs.cancel(job, unit_admin)


def test_cancelled_at_the_last_moment_leaves_nothing(work: list[Progress], unit_admin: Actor) -> None:
    job = begin(unit_admin, cancel=True)
    jobs.run_waiting()
    job.refresh_from_db()
    # The asking itself was rolled back here with the work: another connection's is not (test_job_kills).
    assert not PassRecord.objects.filter(name="left-behind").exists() and job.done_at is None


def test_step_stops_when_asked_and_when_time_is_over(work: list[Progress], unit_admin: Actor) -> None:
    progress = Progress(begin(unit_admin), unit_admin, dt.timedelta(seconds=60))
    progress.step()
    progress.stopped.set()
    with pytest.raises(jobs.Cancelled):
        progress.step()
    with pytest.raises(kinds.TookTooLong):
        Progress(progress.job, unit_admin, dt.timedelta(seconds=-1)).begin(1)


def test_tried_again_once(work: list[Progress], unit_admin: Actor) -> None:
    job = begin(unit_admin, refuse=True)
    with pytest.raises(WrongState):
        jobs.try_again(job, unit_admin)
    jobs.run_waiting()
    again = jobs.try_again(job, unit_admin)
    assert (again.again_of, again.params, again.state) == (job, {"refuse": True}, JobState.WAITING)
    with pytest.raises(WrongState):
        jobs.try_again(job, unit_admin)
    jobs.run_waiting()
    assert len(work) == 2


def test_a_hat_that_ended_does_nothing(work: list[Progress], unit_admin: Actor) -> None:
    job = begin(unit_admin)
    Membership.objects.filter(pk=unit_admin.hat.pk).update(ended_at=timezone.now())
    jobs.run_waiting()
    job.refresh_from_db()
    assert job.state is JobState.FAILED and job.error and not work


def test_only_who_may_do_the_work_may_ask(work: list[Progress], luzhou_lead: Actor) -> None:
    with pytest.raises(Forbidden):
        begin(luzhou_lead)


def test_one_sees_ones_own_jobs(work: list[Progress], unit_admin: Actor, system_admin: Actor, hire: Hire) -> None:
    job = begin(unit_admin)
    colleague = hire("colleague.admin", "lgo-510500", Role.UNIT_ADMIN)
    assert jobs.job_or_404(job.uid, unit_admin) == jobs.job_or_404(job.uid, system_admin) == job
    with pytest.raises(NotFound):
        jobs.job_or_404(job.uid, colleague)
    with pytest.raises(NotFound):
        jobs.cancel(job, colleague)
    assert [act.name for act in jobs.acts_for(job, system_admin)] == ["cancel"]


def test_a_silent_job_is_claimed_again_but_not_for_ever(work: list[Progress], unit_admin: Actor) -> None:
    job = begin(unit_admin)
    now = timezone.now()
    Job.objects.filter(pk=job.pk).update(claimed_at=now, beat_at=now, attempts=1)
    assert jobs.run_waiting() == 0
    Job.objects.filter(pk=job.pk).update(beat_at=now - running.SILENT, attempts=running.MOST_TRIES)
    assert jobs.run_waiting() == 1 and not work
    job.refresh_from_db()
    assert job.state is JobState.FAILED and job.error


def test_who_has_lost_the_job_leaves_nothing(work: list[Progress], unit_admin: Actor) -> None:
    """A worker that was silent, not dead: what it comes back with counts no more."""
    job = begin(unit_admin)
    mine = running._claim()
    assert mine and running._claim() is None
    Job.objects.filter(pk=job.pk).update(attempts=2)
    running._attend_to(mine)
    job.refresh_from_db()
    assert job.state is JobState.RUNNING and not PassRecord.objects.filter(name="left-behind").exists()


def test_no_more_at_once_than_may(work: list[Progress], unit_admin: Actor, settings: Any) -> None:
    settings.JOBS_AT_ONCE = 1
    first = begin(unit_admin)
    begin(unit_admin)
    claimed = running._claim()
    assert claimed == first
    assert jobs.run_waiting() == 0


@pytest.mark.parametrize("trouble", [OperationalError, InterfaceError])
def test_a_beat_that_cannot_be_written_is_tried_again(
    trouble: type[Exception], work: list[Progress], unit_admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that is gone must not end the signs of life: another worker would take the job over."""
    job = begin(unit_admin)
    beats = Pulse(Progress(job, unit_admin))
    monkeypatch.setattr("records.jobs.pulse.connection", Mock())
    with monkeypatch.context() as patched:
        patched.setattr(Job.objects, "open", Mock(side_effect=trouble("connection already closed")))
        beats._beat()
    beats._beat()
    assert Job.objects.get().beat_at is not None and not beats.progress.stopped.is_set()
