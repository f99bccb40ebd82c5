"""What a person holds at a unit: one small function for each subject, in a list. A later subject adds one function.

Lists are made to be kept: they hold codes, uids and names, no words. `staff.packs` makes the words when they are read.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.access import Actor, condition, require
from accounts.models import ApiToken, Membership, MembershipQuerySet, Role, SoloExemption, User
from pilots.models import Contact, ContactField
from portal.errors import BadInput, Finding, NotFound
from records.models import ImportRun, ImportStatus, Notice, Webhook
from reporting import desk
from reporting.models import Cycle, Report, ReportQuerySet, ReportStatus, Writer, owed_now
from staff import rules
from units.calendar import office_day, today, working_days
from units.models import Programme, Unit

AHEAD = dt.timedelta(days=365)
"""How far ahead dues are listed."""
AUTHORS = (Role.DRAFTER, Role.LEAD)
WAITING = tuple(desk.RECEIVED[Role.REVIEWER])
"""States in which a report received waits for its reviewer."""
NOT_SIGNED = (ReportStatus.DRAFT, ReportStatus.RETURNED, ReportStatus.SIGNING)


@dataclass(frozen=True, slots=True)
class Held:
    """Whose work, under which hats of one unit. `by` is the reader: what they may not see is not listed."""

    person: User
    unit: Unit
    hats: tuple[Membership, ...]
    by: Actor

    def programmes(self, *roles: str) -> list[Programme]:
        """Those in which the person has one of the roles here; in which they have any, when none is named."""
        found = {hat.programme_id: hat.programme for hat in self.hats if not roles or hat.role in roles}
        return [programme for programme in found.values() if programme]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing held. `on` is an ISO date whose meaning depends on `kind`; `marks` are codes of remarks.

    `days_left`: working days until `on`, negative when it has passed; None where nothing is due.
    """

    kind: str
    name_zh: str = ""
    name_en: str = ""
    uid: str = ""
    programme: str = ""
    role: str = ""
    state: str = ""
    on: str = ""
    days_left: int | None = None
    number: int | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning about a hand-over: its code, and the name of what it is about."""

    code: str
    name_zh: str = ""
    name_en: str = ""
    uid: str = ""


Subject = Callable[[Held], Iterable[Item]]


def in_both(words: Callable[[], Any]) -> tuple[str, str]:
    """The same words in Chinese and in English."""
    with translation.override(settings.LANGUAGE_CODE):
        chinese = str(words())
    with translation.override("en"):
        return chinese, str(words())


def holder(person_uid: uuid.UUID, unit_uid: uuid.UUID | None, *, by: Actor) -> Held:
    """A person's work at one unit in reach: one's own, or that of somebody whose roles are the reader's to change.

    Looking needs no more than seeing the people of the unit; the act asks for more.
    Without a unit the first one of the person in reach. Raises Forbidden, NotFound.
    """
    hats = _in_reach(person_uid, by).current().filter(user__uid=person_uid)
    if unit_uid is not None:
        hats = hats.filter(unit__uid=unit_uid)
    found = list(hats.select_related("user", "unit", "programme"))
    if not found:
        raise NotFound
    here = tuple(hat for hat in found if hat.unit_id == found[0].unit_id)
    return Held(here[0].user, here[0].unit, here, by)


def _in_reach(person_uid: uuid.UUID, by: Actor) -> MembershipQuerySet:
    if person_uid == by.user.uid:
        own: MembershipQuerySet = Membership.objects.filter(condition(rules.PATHS, by, "desk.view"))
        return own
    require(by, "people.view")
    return rules.seen(by).filter(role__in=rules.grantable(by))


def chosen(held: Held, uids: Iterable[uuid.UUID]) -> tuple[Membership, ...]:
    """The hats named, all of them when none is: of one programme, because nobody reads a pack of another one."""
    wanted = set(uids)
    if wanted - {hat.uid for hat in held.hats}:
        raise NotFound
    named = tuple(hat for hat in held.hats if not wanted or hat.uid in wanted)
    if len({hat.programme_id for hat in named}) != 1:
        text = _("Choose roles of one programme. Hand over those of the other one afterwards.")
        raise BadInput(text, findings=(Finding("one_programme", text, "memberships"),))
    return named


def somebody_in_reach(person_uid: uuid.UUID, by: Actor) -> None:
    """Raises NotFound for whoever has and had no role that the reader manages; oneself is refused later, in words."""
    if person_uid != by.user.uid and not rules.managed(by).filter(user__uid=person_uid).exists():
        raise NotFound


def may_hand_over(held: Held) -> bool:
    """The same answer draws the form of the page and fills the API's `actions`."""
    return held.person.pk != held.by.user.pk and held.by.can("people.manage")


def elsewhere(held: Held) -> list[Unit]:
    """The other units whose work of this person the reader may hand over: one hand-over for each."""
    others = rules.managed(held.by).current().filter(user=held.person).exclude(unit=held.unit)
    return list(Unit.objects.filter(pk__in=others.values("unit")).order_by("sort_key", "pk"))


