"""What is measured: pages and acts people wait for, against the least the same machine could do."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterator

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.access import Actor
from accounts.models import Membership, Role
from bench.measuring import Row, count, ratio
from portal.http import HAT_KEY
from records.models import OutboxMessage
from records.outbox import Message, dispatch_waiting, people_of, tell
from reporting.models import EDITABLE, Cycle, Report, ReportSection
from reporting.overview import overview
from reporting.services.sections import SectionInput, save_section
from units.models import Programme


class NoData(RuntimeError):
    """The bench needs the demo data."""


def client_of(actor: Actor) -> Client:
    client = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_LANGUAGE="zh-hans")
    client.force_login(actor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[HAT_KEY] = actor.hat.pk
    session.save()
    return client


def actor_of_role(role: Role, **where: object) -> Actor:
    hats = Membership.objects.current().filter(role=role, **where).select_related("user", "unit", "programme")
    hat = hats.first()
    if hat is None:
        raise NoData(f"nobody is {role} where {where}; run `bin/portal run` once, it loads the demo data")
    return Actor(hat.user, hat, "bench")


def statements(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        work()
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in seen.captured_queries)


def pages() -> Iterator[Row]:
    """Each page against the bare answer of the process (`/healthz`), through the same server code."""
    national = Programme.objects.get(code="national")
    reviewer = actor_of_role(Role.REVIEWER, unit=national.owner_id, programme=national)
    client = client_of(reviewer)
    report = Report.objects.visible_to(reviewer, "report.view").filter(accepted_version__isnull=False).first()
    if report is None:
        raise NoData("no accepted report")
    addresses = {
        "desk": ("/", 25, 12),
        "list of 20 reports": ("/reports/", 40, 8),
        "one report": (f"/reports/{report.uid}/", 40, 15),
        "national overview": ("/overview/", 40, 12),
        "list of pilot areas": ("/pilots/", 25, 14),
    }
    for name, (path, limit, most) in addresses.items():
        read = functools.partial(client.get, path)
        yield ratio(f"page: {name}", read, lambda: client.get("/healthz"), limit)
        yield count(f"page: {name}", statements(read), most)


def autosave() -> Iterator[Row]:
    """Saving one section against the same three statements sent by hand."""
    report = Report.objects.filter(status__in=EDITABLE, sections__isnull=False).select_related("due").first()
    if report is None:
        raise NoData("no report is being written")
    writer = actor_of_role(Role.DRAFTER, unit=report.due.unit_id)
    section = ReportSection.objects.filter(report=report).select_related("section").first()
    if section is None:
        raise NoData("the report has no section")
    text = "<p>" + "测" * 500 + "</p>"

    def save() -> None:
        row = ReportSection.objects.get(pk=section.pk)
        save_section(report.uid, SectionInput(section.section.code, text, row.revision), by=writer)

    def by_hand() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM reporting_reportsection WHERE id = %s", [section.pk])
            cursor.execute("SELECT * FROM reporting_report WHERE id = %s FOR UPDATE", [report.pk])
            cursor.execute("UPDATE reporting_reportsection SET html = %s WHERE id = %s", [text, section.pk])
            cursor.execute(
                "INSERT INTO reporting_writer (report_id, user_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                [report.pk, writer.user.pk],
            )

    yield ratio("autosave of a section", save, by_hand, 25)


def outbox(rows: int = 200) -> Iterator[Row]:
    """Delivering notices against one INSERT … SELECT of the same rows."""
    national = Programme.objects.get(code="national")
    person = people_of(national.owner, national, [Role.REVIEWER])[0]
    # Far back in the queue stands what the demo left; the bench measures only its own rows.
    OutboxMessage.objects.filter(sent_at__isnull=True).update(not_before=timezone.now() + dt.timedelta(days=1))
    message = Message("report.accepted", {"report": "bench", "who": "bench"}, "/", national)

    def deliver() -> None:
        tell([person] * rows, message)
        if dispatch_waiting(rows) != rows:
            raise RuntimeError("not everything was delivered")

    def by_hand() -> None:
        tell([person] * rows, message)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO records_notice (uid, message_id, user_id, programme_id, topic, params, path, created_at)"
                " SELECT gen_random_uuid(), id, recipient_id, programme_id, topic, params, path, created_at"
                " FROM records_outboxmessage WHERE sent_at IS NULL AND not_before <= now()"
            )
            cursor.execute("UPDATE records_outboxmessage SET sent_at = now() WHERE sent_at IS NULL")

    yield ratio(f"outbox: {rows} notices", deliver, by_hand, 4)


def overviews() -> Iterator[Row]:
    programme = Programme.objects.get(code="national")
    reviewer = actor_of_role(Role.REVIEWER, unit=programme.owner_id, programme=programme)
    cycle = Cycle.objects.filter(programme=programme, year__lt=2100).first()
    if cycle is None:
        raise NoData("no cycle")
    yield count("overview of a cycle", statements(lambda: overview(reviewer, cycle)), 4)
