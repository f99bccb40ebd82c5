"""A list is checked, shown, stored whole or not at all, and undone while nothing stands on it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import timezone, translation

from accounts.access import Actor
from portal.errors import BadInput, Forbidden, NotFound, RuleBroken, Stale, WrongState
from records.importing import services
from records.importing.services import Answer, ListInput
from records.importing.workflow import IMPORT, acts_for
from records.models import ColumnMapping, Event, ImportedObject, ImportRun
from records.workflow import Request
from tests.conftest import Hire
from tests.records.lists import Places, csv_of, many, xlsx_of
from units.models import Division, DivisionVersion, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


def bring(rows: Any, by: Actor, headings: Any = ("name", "code", "note"), **more: Any) -> ImportRun:
    return services.start(ListInput("places-test", "虚构名单.csv", csv_of(rows, headings), **more), by=by)


def act(run: ImportRun, name: str, by: Actor) -> ImportRun:
    return services.perform(services.run_or_404(run.uid, by), Request(name), by=by)


def made() -> int:
    return Division.objects.filter(key__startswith="test-place-").count()


def planted() -> tuple[list[list[str]], list[tuple[int, str, str]]]:
    """3,000 rows with 40 faults of five sorts, and what is to be said of them: row, cell, code."""
    rows, expected = many(3000), []
    sorts = (
        (0, "", "missing"),
        (0, "长" * 21, "too_long"),
        (1, "51a", "bad_code"),
        (1, "=A1", "formula"),
        (0, "哪个镇?", "unsure"),
    )
    for number in range(40):
        index = 7 + number * 70
        column, text, code = sorts[number % 5]
        rows[index][column] = text
        expected.append((index + 2, f"{'AB'[column]}{index + 2}", code))
    return rows, expected


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_of_3000_rows_40_faults_are_named_then_stored_then_undone(form: str, ndrc_reviewer: Actor) -> None:
    rows, expected = planted()
    make = {"csv": csv_of, "xlsx": xlsx_of}[form]
    bad = services.start(ListInput("places-test", f"a.{form}", make(rows)), by=ndrc_reviewer)
    faults = services.outcome_of(bad)["faults"]
    assert [(fault["row"], fault["cell"], fault["code"]) for fault in faults] == expected
    assert all(fault["message"] for fault in faults)
    with pytest.raises(RuleBroken):
        act(bad, "store", ndrc_reviewer)
    assert made() == 0
    good = services.start(ListInput("places-test", f"a.{form}", make(many(3000))), by=ndrc_reviewer)
    assert act(good, "store", ndrc_reviewer).status == "stored"
    assert made() == 3000
    assert act(good, "undo", ndrc_reviewer).status == "undone"
    assert made() == 0
    assert not ImportedObject.objects.exists()


def test_what_was_changed_is_put_back(ndrc_reviewer: Actor) -> None:
    act(bring([["虚构甲", "900001", "old"], ["虚构乙", "900002", ""]], ndrc_reviewer), "store", ndrc_reviewer)
    rows = [["虚构丙", "900001", "new"], ["虚构乙", "900002", ""], ["虚构丁", "900003", ""]]
    run = bring(rows, ndrc_reviewer)
    assert {name: run.counts[name] for name in ("new", "changed", "same")} == {"new": 1, "changed": 1, "same": 1}
    assert services.outcome_of(run)["changes"][0]["fields"][0] == {
        "label": "name",
        "before": "虚构甲",
        "after": "虚构丙",
    }
    act(run, "store", ndrc_reviewer)
    act(run, "undo", ndrc_reviewer)
    now = Division.objects.filter(key__startswith="test-place-").order_by("key")
    assert list(now.values_list("name_now", "name_en_now")) == [("虚构甲", "old"), ("虚构乙", "")]


def test_undoing_is_refused_by_what_stands_on_the_rows_and_by_later_changes(ndrc_reviewer: Actor) -> None:
    run = act(bring(many(3), ndrc_reviewer), "store", ndrc_reviewer)
    first, second, third = Division.objects.filter(key__startswith="test-place-").order_by("key")
    Unit.objects.create(key="test-unit", kind="government", division=first, name_now="虚构单位", sort_key="x")
    DivisionVersion.objects.create(division=first, name_zh="虚构")
    Division.objects.filter(pk=second.pk).update(succeeded_by=third)
    with pytest.raises(RuleBroken) as caught:
        act(run, "undo", ndrc_reviewer)
    said = [(finding.code, finding.target) for finding in caught.value.findings]
    assert said == [("changed_since", "row-3"), ("stands_on", "row-2")]
    assert "虚构镇0" in str(caught.value.findings[1])
    assert "× 1" in str(caught.value.findings[1])
    assert made() == 3
    assert ImportRun.objects.get(pk=run.pk).status == "stored"


def test_after_a_day_there_is_no_way_back_and_after_a_week_the_rows_are_gone(ndrc_reviewer: Actor) -> None:
    run = act(bring(many(2), ndrc_reviewer), "store", ndrc_reviewer)
    assert [one.name for one in acts_for(run, ndrc_reviewer)] == ["undo"]
    with time_machine.travel(timezone.now() + dt.timedelta(hours=25)):
        assert acts_for(run, ndrc_reviewer) == []
        with pytest.raises(WrongState):
            act(run, "undo", ndrc_reviewer)
        assert services.clear_old() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(days=8)):
        assert (services.clear_old(), services.clear_old()) == (1, 0)
    run.refresh_from_db()
    assert (run.rows, run.outcome, run.counts["new"], run.is_readable) == (None, None, 2, False)
    assert not ImportedObject.objects.exists()


def test_discarding_clears_the_rows_at_once(ndrc_reviewer: Actor) -> None:
    run = act(bring(many(2), ndrc_reviewer), "discard", ndrc_reviewer)
    run.refresh_from_db()
    assert (run.status, run.rows, run.counts["rows"]) == ("discarded", None, 2)
    with pytest.raises(WrongState):
        act(run, "store", ndrc_reviewer)


def test_a_plan_that_changed_is_shown_anew_before_it_is_stored(ndrc_reviewer: Actor) -> None:
    run = bring([["虚构甲", "900001", ""]], ndrc_reviewer)
    act(bring([["虚构乙", "900001", ""]], ndrc_reviewer), "store", ndrc_reviewer)
    with pytest.raises(Stale):
        act(run, "store", ndrc_reviewer)
    assert Division.objects.get(key="test-place-900001").name_now == "虚构乙"
    fresh = services.run_or_404(run.uid, ndrc_reviewer)
    assert (fresh.counts["changed"], fresh.version) == (1, 1)
    act(run, "store", ndrc_reviewer)
    assert Division.objects.get(key="test-place-900001").name_now == "虚构甲"


def test_a_row_that_meets_a_constraint_stores_nothing_and_is_not_quoted_in_a_log(
    ndrc_reviewer: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    run = bring([["虚构甲", "900001", ""], ["虚构乙", "900001", ""]], ndrc_reviewer)
    with pytest.raises(Stale):
        act(run, "store", ndrc_reviewer)
    assert "constraint" in caplog.text
    assert "900001" not in caplog.text
    assert made() == 0
    assert not Event.objects.filter(act="import.store").exists()


def test_choices_are_only_what_was_suggested(ndrc_reviewer: Actor) -> None:
    run = bring([["哪个镇?", "900001", ""]], ndrc_reviewer)
    with pytest.raises(BadInput):
        services.answer(run.uid, [Answer(2, "name", "别的镇")], expected_version=0, by=ndrc_reviewer)
    with pytest.raises(Stale):
        services.answer(run.uid, [], expected_version=5, by=ndrc_reviewer)
    run = services.answer(run.uid, [Answer(2, "name", "哪个镇一")], expected_version=0, by=ndrc_reviewer)
    assert (run.counts["faults"], run.version) == (0, 1)
    back = services.answer(run.uid, [Answer(2, "name", "")], expected_version=1, by=ndrc_reviewer)
    assert back.counts["faults"] == 1
    services.answer(run.uid, [Answer(2, "name", "哪个镇一")], expected_version=2, by=ndrc_reviewer)
    act(run, "store", ndrc_reviewer)
    assert Division.objects.get(key="test-place-900001").name_now == "哪个镇一"


def test_headings_are_recognised_below_a_title_in_both_languages_and_remembered(ndrc_reviewer: Actor) -> None:
    rows = [["虚构甲", "900001"]]
    titled = services.start(
        ListInput("places-test", "a.csv", csv_of([["地名 *", "代 码（六位）"], *rows], ["虚构名单", ""])),
        by=ndrc_reviewer,
    )
    assert (titled.heading_row, titled.mapping) == (2, {"name": "地名 *", "code": "代 码（六位）"})
    assert titled.counts["new"] == 1
    unknown = bring(rows, ndrc_reviewer, ["Ort", "Nummer"])
    faults = services.outcome_of(unknown)["faults"]
    assert [(fault["code"], fault["column"], fault["row"]) for fault in faults] == [
        ("column_missing", "name", 1),
        ("column_missing", "code", 1),
    ]
    mapping = {"name": "Ort", "code": "Nummer", "note": ""}
    run = services.map_columns(unknown.uid, mapping, expected_version=0, by=ndrc_reviewer)
    assert run.counts["faults"] == 0
    assert bring(rows, ndrc_reviewer, ["Ort", "Nummer"]).mapping == {"name": "Ort", "code": "Nummer"}
    assert ColumnMapping.objects.count() == 1


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({"town": "Ort"}, "unknown_column"),
        ({"name": "Stadt"}, "unknown_heading"),
        ({"name": "Ort", "code": "Ort"}, "heading_twice"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(mapping: dict[str, str], code: str, ndrc_reviewer: Actor) -> None:
    with pytest.raises(BadInput) as caught:
        bring([["虚构甲", "900001"]], ndrc_reviewer, ["Ort", "Nummer"], mapping=mapping)
    assert [finding.code for finding in caught.value.findings] == [code]
    assert not ImportRun.objects.exists()


def test_a_foreign_list_is_not_there(ndrc_reviewer: Actor, stranger: Actor, places: Places, hire: Hire) -> None:
    run = bring(many(1), ndrc_reviewer)
    colleague = hire("ndrc.second", "ndrc", "reviewer")
    assert services.run_or_404(run.uid, colleague) == run
    for name in ("store", "discard"):
        with pytest.raises(NotFound):
            services.perform(run, Request(name), by=stranger)
    with pytest.raises(NotFound):
        services.answer(run.uid, [], expected_version=0, by=stranger)
    places.action = "people.manage"  # a kind that is not for reviewers
    with pytest.raises(NotFound):
        services.run_or_404(run.uid, colleague)


def test_who_may_not_is_refused(sichuan_drafter: Actor, ndrc_reviewer: Actor, places: Places) -> None:
    with pytest.raises(Forbidden):
        bring(many(1), sichuan_drafter)
    with pytest.raises(NotFound):
        services.start(ListInput("nonsense", "a.csv", b"x"), by=ndrc_reviewer)
    places.action = "places.import"
    with pytest.raises(Forbidden):
        bring(many(1), ndrc_reviewer)


def test_rows_are_encrypted_and_events_hold_no_cell(ndrc_reviewer: Actor) -> None:
    run = act(bring([["虚构甲", "900001", ""]], ndrc_reviewer), "store", ndrc_reviewer)
    events = list(Event.objects.about("import", run.uid).order_by("id"))
    assert [event.act for event in events] == ["import.check", "import.store"]
    assert events[1].data["sha256"] == run.sha256
    assert (events[1].data["new"], events[1].data["written"]) == (1, 1)
    assert "虚构甲" not in str([event.data for event in events])
    raw = ImportRun.objects.filter(pk=run.pk).extra(select={"plain": "rows || outcome"}).values_list("plain")[0][0]
    assert "虚构甲" not in raw
    assert "name" not in raw


def test_the_dry_run_speaks_the_readers_language(ndrc_reviewer: Actor) -> None:
    with translation.override("zh-hans"):
        run = bring([["", "900001", ""]], ndrc_reviewer)
    with translation.override("en"):
        said = services.outcome_in_words(run, ndrc_reviewer)["faults"][0]["message"]
    assert said == "“地名” must not be empty."


def test_the_table_of_acts(ndrc_reviewer: Actor) -> None:
    offered = {}
    for status in ("checked", "stored", "undone", "discarded"):
        run = bring(many(1), ndrc_reviewer)
        now = timezone.now() + dt.timedelta(hours=1)
        ImportRun.objects.filter(pk=run.pk).update(status=status, undo_until=now)
        offered[status] = [one.name for one in acts_for(ImportRun.objects.get(pk=run.pk), ndrc_reviewer)]
    assert offered == {"checked": ["store", "discard"], "stored": ["undo"], "undone": [], "discarded": []}
    assert {one.action for one in IMPORT.transitions} == {"import.run"}
