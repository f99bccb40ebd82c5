"""Where each province stands on the tile map: a grid of equal squares needs no boundary data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from units.models import Division, Unit


class Place(NamedTuple):
    """Row and column, counted from one; north is up, west is left."""

    row: int
    col: int


PROVINCES: Final[dict[str, Place]] = {
    "23": Place(1, 7),  # Heilongjiang
    "15": Place(2, 4),  # Inner Mongolia
    "11": Place(2, 6),  # Beijing
    "22": Place(2, 7),  # Jilin
    "65": Place(3, 1),  # Xinjiang
    "62": Place(3, 2),  # Gansu
    "64": Place(3, 3),  # Ningxia
    "14": Place(3, 4),  # Shanxi
    "13": Place(3, 5),  # Hebei
    "12": Place(3, 6),  # Tianjin
    "21": Place(3, 7),  # Liaoning
    "63": Place(4, 2),  # Qinghai
    "61": Place(4, 3),  # Shaanxi
    "41": Place(4, 4),  # Henan
    "37": Place(4, 5),  # Shandong
    "54": Place(5, 1),  # Tibet
    "51": Place(5, 2),  # Sichuan
    "50": Place(5, 3),  # Chongqing
    "42": Place(5, 4),  # Hubei
    "34": Place(5, 5),  # Anhui
    "32": Place(5, 6),  # Jiangsu
    "31": Place(5, 7),  # Shanghai
    "53": Place(6, 2),  # Yunnan
    "52": Place(6, 3),  # Guizhou
    "43": Place(6, 4),  # Hunan
    "36": Place(6, 5),  # Jiangxi
    "33": Place(6, 6),  # Zhejiang
    "45": Place(7, 3),  # Guangxi
    "44": Place(7, 4),  # Guangdong
    "35": Place(7, 5),  # Fujian
    "71": Place(7, 7),  # Taiwan
    "46": Place(8, 3),  # Hainan
    "82": Place(8, 4),  # Macao
    "81": Place(8, 5),  # Hong Kong
}

# In the census of 34 tiles but not in the programme: shown, owing nothing.
OUTSIDE_THE_PROGRAMME: Final[frozenset[str]] = frozenset({"71", "81", "82"})

# The five separately planned cities by their division code; the Production and Construction Corps has no
# division code of its own, so it goes by the name the units use. They stand in one column beside the map.
SENDERS: Final[dict[str, Place]] = {
    "xpcc": Place(1, 1),
    "2102": Place(2, 1),  # Dalian
    "3702": Place(3, 1),  # Qingdao
    "3302": Place(4, 1),  # Ningbo
    "3502": Place(5, 1),  # Xiamen
    "4403": Place(6, 1),  # Shenzhen
}


def fits(senders: Iterable[Unit]) -> bool:
    """Whether a map of provinces says something: offices of provinces are among the senders."""
    return any(sender.division.level == Division.Level.PROVINCE for sender in senders)


def full(code: str) -> str:
    """Of six digits; XPCC has no code of a place."""
    return code.ljust(6, "0") if code.isdecimal() else code


def code_of(unit: Unit) -> str:
    """By what a sender's tile is found: the code of its place."""
    return "xpcc" if unit.key == "drc-xpcc" else unit.division.code_now


def short_name(place: Division) -> str:
    """四川省 → 四川, 内蒙古自治区 → 内蒙古: what fits a tile; in English the whole name."""
    if (get_language() or "").startswith("en"):
        return place.name
    name: str = place.name_now
    return name[:3] if name.startswith(("黑龙江", "内蒙古")) else name[:2]


def names() -> Mapping[str, str]:
    """What stands on each tile, by its full code; also where nothing is asked of its sender. One statement."""
    cities = [full(code) for code in SENDERS]
    places = Division.objects.filter(Q(level=Division.Level.PROVINCE) | Q(code_now__in=cities))
    return {"xpcc": _("XPCC"), **{place.code_now: short_name(place) for place in places}}
