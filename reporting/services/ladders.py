"""What goes with all dates of a programme: the policy, and the ladder of reminders (N13, N14; requirements C.1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from pilots.rules import runs
from portal.errors import BadInput, Finding, NotFound, Stale
from records.journal import Note, write
from records.subjects import of_programme
from reporting.deadlines.consistency import conflicts, too_little_time
from reporting.deadlines.facts import source_faults
from reporting.deadlines.rulebook import RuleBook
from reporting.models import Anchor, Audience, DeadlinePolicy, ReminderStep
from reporting.services.date_rules import ACTION, lock
from units.models import Programme

FARTHEST_STEP = 60
MOST_STEPS = 40
BOUNDS = {
    "open_days_before": (1, 180),
    "least_fill_days": (1, 60),
    "return_days": (1, 60),
    "chase_again_hours": (1, 720),
}


@dataclass(frozen=True, slots=True)
class PolicyInput:
    """All of the policy; `version` is the one the writer saw (0 where there is none yet)."""

    version: int
    open_days_before: int
    least_fill_days: int
    return_days: int
    chase_again_hours: int
    send_at: dt.time
    source: str


@dataclass(frozen=True, slots=True)
class StepInput:
    """One rung: working days before (negative) or after its anchor, and whom it tells."""

    anchor: str
    offset: int
    audience: str


@dataclass(frozen=True, slots=True)
class LadderInput:
    """The whole ladder as it is to be; `version` is the one the writer saw."""

    version: int
    steps: tuple[StepInput, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps in force. `version` grows with every step that was ever added or retired."""

    programme: Programme
    steps: tuple[ReminderStep, ...]
    version: int

    @property
    def warnings(self) -> list[Finding]:
        """What is allowed and probably not meant."""
        before = (s.anchor == Anchor.DUE and s.offset < 0 and s.audience == Audience.DRAFTERS for s in self.steps)
        if any(before):
            return []
        text = _("No step reminds the drafters before the due date. They will hear of it only when it is too late.")
        return [Finding("nobody_reminded_before", text)]


def sets_policy(programme: Programme, by: Actor) -> bool:
    """Whether the hat's office owns the programme and its role sets rules."""
    return runs(programme, by, ACTION)


def ladder_of(programme: Programme) -> Ladder:
    """The ladder as it stands, by one statement."""
    rows = list(ReminderStep.objects.filter(programme=programme))
    steps = tuple(row for row in rows if row.ended_at is None)
    return Ladder(programme, steps, 2 * len(rows) - len(steps))


@transaction.atomic
def set_policy(data: PolicyInput, *, by: Actor) -> DeadlinePolicy:
    """Change what goes with dates. Raises NotFound (not the owner), Stale, BadInput."""
    programme = _owned(by)
    found = DeadlinePolicy.objects.filter(programme=programme).first()
    policy = found or DeadlinePolicy(programme=programme)
    if policy.version != data.version:
        text = _("Somebody else has changed this in the meantime. Compare, then save again.")
        raise Stale(text, extra={"version": policy.version})
    faults = list(_policy_faults(data))
    if faults:
        raise BadInput(findings=tuple(faults))
    facts = {name: value for name, value in asdict(data).items() if name != "version"}
    facts["source"] = data.source.strip()
    before = {} if found is None else {name: _text(getattr(policy, name)) for name in facts}
    for name, value in facts.items():
        setattr(policy, name, value)
    after = {name: _text(value) for name, value in facts.items()}
    if before == after:
        return policy
    _check_fit(policy)
    policy.is_ours = False
    policy.version += 1
    policy.save()
    note = Note(data={"before": before, "after": after})
    write("dates.policy_set", of_programme(programme, programme.owner), by=by, note=note)
    return policy


@transaction.atomic
def set_ladder(data: LadderInput, *, by: Actor, at: dt.datetime | None = None) -> Ladder:
    """Make the ladder what is given: steps missing in it are retired, new ones added. Nothing is deleted.

    Raises NotFound (not the owner), Stale, BadInput (a step that cannot be, by its place: `steps.2.offset`).
    """
    programme = _owned(by)
    ladder = ladder_of(programme)
    if ladder.version != data.version:
        text = _("Somebody else has changed the ladder in the meantime. Compare, then save again.")
        raise Stale(text, extra={"version": ladder.version})
    found = list(_step_faults(data.steps))
    if found:
        raise BadInput(findings=tuple(found))
    standing = {StepInput(step.anchor, step.offset, step.audience): step for step in ladder.steps}
    retired = [step.pk for key, step in standing.items() if key not in data.steps]
    added = [key for key in data.steps if key not in standing]
    if not retired and not added:
        return ladder
    ReminderStep.objects.filter(pk__in=retired).update(ended_at=at or timezone.now())
    ReminderStep.objects.bulk_create(ReminderStep(programme=programme, **asdict(key)) for key in added)
    gone = [_words(key) for key in standing if key not in data.steps]
    note = Note(data={"retired": gone, "added": [_words(key) for key in added]})
    write("dates.ladder_set", of_programme(programme, programme.owner), by=by, note=note, at=at)
    return ladder_of(programme)


