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
    "due.extension_ask": _("More time asked for"),
    "due.extension_grant": _("More time given"),
    "due.extension_refuse": _("More time refused"),
    "due.extension_withdraw": _("Request for more time taken back"),
    "due.extension_lapse": _("Request for more time overtaken"),
    "due.extend_region": _("More time given to a region"),
    "cycle.extend_region": _("More time given to the senders of a region"),
    "due.exempt": _("Exempted from the report"),
    "due.exempt_end": _("Exemption from the report ended"),
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
    }
)
BAD = frozenset({"report.refuse_recall", "due.extension_refuse", "people.deactivate", "account.sign_in_failed"})
WARN = frozenset(
    {
        "report.return",
        "report.send_back",
        "supplement.return",
        "supplement.send_back",
        "supplement.withdraw",
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
