"""Seals and the chain of events: one form for one content, and no change goes unnoticed."""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
import uuid
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.access import Actor
from records.journal import Subject, write
from records.models import Event, Seal
from records.seals import broken_events, broken_seals, canonical, digest, seal, seal_events

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SCALARS = st.none() | st.booleans() | st.integers() | TEXT | st.decimals(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12
)
CONTENTS = st.dictionaries(TEXT, VALUES, max_size=6)


@given(CONTENTS)
def test_the_canonical_form_is_stable_and_does_not_depend_on_order(content: dict[str, Any]) -> None:
    once = canonical(content)
    assert canonical(dict(reversed(content.items()))) == once or _folded(content)
    assert canonical(json.loads(once)) == once
    assert unicodedata.is_normalized("NFC", once)


def _folded(content: dict[str, Any]) -> bool:
    """Two keys that are the same text in NFC: the later one counts."""
    keys = [unicodedata.normalize("NFC", key) for key in content]
    return len(keys) != len(set(keys))


@given(TEXT)
def test_the_same_text_composed_or_not_is_the_same_content(text: str) -> None:
    assert canonical({"t": unicodedata.normalize("NFD", text)}) == canonical({"t": unicodedata.normalize("NFC", text)})


def test_dates_decimals_and_ids_are_strings() -> None:
    moment = dt.datetime(2026, 1, 1, 8, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    content = {"z": Decimal("1.50"), "a": dt.date(2026, 1, 1), "m": moment, "u": uuid.UUID(int=1)}
    expected = (
        '{"a":"2026-01-01","m":"2026-01-01T00:00:00+00:00","u":"00000000-0000-0000-0000-000000000001","z":"1.50"}'
    )
    assert canonical(content) == expected


@pytest.mark.parametrize("value", [1.5, object(), {1, 2}, b"x"])
def test_what_has_no_one_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical({"value": value})


@given(TEXT, TEXT, TEXT)
def test_the_hash_depends_on_both_its_parts(previous: str, body: str, other: str) -> None:
    if body != other and "\n" not in previous:
        assert digest(previous, body) != digest(previous, other)


UID = uuid.UUID(int=7)


def three_seals() -> list[Seal]:
    return [seal("report", UID, {"number": number, "text": f"文{number}"}) for number in range(3)]


@pytest.mark.django_db
def test_a_chain_holds() -> None:
    first, second, third = three_seals()
    assert [row.number for row in (first, second, third)] == [1, 2, 3]
    assert (first.previous_sha256, second.previous_sha256) == ("", first.sha256)
    assert broken_seals() == []
    assert first.fingerprint.replace(" ", "") == first.sha256[:16]


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 2), st.sampled_from(["body", "sha256", "previous_sha256"]), st.data())
def test_any_change_to_a_seal_is_noticed(which: int, column: str, data: st.DataObject) -> None:
    Seal.objects.filter(subject_uid=UID).delete()
    row = three_seals()[which]
    value = getattr(row, column) or "0" * 64
    place = data.draw(st.integers(0, len(value) - 1))
    changed = value[:place] + ("1" if value[place] == "0" else "0") + value[place + 1 :]
    Seal.objects.filter(pk=row.pk).update(**{column: changed})
    assert broken_seals()


@pytest.mark.django_db
@pytest.mark.parametrize("gone", [0, 1])
def test_a_seal_that_is_gone_is_noticed(gone: int) -> None:
    Seal.objects.filter(pk=three_seals()[gone].pk).delete()
    assert broken_seals()


@pytest.fixture
def chained(luzhou_drafter: Actor) -> list[Event]:
    for number in range(4):
        write("cycle.open", Subject("test", uuid.UUID(int=number), f"第{number}"), by=luzhou_drafter)
    assert seal_events() == Event.objects.count()
    assert seal_events() == 0
    return list(Event.objects.order_by("chain_number"))


@pytest.mark.parametrize(
    "change",
    [
        {"act": "report.accept"},
        {"user_name": "Somebody else"},
        {"role": "lead"},
        {"origin": "elsewhere"},
        {"subject_label": "other"},
        {"outcome": "accepted"},
        {"comment": "other words"},
        {"data": {"receipt": "X"}},
        {"at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)},
        {"user": None},
        {"acting_unit": None},
        {"hash": "0" * 64},
        {"previous_hash": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_change_to_an_event_is_noticed(chained: list[Event], change: dict[str, Any]) -> None:
    assert broken_events() == []
    Event.objects.filter(pk=chained[1].pk).update(**change)
    assert [event.pk for event in broken_events()]


def test_an_event_that_is_gone_is_noticed(chained: list[Event]) -> None:
    Event.objects.filter(pk=chained[2].pk).delete()
    assert [event.pk for event in broken_events()] == [chained[3].pk]


def test_events_written_later_go_on_with_the_chain(chained: list[Event], luzhou_drafter: Actor) -> None:
    write("cycle.open", Subject("test", UID, "later"), by=luzhou_drafter)
    assert seal_events(limit=1) == 1
    newest = Event.objects.order_by("-chain_number")[0]
    assert newest.previous_hash == chained[-1].hash
    assert broken_events() == []
