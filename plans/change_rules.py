"""May this change request be sent, signed, approved? One small function for each rule."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from accounts.exemptions import signs_own_work
from plans.change_rows import all_checked, items_of
from plans.models import ChangeRequest, ChangeWriter
from portal.errors import BadInput, Finding
from records.workflow import Act


def something_changes(change: ChangeRequest, act: Act) -> Iterator[Finding]:
    """A request without a row asks for nothing."""
    if not change.items.exists():
        yield Finding("nothing_changes", _("The request has no row yet. Say what the plan shall say instead."), "items")


def rows_fit(change: ChangeRequest, act: Act) -> Iterator[Finding]:
    """Every row still fits the plan as it is, together with the others."""
    try:
        all_checked(change.plan, items_of(change))
    except BadInput as error:
        yield from error.findings


def of_this_edition(change: ChangeRequest, act: Act) -> Iterator[Finding]:
    """What is decided on was written against what the plan says now."""
    if change.based_on != change.plan.edition:
        text = _("The plan stands at edition %(now)d, the request was written against edition %(then)d. Write it anew.")
        yield Finding("other_edition", text % {"now": change.plan.edition, "then": change.based_on}, "based_on")


def signer_did_not_write(change: ChangeRequest, act: Act) -> Iterator[Finding]:
    """Nobody signs what they wrote, unless the unit has the logged exemption of a unit of one person."""
    if has_written(change, act) and not signs_own_work(change.plan.unit, change.plan.programme):
        yield Finding(
            "own_work",
            _(
                "You have written in this request, so somebody else must sign it. "
                "A unit of one person asks its unit administrator for an exemption."
            ),
        )


def decider_is_not_the_author(change: ChangeRequest, act: Act) -> Iterator[Finding]:
    """Nobody approves what they wrote or signed, under whichever hat."""
    if change.submitted_by_id == act.by.user.pk or has_written(change, act):
        yield Finding("own_work", _("You have written or signed this request, so somebody else must decide on it."))


def has_written(change: ChangeRequest, act: Act) -> bool:
    return ChangeWriter.objects.filter(change=change, user=act.by.user).exists()
