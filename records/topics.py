"""The words of every message the portal sends, made when read, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from portal.errors import type_text


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    body: str


TOPICS: dict[str, tuple[type_text, type_text]] = {
    "report.sent_for_signing": (
        _("For your signature: %(report)s"),
        _("%(who)s has sent %(report)s for signing."),
    ),
    "report.sent_back": (_("Sent back before signing: %(report)s"), _("%(who)s writes: %(comment)s")),
    "report.signed": (_("Signed: %(report)s"), _("%(who)s has signed. It can be submitted now.")),
    "report.submitted": (
        _("Submitted to you: %(report)s"),
        _("%(unit)s has submitted %(report)s, receipt number %(receipt)s. Please sign for it."),
    ),
    "report.received": (_("Received: %(report)s"), _("%(who)s has signed for %(report)s.")),
    "report.recalled": (_("Recalled: %(report)s"), _("%(unit)s has recalled %(report)s.")),
    "report.recall_requested": (
        _("Recall requested: %(report)s"),
        _("%(unit)s asks to have %(report)s back: %(comment)s"),
    ),
    "report.recall_granted": (
        _("Recall granted: %(report)s"),
        _("%(who)s has given %(report)s back. It can be edited again."),
    ),
    "report.recall_refused": (_("Recall refused: %(report)s"), _("%(who)s writes: %(comment)s")),
    "report.returned": (
        _("Returned: %(report)s, due again on %(due)s"),
        _("%(who)s writes: %(comment)s"),
    ),
    "report.accepted": (_("Accepted: %(report)s"), _("%(who)s has accepted %(report)s.")),
    "report.correction_opened": (
        _("Correction begun: %(report)s"),
        _("%(unit)s is correcting %(report)s: %(comment)s The accepted version stays in force until then."),
    ),
    "report.correction_given_up": (
        _("Correction given up: %(report)s"),
        _("%(unit)s has given up the correction: %(comment)s The accepted version stands."),
    ),
    "report.basis_changed": (
        _("Out of date: %(report)s"),
        _("%(source)s has changed after you compiled it. Look at what your report stands on."),
    ),
    "cycle.opened": (_("To report: %(report)s"), _("Due on %(due)s.")),
    "cycle.moved": (
        _("Changed: %(report)s is due on %(due)s"),
        _("Rules, routes or working days have changed. Look at the date and at whom it goes to."),
    ),
    "cycle.released": (
        _("No longer asked: %(report)s"),
        _("Routes or lists have changed: your unit does not owe this any more."),
    ),
    "due.extension_asked": (
        _("More time asked for: %(report)s"),
        _("%(unit)s asks for time until %(due)s: %(comment)s"),
    ),
    "due.extension_withdrawn": (
        _("No more time needed: %(report)s"),
        _("%(unit)s has taken its request for more time back. The date stays."),
    ),
    "due.extended": (
        _("More time: %(report)s is due on %(due)s"),
        _("%(who)s has given more time. Note: %(comment)s"),
    ),
    "due.extension_refused": (
        _("No more time: %(report)s stays due on %(due)s"),
        _("%(who)s writes: %(comment)s"),
    ),
    "due.extension_lapsed": (
        _("Request for more time closed: %(report)s is due on %(due)s"),
        _("%(who)s has closed it: the date has moved as far as was asked already."),
    ),
    "due.region_extended": (
        _("More time until %(due)s for senders to you: %(cycle)s"),
        _("%(who)s has given more time in %(region)s; of your senders %(count)s have it. Reason: %(comment)s"),
    ),
    "due.exempted": (
        _("Nothing to report: %(report)s"),
        _("%(who)s has exempted your unit from this report: %(comment)s"),
    ),
    "due.exemption_ended": (
        _("To report after all: %(report)s, due on %(due)s"),
        _("%(who)s has ended the exemption: %(comment)s"),
    ),
    "reminder.before": (_("Reminder: %(report)s, %(left)s"), _("It is due on %(due)s.")),
    "reminder.today": (_("Due today: %(report)s"), _("It is due on %(due)s and has not been submitted yet.")),
    "reminder.overdue": (
        _("Overdue: %(report)s, %(left)s"),
        _("It was due on %(due)s. Submit it now, or ask for more time."),
    ),
    "reminder.opened": (_("To report: %(report)s"), _("It can be written now and is due on %(due)s: %(left)s.")),
    "reminder.not_received": (
        _("Not received: %(report)s"),
        _("%(unit)s owes it to you, due on %(due)s: %(left)s."),
    ),
    "reminder.task_before": (
        _("Reminder: “%(task)s” is to be finished by %(due)s"),
        _("It is a task of the plan of %(pilot)s. Say how far it is."),
    ),
    "reminder.task_today": (
        _("To be finished today: “%(task)s”"),
        _("It is a task of the plan of %(pilot)s. Say how far it is."),
    ),
    "reminder.task_overdue": (
        _("Overdue: “%(task)s”, to be finished by %(due)s"),
        _("It is a task of the plan of %(pilot)s. Say how far it is, or what keeps it."),
    ),
    "due.chased": (
        _("Chased: %(report)s, due on %(due)s"),
        _("%(who)s of %(unit)s asks for it. Message: %(comment)s"),
    ),
    "contacts.check": (
        _("Check your contacts: %(report)s"),
        _("The contacts of %(pilot)s are to be sent by %(due)s. Bring them up to date before."),
    ),
    "contacts.owe_again": (
        _("To send again: %(report)s"),
        _("The contacts of %(pilot)s have changed after they were sent. Send them again by %(due)s."),
    ),
    "supplement.sent_for_signing": (
        _("For your signature: %(figures)s"),
        _("%(who)s has sent figures of %(pilot)s beside the reports for signing."),
    ),
    "supplement.sent_back": (_("Sent back before signing: %(figures)s"), _("%(who)s writes: %(comment)s")),
    "supplement.submitted": (
        _("Figures that came later: %(figures)s"),
        _("%(unit)s has submitted figures of %(pilot)s. Please accept or return them."),
    ),
    "supplement.recalled": (_("Recalled: %(figures)s"), _("%(unit)s has recalled its figures of %(pilot)s.")),
    "supplement.returned": (_("Returned: %(figures)s"), _("%(who)s writes: %(comment)s")),
    "supplement.accepted": (
        _("Accepted: %(figures)s"),
        _("%(who)s has accepted your figures of %(pilot)s. They count from now on."),
    ),
    "supplement.discarded": (
        _("Not to be expected any more: %(figures)s"),
        _("%(unit)s has discarded the figures of %(pilot)s that were returned."),
    ),
    "supplement.offered": (
        _("Figures for your use: %(figures)s"),
        _("%(unit)s offers figures of %(pilot)s. You find them where you fill in the same figures."),
    ),
    "supplement.withdrawn": (
        _("Not offered any more: %(figures)s"),
        _("%(unit)s has withdrawn its figures of %(pilot)s: %(comment)s Check whether you have used them."),
    ),
    "plan.sent_for_signing": (
        _("For your signature: %(plan)s"),
        _("%(who)s has sent the plan of %(pilot)s for signing."),
    ),
    "plan.sent_back": (_("Sent back before signing: %(plan)s"), _("%(who)s writes: %(comment)s")),
    "plan.submitted": (
        _("Plan submitted: %(plan)s"),
        _("%(unit)s has submitted the plan of %(pilot)s. Please approve or return it."),
    ),
    "plan.recalled": (_("Recalled: %(plan)s"), _("%(unit)s has recalled the plan of %(pilot)s.")),
    "plan.returned": (_("Returned: %(plan)s"), _("%(who)s writes: %(comment)s")),
    "plan.approved": (
        _("Approved: %(plan)s"),
        _("%(who)s has approved the plan of %(pilot)s. What was approved changes by request only from now on."),
    ),
    "plan_change.sent_for_signing": (
        _("For your signature: %(change)s"),
        _("%(who)s has sent a request to change the plan of %(pilot)s for signing."),
    ),
    "plan_change.sent_back": (_("Sent back before signing: %(change)s"), _("%(who)s writes: %(comment)s")),
    "plan_change.submitted": (
        _("Change of a plan asked for: %(change)s"),
        _("%(unit)s asks to change the plan of %(pilot)s. Please approve, return or refuse it."),
    ),
    "plan_change.recalled": (
        _("Recalled: %(change)s"),
        _("%(unit)s has recalled its request to change the plan of %(pilot)s."),
    ),
    "plan_change.returned": (_("Returned: %(change)s"), _("%(who)s writes: %(comment)s")),
    "plan_change.refused": (
        _("Refused: %(change)s"),
        _("%(who)s writes: %(comment)s The plan of %(pilot)s stays as it is."),
    ),
    "plan_change.approved": (
        _("Approved: %(change)s"),
        _("%(who)s has approved it. The plan of %(pilot)s has a new edition."),
    ),
    "plan_change.withdrawn": (
        _("Withdrawn: %(change)s"),
        _("%(unit)s does not ask for this change of the plan of %(pilot)s any more."),
    ),
    "guided_plan.submitted": (
        _("For your opinion: %(plan)s"),
        _("%(unit)s has sent an %(kind)s of %(pilot)s. Please agree or return it, with your opinion."),
    ),
    "guided_plan.recalled": (_("Recalled: %(plan)s"), _("%(unit)s has recalled the %(kind)s of %(pilot)s.")),
    "guided_plan.agreed": (_("Agreed: %(plan)s"), _("%(who)s writes: %(comment)s")),
    "guided_plan.returned": (_("Returned: %(plan)s"), _("%(who)s writes: %(comment)s")),
    "guided_plan.withdrawn": (_("Withdrawn: %(plan)s"), _("%(unit)s has withdrawn the %(kind)s of %(pilot)s.")),
    "duty.given": (
        _("You answer for a task: %(task)s"),
        _("%(who)s has named you for it in the plan of %(pilot)s: %(tier)s."),
    ),
    "annual.submitted": (
        _("Annual plan %(year)s to approve: %(department)s"),
        _("%(who)s has sent the annual plan for the plan of %(pilot)s. Please approve or return it."),
    ),
    "annual.recalled": (
        _("Recalled: annual plan %(year)s of %(department)s"),
        _("%(who)s is changing it again."),
    ),
    "annual.approved": (
        _("Approved: annual plan %(year)s of %(department)s"),
        _("%(who)s has approved it."),
    ),
    "annual.returned": (
        _("Returned: annual plan %(year)s of %(department)s"),
        _("%(who)s writes: %(comment)s"),
    ),
    "annual.reopened": (
        _("Opened again: annual plan %(year)s of %(department)s"),
        _("%(who)s writes: %(comment)s"),
    ),
    "target.set": (
        _("Target set: %(pilot)s, %(indicator)s"),
        _("%(who)s has set: %(what)s. Reason: %(comment)s"),
    ),
    "target.replace": (
        _("Target replaced: %(pilot)s, %(indicator)s"),
        _("%(who)s has set instead: %(what)s. Reason: %(comment)s"),
    ),
    "target.end": (
        _("Target ended: %(pilot)s, %(indicator)s"),
        _("%(who)s has ended: %(what)s. Reason: %(comment)s"),
    ),
    "baseline.set": (
        _("Baseline set: %(pilot)s, %(indicator)s"),
        _("%(who)s has set: %(what)s. Reason: %(comment)s"),
    ),
    "baseline.choose": (
        _("Baseline chosen: %(pilot)s, %(indicator)s"),
        _("%(who)s has the path drawn from: %(what)s. Reason: %(comment)s"),
    ),
    "baseline.end": (
        _("Baseline ended: %(pilot)s, %(indicator)s"),
        _("%(who)s has ended: %(what)s. Reason: %(comment)s"),
    ),
    "people.invited": (
        _("You are invited to the Pilot Portal"),
        _(
            "%(who)s has invited you as %(role)s of %(unit)s. Set your password with the link below. It works "
            "once and for three days; after that, choose “Forgot your password?” on the sign-in page."
        ),
    ),
    "people.added": (
        _("New role: %(role)s, %(unit)s"),
        _("%(who)s has given you this role. Choose it at the top of the page to work under it."),
    ),
    "people.moved": (_("Your role is now: %(role)s, %(unit)s"), _("%(who)s writes: %(comment)s")),
    "people.ended": (_("Your role has ended: %(role)s, %(unit)s"), _("%(who)s writes: %(comment)s")),
    "people.handed_over_to_you": (
        _("Handed over to you: the work of %(person)s, %(unit)s"),
        _(
            "%(who)s has handed it over to you: %(roles)s. The pack lists what is due, what waits for you, and "
            "what you should confirm. %(who)s writes: %(comment)s"
        ),
    ),
    "people.handed_over": (
        _("Your work at %(unit)s has been handed over to %(successor)s"),
        _("These roles of yours have ended: %(roles)s. %(who)s writes: %(comment)s"),
    ),
    "people.deactivated": (
        _("Your roles at %(unit)s have ended"),
        _("%(who)s writes: %(comment)s If this is a mistake, ask the administrator of your unit."),
    ),
    "people.reactivated": (
        _("Your account is open again"),
        _("%(who)s has opened it as %(role)s of %(unit)s. Go on with the link below."),
    ),
    "token.created": (
        _("API token made: %(token)s"),
        _(
            "%(who)s has made it for %(role)s, %(unit)s. It is valid until %(day)s. "
            "If you do not know of it, revoke it at once and change your password."
        ),
    ),
    "token.revoked": (
        _("API token revoked: %(token)s"),
        _("%(who)s has revoked it; what used it is refused from now on. %(comment)s"),
    ),
    "token.expiring": (
        _("API token expires on %(day)s: %(token)s"),
        _("What uses it at %(unit)s will be refused then. Make a new one in time and revoke this one."),
    ),
    "webhook.failing": (
        _("Webhook paused: %(webhook)s"),
        _(
            "Nothing could be delivered to it for days, so the portal has paused it. Nothing is lost: put right what "
            "the list of failures names, and resume it."
        ),
    ),
    "webhook.gone": (
        _("Webhook paused: %(webhook)s"),
        _(
            "Its target answered that it is gone for good (410), so the portal has paused it. Enter another address "
            "and resume it, or end it."
        ),
    ),
    "job.done": (_("Done: %(job)s"), _("What you asked for is finished. Look at the outcome.")),
    "job.failed": (_("Not done: %(job)s"), "%(error)s"),
    "people.address_corrected": (
        _("Your mail address is now %(email)s"),
        _(
            "Mail to the old one was refused. Sign in with the new one from now on. %(who)s writes: %(comment)s If "
            "this is not your address, say so to the administrator of your unit at once."
        ),
    ),
    "people.mail_failing": (
        _("Mail does not reach %(person)s"),
        _(
            "The mail server refuses it: %(error)s. Until it takes a mail again, %(person)s of %(unit)s learns of what "
            "is due only in the portal. Ask for the right address and enter it on their page."
        ),
    ),
    "digest": (
        _("Pilot Portal, %(day)s: %(number)s new"),
        _("What the portal told you since the last mail and you have not read there yet."),
    ),
    "people.password_reset": (
        _("Set a new password"),
        _(
            "Somebody asked for a new password for your account. Set it with the link below; it works once "
            "and for three days. If it was not you, do nothing: your password stays as it is."
        ),
    ),
}

DIGEST = "digest"
"""The daily mail: its entries are the notices that name it."""


def check(topic: str) -> None:
    if topic not in TOPICS:
        raise ImproperlyConfigured(f"Unknown topic {topic!r}: add its words to records/topics.py.")


def words(topic: str, params: Mapping[str, Any]) -> Words:
    """Title and body in the active language. A parameter that is missing stays visible as a dash."""
    title, body = TOPICS[topic]
    values = _Dashes(params)
    return Words(title=str(title) % values, body=str(body) % values)


class _Dashes(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"
