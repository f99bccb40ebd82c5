"""May this plan be sent, signed, approved? One small function for each rule."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from accounts.exemptions import signs_own_work
from plans.models import Plan, PlanWriter
from portal.errors import Finding
from records.workflow import Act

MOST_NAMED = 10
"""As many tasks are named by one rule; the rest show once these are settled."""


def something_planned(plan: Plan, act: Act) -> Iterator[Finding]:
    """A plan without a task undertakes nothing."""
    if not plan.tasks.current().exists():
        yield Finding(
            "nothing_planned", _("The plan has no task yet. Add its goals, tasks and measures first."), "tasks"
        )


def dates_in_order(plan: Plan, act: Act) -> Iterator[Finding]:
    """The plan ends after it begins, and no task is due outside of it."""
    if plan.ends_on < plan.begins_on:
        yield Finding("ends_before_it_begins", _("The plan ends before it begins. Correct its dates."), "ends_on")
        return
    late = plan.tasks.current().filter(due_on__gt=plan.ends_on) | plan.tasks.current().filter(due_on__lt=plan.begins_on)
    for task in late.order_by("path", "id")[:MOST_NAMED]:
        text = _("“%(task)s” is due on %(due)s, outside of the plan (%(begins)s to %(ends)s).") % {
            "task": str(task), "due": task.due_on, "begins": plan.begins_on, "ends": plan.ends_on,
        }  # fmt: skip
        yield Finding("due_outside_plan", text, str(task.uid))


def signer_did_not_write(plan: Plan, act: Act) -> Iterator[Finding]:
    """Nobody signs what they wrote, unless the unit has the logged exemption of a unit of one person."""
    if has_written(plan, act) and not signs_own_work(plan.unit, plan.programme):
        yield Finding(
            "own_work",
            _(
                "You have written in this plan, so somebody else must sign it. "
                "A unit of one person asks its unit administrator for an exemption."
            ),
        )


def decider_is_not_the_author(plan: Plan, act: Act) -> Iterator[Finding]:
    """Nobody approves what they wrote or signed, under whichever hat."""
    if plan.submitted_by_id == act.by.user.pk or has_written(plan, act):
        yield Finding("own_work", _("You have written or signed this plan, so somebody else must approve it."))


def has_written(plan: Plan, act: Act) -> bool:
    return PlanWriter.objects.filter(plan=plan, user=act.by.user).exists()
