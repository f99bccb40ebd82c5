"""Places and offices in the database: as the reference data have them, however often they are loaded."""

from __future__ import annotations

import datetime as dt

import pytest

from units import services
from units.calendar import today
from units.models import Division, DivisionVersion, Unit
from units.reference.divisions import divisions
from units.reference.offices import offices

pytestmark = pytest.mark.django_db
APPROVED = dt.date(2016, 11, 30)


def test_loading_again_changes_nothing() -> None:
    before = list(DivisionVersion.objects.order_by("pk").values_list("pk", flat=True))
    places = services.load_divisions(divisions(), today())
    units = services.load_offices(offices(), today())
    assert (places.created, places.updated, units.created, units.updated) == (0, 0, 0, 0)
    assert list(DivisionVersion.objects.order_by("pk").values_list("pk", flat=True)) == before


def test_what_changed_in_the_data_is_updated_in_place() -> None:
    place = Division.objects.get(code_now="510500")
    Division.objects.filter(pk=place.pk).update(name_now="旧名", path_now="/")
    place.versions.update(name_zh="旧名")
    tally = services.load_divisions(divisions(), today())
    again = Division.objects.get(pk=place.pk)
    assert tally.created == 0
    assert (again.name_now, again.versions.get().name_zh) == ("泸州市", "泸州市")
    assert again.path_now.endswith(f"/{place.pk}/")


def test_a_county_made_a_city_is_one_place_with_two_names() -> None:
    shenmu = Division.objects.get(versions__name_zh="神木县")
    then = shenmu.version_on(APPROVED)
    assert then is not None
    assert (then.name_zh, then.code) == ("神木县", "610821")
    assert (shenmu.name_now, shenmu.code_now) == ("神木市", "610881")


def test_an_office_takes_the_name_of_its_place() -> None:
    office = Unit.objects.get(key="lgo-610821")
    assert "神木县" in office.name_on(APPROVED)
    assert "神木市" in office.name_now


def test_a_renamed_department_is_known_by_both_names() -> None:
    land = Unit.objects.get(key="land")
    assert land.name_on(APPROVED) == "国土资源部"
    assert land.name_now == "自然资源部"


def test_every_path_leads_from_the_nation_down() -> None:
    nation = Division.objects.get(level="nation")
    assert not Division.objects.exclude(path_now__startswith=f"/{nation.pk}/").exists()


def test_a_place_that_is_gone_has_no_code_today() -> None:
    ended = Division.objects.exclude(versions__valid__contains=today())
    assert ended.exists()
    assert not ended.exclude(code_now="").exists()
