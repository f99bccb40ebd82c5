"""What administrators may do to people: one small function for each rule, each with its sentence."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from django.utils.translation import gettext as _

from accounts.access import AccessPaths, Actor, condition
from accounts.models import Membership, MembershipQuerySet, Role, User
from pilots.models import ReviewingDepartment
from portal.errors import BadInput, Finding, Forbidden, RuleBroken, WrongState, bad
from units.models import Programme, Unit

PATHS = AccessPaths(programme="programme", unit="unit")
UNIT_PATHS = AccessPaths(unit="pk")
ORDINARY = (Role.DRAFTER, Role.LEAD, Role.REVIEWER, Role.VIEWER, Role.CLERK)
GRANTS: Mapping[Role, tuple[Role, ...]] = {
    Role.UNIT_ADMIN: (*ORDINARY, Role.UNIT_ADMIN),
    Role.SYSTEM_ADMIN: (Role.UNIT_ADMIN,),
}
"""Which roles a role may give, change and end. Auditors and system administrators: `manage.py appoint`."""

WRITES_OR_SIGNS = (Role.DRAFTER, Role.LEAD)
LONGEST_REASON = 2000


def grantable(by: Actor) -> tuple[Role, ...]:
    return GRANTS.get(Role(by.hat.role), ())


def grantable_at(unit: Unit, by: Actor) -> tuple[Role, ...]:
    """Without the roles that this unit cannot have, in any programme within reach."""
    departments = ReviewingDepartment.objects.filter(unit=unit)
    if by.programme:
        departments = departments.filter(programme=by.programme)
    clerks = departments.exists()
    return tuple(role for role in grantable(by) if role != Role.CLERK or clerks)


def seen(by: Actor) -> MembershipQuerySet:
    """The memberships a person may look at, ended ones too."""
    rows: MembershipQuerySet = Membership.objects.filter(condition(PATHS, by, "people.view"))
    return rows


def managed(by: Actor) -> MembershipQuerySet:
    """The memberships in a person's reach whose role is theirs to change."""
    rows: MembershipQuerySet = Membership.objects.filter(condition(PATHS, by, "people.manage"), role__in=grantable(by))
    return rows


def wholly_managed(person: User, by: Actor) -> bool:
    """Whether every role the person holds is in one's reach."""
    held = Membership.objects.current().filter(user=person)
    return not held.exclude(pk__in=managed(by).values("pk")).exists()


def revealed(by: Actor) -> MembershipQuerySet:
    """The memberships whose people's phone numbers may be asked for in full."""
    rows: MembershipQuerySet = Membership.objects.filter(condition(PATHS, by, "people.reveal"), role__in=grantable(by))
    return rows


def last_held(by: Actor, person: User) -> Membership | None:
    """The role in which a person was last seen anywhere, if it is in reach: only that unit takes them back."""
    last = person.memberships.select_related("unit").order_by("-ended_at", "-pk").first()
    return last if last and managed(by).filter(pk=last.pk).exists() else None


def may_grant(role: str, by: Actor) -> None:
    if role not in grantable(by):
        names = "、".join(str(Role(given).label) for given in grantable(by))
        text = _("Your role can give these roles only: %(roles)s.") % {"roles": names}
        raise BadInput(text, findings=(Finding("role_not_yours", text, "role"),))


def clerk_of_a_department(role: str, unit: Unit, programme: Programme) -> None:
    """A clerk reads every copy of the programme, so the office must be one that the copies are for (N15)."""
    if role == Role.CLERK:
        reviewed = ReviewingDepartment.objects.filter(unit=unit, programme=programme).exists()
        reviews_the_pilots(reviewed)


def reviews_the_pilots(reviewed: bool) -> None:
    """Said of an office of which it is known already."""
    if not reviewed:
        text = _("Only the departments that reviewed the pilots of this programme have department clerks.")
        raise BadInput(text, findings=(Finding("not_a_reviewing_department", text, "role"),))


def not_oneself(person: User, by: Actor) -> None:
    if person.pk == by.user.pk:
        raise Forbidden(_("Nobody changes their own roles. Ask another administrator."))


def not_the_last_administrator(membership: Membership, by: Actor) -> None:
    """A unit is not left without an administrator, except by the system administrator, who appoints the next."""
    if membership.role != Role.UNIT_ADMIN or by.hat.role == Role.SYSTEM_ADMIN:
        return
    others = Membership.objects.current().holding(Role.UNIT_ADMIN).exclude(pk=membership.pk)
    if not others.filter(unit=membership.unit_id, programme=membership.programme_id).exists():
        text = _("This is the last administrator of the unit. Invite another one first.")
        raise RuleBroken(text, findings=(Finding("last_administrator", text),))


def is_active(person: User) -> None:
    if not person.is_active:
        raise WrongState(_("This account was deactivated. Reactivate it on the person's page."))


def unit_is_open(unit: Unit) -> None:
    if unit.closed_on:
        raise BadInput(_("This office was closed on %(day)s.") % {"day": unit.closed_on})


def writers_and_signers(unit: Unit, programme: Programme) -> int:
    """How many people can write or sign at a unit."""
    hats = Membership.objects.current().holding(*WRITES_OR_SIGNS).filter(unit=unit, programme=programme)
    return hats.values("user").distinct().count()


def one_person_only(unit: Unit, programme: Programme) -> None:
    """The exemption is for a unit where no second person could sign."""
    people = writers_and_signers(unit, programme)
    if people > 1:
        text = _("%(number)d people can write and sign here, so no exemption is needed.") % {"number": people}
        raise RuleBroken(text, findings=(Finding("more_than_one_person", text),))


def given_reason(value: str, field: str = "reason") -> str:
    value = unicodedata.normalize("NFC", value).replace("\x00", "").strip()
    if not value:
        raise bad("reason_missing", _("Give a reason."), field)
    if len(value) > LONGEST_REASON:
        text = _("The reason is too long: at most %(most)d characters.") % {"most": LONGEST_REASON}
        raise bad("reason_too_long", text, field)
    return value
