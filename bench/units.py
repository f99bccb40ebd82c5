"""Programmes of any size for the bench: fictitious offices, routes, pilot areas and people, by bulk SQL in seconds.

Each belongs to the transaction it is made in; the bench rolls it back. The sizes are those of the country: the
246 pilots there were, one sender for each county, one for each township.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from accounts.models import MailRhythm, Role
from pilots.models import Capacity
from reporting.models import Template, TemplatePurpose, TemplateSection
from reporting.services.deadline_reference import load_deadlines
from units.models import Division, Programme, Unit

LEVELS = {246: (31,), 2_850: (31, 333), 41_000: (31, 333, 2_850)}
"""Number of senders → how many compilers there are on each step below the owner; all others are pilot areas."""


@dataclass(frozen=True, slots=True)
class Sized:
    """A programme, and how many senders it has: compilers and pilot areas together."""

    programme: Programme
    senders: int


def a_programme(senders: int, *, levels: tuple[int, ...] | None = None, name: str = "") -> Sized:
    """A programme in which so many reports are owed in each period, with a form, rules for dates and a ladder."""
    code = name or f"bench-{senders}"
    place = _place(code)
    owner = Unit.objects.create(
        key=f"{code}-0", kind=Unit.Kind.COMMISSION, division=place, name_now=f"虚构·{code}", sort_key=code,
        is_fictitious=True, source="bench",
    )  # fmt: skip
    programme = Programme.objects.create(code=code, owner=owner, prefix=f"B{owner.pk}"[-8:], name_zh=f"虚构 {code}")
    _form(programme)
    load_deadlines()
    _offices(programme, place, senders)
    _routes(programme, levels or LEVELS[senders], senders)
    _pilots(programme, place)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE units_unit, pilots_route, pilots_pilotarea")
    return Sized(programme, senders)


def people(programme: Programme, roles: Iterable[str] = (Role.DRAFTER,), *, one_in: int = 1) -> int:
    """A person for each of the roles in every n-th office of the programme; how many there are now."""
    made = 0
    for role in roles:
        made += _people(programme, role, one_in)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_user, accounts_membership")
    return made


def _place(code: str) -> Division:
    return Division.objects.create(
        key=code, level=Division.Level.PROVINCE, is_fictitious=True, name_now=f"虚构·{code}", sort_key=code
    )


def _form(programme: Programme) -> None:
    model = Template.objects.filter(purpose=TemplatePurpose.REPORT).order_by("id").first()
    if model is None:
        raise RuntimeError("load the reference data first")
    sections = list(model.sections.all())
    form = Template.objects.create(programme=programme)
    for section in sections:
        section.pk, section.template = None, form
    TemplateSection.objects.bulk_create(sections)


def _offices(programme: Programme, place: Division, senders: int) -> None:
    """Offices number 1 to `senders`: their key says which."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO units_unit (uid, source, confidence, by_import, key, kind, division_id, name_now,"
            " name_en_now, sort_key, is_fictitious)"
            " SELECT portal_uuid7(), 'bench', 'high', false, %(code)s || '-' || n, 'leading_group', %(place)s,"
            " '虚构单位 ' || n, '', %(code)s || '-' || lpad(n::text, 6, '0'), true FROM generate_series(1, %(last)s) n",
            {"code": programme.code, "place": place.pk, "last": senders},
        )


def _routes(programme: Programme, levels: tuple[int, ...], senders: int) -> None:
    """Level upon level; the offices of one are shared out evenly among those of the level above."""
    above_first, above_count, first = 0, 1, 1
    for count in (*levels, senders - sum(levels)):
        is_last = first + count > senders
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO pilots_route (programme_id, sender_id, receiver_id, capacity, note, source)"
                " SELECT %(programme)s, sender.id, receiver.id, %(capacity)s, '', 'bench'"
                " FROM generate_series(%(first)s, %(last)s) n"
                " JOIN units_unit sender ON sender.key = %(code)s || '-' || n"
                " JOIN units_unit receiver"
                "   ON receiver.key = %(code)s || '-' || (%(above)s + (n - %(first)s) %% %(above_count)s)",
                {
                    "programme": programme.pk,
                    "capacity": Capacity.PILOT if is_last else Capacity.COMPILER,
                    "first": first,
                    "last": first + count - 1,
                    "code": programme.code,
                    "above": above_first,
                    "above_count": above_count,
                },
            )
        above_first, above_count, first = first, count, first + count


def _pilots(programme: Programme, place: Division) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pilots_pilotarea (uid, source, confidence, by_import, key, programme_id, name_as_published,"
            " name_en, category, region, province_id, reporting_unit_id, beyond_limit_reason, note, is_fictitious,"
            " sort_key) SELECT portal_uuid7(), 'bench', 'high', false, u.key, %(programme)s, '虚构试点 ' || u.id, '',"
            " '', '', %(place)s, u.id, '', '', true, u.sort_key FROM pilots_route r JOIN units_unit u"
            " ON u.id = r.sender_id WHERE r.programme_id = %(programme)s AND r.capacity = 'pilot'",
            {"programme": programme.pk, "place": place.pk},
        )


def _people(programme: Programme, role: str, one_in: int) -> int:
    """Nobody can sign in as one of them: they have no password."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH who AS (SELECT portal_uuid7() AS uid, id AS unit_id, key FROM units_unit"
            "  WHERE key LIKE %(code)s || '-%%' AND split_part(key, %(code)s || '-', 2)::int %% %(one_in)s = 0),"
            " made AS (INSERT INTO accounts_user (password, uid, email, name, phone, language, mail_rhythm, is_active,"
            "  is_demo, version, joined_at) SELECT '!bench', uid, key || '-' || %(role)s || '@bench.example',"
            "  '虚构 ' || key, '', '', %(rhythm)s, true, true, 0, now() FROM who RETURNING id, uid)"
            " INSERT INTO accounts_membership (uid, user_id, unit_id, programme_id, role, started_at)"
            " SELECT portal_uuid7(), made.id, who.unit_id, %(programme)s, %(role)s, now()"
            " FROM made JOIN who USING (uid)",
            {
                "code": programme.code,
                "one_in": one_in,
                "role": role,
                "rhythm": MailRhythm.DAILY,
                "programme": programme.pk,
            },
        )
        made: int = cursor.rowcount
    return made
