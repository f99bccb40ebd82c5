"""Luzhou: the leading-group office, those of its districts and counties (L9), and municipal departments."""

from datetime import date

from units.reference.divisions import division_by_any_code
from units.reference.leading_groups import GroupName, leading_group_office
from units.reference.pinyin import pinyin_key
from units.reference.records import DivisionRecord, NameRecord, OfficeRecord

LUZHOU_CODE = "510500"
LUZHOU_OFFICE_KEY = "lgo-510500"
COUNTY_CODES = ("510502", "510503", "510504", "510521", "510522", "510524", "510525")

OPINION_OF = date(2015, 3, 16)
GROUP_ZH = "新型城镇化建设综合改革领导小组"
GROUP_EN = "Leading Group Office for Comprehensive Reform of New-type Urbanization"
CITY_SOURCE = "泸市府发〔2015〕7号 四(一) (L9): 成立泸州市新型城镇化建设综合改革领导小组; its office formed by rule"
COUNTY_SOURCE = "formed by rule from 泸市府发〔2015〕7号 四(一) (L9): 各区县…也要成立相应的领导小组; not from a list"

# The opinion names no department. Those below are named by a public source; the list is not complete.
DEPARTMENTS: tuple[tuple[str, str, str, str], ...] = (
    (
        "drc",
        "泸州市发展和改革委员会",
        "Luzhou Development and Reform Commission",
        "https://cbgc.scol.com.cn/news/5610954",
    ),
    (
        "public-security",
        "泸州市公安局",
        "Luzhou Public Security Bureau",
        "https://m.yybnet.net/luzhou/luxian/202012/11072883.html",
    ),
    (
        "civil-affairs",
        "泸州市民政局",
        "Luzhou Civil Affairs Bureau",
        "http://ciudsrc.com/webdiceng.php?id=104029 (市民政局); http://www.lzlsly.cn/contents/6/2483.html",
    ),
    (
        "human-resources",
        "泸州市人力资源和社会保障局",
        "Luzhou Human Resources and Social Security Bureau",
        "http://www.yjxww.com/a/20220402/73950.html (named there as 泸州市人社局)",
    ),
    (
        "ecology",
        "泸州市生态环境局",
        "Luzhou Ecology and Environment Bureau",
        "http://sczjw.net.cn/read/detail/4324.html",
    ),
    (
        "statistics",
        "泸州市统计局",
        "Luzhou Statistics Bureau",
        "http://lzby.lzep.cn:8088/lzrb/201907/18/content_105682.html (市统计局)",
    ),
)


def place(code: str) -> DivisionRecord:
    record = division_by_any_code(code)
    if record is None:
        raise LookupError(code)
    return record


def group(source: str) -> GroupName:
    return GroupName(GROUP_ZH, GROUP_EN, OPINION_OF, source)


def city_office() -> OfficeRecord:
    return leading_group_office(LUZHOU_OFFICE_KEY, place(LUZHOU_CODE), group(CITY_SOURCE))


def county_office_key(code: str) -> str:
    return f"lgo-{code}"


def county_offices() -> list[OfficeRecord]:
    return [leading_group_office(county_office_key(code), place(code), group(COUNTY_SOURCE)) for code in COUNTY_CODES]


def municipal_departments() -> list[OfficeRecord]:
    """Dates of these names are not known; the sources are of 2016 to 2024."""
    return [
        OfficeRecord(
            key=f"luzhou-{short}",
            kind="commission" if short == "drc" else "department",
            division_key=place(LUZHOU_CODE).key,
            names=(NameRecord(name_zh, name_en, None, None, source),),
            source=source,
            confidence="medium",
            sort_key=pinyin_key(name_zh),
            parent_key=LUZHOU_OFFICE_KEY,
        )
        for short, name_zh, name_en, source in DEPARTMENTS
    ]


def luzhou_offices() -> list[OfficeRecord]:
    return [city_office(), *county_offices(), *municipal_departments()]
