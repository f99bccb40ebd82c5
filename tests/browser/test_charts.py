"""Live charts: drawn over the server's drawing, read aloud, saved as a picture; without scripts the table is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.access import Actor
from reporting.models import Report
from tests.browser.driver import PHONE, Open
from tests.dashboards.dense import dense

pytestmark = pytest.mark.django_db(transaction=True)
SPREAD = "/dashboard/indicators/public-water-supply/distribution/"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def figures(luzhou_report: Report) -> str:
    """The page of Luzhou's figures, with dense data."""
    area = luzhou_report.due.pilot_area
    assert area is not None
    dense(luzhou_report.due.cycle.programme)
    return f"/pilots/{area.uid}/figures/"


def test_a_trend_is_drawn_read_aloud_and_saved(
    at_desk: Open, figures: str, ndrc_reviewer: Actor, tmp_path: Path
) -> None:
    person = at_desk(ndrc_reviewer)
    person.go(figures)
    page = person.page
    live = page.locator("#public-water-supply .chart-live")
    page.locator("#public-water-supply").scroll_into_view_if_needed()
    expect(live).to_have_attribute("aria-label", re.compile("2030"))
    expect(live.locator("canvas")).to_be_visible()
    expect(page.locator("#public-water-supply .mini-chart > svg")).to_be_hidden()
    with page.expect_download() as saving:
        page.locator("#public-water-supply [data-chart-picture]").click()
    saving.value.save_as(tmp_path / "chart.png")
    content = (tmp_path / "chart.png").read_bytes()
    assert content.startswith(PNG)
    assert len(content) > 10_000
    assert saving.value.suggested_filename.endswith(".png")


def test_a_distribution_has_its_pictures_and_its_tables(at_desk: Open, figures: str, ndrc_reviewer: Actor) -> None:
    person = at_desk(ndrc_reviewer, PHONE)
    person.go(SPREAD)
    expect(person.page.locator(".chart-live canvas").first).to_be_visible()
    assert person.page.locator("table.grid-table").count() == 2
    assert person.overflow() == 0


def test_without_scripts_drawing_and_tables_stand(at_desk: Open, figures: str, ndrc_reviewer: Actor) -> None:
    person = at_desk(ndrc_reviewer, java_script_enabled=False)
    person.go(figures)
    expect(person.page.locator("#public-water-supply .mini-chart > svg")).to_be_visible()
    expect(person.page.locator("#public-water-supply [data-chart-picture]")).to_be_hidden()
    person.go(SPREAD)
    expect(person.page.locator("table.grid-table").first).to_be_visible()
