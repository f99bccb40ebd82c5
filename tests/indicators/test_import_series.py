"""Published figures brought in as a list. The figures are invented and say so in their source."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor
from indicators.importing.series import PublishedFigures
from indicators.models import Observation
from portal.errors import RuleBroken
from records.importing.kinds import Difference
from tests.lists import brought_in, named, planned, undone

pytestmark = pytest.mark.django_db
KIND = PublishedFigures()
OUR_SOURCE = "测试，虚构"


def row(value: str, **cells: str) -> dict[str, str]:
    return {
        "place": "四川省", "indicator": "常住人口城镇化率", "year": "2022", "value": value, "status": "审定",
        "source": OUR_SOURCE, **cells,
    }  # fmt: skip


def ours() -> list[Observation]:
    return list(Observation.objects.filter(source=OUR_SOURCE).order_by("id"))


def test_a_figure_is_stored_as_published_with_what_was_typed(ndrc_reviewer: Actor) -> None:
    cells = row("５８．４％", numerator="4887.0", denominator="8370", period="全年", note="说明")  # noqa: RUF001
    brought_in(KIND, [cells | {"numerator": "4888.08"}], ndrc_reviewer)
    (figure,) = ours()
    assert (figure.value, figure.numerator, figure.denominator) == (Decimal("58.4"), Decimal("4888.08"), Decimal(8370))
    assert (figure.programme_id, figure.seal_id, figure.is_in_force, figure.status) == (None, None, True, "final")
    assert (figure.entered, figure.recorded_by, figure.note) == (cells["value"], ndrc_reviewer.user, "说明")
    assert figure.vintage is not None
    assert figure.vintage.code == "census-2020"


def test_units_and_the_nation_are_understood(ndrc_reviewer: Actor) -> None:
    amounts = {"place": "全国", "indicator": "resident-population"}
    brought_in(KIND, [row("141175", unit="万人", **amounts), row("140967万", year="2023", **amounts)], ndrc_reviewer)
    assert [figure.value for figure in ours()] == [141175, 140967]
    assert {figure.division.key for figure in ours()} == {"CN"}


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"place": "四川"}, "place", "unknown"),
        ({"indicator": "常住城镇化率"}, "indicator", "unknown_indicator"),
        ({"indicator": "social-insurance-coverage"}, "indicator", "unknown_indicator"),  # Luzhou's own
        ({"value": "58,4"}, "value", "separators"),
        ({"value": "58.4万人"}, "value", "unit"),
        ({"value": "158.4"}, "value", "too_high"),
        ({"numerator": "4887", "denominator": "0"}, "denominator", "denominator_zero"),
        ({"numerator": "4000", "denominator": "8370"}, "value", "rate_mismatch"),
        ({"unit": "斤"}, "unit", "unknown_unit"),
        ({"status": "大概"}, "status", "unknown_status"),
        ({"confidence": "low"}, "confidence", "unknown_confidence"),
        ({"source": "memory"}, "source", "not_verified"),
        ({"year": "2026"}, "year", "in_the_future"),
        ({"indicator": "常住人口", "numerator": "1", "denominator": "2"}, "numerator", "no_rate"),
    ],
)
def test_each_fault_names_its_cell(ndrc_reviewer: Actor, cells: dict[str, str], column: str, code: str) -> None:
    assert named(planned(KIND, [row("58.4") | cells], ndrc_reviewer)) == [(2, column, code)]


def test_one_figure_of_one_source_comes_once(ndrc_reviewer: Actor) -> None:
    assert named(planned(KIND, [row("58.4"), row("58.5")], ndrc_reviewer)) == [(3, "", "twice")]
    assert named(planned(KIND, [row("58.4"), row("58.5", source="另一来源，虚构")], ndrc_reviewer)) == []


def test_warnings_are_remarks(ndrc_reviewer: Actor) -> None:
    plan = planned(KIND, [row("43.8", place="泸州市", year="2013")], ndrc_reviewer)
    assert [(remark.column, remark.code) for remark in plan.remarks] == [("value", "published_differs")]
    assert "43.29" in str(plan.remarks[0].message)


def test_what_is_there_word_for_word_is_no_change(ndrc_reviewer: Actor) -> None:
    brought_in(KIND, [row("58.4")], ndrc_reviewer)
    plan = planned(KIND, [row("58.4"), row("58.5", year="2023")], ndrc_reviewer)
    assert [change.what for change in plan.changes] == [Difference.SAME, Difference.NEW]


def test_the_same_source_saying_otherwise_replaces_and_undoing_brings_it_back(ndrc_reviewer: Actor) -> None:
    brought_in(KIND, [row("58.4")], ndrc_reviewer)
    (change,) = planned(KIND, [row("58.35")], ndrc_reviewer).changes
    assert change.what == Difference.CHANGED
    stored = brought_in(KIND, [row("58.35")], ndrc_reviewer)
    assert [(figure.value, figure.is_in_force) for figure in ours()] == [
        (Decimal("58.4"), False),
        (Decimal("58.35"), True),
    ]
    assert undone(KIND, stored, ndrc_reviewer)
    standing = [(figure.value, figure.is_in_force) for figure in ours() if figure.withdrawn_at is None]
    assert standing == [(Decimal("58.4"), True)]
    assert len(ours()) == 3  # nothing is ever deleted


def test_another_source_stays_beside_it_and_the_more_settled_one_counts(ndrc_reviewer: Actor) -> None:
    brought_in(KIND, [row("43.9", place="泸州市", year="2013", status="快报")], ndrc_reviewer)
    (figure,) = ours()
    assert (figure.withdrawn_at, figure.is_in_force) == (None, False)


def test_what_a_later_list_replaced_is_not_undone_first(ndrc_reviewer: Actor) -> None:
    first = brought_in(KIND, [row("58.4")], ndrc_reviewer)
    brought_in(KIND, [row("58.35")], ndrc_reviewer)
    with pytest.raises(RuleBroken):
        undone(KIND, first, ndrc_reviewer)


def test_only_the_office_that_runs_the_programme_brings_them(
    ndrc_reviewer: Actor, sichuan_reviewer: Actor, luzhou_drafter: Actor
) -> None:
    assert KIND.open_to(ndrc_reviewer)
    assert not KIND.open_to(sichuan_reviewer)
    assert not luzhou_drafter.can(KIND.action)


def test_statements_do_not_grow_with_the_rows(ndrc_reviewer: Actor) -> None:
    counts = []
    for years in (range(2001, 2003), range(2001, 2021)):
        with CaptureQueriesContext(
            connection,
        ) as statements:
            planned(KIND, [row("30.5", year=str(year)) for year in years], ndrc_reviewer)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 12
