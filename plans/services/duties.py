"""Saying who answers for a task (N8, N10). The pilot arranges this itself, at any time; nothing of it is approved."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.models import User
from accounts.personal import optional_line
from accounts.tokens import require_scope
from plans.duties import OFFICES, ONE_HOLDER, offices_for, people_for
from plans.models import Duty, Task, Tier
from portal.errors import NotFound, WrongState, bad
from records.journal import Note, write
from records.telling import News, tell_each
from units.models import Unit

EDIT = "plan.edit"
LONGEST_NAME = 120
LONGEST_POST = 120
MOST_IN_A_TIER = 20


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is to answer: of a department `unit`, of a person `person` (uids), or either by `name`; one of them."""

    unit: uuid.UUID | None = None
    person: uuid.UUID | None = None
    name: str = ""
    post: str = ""


@dataclass(frozen=True, slots=True)
class DutyInput:
    """Who is to answer for a task in a tier. Where only one can, whoever did before is released by this."""

    tier: str
    holder: Holder


@transaction.atomic
def give(task_uid: uuid.UUID, data: DutyInput, *, by: Actor, at: dt.datetime | None = None) -> Duty:
    """Name one more who answers for a task. Whoever has an account is told.

    Raises NotFound, WrongState (the task has ended), BadInput (tier, unit, person, name, post).
    """
    task, tier, now = _locked(task_uid, by), _tier(data.tier), at or timezone.now()
    duty = _made(task, tier, data.holder, by, now)
    held = list(_standing(task, tier))
    if any(_same(one, duty) for one in held):
        raise bad("named_already", _("They answer for this task in this tier already."), _field(duty))
    if len(held) >= MOST_IN_A_TIER:
        raise bad("too_many", _("At most %(most)d in one tier.") % {"most": MOST_IN_A_TIER}, _field(duty))
    if tier in ONE_HOLDER:
        _end(task, held, by, now)
    return _begun(task, duty, by, now)


@transaction.atomic
def release(duty_uid: uuid.UUID, *, by: Actor, at: dt.datetime | None = None) -> Duty:
    """Somebody answers for a task no more. Raises NotFound, WrongState (released already)."""
    require_scope(by, EDIT)
    reach = Task.objects.visible_to(by, EDIT)
    found = Duty.objects.filter(uid=duty_uid, task__in=reach.values("pk")).values_list("task__uid", flat=True).first()
    if found is None:
        raise NotFound
    task = _locked(found, by)
    duty = Duty.objects.select_related("unit", "person").get(uid=duty_uid)
    if duty.ended_at is not None:
        raise WrongState(_("They were released from this before. Reload the page."))
    _end(task, [duty], by, at or timezone.now())
    return duty


@transaction.atomic
def settle_tier(
    task_uid: uuid.UUID, tier: str, holders: Sequence[Holder], *, by: Actor, at: dt.datetime | None = None
) -> list[Duty]:
    """Make exactly these answer for a task in a tier; who stays keeps the day they began. Nobody: as the row above.

    Raises NotFound, WrongState, BadInput (two where one can answer, and whatever `give` finds).
    """
    task, which, now = _locked(task_uid, by), _tier(tier), at or timezone.now()
    if len(holders) > (1 if which in ONE_HOLDER else MOST_IN_A_TIER):
        raise bad("too_many", _("Too many for one tier: %(tier)s.") % {"tier": which.label}, "holders")
    wanted = [_made(task, which, holder, by, now) for holder in holders]
    held = list(_standing(task, which))
    _end(task, [one for one in held if not any(_same(one, duty) for duty in wanted)], by, now)
    kept: list[Duty] = []
    for duty in wanted:
        before = next((one for one in (*held, *kept) if _same(one, duty)), None)
        if before is None:
            kept.append(_begun(task, duty, by, now))
        elif before not in kept:
            kept.append(before)
    return kept


def name_tier(task: Task, tier: str, names: Sequence[str], *, by: Actor, at: dt.datetime | None = None) -> list[Duty]:
    """The same from names, as a workbook brings them: who stands there under a name stays, else an office so called.

    Never an account: a name does not say which of two people is meant.
    """
    standing = {duty.who: duty for duty in _standing(task, _tier(tier))}
    offices = {unit.name_now: unit for unit in offices_for(task.plan)} if tier in OFFICES else {}
    holders = []
    for name in dict.fromkeys(name.strip() for name in names):
        duty, office = standing.get(name), offices.get(name)
        if duty is not None:
            holders.append(_holder(duty))
        else:
            holders.append(Holder(unit=office.uid) if office else Holder(name=name))
    return settle_tier(task.uid, tier, holders, by=by, at=at)


