"""A few contacts and leading groups of the demo: nobody real, every name says so, no number exists.

Most pilot areas have none on purpose: gaps are what these pages are for.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from accounts.access import Actor
from accounts.models import Role
from pilots.models import Contact, ContactKind, GroupRank, LeadingGroup, PilotArea
from pilots.services.contacts import ContactInput, record_contact
from pilots.services.groups import GroupInput, MemberInput, add_member, create_group
from portal.demo.cast import Company
from portal.demo.stage import at_hour
from units.models import Programme, Unit

SIGN = "（虚构）"
NO_PHONE = ("phone",)


@dataclass(frozen=True, slots=True)
class Person:
    """A contact: of which office, which kind, the number that makes name and phone, days since, what is left open."""

    unit: str
    programme: str
    kind: ContactKind
    number: int
    days_ago: int
    without: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"示例{NUMERALS[self.number]}{SIGN}"

    def values(self) -> dict[str, str]:
        """Area code 000 and mobile numbers beginning with 100 are given to nobody."""
        post = "副主任" if self.kind == ContactKind.RESPONSIBLE else "科长"
        said = {
            "post": f"{post}{SIGN}",
            "phone": f"000-0000{self.number:03d}",
            "mobile": f"100 0000 0{self.number:03d}",
            "mail": f"contact{self.number}@demo.example",
        }
        return {code: text for code, text in said.items() if code not in self.without}


NUMERALS = "零甲乙丙丁戊己庚辛壬癸子丑寅"
R, L = ContactKind.RESPONSIBLE, ContactKind.LIAISON
PEOPLE: tuple[Person, ...] = (
    Person("lgo-510500", "national", R, 1, 400),
    Person("lgo-510500", "national", L, 2, 400),
    Person("lgo-510500", "national", L, 3, 45),
    Person("lgo-610600", "national", R, 4, 300),
    Person("lgo-610600", "national", L, 5, 300),
    Person("lgo-611024", "national", R, 6, 200),
    Person("lgo-632801", "national", R, 7, 150),
    Person("lgo-632801", "national", L, 8, 150, without=NO_PHONE),
    Person("drc-330200", "national", R, 9, 250),
    Person("drc-330200", "national", L, 10, 250),
    Person("demo-town-1", "luzhou", R, 11, 100),
    Person("demo-town-1", "luzhou", L, 12, 100),
    Person("demo-town-2", "luzhou", R, 13, 90),
)
GROUPS: tuple[tuple[str, str, str], ...] = (
    # Office, programme, founding document: '' where it is still missing.
    ("lgo-510500", "national", "示例发〔2015〕1号（虚构）"),
    ("lgo-610600", "national", "示例发〔2015〕2号（虚构）"),
    ("lgo-510522", "luzhou", "示例发〔2016〕3号（虚构）"),
    ("lgo-510521", "luzhou", ""),
    ("demo-town-1", "luzhou", "示例发〔2016〕4号（虚构）"),
)
TIERS = (
    (GroupRank.HEAD, "组长", "政府主要负责人", ""),
    (GroupRank.DEPUTY, "副组长", "政府分管负责人", ""),
    (GroupRank.MEMBER, "成员", "局长", "住房和城乡建设局"),
    (GroupRank.MEMBER, "成员", "局长", "公安局"),
)


def load(company: Company, now: dt.datetime) -> int:
    """The contacts and groups that are missing, each by its office's own drafter; returns how many contacts."""
    for unit, programme, document in GROUPS:
        _group(company, unit, programme, document, now - dt.timedelta(days=500))
    if Contact.objects.filter(is_demo=True).exists():
        return 0
    return sum(_contact(company, person, now) for person in PEOPLE)


def _drafter(company: Company, unit: str, programme: str) -> Actor | None:
    office, run = Unit.objects.filter(key=unit).first(), Programme.objects.get(code=programme)
    return company.find(office.pk, run.pk, Role.DRAFTER) if office else None


def _contact(company: Company, person: Person, now: dt.datetime) -> bool:
    by = _drafter(company, person.unit, person.programme)
    pilots = PilotArea.objects.shown().filter(programme__code=person.programme, reporting_unit__key=person.unit)
    pilot = pilots.first()
    if by is None or pilot is None:
        return False
    day = now.date() - dt.timedelta(days=person.days_ago)
    seen = Contact.objects.filter(pilot_area=pilot, kind=person.kind).count()
    data = ContactInput(pilot.uid, person.kind, person.name, person.values(), seen=seen, since=day)
    record_contact(data, by=by, at=at_hour(day, 9))
    return True


def _group(company: Company, unit: str, programme: str, document: str, at: dt.datetime) -> None:
    by = _drafter(company, unit, programme)
    if by is None or LeadingGroup.objects.filter(unit__key=unit, programme__code=programme).exists():
        return
    name = f"{by.unit.division.name_now}新型城镇化试点工作领导小组{'' if SIGN in by.unit.division.name_now else SIGN}"
    group = create_group(GroupInput(by.unit.uid, name, document, at.date() if document else None), by=by, at=at)
    for rank, who, post, department in TIERS:
        add_member(MemberInput(group.uid, rank, f"示例{who}{SIGN}", post, department), by=by, at=at)
