"""Programmes, pilots and routes in the database."""

from __future__ import annotations

import pytest
from django.db.models import Sum

from pilots import services
from pilots.models import Batch, BatchTotal, Capacity, Milestone, PilotArea, ReviewingDepartment, Route
from pilots.reference.pilots import pilots
from pilots.reference.routes import routes
from reporting.models import Cycle, Due, TemplateSection
from units.models import Programme, Unit

pytestmark = pytest.mark.django_db


def test_loading_again_changes_nothing() -> None:
    for tally in (services.load_pilots(pilots()), services.load_routes(routes())):
        assert (tally.created, tally.updated) == (0, 0)


def test_thirty_seven_offices_send_to_ndrc(programme: Programme) -> None:
    senders = Route.objects.filter(programme=programme, capacity=Capacity.COMPILER, receiver__key="ndrc")
    assert senders.count() == 37


def test_coverage_of_the_third_batch_is_thirteen_of_111() -> None:
    third = Batch.objects.get(programme__code="national", number=3)
    published = BatchTotal.objects.filter(batch=third, is_whole=True).aggregate(Sum("count"))
    assert (third.pilot_areas.count(), published["count__sum"]) == (13, 111)


def test_what_nobody_could_verify_is_not_loaded() -> None:
    loaded = PilotArea.objects.filter(is_fictitious=False)
    assert loaded.count() == sum(record.shown for record in pilots())
    assert loaded.shown().count() == loaded.count()


def test_shenmu_bears_the_published_name_and_leads_to_todays_place() -> None:
    pilot = PilotArea.objects.get(key="national-3-610821")
    assert pilot.name_as_published == "榆林市神木县"
    assert [place.name_now for place in pilot.divisions.all()] == ["神木市"]


def test_one_pilot_may_have_its_own_milestone() -> None:
    own = Milestone.objects.get(pilot_area__isnull=False)
    assert own.pilot_area is not None
    assert (own.pilot_area.name_as_published, own.due_on.year) == ("科尔沁左翼中旗", 2017)


def test_eleven_departments_review_and_five_sections_are_asked(programme: Programme) -> None:
    assert ReviewingDepartment.objects.filter(programme=programme).count() == 11
    asked = TemplateSection.objects.filter(template__programme=programme)
    assert asked.filter(template__purpose="report").count() == 5
    assert [section.code for section in asked.filter(template__purpose="contacts")] == ["remarks"]  # N24


def test_luzhous_report_goes_to_sichuan_and_then_to_ndrc(running_cycle: Cycle) -> None:
    due = Due.objects.get(cycle=running_cycle, unit__key="lgo-510500")
    assert [Unit.objects.get(pk=pk).key for pk in due.chain] == ["drc-510000", "ndrc"]


def test_ningbo_owes_twice(running_cycle: Cycle) -> None:
    dues = Due.objects.filter(cycle=running_cycle, unit__key="drc-330200")
    assert sorted(due.capacity for due in dues) == ["compiler", "pilot"]
    assert {due.receiver.key for due in dues} == {"ndrc"}
