"""The tasks of a report in sentences, for the drafter to go on from: nothing here but what the rows say."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.rows_typed import as_text
from plans.models import TaskState
from reporting.report_tasks import ReportTask, ReportTasks


def as_html(found: ReportTasks) -> str:
    """A sentence on the whole plan, one on each chapter, and an item for each task there is something to say of."""
    return "".join(_paragraphs(found))


def _paragraphs(found: ReportTasks) -> Iterator[str]:
    yield f"<p>{_on_all(found)}</p>"
    for chapter, leaves in chapters(found.rows):
        yield f"<p><strong>{html.escape(chapter.title)}</strong></p><p>{_counts(leaves)}</p>"
        items = "".join(f"<li>{html.escape(sentence(leaf))}</li>" for leaf in leaves if _is_told(leaf))
        yield f"<ul>{items}</ul>" if items else ""


def chapters(rows: Sequence[ReportTask]) -> list[tuple[ReportTask, list[ReportTask]]]:
    """The rows on top, each with the leaves under it (itself where it has no parts)."""
    found: list[tuple[ReportTask, list[ReportTask]]] = []
    for row in rows:
        if row.depth == 0 or not found:
            found.append((row, []))
        if row.is_leaf:
            found[-1][1].append(row)
    return found


def _on_all(found: ReportTasks) -> str:
    summary = found.summary
    words = ngettext(
        "On %(day)s the plan has %(count)d task: %(done)d done, %(under_way)d under way, %(not_started)d not begun; "
        "%(overdue)d overdue, %(slipping)d slipping.",
        "On %(day)s the plan has %(count)d tasks: %(done)d done, %(under_way)d under way, %(not_started)d not begun; "
        "%(overdue)d overdue, %(slipping)d slipping.",
        summary.leaves,
    ) % {
        "day": found.day.isoformat(),
        "count": summary.leaves,
        "done": summary.done,
        "under_way": summary.under_way,
        "not_started": summary.not_started,
        "overdue": summary.overdue,
        "slipping": summary.slipping,
    }
    if summary.percent is None:
        return words
    return words + _("Progress of the whole: %(percent)s %%.") % {"percent": as_text(summary.percent)}


def _counts(leaves: Sequence[ReportTask]) -> str:
    of_state = [sum(leaf.state == state for leaf in leaves) for state in TaskState.values]
    words = ngettext("%(count)d task", "%(count)d tasks", len(leaves)) % {"count": len(leaves)}
    parts = [
        _("%(state)s %(count)d") % {"state": state.label, "count": count}
        for state, count in zip(TaskState, of_state, strict=True)
        if count
    ]
    return _("%(tasks)s: %(parts)s.") % {"tasks": words, "parts": _(", ").join(parts)} if parts else words


def _is_told(leaf: ReportTask) -> bool:
    return bool(leaf.text or leaf.overdue_days or leaf.is_slipping)


def sentence(leaf: ReportTask) -> str:
    """What the rows say of one task: how far, whether late, and the newest words on it."""
    percent = as_text(leaf.percent) or "0"
    words = _("%(task)s: %(state)s, %(percent)s %%") % {
        "task": leaf.title,
        "state": leaf.state_label,
        "percent": percent,
    }
    if leaf.overdue_days:
        late = ngettext("%(count)d day overdue", "%(count)d days overdue", leaf.overdue_days)
        words = _("%(words)s, %(more)s") % {"words": words, "more": late % {"count": leaf.overdue_days}}
    elif leaf.is_slipping:
        words = _("%(words)s, %(more)s") % {"words": words, "more": _("slipping")}
    return _("%(words)s. %(text)s") % {"words": words, "text": leaf.text} if leaf.text else _("%s.") % words