def hats(held: Held) -> Iterator[Item]:
    for hat in held.hats:
        since = str(office_day(hat.started_at))
        yield Item("hat", uid=str(hat.uid), programme=_code(hat.programme), role=hat.role, on=since)


def reports(held: Held) -> Iterator[Item]:
    """The unit's reports that are owed or being written, and every unfinished one the person has written in."""
    theirs = Q(due__cycle__programme__in=held.programmes(*AUTHORS))
    written = Exists(Writer.objects.filter(report=OuterRef("pk"), user=held.person))
    rows = Report.objects.filter(due__unit=held.unit, due__cycle__programme__in=held.programmes())
    rows = rows.exclude(status=ReportStatus.ACCEPTED).annotate(written=written)
    for report in _listed(rows.filter(theirs | Q(written=True), due__cycle__opens_on__lte=today())):
        roles = [hat.role for hat in held.hats if hat.programme_id == report.due.cycle.programme_id]
        yield _report("report", report, _asked(desk.OWN, roles, report.status))


def to_decide(held: Held) -> Iterator[Item]:
    """What others sent and this person is to receive, to decide, or to give back."""
    rows = Report.objects.filter(due__receiver=held.unit, due__cycle__programme__in=held.programmes(Role.REVIEWER))
    for report in _listed(rows.filter(status__in=WAITING).exclude(due__unit=held.unit)):
        yield _report("to_decide", report, Role.REVIEWER)


def _listed(rows: ReportQuerySet) -> ReportQuerySet:
    return rows.for_lists().order_by("due__due_end", "pk")


def _asked(words: Mapping[str, Mapping[str, Any]], roles: Iterable[str], status: str) -> str:
    """The role under which the report waits for this person; '' when it does not."""
    return next((role for role in sorted(roles) if status in words.get(role, {})), "")


def _report(kind: str, report: Report, role: str) -> Item:
    zh, en = in_both(lambda: report.title)
    due = report.due
    told = {
        "written_in": getattr(report, "written", False),
        "overdue": report.is_overdue,
        "corrected": report.is_being_corrected,
    }
    return Item(
        kind, zh, en, str(report.uid), due.cycle.programme.code, role, report.state,
        on=str(due.due_on), days_left=due.days_left, marks=tuple(mark for mark, holds in told.items() if holds),
    )  # fmt: skip


def coming(held: Held) -> Iterator[Item]:
    """What the unit will owe within a year, in periods that have not opened yet."""
    rows = Report.objects.filter(due__unit=held.unit, due__cycle__programme__in=held.programmes(*AUTHORS))
    later = rows.filter(owed_now(), due__cycle__opens_on__gt=today(), due__due_on__lte=today() + AHEAD)
    for report in _listed(later):
        yield _report("coming", report, "")


def to_receive(held: Held) -> Iterator[Item]:
    """Periods in which the unit still waits for reports, within a year: how many, and the last day."""
    rows = Report.objects.filter(due__receiver=held.unit, due__cycle__programme__in=held.programmes(Role.REVIEWER))
    awaited = rows.filter(owed_now(), due__due_on__lte=today() + AHEAD).exclude(due__unit=held.unit).order_by()
    counted = awaited.values("due__cycle").annotate(number=Count("pk"), last=Max("due__due_on"))

    found = {row["due__cycle"]: row for row in counted}
    for cycle in Cycle.objects.filter(pk__in=found).select_related("programme"):
        yield _period(cycle, found[cycle.pk]["last"], found[cycle.pk]["number"])


def _period(cycle: Cycle, last: dt.date, number: int) -> Item:
    zh, en = in_both(lambda: cycle.name)
    return Item(
        "to_receive", zh, en, str(cycle.uid), cycle.programme.code, Role.REVIEWER,
        on=str(last), days_left=working_days(today(), last), number=number,
    )  # fmt: skip


def contacts(held: Held) -> Iterator[Item]:
    """Pilot areas whose contact has this person's mail address on record: perhaps them. A name alone proves nothing."""
    programmes = held.programmes()
    codes = ContactField.objects.filter(kind=ContactField.Kind.MAIL, form__programme__in=programmes)
    same = Q(pk__in=[])
    for code in set(codes.values_list("code", flat=True)):
        same |= Q(**{f"values__{code}__iexact": held.person.email})
    rows = Contact.objects.visible_to(held.by, "contacts.view").filter(
        same, until__isnull=True, pilot_area__programme__in=programmes
    )
    for contact in rows.select_related("pilot_area__programme").order_by("pilot_area__sort_key", "kind"):
        pilot = contact.pilot_area
        yield Item(
            "contact", pilot.name_as_published, pilot.name_en, str(contact.uid), pilot.programme.code,
            state=contact.kind, on=str(contact.since), marks=("perhaps",),
        )  # fmt: skip


def tokens(held: Held) -> Iterator[Item]:
    """The usable API tokens of these hats; they stop working when the hats end."""
    rows = ApiToken.objects.usable(timezone.now()).filter(hat__in=held.hats).select_related("hat__programme")
    for token in rows.order_by("expires_at", "pk"):
        name = f"{token.name} ({token.prefix}…)"
        yield Item(
            "token", name, uid=str(token.uid), programme=_code(token.hat.programme), role=token.hat.role,
            on=str(office_day(token.expires_at)), marks=tuple(token.scopes),
        )  # fmt: skip


