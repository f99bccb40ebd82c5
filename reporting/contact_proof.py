"""The sheet of contacts as it is sealed: names and posts in words, phones as mask and keyed print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from records.seals import canonical
from reporting.contacts import Seat, Sheet

PHONE_SALT = "reporting.contacts.phone"


def sheet_content(sheet: Sheet) -> list[dict[str, Any]]:
    """What is sealed of a sheet: names and posts; of phones the mask and a keyed print, never the number."""
    return [
        {
            "pilot_area": row.pilot.uid,
            "name": row.pilot.name_as_published,
            "people": [_person(seat) for seat in row.seats],
            "group": row.group.as_content() if row.group else None,
        }
        for row in sheet.rows
    ]


def _person(seat: Seat) -> dict[str, Any]:
    contact = seat.contact
    if contact is None:
        return {"kind": seat.kind.value, "uid": None}
    masks = contact.masked
    return {
        "kind": seat.kind.value,
        "uid": contact.uid,
        "name": contact.name,
        "values": dict(contact.values),
        "phones": {
            code: {"mask": masks[code], "print": phone_prints(number)[0]} for code, number in contact.numbers.items()
        },
    }


def phone_prints(number: str) -> list[str]:
    """Keyed prints of a number, by each key in use, the newest first: equal for equal numbers, readable by nobody."""
    return [salted_hmac(PHONE_SALT, number, secret=key, algorithm="sha256").hexdigest() for key in settings.SALT_KEY]


def agrees(sheet: Sheet, sealed: list[dict[str, Any]]) -> bool:
    """Whether a stored sheet is the one that was sealed, whichever key the prints of its phones were made with.

    The names of pilot areas are left out: they stand in the seal as they were, and may be mended since.
    """
    stored = {str(row["pilot_area"]): row for row in sheet_content(sheet)}
    said = {str(row["pilot_area"]): row for row in sealed}
    numbers = {str(contact.uid): contact.numbers for contact in sheet.people}
    people = [person for row in sealed for person in row["people"] if person["uid"]]
    return (
        stored.keys() == said.keys()
        and all(_without_prints(stored[uid]) == _without_prints(said[uid]) for uid in stored)
        and all(_prints_fit(person, numbers[person["uid"]]) for person in people)
    )


def _without_prints(row: Mapping[str, Any]) -> str:
    people = [
        {**person, "phones": {code: phone["mask"] for code, phone in person.get("phones", {}).items()}}
        for person in row["people"]
    ]
    return canonical({**row, "people": people, "name": ""})


def _prints_fit(person: Mapping[str, Any], numbers: Mapping[str, str]) -> bool:
    return all(phone["print"] in phone_prints(numbers[code]) for code, phone in person["phones"].items())
