"""A list of roles that begin and end, of people who are registered; the rows are done in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import condition
from accounts.models import Membership, Role
from pilots.importing import cells
from records.importing.kinds import Change, Column, Difference, Given, ImportKind, Plan, Row, Stored
from staff import rules
from staff.importing.ground import EMAIL, MOST_ROWS, PROGRAMME, ROLE, UNIT, Ground, Hat, Post
from staff.importing.undoing import take_back
from staff.services.memberships import EndInput, InvitationInput, end_membership, invite

ADD, END = "add", "end"
ACTIONS = ((ADD, gettext_lazy("begins")), (END, gettext_lazy("ends")))


@dataclass(frozen=True, slots=True)
class Begun:
    data: InvitationInput


@dataclass(frozen=True, slots=True)
class Ended:
    data: EndInput


class MembershipList(ImportKind):
    code = "memberships"
    label = gettext_lazy("Roles")
    hint = gettext_lazy(
        "Each row begins or ends one role of somebody who is registered. The rows are done in their order: to move a "
        "person, end the one role and begin the other."
    )
    action = "people.manage"
    most_rows = MOST_ROWS
    columns = (
        EMAIL,
        Column(
            "action",
            gettext_lazy("begins or ends"),
            required=True,
            help=gettext_lazy("add or end"),
            read=cells.one_of("unknown_action", ACTIONS),
            aliases=("操作", "变动"),
        ),
        UNIT,
        PROGRAMME,
        ROLE,
        Column(
            "reason",
            gettext_lazy("reason"),
            help=gettext_lazy("Needed where a role ends; the person is told"),
            read=cells.by_rule(rules.given_reason),
            aliases=("原因", "说明"),
            longest=rules.LONGEST_REASON,
        ),
    )

    def plan(self, rows: Sequence[Row], given: Given) -> Plan:
        ground = Ground(given.by, [row.values["email"] for row in rows])
        administrators = _Administrators(ground)
        changes = [change for row in rows if (change := _change(row, ground, administrators))]
        return Plan(tuple(changes), tuple(ground.notes.faults), tuple(ground.notes.remarks))

    def store(self, plan: Plan, given: Given) -> list[Stored]:
        stored = []
        for change in plan.changes:
            if isinstance(change.work, Begun):
                stored.append(Stored(change.row, invite(change.work.data, by=given.by)))
            elif isinstance(change.work, Ended):
                membership = end_membership(change.work.data, by=given.by)
                stored.append(Stored(change.row, membership, {"ended_at": None}))
            given.step()
        return stored

    def undo(self, stored: Sequence[Stored], given: Given) -> bool:
        take_back(stored, given)
        return True


class _Administrators:
    """How many administrators each office has, row by row."""

    def __init__(self, ground: Ground) -> None:
        reach = condition(rules.PATHS, ground.by, "people.manage")
        rows = Membership.objects.current().holding(Role.UNIT_ADMIN).filter(reach)
        self.number: dict[tuple[int, int | None], int] = {}
        for unit, programme in rows.values_list("unit", "programme"):
            self.count(unit, programme, 1)
        self.may_leave_none = ground.by.hat.role == Role.SYSTEM_ADMIN

    def count(self, unit: int, programme: int | None, change: int) -> None:
        self.number[unit, programme] = self.number.get((unit, programme), 0) + change

    def is_last(self, post: Post) -> bool:
        alone = self.number.get((post.unit.pk, post.programme.pk), 0) <= 1
        return post.role == Role.UNIT_ADMIN and alone and not self.may_leave_none


def _change(row: Row, ground: Ground, administrators: _Administrators) -> Change | None:
    mail = row.values["email"]
    post = ground.post(row)
    if mail not in ground.people:
        words = _("Nobody is registered with this mail address. Invite them with a list of people.")
        ground.notes.fault(row.number, "email", "unknown_person", words)
    if post is None or ground.notes.faulty(row.number):
        return None
    if row.values["action"] == ADD:
        change = _begin(row, mail, post, ground)
        step = 1
    else:
        change = _end(row, mail, post, ground, administrators)
        step = -1
    if post.role == Role.UNIT_ADMIN and change and change.work:
        administrators.count(post.unit.pk, post.programme.pk, step)
    return change


def _begin(row: Row, mail: str, post: Post, ground: Ground) -> Change | None:
    person = ground.people[mail]
    hat = ground.held(mail, post)
    if hat and hat.row:
        ground.notes.fault(row.number, "email", "twice", _("Row %(row)d says this already.") % {"row": hat.row})
        return None
    if hat:
        return Change(row.number, Difference.SAME, mail)
    if not ground.may_begin(row.number, mail, post):
        return None
    ground.begin(row.number, mail, post)
    data = InvitationInput(mail, person.name, post.unit.uid, post.programme.code, post.role)
    return Change(row.number, Difference.NEW, mail, {}, post.facts, Begun(data))


def _end(row: Row, mail: str, post: Post, ground: Ground, administrators: _Administrators) -> Change | None:
    person, hat = ground.people[mail], ground.held(mail, post)
    ground.holds(row.number, "email", "oneself", lambda: rules.not_oneself(person, ground.by))
    if hat is None:
        words = _("Nobody with this mail address holds this role there now.")
        ground.notes.fault(row.number, "email", "no_such_role", words)
    elif hat.membership is None:
        words = _("Row %(row)d begins this role. Leave out both.") % {"row": hat.row}
        ground.notes.fault(row.number, "email", "begun_here", words)
    if not row.values.get("reason"):
        ground.notes.fault(row.number, "reason", "reason_missing", _("Give a reason."))
    if administrators.is_last(post):
        words = _("This is the last administrator of the unit. Invite another one first.")
        ground.notes.fault(row.number, "role", "last_administrator", words)
    if ground.notes.faulty(row.number) or not isinstance(hat, Hat) or hat.membership is None:
        return None
    ground.end(mail, hat)
    data = EndInput(hat.membership.uid, row.values["reason"])
    before = {**post.facts, str(_("reason")): ""}
    after = {str(_("role")): "—", str(_("reason")): data.reason}
    return Change(row.number, Difference.CHANGED, person.name, before, after, Ended(data))
