"""The four economic regions of the National Bureau of Statistics, by province."""

from pilots.reference.records import Region

SOURCE = "国家统计局《东西中部和东北地区划分方法》 http://www.stats.gov.cn/tjzs/t20110613_402731597.htm"

PROVINCES: dict[Region, tuple[str, ...]] = {
    "east": ("11", "12", "13", "31", "32", "33", "35", "37", "44", "46"),
    "middle": ("14", "34", "36", "41", "42", "43"),
    "west": ("15", "45", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65"),
    "northeast": ("21", "22", "23"),
}

REGION_OF: dict[str, Region] = {prefix: region for region, codes in PROVINCES.items() for prefix in codes}


def region_of(code: str) -> Region:
    """The region of any place by its code: the first two digits are the province."""
    return REGION_OF[code[:2]]
