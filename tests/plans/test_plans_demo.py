"""The demo's plan: a critical chain one can check by hand, gaps, something overdue, and all of it marked."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.conf import LazySettings
from django.utils import timezone

from plans.arrangement import arrangement_of
from plans.duties import gaps_of
from plans.models import AnnualPlan, ChangeRequest, Duty, GuidedPlan, Plan, Progress, Tier
from plans.progress_reading import summary_of
from portal.demo import cast, plans, towns
from portal.demo.cast import Company
from records.seals import broken_seals
from units.calendar import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(settings: LazySettings, tmp_path: object) -> Plan:
    settings.MEDIA_ROOT = tmp_path
    towns.load()
    cast.load()
    begun = time.process_time()
    found = plans.load(Company(), timezone.now())
    assert found is not None
    assert time.process_time() - begun < 3  # of our own; what else runs beside it does not count
    return found


def test_the_critical_chain_is_the_one_of_the_docstring(plan: Plan) -> None:
    found = arrangement_of(plan)
    dates = found.schedule()
    names = {task.pk: task for task in found.tasks}
    assert [names[key].name_zh for key in dates.chain] == [
        plans.FIRST, plans.FINANCE, plans.INSURANCE, plans.LAST,
    ]  # fmt: skip
    first, last = names[dates.chain[0]], names[dates.chain[-1]]
    assert (last.finish_by, dates.rows[first.pk].slack, dates.short) == (plan.ends_on, plans.SPARE, 0)
    assert first.latest_start is not None
    assert (plan.ends_on - first.latest_start).days + 1 == plans.CHAIN
    assert first.begins_on == first.latest_start - dt.timedelta(days=plans.SPARE)


def test_everything_the_pages_show_is_there(plan: Plan) -> None:
    summary = summary_of(plan, today())
    assert (plan.edition, summary.done, summary.overdue) == (2, 1, 1)
    assert {row.status for row in ChangeRequest.objects.all()} == {"approved", "submitted"}
    assert AnnualPlan.objects.get().status == "submitted"
    assert GuidedPlan.objects.get().status == "agreed"
    tiers = {gap.tier for gap in gaps_of(plan)}
    assert {Tier.DEPUTY, Tier.PERSON} <= tiers
    assert broken_seals() == []


def test_nothing_is_anybody_s_and_all_of_it_says_so(plan: Plan) -> None:
    for duty in Duty.objects.select_related("person"):
        assert duty.person.is_demo if duty.person else "（演示）" in duty.name
    assert all(row.is_demo and "演示" in row.text for row in Progress.objects.all())
    assert all(row.is_demo and "演示" in row.title for row in ChangeRequest.objects.all())
    assert plan.editions.get(number=1).content["ends_on"] == "2020-12-31"


def test_loading_again_changes_nothing(plan: Plan) -> None:
    assert plans.load(Company(), timezone.now()) is None
    assert ChangeRequest.objects.count() == 2