def webhooks(held: Held) -> Iterator[Item]:
    """The unit's webhooks this person made. They go on without them: somebody must know of them."""
    rows = Webhook.objects.filter(
        created_by=held.person, unit=held.unit, programme__in=held.programmes(), ended_at__isnull=True
    )
    for hook in rows.select_related("programme").order_by("name", "pk"):
        yield Item(
            "webhook", hook.name, uid=str(hook.uid), programme=hook.programme.code, state=hook.state.value,
            on=str(office_day(hook.created_at)), marks=("goes_on",),
        )  # fmt: skip


def imports(held: Held) -> Iterator[Item]:
    """Lists this person brought in that are checked and not stored, or stored and can still be undone."""
    now = timezone.now()
    waiting = Q(status=ImportStatus.CHECKED, cleared_at__isnull=True)
    rows = ImportRun.objects.filter(waiting | Q(status=ImportStatus.STORED, undo_until__gt=now))
    rows = rows.filter(started_by=held.person, unit=held.unit, programme__in=held.programmes())
    for run in rows.for_lists():
        yield _import(run)


def _import(run: ImportRun) -> Item:
    zh, en = in_both(lambda: f"{run.kind_label}: {run.file_name}")
    until = run.undo_until if run.status == ImportStatus.STORED else run.kept_until
    return Item(
        "import", zh, en, str(run.uid), _code(run.programme), state=run.status,
        on=str(office_day(until)) if until else "", number=run.counts.get("rows"),
    )  # fmt: skip


def exemptions(held: Held) -> Iterator[Item]:
    """The unit's exemptions for one person, where this person is among those who write or sign."""
    rows = SoloExemption.objects.filter(
        unit=held.unit, programme__in=held.programmes(*rules.WRITES_OR_SIGNS), ended_at__isnull=True
    )
    for exemption in rows.select_related("programme").order_by("pk"):
        yield Item("exemption", programme=exemption.programme.code, on=str(office_day(exemption.granted_at)))


def notices(held: Held) -> Iterator[Item]:
    """How many notices of these programmes the person has not read."""
    unread = Notice.objects.filter(user=held.person, read_at__isnull=True, programme__in=held.programmes())
    numbers = Counter(unread.values_list("programme__code", flat=True))
    for programme, number in sorted(numbers.items()):
        yield Item("notices", programme=programme, number=number)


SUBJECTS: tuple[Subject, ...] = (
    hats, reports, to_decide, coming, to_receive, contacts, imports, webhooks, tokens, exemptions, notices,
)  # fmt: skip


def items(held: Held) -> tuple[Item, ...]:
    """Everything held, subject by subject. The number of statements does not grow with what is held."""
    return tuple(item for subject in SUBJECTS for item in subject(held))


def warnings(held: Held) -> tuple[Warned, ...]:
    """What whoever hands over should know before."""
    administers = held.programmes(Role.UNIT_ADMIN)
    others = Membership.objects.current().holding(Role.UNIT_ADMIN).filter(unit=held.unit, programme__in=administers)
    kept = set(others.exclude(user=held.person).values_list("programme_id", flat=True)) if administers else set()
    return tuple(
        Warned("last_administrator", held.unit.name_now, held.unit.name_en_now)
        for programme in administers
        if programme.pk not in kept
    )


def own_work(successor: User, unit: Unit, programme: Programme) -> tuple[Warned, ...]:
    """Reports the successor wrote in or signed, and would now be asked to sign or to accept: somebody else must."""
    mine = Membership.objects.current().filter(user=successor, unit=unit, programme=programme)
    roles = set(mine.values_list("role", flat=True))
    wrote = Q(writers__user=successor)
    conflict = Q(pk__in=[])
    if Role.LEAD in roles and not _alone(unit, programme):
        conflict |= wrote & Q(due__unit=unit, status__in=NOT_SIGNED)
    if Role.REVIEWER in roles:
        waiting = Q(due__receiver=unit, status__in=WAITING)
        conflict |= (wrote | Q(signed_by=successor)) & waiting
    rows = Report.objects.filter(conflict, due__cycle__programme=programme).distinct()
    return tuple(_own_work(report) for report in _listed(rows))


def _own_work(report: Report) -> Warned:
    zh, en = in_both(lambda: report.title)
    return Warned("own_work", zh, en, str(report.uid))


def _alone(unit: Unit, programme: Programme) -> bool:
    exempt = SoloExemption.objects.filter(unit=unit, programme=programme, ended_at__isnull=True).exists()
    return exempt and rules.writers_and_signers(unit, programme) == 1


def _code(programme: Programme | None) -> str:
    return programme.code if programme else ""


def colleagues(held: Held) -> list[User]:
    """Who of the unit could take the work: people with a role there now, whom the reader may see."""
    here = rules.seen(held.by).current().filter(unit=held.unit)
    found = User.objects.filter(pk__in=here.values("user")).exclude(pk__in=[held.person.pk, held.by.user.pk])
    return list(found.order_by("name", "pk"))
