"""Keeping the two people who answer for a pilot area (N24), and looking at their phone numbers."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.personal import line_of_text, mail_address, masked_phone, optional_line, phone_number
from pilots.contacts import kept_or_404, newest_form
from pilots.models import Contact, ContactField, ContactForm, ContactKind, ContactQuerySet, LeadingGroup, PilotArea
from portal.errors import BadInput, Finding, NotFound, Stale
from records.journal import Note, Subject, write
from units.calendar import today
from units.models import Unit

LONGEST_NAME = 80
LONGEST_TEXT = 120
LONGEST_REASON = 300

on_change: list[Callable[[PilotArea, Actor, dt.datetime], None]] = []
"""Called inside the transaction after each change of a contact or a leading group, once for each pilot area concerned.

What follows from a change belongs to `reporting` (a round already sent must be sent again), which this room cannot
import; `reporting.apps` puts its function here when the portal starts. It is the only one who does.
"""


@dataclass(frozen=True, slots=True)
class ContactInput:
    """A person for one of the two kinds. `values`: every field of the newest form by code, phone numbers in clear.

    A phone number given as it is shown, masked, stays as it is where the name stays too (a new person's number must
    be typed); '' takes it off the record. `seen` is the version the writer saw (0: nobody yet). `since` None: today,
    or unchanged where the name is unchanged.
    """

    pilot_uid: uuid.UUID
    kind: str
    name: str
    values: Mapping[str, str]
    seen: int
    since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class RevealInput:
    pilot_uid: uuid.UUID
    kind: str
    reason: str = ""


@dataclass(slots=True)
class Checked:
    """What may be stored: the open values, the phone numbers, and what was wrong with the rest."""

    name: str = ""
    values: dict[str, str] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def keep(self, check: Callable[..., str], target: str, *args: Any) -> str:
        """The value as it may be stored; where it may not, '' and the findings that say why."""
        try:
            return check(*args)
        except BadInput as error:
            self.findings += [Finding(f.code, f.message, target) for f in error.findings]
            return ""


@transaction.atomic
def record_contact(data: ContactInput, *, by: Actor, at: dt.datetime | None = None) -> Contact:
    """End the present person and begin the given one; what is the same as on record changes nothing.

    Required fields may stay empty: what is missing is shown as a gap. Raises NotFound (out of reach, no such kind),
    Stale (somebody was first; both in `extra`), BadInput (findings by field). `at` is given for history only.
    """
    pilot, now = _locked(data.pilot_uid, by), at or timezone.now()
    kind = _kind(data.kind)
    rows: ContactQuerySet = Contact.objects.filter(pilot_area=pilot, kind=kind)
    present = rows.current().select_related("recorded_by").first()
    form = _form(pilot)
    if data.seen != (seen := rows.count()):
        raise _conflict(data, form, present, seen)
    given = _checked(data, form, present)
    earliest = _earliest(rows, given, present)
    since = _since(data, given, present, earliest, today() if at is None else timezone.localdate(at))
    if given.findings:
        raise BadInput(findings=tuple(given.findings))
    if present and _same(present, given, since):
        return present
    contact = _begin(Contact(pilot_area=pilot, kind=kind, form=form, since=since), given, present, by, now)
    _write(pilot, contact, present, by, now)
    tell([pilot], by, now)
    return contact


@transaction.atomic
def reveal(data: RevealInput, *, by: Actor) -> Contact:
    """The present person, whose `numbers` may now be shown once: the look is written down, with the reason if given."""
    pilot = kept_or_404(data.pilot_uid, by, "contacts.reveal")
    contact = Contact.objects.current().filter(pilot_area=pilot, kind=_kind(data.kind)).first()
    if contact is None:
        raise NotFound
    _look(pilot, contact, by, optional_line(data.reason, "reason", LONGEST_REASON))
    return contact


def tell(pilots: Iterable[PilotArea], by: Actor, at: dt.datetime) -> None:
    """Let whoever asked to know that who answers for these pilot areas has changed."""
    for pilot in pilots:
        for told in on_change:
            told(pilot, by, at)


def about(pilot: PilotArea) -> Subject:
    """A pilot area as the subject of an event; `receiver_now` must have been asked for (`with_route`)."""
    label, unit = pilot.name_as_published, pilot.reporting_unit
    return Subject("pilot_area", pilot.uid, label, pilot.programme, unit, receiver_of(pilot))


def receiver_of(row: PilotArea | LeadingGroup) -> Unit | None:
    """The office that `with_route` found above a pilot area or a leading group."""
    receiver: int | None = getattr(row, "receiver_now", None)
    return Unit.objects.filter(pk=receiver).first() if receiver else None


def _locked(uid: uuid.UUID, by: Actor) -> PilotArea:
    """The pilot area in reach, its row locked: two changes of one pilot area follow one another."""
    rows = PilotArea.objects.kept_by(by, "contacts.edit").shown().for_lists()
    # no_key: a sheet of contacts being submitted at this moment points to the pilot area and must not wait for us.
    pilot: PilotArea | None = rows.select_for_update(of=("self",), no_key=True).filter(uid=uid).first()
    if pilot is None:
        raise NotFound
    return pilot


def _kind(value: str) -> ContactKind:
    if value not in ContactKind.values:
        raise NotFound
    return ContactKind(value)


def _form(pilot: PilotArea) -> ContactForm:
    form = newest_form(pilot.programme_id)
    if form is None:
        raise BadInput(_("This programme has no contact form yet. Load the reference data first."))
    return form


def _checked(data: ContactInput, form: ContactForm, present: Contact | None) -> Checked:
    """Every value by the rule of its field; all that is wrong is said at once."""
    fields = list(form.fields.all())
    found, kept = Checked(), present.numbers if present else {}
    found.name = found.keep(line_of_text, "name", data.name, "name", LONGEST_NAME)
    for unknown in sorted(set(data.values) - {row.code for row in fields}):
        text = _("The form has no such field: %(code)s.") % {"code": unknown[:30]}
        found.findings.append(Finding("unknown_field", text, unknown[:30]))
    for row in fields:
        value, code = data.values.get(row.code, ""), row.code
        if row.kind == ContactField.Kind.PHONE:
            same_person = present is not None and present.name == found.name
            said = found.keep(_number, code, value, code, kept.get(code, ""), same_person)
            found.phones |= {code: said} if said else {}
        else:
            mail = row.kind == ContactField.Kind.MAIL
            args = (value, code) if mail else (value, code, LONGEST_TEXT)
            said = found.keep(mail_address if mail else optional_line, code, *args)
            found.values |= {code: said} if said else {}
    return found


def _number(value: str, code: str, kept: str, same_person: bool) -> str:
    """The number typed in, or the one on record where it came back masked."""
    if not kept or value.strip() != masked_phone(kept):
        return phone_number(value, code)
    if same_person:
        return kept
    text = _("This is the number of the person before. Type the new one, or leave the field empty.")
    raise BadInput(text, findings=(Finding("number_of_predecessor", text, code),))


def _earliest(rows: ContactQuerySet, given: Checked, present: Contact | None) -> dt.date | None:
    """The first day on which the person can have begun; of the present one, the day their predecessor ended."""
    if present is None or present.name != given.name:
        return present.since if present else None
    return rows.exclude(name=given.name).order_by("-id").values_list("until", flat=True).first()


def _since(
    data: ContactInput, given: Checked, present: Contact | None, earliest: dt.date | None, day: dt.date
) -> dt.date:
    """The day the person began, not after `day` and not before `earliest`."""
    if data.since is None:
        return present.since if present and present.name == given.name else max(day, present.since if present else day)
    if data.since > day:
        given.findings.append(Finding("in_the_future", _("This day is still to come."), "since"))
    elif earliest and data.since < earliest:
        text = (
            _("The person before was there until %(day)s; this one cannot have begun earlier.")
            if present and present.name == given.name
            else _("The person before began on %(day)s; the next one cannot begin earlier.")
        ) % {"day": earliest}
        given.findings.append(Finding("before_predecessor", text, "since"))
    return data.since


def _same(present: Contact, given: Checked, since: dt.date) -> bool:
    stored = (present.name, present.values, present.numbers, present.since)
    return stored == (given.name, given.values, given.phones, since)


def _begin(contact: Contact, given: Checked, present: Contact | None, by: Actor, now: dt.datetime) -> Contact:
    if present:
        # Where the day itself is corrected, the entry before ends on the day it began with.
        present.until = max(contact.since, present.since)
        present.save(update_fields=["until"])
    contact.name, contact.values = given.name, given.values
    contact.phones = json.dumps(given.phones, sort_keys=True) if given.phones else ""
    contact.filled = sorted([*given.values, *given.phones])
    contact.recorded_at, contact.recorded_by, contact.is_demo = now, by.user, by.user.is_demo
    contact.save(force_insert=True)
    return contact


def _write(pilot: PilotArea, contact: Contact, before: Contact | None, by: Actor, now: dt.datetime) -> None:
    """The event keeps the names; of the other fields it says only which changed."""
    was, now_is = _said(before), _said(contact)
    note = Note(
        outcome=contact.kind,
        comment=f"{before.name} → {contact.name}" if before and before.name != contact.name else contact.name,
        data={
            "kind": contact.kind,
            "name": contact.name,
            "before": before.name if before else "",
            "since": str(contact.since),
            "changed": sorted(code for code in {*was, *now_is} if was.get(code) != now_is.get(code)),
        },
    )
    write("contact.change", about(pilot), by=by, note=note, at=now)


def _said(contact: Contact | None) -> dict[str, str]:
    return {**contact.values, **contact.numbers} if contact else {}


def _look(pilot: PilotArea, contact: Contact, by: Actor, reason: str) -> None:
    data = {"kind": contact.kind, "name": contact.name, "fields": sorted(contact.numbers)}
    write("contact.reveal", about(pilot), by=by, note=Note(outcome=contact.kind, comment=reason, data=data))


def _conflict(data: ContactInput, form: ContactForm, present: Contact | None, seen: int) -> Stale:
    """Both sides, phone numbers masked in both: an answer is no place for them."""
    kinds = {row.code: row.kind for row in form.fields.all()}
    mine = {
        code: masked_phone(text) if kinds[code] == ContactField.Kind.PHONE else text
        for code, text in data.values.items()
        if code in kinds
    }
    who = present.recorded_by.name if present and present.recorded_by else "—"
    return Stale(
        _(
            "%(who)s recorded somebody in the meantime: %(name)s. "
            "What you entered is kept here: compare, then save again."
        )
        % {"who": who, "name": present.name if present else "—"},
        extra={
            "kind": data.kind,
            "version": seen,
            "theirs": _as_data(present),
            "theirs_by": who,
            "theirs_at": present.recorded_at.isoformat() if present else None,
            "mine": {"name": data.name, "values": mine, "since": str(data.since) if data.since else None},
        },
    )


def _as_data(contact: Contact | None) -> dict[str, Any] | None:
    if contact is None:
        return None
    return {"name": contact.name, "values": {**contact.values, **contact.masked}, "since": str(contact.since)}
