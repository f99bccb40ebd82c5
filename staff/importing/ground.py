"""What the lists of people share: their columns, what is known before the rows are gone through, and the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Actor, condition
from accounts.models import EXCLUSIVE_ROLES, Membership, Role, User
from pilots.importing import cells
from pilots.importing.finding import Cell, Notes, find
from pilots.models import ReviewingDepartment
from portal.errors import PortalError
from records.importing.kinds import Column, Row, Suggestion
from staff import rules
from staff.services.memberships import invited_address
from units.calendar import today
from units.matching import Offices
from units.models import Programme, Unit

MOST_ROWS = 5_000
"""Each row is an invitation with its checks, its event and its message, some 35 ms: long lists are stored by a job."""

EMAIL = Column(
    "email",
    gettext_lazy("mail address"),
    required=True,
    read=cells.by_rule(invited_address),
    aliases=("mail", "邮箱", "电子邮箱", "邮件地址"),
)
UNIT = Column(
    "unit",
    gettext_lazy("unit"),
    help=gettext_lazy("Key or name; without it, your own"),
    read=cells.line,
    aliases=("单位", "工作单位", "所在单位"),
)
PROGRAMME = Column(
    "programme",
    gettext_lazy("programme"),
    help=gettext_lazy("Code or name; without it, your own"),
    read=cells.line,
    aliases=("项目", "试点项目"),
)
ROLE = Column(
    "role",
    gettext_lazy("role"),
    required=True,
    help=cells.words_of(Role.choices),
    read=cells.one_of("unknown_role", Role.choices),
    aliases=("角色", "岗位"),
)


@dataclass(frozen=True, slots=True)
class Post:
    """A role of an office in a programme, as a row names it."""

    unit: Unit
    programme: Programme
    role: str

    @property
    def key(self) -> tuple[int, int | None, str]:
        return (self.unit.pk, self.programme.pk, self.role)

    @property
    def facts(self) -> dict[str, str]:
        return {
            str(_("unit")): self.unit.name_now,
            str(_("programme")): self.programme.name,
            str(_("role")): str(Role(self.role).label),
        }


@dataclass(slots=True)
class Hat:
    """A role somebody holds now: in the database (`membership`), or by an earlier row of the list."""

    key: tuple[int, int | None, str]
    membership: Membership | None = None
    row: int = 0


@dataclass
class Ground:
    """Units, programmes, people and roles within reach, read once; the rows change it as they would the database."""

    by: Actor
    mails: Iterable[str]
    notes: Notes = field(default_factory=Notes)

    def __post_init__(self) -> None:
        reach = condition(rules.UNIT_PATHS, self.by, "people.manage")
        self.units = {unit.pk: unit for unit in Unit.objects.filter(reach)}
        self.offices = Offices.load(self.units.values())
        programmes = Programme.objects.filter(pk=self.by.programme.pk) if self.by.programme else Programme.objects.all()
        self.programmes = list(programmes)
        self.departments = set(ReviewingDepartment.objects.values_list("unit", "programme"))
        self.people = {person.email: person for person in User.objects.filter(email__in=set(self.mails))}
        self.hats: dict[str, list[Hat]] = {}
        mails = {person.pk: mail for mail, person in self.people.items()}
        rows = Membership.objects.filter(user__in=mails, ended_at__isnull=True).order_by("pk")
        for row in rows.select_related("user", "unit", "programme"):
            hat = Hat((row.unit_id, row.programme_id, row.role), row)
            self.hats.setdefault(mails[row.user_id], []).append(hat)
        self.today = today()

    # -- what a row names --------------------------------------------------------------------------------------

    def post(self, row: Row) -> Post | None:
        """The office, programme and role of a row, as far as they are within reach."""
        unit = self._unit(row)
        programme = self._programme(row)
        self.holds(row.number, "role", "role_not_yours", lambda: rules.may_grant(row.values["role"], self.by))
        if unit is None or programme is None or self.notes.faulty(row.number):
            return None
        return Post(unit, programme, row.values["role"])

    def _unit(self, row: Row) -> Unit | None:
        """Offices out of reach are not told from such as do not exist."""
        typed = row.values.get("unit")
        if typed:
            return self.units.get(find(self.offices, Cell(row.number, "unit", typed, self.today), self.notes) or 0)
        if self.by.unit.pk in self.units and self.by.hat.role != Role.SYSTEM_ADMIN:
            return self.units[self.by.unit.pk]
        self.notes.fault(row.number, "unit", "missing", _("Name the office."))
        return None

    def _programme(self, row: Row) -> Programme | None:
        typed = str(row.values.get("programme", "")).casefold()
        if not typed and self.by.programme:
            return self.by.programme
        for programme in self.programmes:
            if typed and typed in {programme.code, programme.name_zh.casefold(), programme.name_en.casefold()}:
                return programme
        known = [Suggestion(programme.code, programme.name) for programme in self.programmes]
        if typed:
            words = _("This is none of the programmes whose roles you give.")
            self.notes.fault(row.number, "programme", "unknown_programme", words, *known)
        else:
            words = _("Choose the programme this role is for.")
            self.notes.fault(row.number, "programme", "programme_missing", words, *known)
        return None

    # -- the rules ---------------------------------------------------------------------------------------------

    def holds(self, row: int, column: str, code: str, rule: Callable[[], None]) -> bool:
        """Whether a rule of `staff.rules` holds; otherwise what it says is a fault of the row."""
        try:
            rule()
        except PortalError as error:
            said = error.findings[0].code if error.findings else code
            self.notes.fault(row, column, said, str(error))
            return False
        return True

    def may_begin(self, row: int, mail: str, post: Post) -> bool:
        """Whether the role can be given as things stand after the rows before this one."""
        person = self.people.get(mail)
        self.holds(row, "unit", "closed", lambda: rules.unit_is_open(post.unit))
        if post.role == Role.CLERK:
            reviewed = (post.unit.pk, post.programme.pk) in self.departments
            self.holds(row, "role", "not_a_reviewing_department", lambda: rules.reviews_the_pilots(reviewed))
        if person:
            self.holds(row, "email", "oneself", lambda: rules.not_oneself(person, self.by))
            self.holds(row, "email", "deactivated", lambda: rules.is_active(person))
        if any(_line(hat.key[2]) != _line(post.role) for hat in self.hats.get(mail, ())):
            self.notes.fault(row, "role", "exclusive_roles", _sentence("membership_exclusive_roles"))
        return not self.notes.faulty(row)

    def held(self, mail: str, post: Post) -> Hat | None:
        return next((hat for hat in self.hats.get(mail, ()) if hat.key == post.key), None)

    def begin(self, row: int, mail: str, post: Post) -> None:
        self.hats.setdefault(mail, []).append(Hat(post.key, row=row))

    def end(self, mail: str, hat: Hat) -> None:
        self.hats[mail].remove(hat)


def _line(role: str) -> str:
    """As the database's generated column has it: administrators and auditors each by themselves."""
    return role if role in EXCLUSIVE_ROLES else "ordinary"


def _sentence(constraint: str) -> str:
    """The user's sentence on a constraint of memberships."""
    found: Sequence[str] = [
        str(one.violation_error_message) for one in Membership._meta.constraints if one.name == constraint
    ]
    return found[0]
