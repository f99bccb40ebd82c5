"""A kind of list that only these tests know."""

from __future__ import annotations

import pytest

from records.importing import kinds
from tests.records.lists import Places


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> Places:
    kind = Places()
    monkeypatch.setitem(kinds._kinds, kind.code, kind)
    return kind
