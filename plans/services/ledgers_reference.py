"""Loading what Luzhou's opinion says into the records beside its plan: safe to repeat, nothing is deleted."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from pilots.models import Clause
from pilots.reference.documents import OPINION
from plans.ledger_rules import checked
from plans.ledgers import LEDGERS, Ledger
from plans.models import Plan
from plans.reference.ledgers import luzhou_entries
from plans.reference.plans import LUZHOU
from units.upsert import Tally, settle


@transaction.atomic
def load_ledgers() -> Tally:
    """The rows of the opinion, beside the plan that was entered from it. What its office changed stays as it is.

    A plan the office wrote itself gets none: then it keeps its records itself.
    """
    plans = Plan.objects.filter(pilot_area__key=LUZHOU.pilot, begun_by__isnull=True, document__number=OPINION)
    plan = plans.first()
    if plan is None:
        return Tally()
    tally = Tally()
    for ledger in LEDGERS.values():
        tally += _load(ledger, plan)
    return tally


def _load(ledger: Ledger, plan: Plan) -> Tally:
    clauses = dict(Clause.objects.filter(document=plan.document_id).values_list("anchor", "pk"))
    stored = ledger.model.objects.filter(key__isnull=False)
    theirs = set(stored.filter(version__gt=0).values_list("key", flat=True))
    rows: list[dict[str, Any]] = [
        {
            "key": f"luzhou-{ledger.slug}-{record.key}",
            "plan_id": plan.pk,
            "position": position,
            "clause_id": clauses[record.clause],
            "note": record.note,
            "source": record.source,
            **checked(ledger, record.values),
        }
        for position, record in enumerate(luzhou_entries(ledger.slug), start=1)
    ]
    return settle(stored, ("key",), [row for row in rows if row["key"] not in theirs])
