"""What the cells of a list of published figures may say."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

from django.utils.translation import gettext_lazy

from indicators.measures import Measure
from indicators.models import FigureStatus, Part
from indicators.typed import LONGEST, SUFFIXES
from pilots.importing import cells
from records.importing.kinds import Column
from units.models import Sourced

CONFIDENCE = [choice for choice in Sourced.Confidence.choices if choice[0] != Sourced.Confidence.LOW]
"""What nobody could verify is not brought in."""


def _known_as(words: Mapping[str, str], otherwise: Callable[[str], str]) -> Callable[[str], str]:
    """What yearbooks write besides our own words."""

    def read(value: str) -> str:
        typed = unicodedata.normalize("NFKC", value).strip().casefold()
        return words[typed] if typed in words else otherwise(value)

    return read


MEASURE = _known_as(
    {word: found.value for word, found in SUFFIXES.items()}, cells.one_of("unknown_unit", Measure.choices)
)
PERIOD = _known_as(
    {"全年": "year", "年度": "year", "上半年": "h1", "半年": "h1"}, cells.one_of("unknown_period", Part.choices)
)
STATUS = _known_as(
    {
        "审定": "final", "审定数": "final", "最终数": "final", "快报": "preliminary", "快报数": "preliminary",
        "初步数": "preliminary", "预计": "estimate", "预计数": "estimate",
    },
    cells.one_of("unknown_status", FigureStatus.choices),
)  # fmt: skip


COLUMNS = (
    Column(
        "place",
        gettext_lazy("place"),
        required=True,
        help=gettext_lazy("Code or name of the place, as it was at the end of the period"),
        read=cells.line,
        aliases=("division", "area", "地区", "区划", "区划代码", "地方"),
    ),
    Column(
        "indicator",
        gettext_lazy("indicator"),
        required=True,
        help=gettext_lazy("Code or name of a shared indicator"),
        read=cells.line,
        aliases=("指标", "指标代码", "指标名称"),
    ),
    Column(
        "year",
        gettext_lazy("year"),
        required=True,
        read=cells.number(cells.FIRST_YEAR, cells.LAST_YEAR),
        aliases=("年份", "年度"),
    ),
    Column(
        "period",
        gettext_lazy("period"),
        help=gettext_lazy("Empty: the whole year"),
        read=PERIOD,
        aliases=("part", "时期", "期间"),
    ),
    Column(
        "value",
        gettext_lazy("value"),
        required=True,
        read=cells.line,
        aliases=("数值", "指标值"),
        longest=LONGEST,
    ),
    Column("numerator", gettext_lazy("numerator"), read=cells.line, aliases=("分子",), longest=LONGEST),
    Column("denominator", gettext_lazy("denominator"), read=cells.line, aliases=("分母",), longest=LONGEST),
    Column(
        "unit",
        gettext_lazy("unit of measure"),
        help=gettext_lazy("Empty: the unit of the indicator"),
        read=MEASURE,
        aliases=("measure", "单位", "计量单位"),
    ),
    Column(
        "status",
        gettext_lazy("how settled"),
        required=True,
        help=cells.words_of(FigureStatus.choices),
        read=STATUS,
        aliases=("数据状态", "状态", "数据性质"),
    ),
    cells.SOURCE,
    Column(
        "confidence",
        gettext_lazy("confidence"),
        help=cells.words_of(CONFIDENCE),
        read=cells.one_of("unknown_confidence", CONFIDENCE),
        aliases=("可信度", "核实情况"),
        is_aside=True,
    ),
    Column("note", gettext_lazy("note"), read=cells.line, aliases=("备注", "说明"), longest=1000, is_aside=True),
)
