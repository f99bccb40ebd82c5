"""May this annual plan be sent, approved? One small function for each rule, as in indicators/supplement_rules.py."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from accounts.exemptions import signs_own_work
from plans.duties import held, standing, tasks_of
from plans.models import AnnualPlan, AnnualTask, Tier
from portal.errors import Finding
from records.workflow import Act


def _rows(row: AnnualPlan) -> list[AnnualTask]:
    return list(row.rows.select_related("task").order_by("task__path", "id"))


def something_planned(row: AnnualPlan, act: Act) -> Iterator[Finding]:
    """An empty year says nothing."""
    if not row.rows.exists():
        yield Finding("nothing_planned", _("No task is in this annual plan yet. Take in at least one."))


def demands_written(row: AnnualPlan, act: Act) -> Iterator[Finding]:
    """The department says what is to be reached (N10: 提出目标要求), in words and as a percentage."""
    for one in _rows(row):
        if not one.requirement:
            text = _("%(task)s: say what is to be reached this year.") % {"task": str(one.task)}
            yield Finding("requirement_missing", text, f"{one.task.uid}:requirement")
        if one.percent is None:
            text = _("%(task)s: say how far it is to be at the end of the year, in percent.") % {"task": str(one.task)}
            yield Finding("percent_missing", text, f"{one.task.uid}:percent")


def persons_named(row: AnnualPlan, act: Act) -> Iterator[Finding]:
    """Responsibility goes down to a person (N10: 责任分解落实到人)."""
    found = held(tasks_of(row.plan), standing(row.plan))
    for one in _rows(row):
        if one.task.ended_at is None and Tier.PERSON not in found.get(one.task_id, {}):
            text = _("%(task)s: nobody answers for it in person. The pilot's office names the responsible person.")
            yield Finding("person_missing", text % {"task": str(one.task)}, f"{one.task.uid}:person")


def tasks_still_stand(row: AnnualPlan, act: Act) -> Iterator[Finding]:
    """What a change request ended cannot be promised."""
    for one in _rows(row):
        if one.task.ended_at is not None:
            text = _("%(task)s: a change of the plan has ended it. Take it out.") % {"task": str(one.task)}
            yield Finding("task_ended", text, f"{one.task.uid}:task")


def signer_did_not_write(row: AnnualPlan, act: Act) -> Iterator[Finding]:
    """Nobody signs what they wrote, unless the unit has the logged exemption of a unit of one person."""
    if has_written(row, act) and not signs_own_work(row.unit, row.plan.programme):
        yield Finding(
            "own_work",
            _(
                "You have written in this annual plan, so somebody else must sign it. "
                "A unit of one person asks its unit administrator for an exemption."
            ),
        )


def decider_is_not_the_author(row: AnnualPlan, act: Act) -> Iterator[Finding]:
    """Nobody approves what they wrote or signed, under whichever hat."""
    if row.submitted_by_id == act.by.user.pk or has_written(row, act):
        yield Finding("own_work", _("You have written or sent this annual plan, so somebody else must approve it."))


def has_written(row: AnnualPlan, act: Act) -> bool:
    return row.writers.filter(user=act.by.user).exists()
