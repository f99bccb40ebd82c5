"""docs/workflow.md is what the transition tables say. PORTAL_WRITE_DOCS=1 writes it anew."""

from __future__ import annotations

import os

from django.conf import settings

from indicators.supplement_workflow import SUPPLEMENT
from plans.annual_workflow import ANNUAL
from plans.change_workflow import CHANGE
from plans.guided_workflow import GUIDED
from plans.plan_workflow import PLAN
from reporting.documents import CHAPTERS, workflow_markdown
from reporting.extension_workflow import EXTENSION
from reporting.workflow import REPORT


def test_the_committed_document_is_the_tables() -> None:
    path = settings.BASE_DIR / "docs" / "workflow.md"
    printed = workflow_markdown()
    if os.environ.get("PORTAL_WRITE_DOCS") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(printed, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == printed, "Run once with PORTAL_WRITE_DOCS=1 and commit."


def test_every_act_and_every_state_has_a_row() -> None:
    rows = workflow_markdown().splitlines()
    for chapter in CHAPTERS:
        for name in [*(t.name for t in chapter.workflow.transitions), *chapter.states.values]:
            assert any(row.startswith(f"| `{name}` |") for row in rows), name
    assert {chapter.workflow for chapter in CHAPTERS} == {REPORT, EXTENSION, SUPPLEMENT, PLAN, CHANGE, GUIDED, ANNUAL}
