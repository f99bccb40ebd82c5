"""The access table as a document: printed from the table in code, so that the two cannot part."""

from __future__ import annotations

from django.utils import translation

from accounts.access import Reach, table
from accounts.models import EXCLUSIVE_ROLES, Role

REACHES = {
    Reach.OWN: "rows of the office itself",
    Reach.RECEIVED: "rows whose receiver is the office",
    Reach.BELOW: "rows anywhere below the office on the route",
    Reach.PROGRAMME: "every row of the hat's programme",
    Reach.COMMON: "rows that belong to no programme, such as sign-ins",
    Reach.EVERYWHERE: "every row",
}
NAMES = {
    Role.DRAFTER: "drafter",
    Role.LEAD: "lead",
    Role.REVIEWER: "reviewer",
    Role.VIEWER: "viewer",
    Role.CLERK: "department clerk",
    Role.UNIT_ADMIN: "unit administrator",
    Role.AUDITOR: "auditor",
    Role.SYSTEM_ADMIN: "system administrator",
}


def permissions_markdown() -> str:
    """docs/permissions.md, in English whatever language is active."""
    with translation.override("en"):
        rows = table()
    exclusive = ", ".join(NAMES[role] for role in EXCLUSIVE_ROLES)
    lines = [
        "# Who may do what",
        "",
        "Printed from `accounts/access.py` by `tests/accounts/test_permissions_doc.py`; do not edit by hand.",
        "A role is held at one office, for one programme. What is out of reach answers 404.",
        "",
        *(f"- **{reach.value}**: {words}" for reach, words in REACHES.items()),
        "",
        f"Held alone, never with another kind of role: {exclusive}.",
        "",
        "The scope is what an API token must carry for the action; where there is none, no token can do it.",
        "",
        "| action | | scope | " + " | ".join(NAMES.values()) + " |",
        "|---|---|---|" + "---|" * len(NAMES),
    ]
    for name, words, scope, roles in rows:
        cells = (", ".join(roles.get(role.value, [])) or "–" for role in NAMES)
        lines.append(f"| `{name}` | {words} | {scope or '–'} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
