"""A list of people to be invited: each row is one invitation, with everything that inviting on the page asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.personal import line_of_text, masked_phone, phone_number
from pilots.importing import cells
from records.importing.kinds import Change, Column, Difference, Given, ImportKind, Plan, Row, Stored
from staff.importing.ground import EMAIL, MOST_ROWS, PROGRAMME, ROLE, UNIT, Ground, Post
from staff.importing.undoing import take_back
from staff.services.memberships import LONGEST_NAME, InvitationInput, invite


@dataclass(frozen=True, slots=True)
class Invited:
    """What a row asks for. `is_new`: nobody is registered with the mail address yet, and this is its first row."""

    row: int
    data: InvitationInput
    post: Post
    is_new: bool


class PeopleList(ImportKind):
    code = "people"
    label = gettext_lazy("People")
    hint = gettext_lazy(
        "Each row invites one person to one role. Whoever is registered already only gets the role, and a notice."
    )
    action = "people.manage"
    most_rows = MOST_ROWS
    columns = (
        EMAIL,
        Column(
            "name",
            gettext_lazy("Name"),
            required=True,
            read=cells.by_rule(lambda value: line_of_text(value, "name", LONGEST_NAME)),
            aliases=("姓名",),
            longest=LONGEST_NAME,
        ),
        Column(
            "phone",
            gettext_lazy("phone"),
            help=gettext_lazy("Stored encrypted, shown masked"),
            read=cells.by_rule(phone_number),
            aliases=("电话", "手机", "联系电话"),
            longest=40,
            is_aside=True,
            shown=masked_phone,
        ),
        Column(
            "language",
            gettext_lazy("language"),
            help=cells.words_of(settings.LANGUAGES),
            read=cells.one_of("unknown_language", settings.LANGUAGES),
            aliases=("语言",),
            is_aside=True,
        ),
        UNIT,
        PROGRAMME,
        ROLE,
    )

    def plan(self, rows: Sequence[Row], given: Given) -> Plan:
        ground = Ground(given.by, [row.values["email"] for row in rows])
        names: dict[str, tuple[int, str]] = {}
        changes = [change for row in rows if (change := _change(row, ground, names))]
        return Plan(tuple(changes), tuple(ground.notes.faults), tuple(ground.notes.remarks))

    def store(self, plan: Plan, given: Given) -> list[Stored]:
        stored: list[Stored] = []
        for change in plan.changes:
            if isinstance(change.work, Invited):
                membership = invite(change.work.data, by=given.by)
                if change.work.is_new:
                    stored.append(Stored(change.row, membership.user))
                stored.append(Stored(change.row, membership))
            given.step()
        return stored

    def undo(self, stored: Sequence[Stored], given: Given) -> bool:
        take_back(stored, given)
        return True


def _change(row: Row, ground: Ground, names: dict[str, tuple[int, str]]) -> Change | None:
    mail = row.values["email"]
    post = ground.post(row)
    known = ground.people.get(mail)
    earlier, name = names.setdefault(mail, (row.number, row.values["name"]))
    if known is None and name != row.values["name"]:
        words = _("Row %(row)d gives this mail address another name.") % {"row": earlier}
        ground.notes.fault(row.number, "name", "other_name", words)
    if post is None or ground.notes.faulty(row.number):
        return None
    hat = ground.held(mail, post)
    if hat and hat.row:
        ground.notes.fault(row.number, "email", "twice", _("Row %(row)d says this already.") % {"row": hat.row})
        return None
    if hat:
        return Change(row.number, Difference.SAME, row.values["name"])
    if not ground.may_begin(row.number, mail, post):
        return None
    ground.begin(row.number, mail, post)
    is_new = known is None and earlier == row.number
    return _invited(row, post, known, is_new=is_new, ground=ground)


def _invited(row: Row, post: Post, known: User | None, *, is_new: bool, ground: Ground) -> Change:
    value = row.values.get
    data = InvitationInput(
        email=row.values["email"],
        name=row.values["name"],
        unit_uid=post.unit.uid,
        programme=post.programme.code,
        role=post.role,
        phone=value("phone", ""),
        language=value("language", ""),
    )
    after = {str(_("mail address")): data.email, **post.facts}
    if known:
        words = _("Registered already: gets the role, and keeps the name, phone and language on record.")
        ground.notes.remark(row.number, "email", "registered", words)
    elif data.phone:
        after[str(_("phone"))] = masked_phone(data.phone)
    what = Difference.CHANGED if known else Difference.NEW
    return Change(row.number, what, data.name, {}, after, Invited(row.number, data, post, is_new))
