"""The transition tables as a document: printed from the tables in code, so that the two cannot part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils import translation

from accounts.access import ACTIONS, Reach
from indicators.models import SupplementStatus
from indicators.supplement_workflow import SUPPLEMENT
from plans.annual_workflow import ANNUAL
from plans.change_workflow import CHANGE
from plans.guided_workflow import GUIDED
from plans.models import AnnualStatus, ChangeStatus, GuidedStatus, PlanStatus
from plans.plan_workflow import PLAN
from records.workflow import Transition, Workflow
from reporting.extension_workflow import EXTENSION
from reporting.models import ExtensionStatus, ReportStatus
from reporting.workflow import REPORT

WHOSE = {
    Reach.OWN: "of the sending office",
    Reach.RECEIVED: "of the receiving office",
    Reach.BELOW: "of an office above",
    Reach.PROGRAMME: "of the programme",
    Reach.EVERYWHERE: "anywhere",
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """One table: its heading, what is said of it, and where it is."""

    heading: str
    words: tuple[str, ...]
    workflow: Workflow[Any]
    states: type[TextChoices]


CHAPTERS = (
    Chapter(
        "# How a report moves",
        (
            "Printed from `reporting/workflow.py` by `tests/reporting/test_workflow_doc.py`; do not edit by hand.",
            "A correction after acceptance is a new version of the same report. Each submission seals a version.",
        ),
        REPORT,
        ReportStatus,
    ),
    Chapter(
        "## How a request for more time moves",
        (
            "Printed from `reporting/extension_workflow.py`. What a receiver gives unasked is put down and granted at",
            "once. A request ends as withdrawn when its report is submitted, or exempted, before anybody decided; and",
            "more time for a region grants the open requests in it. `lapse` is offered where the date has moved as far",
            "as was asked already.",
        ),
        EXTENSION,
        ExtensionStatus,
    ),
    Chapter(
        "## How figures beside the reports move",
        (
            "Printed from `indicators/supplement_workflow.py`. `submit` and `accept` are for figures that came later:",
            "they go up the pilot area's route and count once accepted. `offer` and `withdraw` are for figures for",
            "others to use. Who signs is who sends. An accepted one is corrected by a newer one.",
        ),
        SUPPLEMENT,
        SupplementStatus,
    ),
    Chapter(
        "## How a plan moves",
        (
            "Printed from `plans/plan_workflow.py`. Approval seals edition 1; from then on what was approved changes",
            "by change request only.",
        ),
        PLAN,
        PlanStatus,
    ),
    Chapter(
        "## How a request to change a plan moves",
        (
            "Printed from `plans/change_workflow.py`. One is open for a plan at a time. `approve` applies its rows,",
            "and seals the wording that results as the next edition, in the same transaction.",
        ),
        CHANGE,
        ChangeStatus,
    ),
    Chapter(
        "## How an implementation or action plan moves",
        (
            "Printed from `plans/guided_workflow.py`. The opinion is the reason given with `agree` or `return`; it",
            "stands beside the document until it is sent again, and in the history for good.",
        ),
        GUIDED,
        GuidedStatus,
    ),
    Chapter(
        "## How a department's annual plan moves",
        (
            "Printed from `plans/annual_workflow.py`. A department with members here submits its own, and the pilot's",
            "office decides. What that office keeps, for itself or for a department without members, is sent by who",
            "writes and approved by somebody else of the same office.",
        ),
        ANNUAL,
        AnnualStatus,
    ),
)


def workflow_markdown() -> str:
    """docs/workflow.md, in English whatever language is active."""
    with translation.override("en"):
        parts = ["\n".join(_lines(chapter)) for chapter in CHAPTERS]
    return "\n\n".join(parts) + "\n"


def _lines(chapter: Chapter) -> Iterable[str]:
    yield from (chapter.heading, "", *chapter.words, "")
    yield "| act | words | from | to | who | reason | rules |"
    yield "|---|---|---|---|---|---|---|"
    yield from (_row(transition, chapter.states) for transition in chapter.workflow.transitions)
    yield from ("", "| state | words | acts |", "|---|---|---|")
    for state in chapter.states:
        yield f"| `{state.value}` | {state.label} | {_acts(state.value, chapter.workflow)} |"


def _row(transition: Transition, states: type[TextChoices]) -> str:
    sources = ", ".join(f"`{state.value}`" for state in states if state.value in transition.sources)
    rules = ", ".join(f"`{rule.__name__}`" for rule in transition.rules) or "–"
    reason = "compulsory" if transition.needs_comment else "optional"
    cells = (
        f"`{transition.name}`",
        str(transition.label),
        sources,
        f"`{states(transition.target).value}`",
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


def _acts(state: str, workflow: Workflow[Any]) -> str:
    return ", ".join(f"`{t.name}`" for t in workflow.transitions if state in t.sources) or "–"
