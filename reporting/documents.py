"""The transition table of reports as a document: printed from the table in code, so that the two cannot part."""

from __future__ import annotations

from django.utils import translation

from accounts.access import ACTIONS, Reach
from records.workflow import Transition
from reporting.models import ReportStatus
from reporting.workflow import REPORT

WHOSE = {
    Reach.OWN: "of the sending office",
    Reach.RECEIVED: "of the receiving office",
    Reach.BELOW: "of an office above",
    Reach.PROGRAMME: "of the programme",
    Reach.EVERYWHERE: "anywhere",
}


def workflow_markdown() -> str:
    """docs/workflow.md, in English whatever language is active."""
    with translation.override("en"):
        rows = [_row(transition) for transition in REPORT.transitions]
        states = [f"| `{state.value}` | {state.label} | {_acts(state)} |" for state in ReportStatus]
    lines = [
        "# How a report moves",
        "",
        "Printed from `reporting/workflow.py` by `tests/reporting/test_workflow_doc.py`; do not edit by hand.",
        "A correction after acceptance is a new version of the same report. Each submission seals a version.",
        "",
        "| act | words | from | to | who | reason | rules |",
        "|---|---|---|---|---|---|---|",
        *rows,
        "",
        "| state | words | acts |",
        "|---|---|---|",
        *states,
    ]
    return "\n".join(lines) + "\n"


def _row(transition: Transition) -> str:
    sources = ", ".join(f"`{state.value}`" for state in ReportStatus if state.value in transition.sources)
    rules = ", ".join(f"`{rule.__name__}`" for rule in transition.rules) or "–"
    reason = "compulsory" if transition.needs_comment else "optional"
    cells = (
        f"`{transition.name}`",
        str(transition.label),
        sources,
        f"`{ReportStatus(transition.target).value}`",
        _who(transition),
        reason,
        rules,
    )
    return f"| {' | '.join(cells)} |"


def _who(transition: Transition) -> str:
    """The roles that hold the action, with the office they hold it at."""
    return ", ".join(
        f"{role.label} {WHOSE[reach]}"
        for role, reaches in ACTIONS[transition.action].roles.items()
        for reach in sorted(reaches)
    )


def _acts(state: ReportStatus) -> str:
    return ", ".join(f"`{t.name}`" for t in REPORT.transitions if state.value in t.sources) or "–"
