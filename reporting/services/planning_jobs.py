"""A year is planned as a long job: 41,000 senders take longer than a page may. Registered by ReportingConfig.ready."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Actor
from portal.errors import WrongState
from records.jobs import JobKind, Progress, open_jobs, register, start
from records.models import Job
from reporting.deadlines.differences import Outcome
from reporting.services.hurrying import NO_HURRY, Hurry
from reporting.services.planning import YearPlan, check, generate, preview, programme_of

NAME = "plan"


def ask_to_generate(plan: YearPlan, *, digest: str, by: Actor, hurry: Hurry = NO_HURRY) -> Job:
    """Ask for a year to be made as it was shown. What would be refused is refused now.

    Raises NotFound, Stale, BadInput, and WrongState where somebody has asked already or nothing is to be done.
    """
    check(plan, digest, hurry, by=by)
    if not plan.to_do:
        raise WrongState(_("Nothing to do: what is owed is what should be owed."))
    if open_jobs(NAME, programme=plan.programme.code, year=plan.year).exists():
        raise WrongState(_("This plan is being carried out already. Look at it again when that has ended."))
    params = {
        "programme": plan.programme.code,
        "year": plan.year,
        "digest": digest,
        "hurry_reason": hurry.reason,
        "burden_hours": None if hurry.hours is None else str(hurry.hours),
    }
    label = _("Plan for %(year)d: %(periods)s") % {
        "year": plan.year,
        "periods": _(", ").join(period.label for period in plan.to_do),
    }
    return start(NAME, params, label=label, by=by, path=f"/plan/?year={plan.year}")


def _run(progress: Progress) -> Mapping[str, Any]:
    given = progress.params
    programme = programme_of(progress.actor)
    progress.begin(sum(period.differences.owing for period in preview(programme, given["year"]).to_do))
    hours = given["burden_hours"]
    hurry = Hurry(given["hurry_reason"], None if hours is None else Decimal(hours))
    done = generate(
        programme, given["year"], digest=given["digest"], by=progress.actor, hurry=hurry, step=progress.step
    )
    sums = {outcome.value: sum(counts[outcome.value] for _cycle, counts in done) for outcome in Outcome}
    return {**sums, "cycles": [str(cycle.uid) for cycle, _counts in done]}


def _words(result: Mapping[str, Any]) -> str:
    text = _("Up to date: %(add)d added, %(move)d moved, %(remove)d removed, %(kept)d kept because begun.")
    return text % result


register(JobKind(NAME, gettext_lazy("Plan of a year"), "cycle.open", _run, words=_words))
