"""docs/permissions.md is what the access table says. PORTAL_WRITE_DOCS=1 writes it anew."""

from __future__ import annotations

import os

from django.conf import settings

from accounts.access import ACTIONS
from accounts.documents import permissions_markdown


def test_the_committed_document_is_the_table() -> None:
    path = settings.BASE_DIR / "docs" / "permissions.md"
    printed = permissions_markdown()
    if os.environ.get("PORTAL_WRITE_DOCS") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(printed, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == printed, "Run once with PORTAL_WRITE_DOCS=1 and commit."


def test_every_action_has_a_row() -> None:
    printed = permissions_markdown()
    assert all(f"| `{action}` |" in printed for action in ACTIONS)
