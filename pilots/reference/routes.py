"""Who reports to whom: the pilots to their senders, the senders to NDRC, Luzhou's counties to the city."""

from pilots.reference.pilots import PilotRow, pilot_rows, places_of, reports_as_commission
from pilots.reference.pilots import office_key_of as pilot_office_key
from pilots.reference.records import RouteRecord
from units.reference.departments import NDRC_KEY
from units.reference.divisions import division
from units.reference.luzhou import COUNTY_CODES, LUZHOU_OFFICE_KEY, county_office_key
from units.reference.records import DivisionRecord
from units.reference.senders import commission_key, senders

PILOT_SOURCE = "第三批试点通知正文 三(三) (N13)"
COMPILER_SOURCE = "第三批试点通知正文 三(三) (N14, N26)"
PLANNED_NOTE = "inside a separately planned city: follows the city"
DIRECT_NOTE = "our configuration: a sender that is itself a pilot reports to NDRC; the notice does not say"
LUZHOU_NOTE = "our configuration: the opinion fixes no route and no dates"


def ancestors(place: DivisionRecord) -> list[DivisionRecord]:
    found = [place]
    while parent_key := found[-1].versions[-1].parent_key:
        found.append(division(parent_key))
    return found


def planned_city_above(row: PilotRow) -> DivisionRecord | None:
    return next((place for place in ancestors(places_of(row)[0]) if place.separately_planned), None)


def pilot_route(row: PilotRow) -> RouteRecord:
    sender = pilot_office_key(row)
    if reports_as_commission(row):
        return RouteRecord("national", sender, NDRC_KEY, "pilot", PILOT_SOURCE, DIRECT_NOTE)
    city = planned_city_above(row)
    if city:
        receiver = commission_key(city.versions[-1].code or "")
        return RouteRecord("national", sender, receiver, "pilot", PILOT_SOURCE, PLANNED_NOTE)
    return RouteRecord("national", sender, commission_key(f"{row.code[:2]}0000"), "pilot", PILOT_SOURCE)


def routes() -> list[RouteRecord]:
    return [
        *(pilot_route(row) for row in pilot_rows() if row.shown),
        *(RouteRecord("national", office.key, NDRC_KEY, "compiler", COMPILER_SOURCE) for office in senders()),
        *(
            RouteRecord(
                "luzhou",
                county_office_key(code),
                LUZHOU_OFFICE_KEY,
                "compiler",
                "泸市府发〔2015〕7号 (L9, L11)",
                LUZHOU_NOTE,
            )
            for code in COUNTY_CODES
        ),
    ]