def _owned(by: Actor) -> Programme:
    programme = by.programme
    if programme is None or not sets_policy(programme, by):
        raise NotFound
    lock(programme)
    return programme


def _policy_faults(data: PolicyInput) -> Iterator[Finding]:
    for name, (least, most) in BOUNDS.items():
        if not least <= getattr(data, name) <= most:
            text = _("Enter a number from %(least)d to %(most)d.") % {"least": least, "most": most}
            yield Finding("out_of_range", text, name)
    if data.send_at.second or data.send_at.microsecond or data.send_at.tzinfo:
        yield Finding("not_minutes", _("Enter hours and minutes, for example 18:00."), "send_at")
    yield from source_faults(data.source)


def _check_fit(policy: DeadlinePolicy) -> None:
    """The policy against itself and the rules: enough time in every period, no own rule before its opening."""
    book = replace(RuleBook.of(policy.programme), found_policy=policy)
    if text := too_little_time(book, policy.least_fill_days):
        raise BadInput(text, findings=(Finding("too_little_time", text, "least_fill_days"),))
    early = [conflict for conflict in conflicts(book) if conflict.code == "before_opening"]
    if early:
        raise BadInput(findings=tuple(Finding(c.code, c.sentence, "open_days_before") for c in early))


def _step_faults(steps: Sequence[StepInput]) -> Iterator[Finding]:
    if len(steps) > MOST_STEPS:
        yield Finding("too_many", _("A ladder has at most %(most)d steps.") % {"most": MOST_STEPS}, "steps")
        return
    seen: set[StepInput] = set()
    for number, step in enumerate(steps):
        if step in seen:
            yield Finding("twice", _("The ladder has this step already."), f"steps.{number}.offset")
        seen.add(step)
        yield from _faults_of(step, f"steps.{number}")


def _faults_of(step: StepInput, place: str) -> Iterator[Finding]:
    if step.anchor not in Anchor.values:
        yield Finding("invalid", _("Choose what the step is counted from."), f"{place}.anchor")
    if step.audience not in Audience.values:
        yield Finding("invalid", _("Choose whom the step tells."), f"{place}.audience")
    if not -FARTHEST_STEP <= step.offset <= FARTHEST_STEP:
        text = _("Enter a number from %(least)d to %(most)d.") % {"least": -FARTHEST_STEP, "most": FARTHEST_STEP}
        yield Finding("out_of_range", text, f"{place}.offset")
    elif step.anchor == Anchor.OPENING and step.offset < 0:
        text = _("Before a period opens nobody owes anything. Count from the opening onwards.")
        yield Finding("before_opening", text, f"{place}.offset")
    else:
        yield from _audience_faults(step, place)


def _audience_faults(step: StepInput, place: str) -> Iterator[Finding]:
    """Whom a step may tell, and when."""
    of_task, of_persons = step.anchor == Anchor.TASK, step.audience == Audience.PERSONS
    if of_persons and not of_task:
        text = _("Responsible persons are told of tasks only. Count from the day a task is to be finished.")
        yield Finding("persons_of_tasks_only", text, f"{place}.audience")
    elif step.audience == Audience.RECEIVER and (step.anchor != Anchor.DUE or step.offset <= 0):
        text = _("The receiver is told only after the due date.")
        yield Finding("receiver_too_early", text, f"{place}.offset")
    elif of_task and not of_persons and step.offset <= 0:
        text = _("The office whose plan it is is told of a task only when it is late.")
        yield Finding("office_too_early", text, f"{place}.offset")


def _words(step: StepInput) -> str:
    return f"{step.anchor} {step.offset:+d} {step.audience}"


def _text(value: Any) -> str:
    return value.isoformat("minutes") if isinstance(value, dt.time) else str(value)
