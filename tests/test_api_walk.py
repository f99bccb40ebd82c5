"""docs/api.md is run as it stands: a report's whole way from the pilot area to NDRC, by API and tokens alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from accounts.access import Actor
from accounts.models import Scope
from records.models import Event
from reporting.models import Cycle, Report
from staff.services.tokens import TokenInput, create

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "api.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CAST = {
    "luzhou_drafter": (Scope.READ, Scope.REPORTS),
    "luzhou_lead": (Scope.READ, Scope.REPORTS, Scope.SIGN),
    "sichuan_reviewer": (Scope.READ, Scope.REVIEW),
    "sichuan_drafter": (Scope.READ, Scope.REPORTS),
    "sichuan_lead": (Scope.READ, Scope.SIGN),
    "ndrc_reviewer": (Scope.READ, Scope.REVIEW),
}


@pytest.fixture
def tokens(request: pytest.FixtureRequest, running_cycle: Cycle) -> dict[str, str]:
    made = {}
    for name, scopes in CAST.items():
        actor: Actor = request.getfixturevalue(name)
        made[name] = create(TokenInput(name="walk", scopes=tuple(scopes), days=1), by=actor).text
    return made


@pytest.mark.django_db(transaction=True)
def test_the_walk_in_the_document(tokens: dict[str, str], live_server: Any) -> None:
    blocks = BLOCK.findall(DOCUMENT.read_text(encoding="utf-8"))
    assert len(blocks) == 9
    names: dict[str, Any] = {"PORTAL": live_server.url, "TOKENS": tokens}
    for number, block in enumerate(blocks, 1):
        exec(compile(block, f"docs/api.md, block {number}", "exec"), names)  # noqa: S102 - our own document
    own = Report.objects.get(uid=names["own"])
    assert own.accepted_version is not None
    assert own.due.receiver.key == "ndrc"
    assert names["receipt"].startswith(own.due.cycle.code)
    acts = Event.objects.filter(subject_uid=names["report"], act="report.submit")
    assert acts.count() == 1
    assert "token" in acts.get().origin
