"""The columns of a list of pilot areas, as annex 1 of an approval has them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from pilots.importing import cells
from pilots.models import Region
from records.importing.kinds import Column
from units.models import Sourced

CONFIDENCE = [choice for choice in Sourced.Confidence.choices if choice[0] != Sourced.Confidence.LOW]

COLUMNS = (
    Column("batch", gettext_lazy("batch"), read=cells.number(1, 99), aliases=("批次", "批")),
    Column("seq", gettext_lazy("number in the list"), read=cells.number(1, 9999), aliases=("序号", "official_seq")),
    Column(
        "province", gettext_lazy("province"), required=True, read=cells.line, aliases=("省份", "省", "省（区、市）")
    ),
    Column(
        "name",
        gettext_lazy("name as published"),
        required=True,
        read=cells.line,
        aliases=("试点地区", "地区名称", "名称", "name_as_published"),
        longest=120,
    ),
    Column("name_en", gettext_lazy("English name"), read=cells.line, aliases=("英文名称",), longest=120, is_aside=True),
    Column(
        "category",
        gettext_lazy("category as published"),
        help=gettext_lazy("The level or kind under which the list has it"),
        read=cells.line,
        aliases=("类别", "级别", "level", "unit_level"),
        longest=40,
        is_aside=True,
    ),
    Column(
        "divisions",
        gettext_lazy("divisions"),
        help=gettext_lazy("Codes or names; needed where the published name is not that of one place"),
        read=cells.several,
        aliases=("区划代码", "行政区划代码", "code", "admin_code_201611"),
    ),
    Column(
        "reporting_unit",
        gettext_lazy("reporting unit"),
        help=gettext_lazy("Key or name of the office; without it, the one of the place"),
        read=cells.line,
        aliases=("报送单位",),
    ),
    Column(
        "region",
        gettext_lazy("region"),
        help=gettext_lazy("Follows from the province; checked where it is given"),
        read=cells.one_of("unknown_region", Region.choices),
        aliases=("区域", "地区分布"),
        is_aside=True,
    ),
    cells.SOURCE,
    Column(
        "confidence",
        gettext_lazy("confidence"),
        help=gettext_lazy("high: verified; medium: reported, and what is taken where nothing is said"),
        read=cells.confidence(CONFIDENCE),
        aliases=("可信度",),
        is_aside=True,
    ),
    Column("note", gettext_lazy("note"), read=cells.line, aliases=("备注",), longest=1000, is_aside=True),
)
