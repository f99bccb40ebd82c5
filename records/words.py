"""Acts in words. An act without words shows its code, so that history is never silent about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Role
from portal.errors import type_text
from records.models import Event
from records.workflow import Transition

ACTS: Mapping[str, type_text] = {
    "cycle.open": _("Cycle opened"),
    "cycle.plan": _("Cycle planned"),
    "cycle.regenerate": _("Reports owed brought up to date"),
    "cycle.owe_again": _("To be sent again: contacts changed"),
    "cycle.export_phones": _("Contacts of a round exported with their phone numbers"),
    "due.remind": _("Reminded"),
    "due.chase": _("Chased"),
    "due.call": _("Call recorded"),
    "report.send_for_signing": _("Sent for signing"),
    "report.withdraw": _("Taken back from signing"),
    "report.sign": pgettext_lazy("act", "Signed"),
    "report.send_back": _("Sent back to the drafter"),
    "report.reopen": _("Reopened after signing"),
    "report.submit": pgettext_lazy("act", "Submitted"),
    "report.recall": _("Recalled"),
    "report.receive": pgettext_lazy("act", "Received"),
    "report.request_recall": _("Recall requested"),
    "report.grant_recall": _("Recall granted"),
    "report.refuse_recall": _("Recall refused"),
    "report.accept": pgettext_lazy("act", "Accepted"),
    "report.return": pgettext_lazy("act", "Returned"),
    "report.correct": _("Correction begun"),
    "report.abandon_correction": _("Correction given up"),
    "report.export_phones": _("Contacts exported with their phone numbers"),
    "report.take_in": _("Compiled from the reports received"),
    "report.take_tasks_in": _("Tasks of the plan taken into the text"),
    "due.extension_ask": _("More time asked for"),
    "due.extension_grant": _("More time given"),
    "due.extension_refuse": _("More time refused"),
    "due.extension_withdraw": _("Request for more time taken back"),
    "due.extension_lapse": _("Request for more time overtaken"),
    "due.extend_region": _("More time given to a region"),
    "cycle.extend_region": _("More time given to the senders of a region"),
    "due.exempt": _("Exempted from the report"),
    "due.exempt_end": _("Exemption from the report ended"),
    "plan.begin": _("Plan begun"),
    "plan.change": _("Head of the plan changed"),
    "plan.task_add": _("Task added to the plan"),
    "plan.task_change": _("Task of the plan changed"),
    "plan.task_remove": _("Task taken out of the plan"),
    "plan.task_indicators": _("Indicators of a task set"),
    "plan.record_add": _("Row added to the records of the plan"),
    "plan.record_change": _("Row of the records of the plan changed"),
    "plan.record_withdraw": _("Row of the records of the plan withdrawn"),
    "fields.add": _("Field of work added"),
    "fields.change": _("Field of work changed"),
    "pilot.structure": _("Spatial structure written down"),
    "supplement.begin": _("Figures beside the reports begun"),
    "supplement.send_for_signing": _("Figures sent for signing"),
    "supplement.take_back": _("Figures taken back from signing"),
    "supplement.discard": _("Figures discarded"),
    "supplement.submit": _("Figures signed and submitted"),
    "supplement.offer": _("Figures signed and opened for use"),
    "supplement.send_back": _("Figures sent back to the drafter"),
    "supplement.recall": _("Figures recalled"),
    "supplement.accept": _("Figures accepted"),
    "supplement.return": _("Figures returned"),
    "supplement.withdraw": _("Figures withdrawn from use"),
    "plan.send_for_signing": _("Plan sent for signing"),
    "plan.take_back": _("Plan taken back from signing"),
    "plan.submit": _("Plan signed and submitted"),
    "plan.send_back": _("Plan sent back to the drafter"),
    "plan.recall": _("Plan recalled"),
    "plan.approve": _("Plan approved"),
    "plan.return": _("Plan returned"),
    "plan.original": _("Original file of the plan brought"),
    "plan_change.begin": _("Change request begun"),
    "plan_change.edit": _("Change request edited"),
    "plan_change.send_for_signing": _("Change request sent for signing"),
    "plan_change.take_back": _("Change request taken back from signing"),
    "plan_change.withdraw": _("Change request withdrawn"),
    "plan_change.submit": _("Change request signed and submitted"),
    "plan_change.send_back": _("Change request sent back to the drafter"),
    "plan_change.recall": _("Change request recalled"),
    "plan_change.approve": _("Change request approved"),
    "plan_change.return": _("Change request returned"),
    "plan_change.refuse": _("Change request refused"),
    "guided_plan.begin": _("Implementation or action plan begun"),
    "guided_plan.edit": _("Implementation or action plan edited"),
    "guided_plan.submit": _("Implementation or action plan signed and submitted"),
    "guided_plan.recall": _("Implementation or action plan recalled"),
    "guided_plan.agree": _("Implementation or action plan agreed to"),
    "guided_plan.return": _("Implementation or action plan returned"),
    "guided_plan.withdraw": _("Implementation or action plan withdrawn"),
    "duty.give": _("Named to answer for a task"),
    "duty.release": _("Released from answering for a task"),
    "annual.begin": _("Annual plan begun"),
    "annual.draw": _("Tasks taken into the annual plan from the schedule"),
    "annual.edit": _("Annual plan written"),
    "annual.discard": _("Annual plan discarded"),
    "annual.submit": _("Annual plan signed and submitted"),
    "annual.recall": _("Annual plan recalled"),
    "annual.send": _("Annual plan sent for approval"),
    "annual.take_back": _("Annual plan taken back"),
    "annual.approve": _("Annual plan approved"),
    "annual.return": _("Annual plan returned"),
    "annual.reopen": _("Annual plan opened again"),
    "assessment.record": _("Assessment of responsibility recorded"),
    "task.progress": _("Progress recorded"),
    "dates.rule_set": _("Rule for a due date set"),
    "dates.rule_end": _("Own rule for a due date ended"),
    "dates.policy_set": _("What goes with due dates changed"),
    "dates.ladder_set": _("Ladder of reminders changed"),
    "indicator.new": _("Own indicator defined"),
    "indicator.version": _("New version of an indicator"),
    "indicator.end": _("Own indicator ended"),
    "indicator.map": _("What an own indicator counts towards set"),
    "indicator.ask": _("What reports ask for set"),
    "people.invite": _("Invited"),
    "people.move": _("Moved to another role"),
    "people.end": _("Role ended"),
    "people.restore": _("Role restored"),
    "people.hand_over": _("Work handed over"),
    "people.take_over": _("Work taken over"),
    "people.deactivate": _("Deactivated"),
    "people.reactivate": _("Reactivated"),
    "people.set_phone": _("Phone number changed"),
    "people.reveal_phone": _("Phone number looked at"),
    "people.set_email": _("Mail address corrected"),
    "people.set_mail_rhythm": _("Mail at once or once a day: chosen"),
    "people.grant_solo": _("Exemption for a unit of one person granted"),
    "people.end_solo": _("Exemption for a unit of one person ended"),
    "token.create": _("API token made"),
    "token.revoke": _("API token revoked"),
    "feed.create": _("Calendar subscription made"),
    "feed.revoke": _("Calendar subscription revoked"),
    "contact.change": _("Contact recorded"),
    "contact.reveal": _("Phone numbers of a contact looked at"),
    "document.enter": _("Document entered in the register"),
    "document.change": _("Entry of a document changed"),
    "document.clause_add": _("Clause of a document added"),
    "document.clause_change": _("Clause of a document changed"),
    "target.set": _("Target set"),
    "target.replace": _("Target replaced"),
    "target.end": _("Target ended"),
    "baseline.set": _("Baseline set"),
    "baseline.choose": _("Baseline chosen"),
    "baseline.end": _("Baseline ended"),
    "group.create": _("Leading group recorded"),
    "group.change": _("Leading group changed"),
    "group.member_add": _("Joined the leading group"),
    "group.member_end": _("Left the leading group"),
    "import.check": _("List checked"),
    "import.store": _("List stored"),
    "import.discard": _("List discarded"),
    "import.undo": _("Import of a list undone"),
    "task.remind": _("Reminded of a task"),
    "task.arrange": _("Days of a task set"),
    "task.wait": _("A task waits for another"),
    "task.wait_end": _("A task waits for another no more"),
    "task.node_add": _("Milestone set"),
    "task.node_change": _("Milestone changed"),
    "task.node_remove": _("Milestone taken away"),
    "job.start": _("Long job asked for"),
    "job.cancel": _("Long job cancelled"),
    "calendar.announce": _("Public holidays of a year entered"),
    "calendar.close_day": _("Day off entered"),
    "calendar.open_day": _("Working day entered"),
    "calendar.remove_day": _("Entered day removed"),
    "webhook.create": _("Webhook made"),
    "webhook.change": _("Webhook changed"),
    "webhook.test": _("Test sent to a webhook"),
    "webhook.pause": _("Webhook paused"),
    "webhook.resume": _("Webhook resumed"),
    "webhook.rotate": _("Secret of a webhook renewed"),
    "webhook.redeliver": _("Put on its way again to a webhook"),
    "webhook.end": _("Webhook ended"),
    "account.sign_in": _("Signed in"),
    "account.sign_out": _("Signed out"),
    "account.sign_in_failed": _("Sign-in refused"),
    "account.set_password": _("Password set"),
    "account.password_reset_asked": _("New password asked for"),
}

GOOD = frozenset(
    {
        "report.accept",
        "report.sign",
        "report.grant_recall",
        "due.extension_grant",
        "due.extend_region",
        "supplement.accept",
        "supplement.offer",
        "plan.approve",
        "plan_change.approve",
        "guided_plan.agree",
    }
)
BAD = frozenset(
    {
        "report.refuse_recall",
        "due.extension_refuse",
        "people.deactivate",
        "account.sign_in_failed",
        "plan_change.refuse",
    }
)
WARN = frozenset(
    {
        "report.return",
        "report.send_back",
        "supplement.return",
        "supplement.send_back",
        "supplement.withdraw",
        "plan.return",
        "plan.send_back",
        "plan_change.return",
        "plan_change.send_back",
        "guided_plan.return",
        "report.recall",
        "report.correct",
        "people.reveal_phone",
        "contact.reveal",
        "import.undo",
        "cycle.owe_again",
        "report.export_phones",
        "cycle.export_phones",
        "due.exempt",
        "due.exempt_end",
    }
)


def label(act: str) -> str:
    return str(ACTS.get(act, act))


def role_label(role: str) -> str:
    return str(Role(role).label) if role in Role.values else role


def tone(act: str) -> str:
    for name, acts in (("good", GOOD), ("bad", BAD), ("warn", WARN)):
        if act in acts:
            return name
    return ""


def act_words(transition: Transition) -> str:
    """The label of an act as a button or a heading carries it."""
    label = str(transition.label)
    return label[:1].upper() + label[1:]


def as_timeline(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Events as the timeline component reads them, with the names kept at the time."""
    return [
        {
            "at": event.at,
            "act": label(event.act),
            "person": event.user_name or _("Pilot Portal"),
            "unit": event.acting_unit_name,
            "role": role_label(event.role),
            "comment": event.comment,
            "tone": tone(event.act),
        }
        for event in events
    ]
