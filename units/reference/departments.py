"""The eleven departments that review the national pilots (N1), each with its dated names."""

from datetime import date

from units.reference.divisions import NATION_KEY
from units.reference.pinyin import pinyin_key
from units.reference.records import NameRecord, OfficeRecord

NDRC_KEY = "ndrc"

NOTICE = "第三批试点通知正文 (N1)"
ENGLISH_26 = "English: https://freewechat.com/a/MjM5MDkxMzgxNA==/2649427681/ (26 departments, 2018-03-13)"
ENGLISH_OLD = "English: http://en.people.cn/102775/206171/index.html"
REFORM_2018 = (
    "http://xiongan.gov.cn/2018-03/21/c_129834228_3.htm ; adopted 17 March 2018: "
    "http://english.gov.cn/state_council/ministries/2018/03/18/content_281476081414632.htm"
)
CBIRC = "8 April 2018: https://www.lexology.com/library/detail.aspx?g=0d364dd7-17e8-430e-bbd5-8cf4d85f9519"
NFRA = (
    "18 May 2023: https://english.www.gov.cn/news/202305/18/content_WS6465bd1ac6d03ffcca6ed27f.html ; "
    "English: http://en.people.cn/n3/2023/0721/c90000-20047517.html"
)
STATE_OFFICE = (
    "https://en.wikipedia.org/wiki/Office_of_the_Central_Institutional_Organization_Commission ; "
    "English: https://m.fx361.cc/news/2008/0419/4049191.html (Beijing Review)"
)

ADOPTED_2018 = date(2018, 3, 17)
CBIRC_BEGINS = date(2018, 4, 8)
NFRA_BEGINS = date(2023, 5, 18)

# key → names in order of time: (中文, English, first day, source); each ends where the next begins.
DEPARTMENTS: dict[str, tuple[tuple[str, str, date | None, str], ...]] = {
    NDRC_KEY: (("国家发展和改革委员会", "National Development and Reform Commission", None, ENGLISH_26),),
    "scopsr": (("中央机构编制委员会办公室", "State Commission Office for Public Sector Reform", None, STATE_OFFICE),),
    "mps": (("公安部", "Ministry of Public Security", None, ENGLISH_26),),
    "mca": (("民政部", "Ministry of Civil Affairs", None, ENGLISH_26),),
    "mof": (("财政部", "Ministry of Finance", None, ENGLISH_26),),
    "mohrss": (("人力资源和社会保障部", "Ministry of Human Resources and Social Security", None, ENGLISH_26),),
    "land": (
        ("国土资源部", "Ministry of Land and Resources", None, ENGLISH_OLD),
        ("自然资源部", "Ministry of Natural Resources", ADOPTED_2018, f"{REFORM_2018} ; {ENGLISH_26}"),
    ),
    "mohurd": (("住房和城乡建设部", "Ministry of Housing and Urban-Rural Development", None, ENGLISH_26),),
    "agriculture": (
        ("农业部", "Ministry of Agriculture", None, "http://www.globaltimes.cn/content/1093019.shtml"),
        (
            "农业农村部",
            "Ministry of Agriculture and Rural Affairs",
            ADOPTED_2018,
            f"http://hongxingpaper.com/n2588025/n2643309/c8725152/content.html ; {REFORM_2018} ; {ENGLISH_26}",
        ),
    ),
    "pbc": (("中国人民银行", "People's Bank of China", None, ENGLISH_26),),
    "banking": (
        ("中国银行业监督管理委员会", "China Banking Regulatory Commission", None, CBIRC),
        (
            "中国银行保险监督管理委员会",
            "China Banking and Insurance Regulatory Commission",
            CBIRC_BEGINS,
            CBIRC,
        ),
        ("国家金融监督管理总局", "National Financial Regulatory Administration", NFRA_BEGINS, NFRA),
    ),
}

REVIEWING_DEPARTMENT_KEYS: tuple[str, ...] = tuple(DEPARTMENTS)


def dated_names(rows: tuple[tuple[str, str, date | None, str], ...]) -> tuple[NameRecord, ...]:
    ends = [start for _, _, start, _ in rows[1:]] + [None]
    return tuple(
        NameRecord(name_zh, name_en, start, end, source)
        for (name_zh, name_en, start, source), end in zip(rows, ends, strict=True)
    )


def department(key: str) -> OfficeRecord:
    names = dated_names(DEPARTMENTS[key])
    receives = key == NDRC_KEY
    return OfficeRecord(
        key=key,
        kind="ministry",
        division_key=NATION_KEY,
        names=names,
        source=f"{NOTICE}; 发展规划司: N24" if receives else NOTICE,
        confidence="high",
        sort_key=pinyin_key(names[-1].name_zh),
        desk_zh="发展规划司" if receives else "",
        desk_en="Department of Development Planning" if receives else "",
    )


def departments() -> list[OfficeRecord]:
    return [department(key) for key in DEPARTMENTS]
