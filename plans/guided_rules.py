"""May this implementation or action plan be sent, signed, agreed to? One small function for each rule."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from accounts.exemptions import signs_own_work
from plans.models import GuidedPlan
from portal.errors import Finding
from records.models import Event
from records.workflow import Act

WRITING = ("guided_plan.begin", "guided_plan.edit")
"""The acts by which one becomes an author."""


def document_attached(guided: GuidedPlan, act: Act) -> Iterator[Finding]:
    """The receiver gives an opinion on a document, so there must be one."""
    if guided.file_id is None:
        yield Finding("no_file", _("The document itself is missing. Attach it before you send it."), "file")


def signer_did_not_write(guided: GuidedPlan, act: Act) -> Iterator[Finding]:
    """Nobody signs what they wrote, unless the unit has the logged exemption of a unit of one person."""
    if has_written(guided, act) and not signs_own_work(guided.unit, guided.programme):
        yield Finding(
            "own_work",
            _(
                "You have brought this document, so somebody else must sign it. "
                "A unit of one person asks its unit administrator for an exemption."
            ),
        )


def decider_is_not_the_author(guided: GuidedPlan, act: Act) -> Iterator[Finding]:
    """Nobody gives an opinion on what they wrote or signed, under whichever hat."""
    if guided.submitted_by_id == act.by.user.pk or has_written(guided, act):
        yield Finding("own_work", _("You have written or signed this document, so somebody else must decide on it."))


def has_written(guided: GuidedPlan, act: Act) -> bool:
    """Read from the history: the row itself names only whoever wrote in it last."""
    rows = Event.objects.about("guided_plan", guided.uid).filter(act__in=WRITING, user=act.by.user.pk)
    return guided.written_by_id == act.by.user.pk or rows.exists()
