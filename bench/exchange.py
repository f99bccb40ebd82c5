"""What is measured of the second face: reading and writing by API, lists from files, webhooks, contacts."""

from __future__ import annotations

import csv
import datetime as dt
import functools
import io
import json
import uuid
from collections.abc import Iterator

from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from bench.measuring import Row, count, ratio
from bench.scenarios import NoData, actor_of_role, client_of, statements
from records import seals
from records.importing.services import ListInput, perform, start
from records.journal import Subject, unsaved
from records.models import Event, Webhook
from records.webhooks.fan_out import fan_out, newest
from records.workflow import Request
from reporting.models import EDITABLE, Report, ReportSection
from units.models import Division, DivisionVersion, Programme

ROWS = 3000
FEW = {"times": 5, "warm": 1}


def reads() -> Iterator[Row]:
    """Lists by API and pages of the register against the bare answer of the process."""
    national = Programme.objects.get(code="national")
    client = client_of(actor_of_role(Role.REVIEWER, unit=national.owner_id, programme=national))
    addresses = {
        "API: 50 reports": ("/api/v1/reports/", 40, 8),
        "API: 50 reports with their texts": ("/api/v1/reports/?embed=accepted&state=in_force", 70, 10),
        "page: contacts": ("/contacts/", 70, 14),
    }
    for name, (path, limit, most) in addresses.items():
        read = functools.partial(client.get, path)
        if read().status_code != 200:
            raise RuntimeError(f"{path} is not answered")
        yield ratio(name, read, lambda: client.get("/healthz"), limit)
        yield count(name, statements(read), most)


def keyed_writes() -> Iterator[Row]:
    """A write with an Idempotency-Key against the same write without one."""
    report = Report.objects.filter(status__in=EDITABLE, sections__isnull=False).select_related("due").first()
    if report is None:
        raise NoData("no report is being written")
    client = client_of(actor_of_role(Role.DRAFTER, unit=report.due.unit_id))
    section = ReportSection.objects.filter(report=report).select_related("section").first()
    if section is None:
        raise NoData("the report has no section")
    path = f"/api/v1/reports/{report.uid}/sections/{section.section.code}/"

    def write(client: Client, keyed: bool) -> None:
        revision = ReportSection.objects.values_list("revision", flat=True).get(pk=section.pk)
        headers = {"If-Match": f'"{revision}"'} | ({"Idempotency-Key": str(uuid.uuid4())} if keyed else {})
        body = json.dumps({"html": "<p>测</p>"})
        answer = client.put(path, body, content_type="application/json", headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(answer.content.decode())

    yield ratio("API: a write with a key", lambda: write(client, True), lambda: write(client, False), 3)


def renamings(rows: int) -> bytes:
    """A list that renames counties, as it would be sent in: fictitious names, undone with the bench's transaction."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("kind", "on", "from_code", "from_name", "to_code", "to_name", "source"))
    day = timezone.localdate() - dt.timedelta(days=1)
    places = Division.objects.filter(level="county").exclude(code_now="").order_by("id")[:rows]
    for place in places:
        name = place.name_now
        writer.writerow(("rename", day, place.code_now, name, place.code_now, f"虚构{name}", "bench"))
    return text.getvalue().encode()


def imports() -> Iterator[Row]:
    """Checking and storing a long list against parsing it and one reading, and one writing, of as many rows."""
    admin = actor_of_role(Role.SYSTEM_ADMIN)
    content = renamings(ROWS)
    rows = content.count(b"\n") - 1
    data = ListInput("divisions", "list.csv", content)

    def parse_and_read() -> None:
        list(csv.reader(io.StringIO(content.decode())))
        list(DivisionVersion.objects.select_related("division").all())

    def check_and_store() -> None:
        with transaction.atomic():
            run = start(data, by=admin)
            perform(run, Request("store"), by=admin)
            transaction.set_rollback(True)

    def parse_and_write() -> None:
        parse_and_read()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE bench_versions ON COMMIT DROP AS SELECT v.* FROM units_divisionversion v"
                " JOIN units_division d ON d.id = v.division_id WHERE d.level = 'county' AND upper_inf(v.valid)"
            )
            cursor.execute(
                "UPDATE units_divisionversion SET valid = daterange(lower(valid), current_date - 1)"
                " WHERE id IN (SELECT id FROM bench_versions)"
            )
            cursor.execute(
                "INSERT INTO units_divisionversion (name_zh, name_en, code, division_id, parent_id, valid, source)"
                " SELECT name_zh, name_en, code, division_id, parent_id, daterange(current_date - 1, NULL), source"
                " FROM bench_versions"
            )
            cursor.execute("UPDATE units_division SET name_now = name_now || '' WHERE level = 'county'")
            transaction.set_rollback(True)

    yield ratio(f"import: check {rows} rows", lambda: start(data, by=admin), parse_and_read, 25, **FEW)
    yield ratio(f"import: check and store {rows} rows", check_and_store, parse_and_write, 60, **FEW)


def webhooks(events: int = 500) -> Iterator[Row]:
    """Writing down deliveries of sealed events against one INSERT … SELECT of as many."""
    national = Programme.objects.get(code="national")
    unit = national.owner
    by = actor_of_role(Role.REVIEWER, unit=unit.pk, programme=national)
    subject = Subject("report", uuid.uuid4(), "bench", national, unit, unit)
    Webhook.objects.all().update(watermark=newest())
    hook = Webhook.objects.create(
        unit=unit, programme=national, name="bench", url="https://bench.example/", event_types=["report.submit"],
        secret="", watermark=newest(), created_by=by.user,
    )  # fmt: skip

    def written() -> None:
        Event.objects.bulk_create(unsaved("report.submit", subject, by=None) for _number in range(events))
        while seals.seal_events():
            pass

    def deliver() -> None:
        written()
        if fan_out() != events:
            raise RuntimeError("not every event became a delivery")

    def by_hand() -> None:
        written()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE bench_deliveries ON COMMIT DROP AS SELECT uid, %s AS webhook_id, id, data"
                " FROM records_event WHERE chain_number > %s",
                [hook.pk, newest() - events],
            )
            cursor.execute("DROP TABLE bench_deliveries")
        Webhook.objects.filter(pk=hook.pk).update(watermark=newest())

    yield ratio(f"webhooks: {events} events", deliver, by_hand, 4, **FEW)
