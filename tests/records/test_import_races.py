"""Two at the same moment: a list is stored once, and two lists about the same rows are never mixed."""

from __future__ import annotations

import pytest

from accounts.access import Actor
from accounts.models import Role
from portal.errors import Stale, WrongState
from records.importing import services
from records.importing.services import ListInput
from records.models import Event, ImportedObject, ImportRun
from records.workflow import Request
from tests.conftest import Hire
from tests.records.lists import csv_of, many
from tests.test_races import at_once, refusals
from units.models import Division

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database, pytest.mark.usefixtures("places")]


def bring(by: Actor, number: int = 30) -> ImportRun:
    return services.start(ListInput("places-test", "虚构.csv", csv_of(many(number))), by=by)


def test_two_people_store_one_list_once(ndrc_reviewer: Actor, hire: Hire) -> None:
    run, second = bring(ndrc_reviewer), hire("ndrc.second", "ndrc", Role.REVIEWER)
    wanted = Request("store", expected_version=run.version)
    outcomes = at_once(
        lambda: services.perform(run, wanted, by=ndrc_reviewer), lambda: services.perform(run, wanted, by=second)
    )
    (refused,) = refusals(outcomes)
    assert isinstance(refused, WrongState | Stale)
    assert Division.objects.filter(key__startswith="test-place-").count() == 30
    assert (ImportedObject.objects.count(), Event.objects.filter(act="import.store").count()) == (30, 1)


def test_of_two_lists_about_the_same_rows_the_second_is_shown_anew(ndrc_reviewer: Actor) -> None:
    runs = [bring(ndrc_reviewer), bring(ndrc_reviewer, 40)]
    outcomes = at_once(*[lambda run=run: services.perform(run, Request("store"), by=ndrc_reviewer) for run in runs])
    (refused,) = refusals(outcomes)
    assert isinstance(refused, Stale)
    waiting = ImportRun.objects.get(status="checked")
    assert waiting.counts["same"] == 30
    assert waiting.version == 1


def test_storing_and_discarding_at_once_is_one_of_them(ndrc_reviewer: Actor) -> None:
    run = bring(ndrc_reviewer)
    outcomes = at_once(*[
        lambda name=name: services.perform(run, Request(name), by=ndrc_reviewer) for name in ("store", "discard")
    ])  # fmt: skip
    assert [type(one) for one in refusals(outcomes)] == [WrongState]
    stored = ImportRun.objects.get().status == "stored"
    assert Division.objects.filter(key__startswith="test-place-").count() == (30 if stored else 0)
