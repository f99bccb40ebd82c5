"""Keeping leading groups (N8, L9): the group's own facts, who joins it, who leaves it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.personal import line_of_text, optional_line
from pilots.groups import offices_kept_by
from pilots.models import GroupMember, GroupRank, LeadingGroup, PilotArea
from pilots.services.contacts import LONGEST_NAME, LONGEST_TEXT, receiver_of, tell
from portal.errors import Finding, NotFound, RuleBroken, Stale, WrongState, bad
from records.journal import Note, Subject, write
from units.calendar import today

LONGEST_GROUP_NAME = 200
LONGEST_DOCUMENT = 100


@dataclass(frozen=True, slots=True)
class GroupInput:
    """A leading group to be recorded: of which office, its name, the document that founded it and its day."""

    unit_uid: uuid.UUID
    name: str
    document_number: str = ""
    founded_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class GroupFactsInput:
    """The facts of a group already on record. `version` is the one the writer saw."""

    group_uid: uuid.UUID
    version: int
    name: str
    document_number: str = ""
    founded_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class MemberInput:
    """Somebody who joins. `since` None: today."""

    group_uid: uuid.UUID
    rank: str
    name: str
    post: str = ""
    department: str = ""
    since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class EndMemberInput:
    """`until` is the first day the person no longer was in the group; None: today."""

    member_uid: uuid.UUID
    until: dt.date | None = None


@transaction.atomic
def create_group(data: GroupInput, *, by: Actor, at: dt.datetime | None = None) -> LeadingGroup:
    """Record the leading group of an office. Raises NotFound, BadInput, WrongState (there is one already)."""
    unit = offices_kept_by(by, "contacts.edit").filter(uid=data.unit_uid).first()
    if unit is None or by.programme is None:
        raise NotFound
    now, facts = at or timezone.now(), _facts(data)
    group = LeadingGroup(programme=by.programme, unit=unit, **facts)
    group.version, group.changed_at, group.changed_by, group.is_demo = 1, now, by.user, by.user.is_demo
    try:
        with transaction.atomic():
            group.save(force_insert=True)
    except IntegrityError as error:
        raise WrongState(_("This office already has a leading group on record. Reload the page.")) from error
    _record("group.create", _in_reach(group.uid, by), Note(data=_plain(facts)), by, now)
    return group


@transaction.atomic
def change_group(data: GroupFactsInput, *, by: Actor, at: dt.datetime | None = None) -> LeadingGroup:
    """Change name, document or day. Raises NotFound, Stale (both versions in `extra`), BadInput."""
    group, now = _in_reach(data.group_uid, by), at or timezone.now()
    if group.version != data.version:
        raise _conflict(data, group)
    facts = _facts(data)
    before = {name: getattr(group, name) for name in facts}
    if before == facts:
        return group
    for name, value in facts.items():
        setattr(group, name, value)
    changed = {name: [_plain(before)[name], _plain(facts)[name]] for name in facts if before[name] != facts[name]}
    _touch(group, by, now, *facts)
    _record("group.change", group, Note(data=changed), by, now)
    return group


@transaction.atomic
def add_member(data: MemberInput, *, by: Actor, at: dt.datetime | None = None) -> GroupMember:
    """Somebody joins. Raises NotFound, BadInput, RuleBroken (there is a head already)."""
    group, now = _in_reach(data.group_uid, by), at or timezone.now()
    day = today() if at is None else timezone.localdate(at)
    name = line_of_text(data.name, "name", LONGEST_NAME)
    post = optional_line(data.post, "post", LONGEST_TEXT)
    department = optional_line(data.department, "department", LONGEST_TEXT)
    since = _not_later(data.since or day, day, "since")
    if data.rank not in GroupRank.values:
        raise bad("unknown_rank", _("Choose one of the three tiers."), "rank")
    if data.rank == GroupRank.HEAD:
        _no_head_yet(group)
    member = GroupMember.objects.create(
        group=group, rank=data.rank, name=name, post=post, department=department, since=since,
        recorded_at=now, recorded_by=by.user,
    )  # fmt: skip
    _touch(group, by, now)
    _record("group.member_add", group, _note(member), by, now)
    return member


@transaction.atomic
def end_member(data: EndMemberInput, *, by: Actor, at: dt.datetime | None = None) -> GroupMember:
    """Somebody leaves. Raises NotFound, WrongState (has left already), BadInput (the day)."""
    found = GroupMember.objects.filter(uid=data.member_uid).values_list("group__uid", flat=True).first()
    if found is None:
        raise NotFound
    group, now = _in_reach(found, by), at or timezone.now()
    member = group.members.get(uid=data.member_uid)
    if member.until is not None:
        raise WrongState(_("%(name)s has left the group already. Reload the page.") % {"name": member.name})
    day = today() if at is None else timezone.localdate(at)
    until = _not_later(data.until or day, day, "until")
    if until < member.since:
        text = _("The person joined on %(day)s and cannot leave earlier.") % {"day": member.since}
        raise bad("before_it_began", text, "until")
    member.until = until
    member.save(update_fields=["until"])
    _touch(group, by, now)
    _record("group.member_end", group, _note(member), by, now)
    return member


def _in_reach(uid: uuid.UUID, by: Actor) -> LeadingGroup:
    """The group, its row locked: changes of one group follow one another."""
    rows = LeadingGroup.objects.kept_by(by, "contacts.edit").select_related("programme", "unit")
    group: LeadingGroup | None = rows.select_for_update(of=("self",)).filter(uid=uid).first()
    if group is None:
        raise NotFound
    return group


def _facts(data: GroupInput | GroupFactsInput) -> dict[str, Any]:
    return {
        "name": line_of_text(data.name, "name", LONGEST_GROUP_NAME),
        "document_number": optional_line(data.document_number, "document_number", LONGEST_DOCUMENT),
        "founded_on": _not_later(data.founded_on, today(), "founded_on") if data.founded_on else None,
    }


def _plain(facts: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) if value else "" for name, value in facts.items()}


def _not_later(day: dt.date, latest: dt.date, field: str) -> dt.date:
    if day > latest:
        raise bad("in_the_future", _("This day is still to come."), field)
    return day


def _no_head_yet(group: LeadingGroup) -> None:
    head = group.members.filter(rank=GroupRank.HEAD, until__isnull=True).first()
    if head:
        text = _("The group has a head already: %(name)s. A leading group has one; end that membership first.") % {
            "name": head.name
        }
        raise RuleBroken(text, findings=(Finding("second_head", text, "rank"),))


def _touch(group: LeadingGroup, by: Actor, now: dt.datetime, *facts: str) -> None:
    group.version += 1
    group.changed_at, group.changed_by = now, by.user
    group.save(update_fields=["version", "changed_at", "changed_by", *facts])


def _note(member: GroupMember) -> Note:
    data = {
        "rank": member.rank,
        "name": member.name,
        "post": member.post,
        "department": member.department,
        "since": str(member.since),
        "until": str(member.until) if member.until else "",
    }
    return Note(outcome=member.rank, comment=member.name, data=data)


def _record(act: str, group: LeadingGroup, note: Note, by: Actor, now: dt.datetime) -> None:
    """The event, and word to whoever asked to know."""
    subject = Subject("leading_group", group.uid, group.name, group.programme, group.unit, receiver_of(group))
    write(act, subject, by=by, note=note, at=now)
    pilots = PilotArea.objects.shown().for_lists()
    tell(pilots.filter(programme=group.programme_id, reporting_unit=group.unit_id), by, now)


def _conflict(data: GroupFactsInput, group: LeadingGroup) -> Stale:
    who = group.changed_by.name if group.changed_by else "—"
    names = ("name", "document_number", "founded_on")
    return Stale(
        _("%(who)s changed the leading group in the meantime. What you entered is kept here: compare, then save again.")
        % {"who": who},
        extra={
            "version": group.version,
            "theirs": _plain({name: getattr(group, name) for name in names}),
            "theirs_by": who,
            "theirs_at": group.changed_at.isoformat(),
            "mine": _plain({name: getattr(data, name) for name in names}),
        },
    )
