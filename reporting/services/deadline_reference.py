"""Loading the portal's own proposals for dates and reminders. What somebody has changed is left alone."""

from __future__ import annotations

from dataclasses import asdict

from reporting.models import Anchor, DateRule, DeadlinePolicy, ReminderStep
from reporting.reference.deadlines import LADDER, POLICY, RULES, SOURCE, RuleRecord
from units.models import Programme
from units.upsert import Tally


def load_deadlines() -> Tally:
    """For each programme the rules, the policy and the ladder it has none of yet."""
    tally = Tally()
    for programme in Programme.objects.order_by("id"):
        tally += _load_rules(programme) + _load_policy(programme) + _load_ladder(programme)
    return tally


def _load_policy(programme: Programme) -> Tally:
    defaults = {**asdict(POLICY), "is_ours": True, "source": SOURCE}
    _, created = DeadlinePolicy.objects.get_or_create(programme=programme, defaults=defaults)
    return Tally(1, int(created))


def _load_ladder(programme: Programme) -> Tally:
    """Of reports and of tasks: nothing where the programme ever had such a step. What was retired stays retired."""
    known = set(ReminderStep.objects.filter(programme=programme).values_list("anchor", flat=True))
    of_tasks, of_reports = Anchor.TASK in known, bool(known - {Anchor.TASK.value})
    steps = [
        ReminderStep(programme=programme, anchor=anchor, offset=offset, audience=audience, is_ours=True)
        for anchor, offset, audience in LADDER
        if not (of_tasks if anchor == Anchor.TASK else of_reports)
    ]
    return Tally(len(LADDER), len(ReminderStep.objects.bulk_create(steps)))


def _load_rules(programme: Programme) -> Tally:
    made: dict[tuple[str, str], DateRule] = {}
    tally = Tally()
    for record in RULES:
        rule, created = DateRule.objects.get_or_create(
            programme=programme,
            setter=programme.owner,
            kind=record.kind,
            capacity=record.capacity,
            defaults=_fields(record, made),
        )
        made[record.kind, record.capacity] = rule
        tally += Tally(1, int(created))
    return tally


def _fields(record: RuleRecord, made: dict[tuple[str, str], DateRule]) -> dict[str, object]:
    return {
        "function": record.function,
        "month": record.month,
        "day": record.day,
        "after": made[record.after] if record.after else None,
        "working_days": record.working_days,
        "is_ours": True,
        "source": SOURCE,
    }
