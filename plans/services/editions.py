"""Editions of a plan: each approved wording is sealed, stored beside its seal, and never written again."""

from __future__ import annotations

import datetime as dt

from accounts.models import User
from plans.models import ChangeRequest, Plan, PlanEdition
from plans.plan_content import content_of
from records.seals import seal


def seal_edition(
    plan: Plan, *, at: dt.datetime, by: User | None = None, change: ChangeRequest | None = None
) -> PlanEdition:
    """Seal what the rows say now as the plan's next edition. The caller holds the plan's row lock.

    `by` is None where the wording was taken over from a document and nobody approved it here.
    """
    content, number = content_of(plan), plan.edition + 1
    approval = {
        "edition": number,
        "change": change.uid if change else None,
        "approved_by": by.uid if by else None,
        "approved_at": at,
    }
    plan.seal = seal("plan", plan.uid, {**content, **approval}, at=at)
    plan.edition = number
    plan.save(update_fields=["seal", "edition"])
    return PlanEdition.objects.create(
        plan=plan, number=number, seal=plan.seal, change=change, approved_by=by, approved_at=at, content=content
    )
