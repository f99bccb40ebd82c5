"""Lists and boards of tasks among the plans of 246 pilot areas and of 41,000: equal rows shown, equal time."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.access import Actor
from accounts.models import Role
from bench.measuring import Row, count, median_ms
from bench.scenarios import actor_of_role, client_of, statements
from bench.units import a_programme, people
from plans.models import Plan
from records.seals import seal
from units.calendar import today
from units.keys import new_uid
from units.models import Programme

COMPILERS = {246: (10,), 41_000: (31, 333, 2_850)}
"""Pilot areas with a plan → how many offices there are on each step between them and the owner."""
MEASURES, TASKS = 12, 2
WITH_DRAFTER = 10
"""One office in so many has somebody who answers for tasks."""
MOST_STATEMENTS = 10
FLAT = 1.3
"""Times as long as among 246 a page may take among 41,000."""


@dataclass(frozen=True, slots=True)
class Reader:
    name: str
    client: Client
    paths: tuple[tuple[str, str], ...]


def lists_and_boards() -> Iterator[Row]:
    """Each page among few and among many: equal rows shown, few statements, equal time."""
    few: dict[str, tuple[float, int]] = {}
    for pilots in COMPILERS:
        for reader in readers(planned(pilots)):
            for name, path in reader.paths:
                ask = functools.partial(shown, reader.client, path)
                label, seen = f"{reader.name}: {name}", ask()
                taken = median_ms(ask, 9, 1)
                yield count(f"page: {label} of {pilots:,}", statements(ask), MOST_STATEMENTS)
                before, rows = few.setdefault(label, (taken, seen))
                if pilots != min(COMPILERS):
                    yield count(f"{label}: rows shown more or less", abs(rows - seen), 0, "rows")
                    times = round(taken / before, 2)
                    yield Row(f"{label}: {pilots:,} against {min(COMPILERS)}", times, "×", round(before, 3), FLAT)


def shown(client: Client, path: str) -> int:
    """How many rows or cards a page shows."""
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return sum(answer.content.count(mark) for mark in (b"<tr data-href", b'<li class="board-card', b"tree-depth-"))


def readers(programme: Programme) -> list[Reader]:
    """Who looks: the owner, a compiler on the first step, somebody who answers for tasks."""
    first = Plan.objects.filter(programme=programme).order_by("id")
    drafter = _drafter(programme)
    plan = first.filter(unit=drafter.unit).get()
    of_plan = (("board", f"/plans/{plan.uid}/board/"), ("chapters", f"/plans/{plan.uid}/progress/"))
    lists = (
        ("tasks", "/tasks/"), ("overdue", "/tasks/?state=overdue"), ("slipping", "/tasks/?state=slipping"),
        ("tasks of a pilot area", f"/tasks/?pilot_area={plan.pilot_area.uid}"), ("progress", "/progress/"),
    )  # fmt: skip
    compiler = actor_of_role(Role.REVIEWER, unit_id=plan.chain[-2], programme=programme)
    owner = actor_of_role(Role.REVIEWER, unit_id=programme.owner_id, programme=programme)
    mine = (("mine", "/tasks/?mine=yes"), ("mine, overdue", "/tasks/?mine=yes&state=overdue"), ("tasks", "/tasks/"))
    return [
        Reader("owner", client_of(owner), (*lists, *of_plan)),
        Reader("compiler", client_of(compiler), lists[:4]),
        Reader("drafter", client_of(drafter), (*mine, *of_plan)),
    ]


def _drafter(programme: Programme) -> Actor:
    units = Plan.objects.filter(programme=programme).values("unit")
    return actor_of_role(Role.DRAFTER, unit__in=units, programme=programme)


def planned(pilots: int) -> Programme:
    """A programme with so many pilot areas, each with an approved plan of fifteen rows, and somebody to read them."""
    levels = COMPILERS[pilots]
    programme = a_programme(pilots + sum(levels), levels=levels, name=f"bench-plans-{pilots}").programme
    people(programme, (Role.DRAFTER,), one_in=WITH_DRAFTER)
    reviewers_of(programme)
    for work in (_plans, _tasks, _duties):
        work(programme)
    with connection.cursor() as cursor:
        # What autovacuum does in the night: the rows just written are in the indexes, and counted.
        cursor.execute("SELECT gin_clean_pending_list('plan_chain')")
        cursor.execute("ANALYZE plans_plan, plans_task, plans_duty, pilots_pilotarea")
    return programme


def reviewers_of(programme: Programme) -> None:
    """Every compiler of the first step has somebody who reviews, and so has the owner."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH who AS (SELECT portal_uuid7() AS uid, id AS unit_id, key FROM units_unit u WHERE id = %(owner)s OR"
            "  EXISTS (SELECT 1 FROM pilots_route r WHERE r.sender_id = u.id AND r.receiver_id = %(owner)s)),"
            " made AS (INSERT INTO accounts_user (password, uid, email, name, phone, language, mail_rhythm, is_active,"
            "  is_demo, version, joined_at) SELECT '!bench', uid, key || '-looks@bench.example', '虚构', '', '',"
            "  'daily', true, true, 0, now() FROM who RETURNING id, uid)"
            " INSERT INTO accounts_membership (uid, user_id, unit_id, programme_id, role, started_at)"
            " SELECT portal_uuid7(), made.id, who.unit_id, %(programme)s, 'reviewer', now()"
            " FROM made JOIN who USING (uid)",
            {"owner": programme.owner_id, "programme": programme.pk},
        )