def _holder(duty: Duty) -> Holder:
    return Holder(
        unit=duty.unit.uid if duty.unit else None,
        person=duty.person.uid if duty.person else None,
        name=duty.name,
        post=duty.post,
    )


def _locked(task_uid: uuid.UUID, by: Actor) -> Task:
    """A task of one's own plan, locked against a second writer."""
    require_scope(by, EDIT)
    rows = Task.objects.visible_to(by, EDIT).select_related(
        "plan__programme", "plan__pilot_area", "plan__unit", "plan__receiver"
    )
    task: Task | None = rows.select_for_update(of=("self",)).filter(uid=task_uid).first()
    if task is None:
        raise NotFound
    if task.ended_at is not None:
        raise WrongState(_("A change of the plan has ended this task. Look at the tree for what stands instead."))
    return task


def _tier(given: str) -> Tier:
    if given not in Tier.values:
        raise bad("unknown_tier", _("Choose in which tier they answer."), "tier")
    return Tier(given)


def _made(task: Task, tier: Tier, given: Holder, by: Actor, at: dt.datetime) -> Duty:
    """The duty, not stored; exactly one way to say who."""
    unit = _unit(task, tier, given.unit)
    person = _person(task, tier, given.person)
    name = optional_line(given.name, "name", LONGEST_NAME)
    if (unit is not None) + (person is not None) + bool(name) != 1:
        field = "unit" if tier in OFFICES else "person"
        raise bad("who", _("Choose from the list or give a name, one of the two."), field)
    return Duty(
        task=task, tier=tier, unit=unit, person=person, name=name,
        post=optional_line(given.post, "post", LONGEST_POST), recorded_by=by.user, recorded_at=at,
    )  # fmt: skip


def _unit(task: Task, tier: Tier, uid: uuid.UUID | None) -> Unit | None:
    if uid is None:
        return None
    if tier not in OFFICES:
        raise bad("person_wanted", _("Here a person answers, not an office."), "unit")
    found: Unit | None = offices_for(task.plan).filter(uid=uid).first()
    if found is None:
        raise bad("unknown_unit", _("Choose an office of the pilot area's places, or give its name."), "unit")
    return found


def _person(task: Task, tier: Tier, uid: uuid.UUID | None) -> User | None:
    if uid is None:
        return None
    if tier in OFFICES:
        raise bad("unit_wanted", _("Here an office answers, not a person."), "person")
    found: User | None = people_for(task.plan).filter(uid=uid).first()
    if found is None:
        raise bad("unknown_person", _("Choose somebody who works in this programme here, or give a name."), "person")
    return found


def _field(duty: Duty) -> str:
    return "unit" if duty.unit else "person" if duty.person else "name"


def _standing(task: Task, tier: Tier) -> Sequence[Duty]:
    rows = task.duties.filter(tier=tier, ended_at=None).select_related("unit", "person")
    return list(rows.order_by("id"))


def _same(one: Duty, other: Duty) -> bool:
    return (one.unit_id, one.person_id, one.name, one.post) == (other.unit_id, other.person_id, other.name, other.post)


def _end(task: Task, duties: Sequence[Duty], by: Actor, at: dt.datetime) -> None:
    for duty in duties:
        duty.ended_at = at
        duty.save(update_fields=["ended_at"])
        _record("duty.release", task, duty, by, at)


def _begun(task: Task, duty: Duty, by: Actor, at: dt.datetime) -> Duty:
    duty.save(force_insert=True)
    _record("duty.give", task, duty, by, at)
    if duty.person is not None and duty.person.pk != by.user.pk:
        news = News("duty.given", f"/tasks/{task.uid}/", task.plan.programme, lambda: _told(task, duty, by))
        tell_each([duty.person], news, at=at)
    return duty


def _told(task: Task, duty: Duty, by: Actor) -> dict[str, object]:
    return {
        "task": str(task), "tier": duty.get_tier_display(), "pilot": task.plan.pilot_area.name, "who": by.user.name,
    }  # fmt: skip


def _record(act: str, task: Task, duty: Duty, by: Actor, at: dt.datetime) -> None:
    """Inside the office: who answers for what is the pilot's own matter."""
    data = {
        "task": str(task.uid), "duty": str(duty.uid), "tier": duty.tier,
        "unit": str(duty.unit.uid) if duty.unit else None, "person": str(duty.person.uid) if duty.person else None,
        "name": duty.name,
    }  # fmt: skip
    note = Note(outcome=f"{task.mark} {task.name_zh}".strip()[:200], data=data)
    write(act, task.plan.as_subject(internal=True), by=by, at=at, note=note)
