"""The register of documents as it is loaded: numbers written one way, dates only where somebody says what they are."""

from __future__ import annotations

import datetime as dt

import pytest

from pilots.document_numbers import normalised, year_of
from pilots.models import Clause, Document, Validity
from pilots.reference.documents import OPINION, dates, documents
from pilots.services.documents_reference import load_documents
from units.models import Unit

LUZHOU_WEB_PAGE = """
索引号: | 00835003X/2015-00042 | 公文种类: | 通知 | 成文日期: | 2015-03-16 | 发布日期: | 2015-03-18 | 有效性: | 有效
"""
"""The head of `luzhou_opinion.txt`."""


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("泸市府发[2015]7号", OPINION),
        ("泸市府发﹝2015﹞7号", OPINION),
        ("泸市府发［２０１５］７号", OPINION),  # noqa: RUF001 (as some type it)
        ("泸市府发(2015)7号", OPINION),
        ("泸市府发（2015）第07号", OPINION),
        (" 泸市府发 【2015】 7 号 ", OPINION),
        (OPINION, OPINION),
        ("川财预函[2013]100号（试行）", "川财预函〔2013〕100号(试行)"),
        ("无文号", "无文号"),
        ("", ""),
    ],
)
def test_a_number_is_written_one_way(written: str, stored: str) -> None:
    assert normalised(written) == stored
    assert normalised(stored) == stored


def test_the_year_of_a_number() -> None:
    assert (year_of(OPINION), year_of("无文号")) == (2015, None)


@pytest.mark.parametrize(
    ("cell", "signed", "published", "note"),
    [
        ("2014-03-16(公布)", None, dt.date(2014, 3, 16), ""),
        ("2015-03-16(成文) 2015-03-18(发布)", dt.date(2015, 3, 16), dt.date(2015, 3, 18), ""),
        ("2015", None, None, ""),
        ("2014-12-29(日期:memory)", None, None, "2014-12-29（仅凭记忆，未核实）"),
        ("2016-11/12(12-07上网)", None, None, "2016-11/12(12-07上网)"),
        ("2015-11-16", None, None, "来源给出的日期为 2015-11-16，未注明是成文日期还是发布日期"),
    ],
)
def test_only_a_day_of_which_somebody_says_what_it_is_becomes_a_date(
    cell: str, signed: dt.date | None, published: dt.date | None, note: str
) -> None:
    assert dates(cell) == (signed, published, note)


@pytest.mark.django_db
def test_luzhou_s_opinion_carries_all_its_elements() -> None:
    found = Document.objects.get(number=OPINION)
    assert f"{found.index_number} | 公文种类: | {found.kind}" in LUZHOU_WEB_PAGE
    assert (found.signed_on, found.published_on) == (dt.date(2015, 3, 16), dt.date(2015, 3, 18))
    assert found.validity == Validity.IN_FORCE
    assert found.is_fact
    texts = dict(found.clauses.values_list("anchor", "text"))
    assert "到2020年，全市常住人口城镇化率达到58.5%" in texts["goals-level"]
    assert "3—5个镇" in texts["pilot-towns"]


@pytest.mark.django_db
def test_what_is_only_said_stays_said() -> None:
    notice = Document.objects.get(number="发改规划〔2016〕2489号")
    assert (notice.confidence, notice.signed_on, notice.published_on) == ("medium", None, None)
    assert "文号据公开转载" in notice.note
    first = Document.objects.get(number="发改规划〔2014〕2960号")
    assert "未核实" in first.dates_note
    assert first.signed_on is None
    others = Document.objects.exclude(number=OPINION)
    assert set(others.values_list("validity", flat=True)) == {Validity.UNKNOWN.value}


@pytest.mark.django_db
def test_loading_again_changes_nothing_and_leaves_what_an_office_entered() -> None:
    before = Document.objects.count(), Clause.objects.count()
    again = load_documents(documents())
    assert (again.created, again.updated) == (0, 0)
    own = Document.objects.get(number="湖政办发〔2015〕84号")
    Document.objects.filter(pk=own.pk).update(unit=Unit.objects.first(), name_zh="本单位录入")
    load_documents(documents())
    own.refresh_from_db()
    assert own.name_zh == "本单位录入"
    assert (Document.objects.count(), Clause.objects.count()) == before