def _plans(programme: Programme) -> None:
    """An approved plan for each pilot area, with everybody above as the route has them; one seal serves them all."""
    made = seal("plan", new_uid(), {"bench": programme.code}, at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE way AS (SELECT p.id AS pilot, p.reporting_unit_id AS unit, r.receiver_id AS above,"
            "   ARRAY[r.receiver_id] AS chain FROM pilots_pilotarea p JOIN pilots_route r ON r.sender_id ="
            "   p.reporting_unit_id AND r.programme_id = p.programme_id WHERE p.programme_id = %(programme)s"
            "  UNION ALL SELECT w.pilot, w.unit, r.receiver_id, w.chain || r.receiver_id FROM way w"
            "   JOIN pilots_route r ON r.sender_id = w.above AND r.programme_id = %(programme)s)"
            " INSERT INTO plans_plan (uid, programme_id, pilot_area_id, unit_id, receiver_id, chain, title, title_en,"
            "  begins_on, ends_on, source, status, version, edition, seal_id, begun_at, comment, percent, leaf_count,"
            "  done_count, is_demo)"
            " SELECT portal_uuid7(), %(programme)s, pilot, unit, chain[1], chain, '虚构方案', '', %(today)s - 400,"
            "  %(today)s + 400, 'bench', 'approved', 0, 1, %(seal)s, now(), '', 30, %(leaves)s, 2, true"
            " FROM way WHERE above = %(owner)s ORDER BY pilot",
            {
                "programme": programme.pk,
                "owner": programme.owner_id,
                "today": today(),
                "seal": made.pk,
                "leaves": MEASURES,
            },
        )


_UPPER = """
INSERT INTO plans_task (uid, plan_id, parent_id, level, position, path, mark, name_zh, name_en, text, is_multi_plan,
  weight, evidence, is_leaf, state, percent, revision)
SELECT portal_uuid7(), p.id, above.id, %(level)s, n, coalesce(above.path || '.', '') || '000' || n, '', '虚构',
  '', '', false, 1, '', false, 'under_way', 30, 0
FROM plans_plan p LEFT JOIN plans_task above ON above.plan_id = p.id CROSS JOIN generate_series(1, %(count)s) n
WHERE p.programme_id = %(programme)s ORDER BY p.id, n
"""
_LEAVES = """
INSERT INTO plans_task (uid, plan_id, parent_id, level, position, path, mark, name_zh, name_en, text, is_multi_plan,
  weight, evidence, is_leaf, finish_by, latest_start, days, state, percent, revision)
SELECT portal_uuid7(), plan_id, id, 'measure', n, path || '.000' || n, '', '虚构举措 ' || n, '', '', false, 1, '', true,
  finish, finish - 60, 61, (ARRAY['not_started', 'under_way', 'under_way', 'done'])[1 + kind],
  (ARRAY[0, 40, 70, 100])[1 + kind], 0
FROM (
  SELECT t.plan_id, t.id, t.path, n, %(today)s - 60 + ((t.plan_id * 7 + n * 53) %% 181)::int AS finish,
    n %% 4 AS kind
  FROM plans_task t JOIN plans_plan p ON p.id = t.plan_id CROSS JOIN generate_series(1, %(count)s) n
  WHERE t.level = 'task' AND p.programme_id = %(programme)s ORDER BY t.id, n) leaf
"""


def _tasks(programme: Programme) -> None:
    """A goal, two tasks, twelve measures for each: some done, some late, some slipping, in equal parts everywhere."""
    given: dict[str, int | str | dt.date] = {"programme": programme.pk, "today": today()}
    with connection.cursor() as cursor:
        cursor.execute(_UPPER, given | {"level": "goal", "count": 1})
        cursor.execute(_UPPER, given | {"level": "task", "count": TASKS})
        cursor.execute(_LEAVES, given | {"count": MEASURES // TASKS})


def _duties(programme: Programme) -> None:
    """Each task has a lead department by name; where the office has a drafter, they answer for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO plans_duty (uid, task_id, tier, person_id, name, post, recorded_at)"
            " SELECT portal_uuid7(), t.id, kind.tier, kind.person, kind.name, '', now() FROM plans_task t"
            " JOIN plans_plan p ON p.id = t.plan_id CROSS JOIN LATERAL ("
            "  SELECT 'lead' AS tier, NULL::bigint AS person, '虚构部门 ' || t.position AS name"
            "  UNION ALL SELECT 'person', m.user_id, '' FROM accounts_membership m WHERE m.unit_id = p.unit_id"
            "   AND m.role = 'drafter') kind"
            " WHERE t.level = 'task' AND p.programme_id = %s",
            [programme.pk],
        )
