"""Briefs as the API shows them: the numbers of the dashboard, every target, and what the paper quotes."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dashboards import words
from dashboards.brief_reports import OfficeReports, PilotReports, Quote, Sent
from dashboards.brief_tasks import Work
from dashboards.briefs import OfficeBrief, PilotBrief, tally_of
from dashboards.packs import MOST
from dashboards.serializers.targets import PositionRow, SideOut, TallyOut
from indicators.models import PilotPosition
from plans.progress_reading import TaskLine
from reporting.models import CycleKind, ReportVersion


class QuoteOut(serializers.Serializer[Quote]):
    """The first sentences of a section, word for word."""

    section = serializers.CharField(source="section.code")
    title = serializers.CharField(source="section.title")
    text = serializers.CharField()
    is_cut = serializers.BooleanField(help_text="More follows in the report.")


class SentReport(serializers.Serializer[Sent]):
    """The last report that went out, in the newest version you may read."""

    report = serializers.UUIDField(source="report.uid")
    period = serializers.CharField(source="report.due.cycle.name")
    receipt_number = serializers.CharField(source="version.receipt_number")
    outcome = serializers.ChoiceField(source="version.outcome", choices=ReportVersion.Outcome.choices)
    submitted_at = serializers.DateTimeField(source="version.submitted_at")
    received_at = serializers.DateTimeField(source="version.received_at", allow_null=True)
    quotes = QuoteOut(many=True)


class BriefReports(serializers.Serializer[PilotReports]):
    """The report of the newest period that has begun, and the last one that went out."""

    report: Any = serializers.UUIDField(source="current.uid")
    period = serializers.CharField(source="current.due.cycle.name")
    state = serializers.CharField(source="current.state", help_text="As in `reports/`.")
    due_on = serializers.DateField(source="current.due.due_on")
    is_overdue = serializers.BooleanField(source="current.is_overdue")
    last_sent = SentReport(source="sent", allow_null=True)


class BriefTask(serializers.Serializer[TaskLine]):
    task = serializers.UUIDField(source="task.uid")
    name = serializers.CharField(source="task")
    pilot_area = serializers.UUIDField(source="task.plan.pilot_area.uid")
    finish_by = serializers.DateField(allow_null=True)
    overdue_days = serializers.IntegerField()


class BriefWork(serializers.Serializer[Work]):
    """Tasks without parts of approved plans."""

    tasks = serializers.IntegerField(source="summary.leaves")
    done = serializers.IntegerField(source="summary.done")
    overdue = serializers.IntegerField(source="summary.overdue")
    longest_overdue = BriefTask(source="late", many=True)
    due_next = BriefTask(source="coming", many=True, help_text="Of pilot areas alone.")


class PilotBriefOut(serializers.Serializer[PilotBrief]):
    """What a leader's one-page brief says of a pilot area. `context`: `meant`, as the rows of targets need it."""

    pilot_area = serializers.UUIDField(source="pilot.pilot_area.uid")
    name = serializers.CharField(source="pilot.pilot_area.name")
    province = serializers.CharField(source="pilot.pilot_area.province.name")
    batch = serializers.IntegerField(source="pilot.batch.number", allow_null=True, default=None)
    as_of = serializers.DateField(source="day")
    finding = serializers.SerializerMethodField()
    tally = TallyOut()
    targets = PositionRow(many=True, help_text="Worst first, all of them; the paper names the first.")
    reports = BriefReports(allow_null=True, help_text="Null: none within your reach.")
    work = BriefWork(allow_null=True, help_text="Null: no approved plan within your reach.")
    is_demo = serializers.BooleanField(help_text="Something of it is demo data.")
    pdf = serializers.SerializerMethodField(help_text="Address of the brief on paper.")

    def get_finding(self, brief: PilotBrief) -> str:
        return words.finding(brief.tally)

    def get_pdf(self, brief: PilotBrief) -> str:
        return reverse("dashboards:pilot-brief-pdf", args=[brief.pilot.pilot_area.uid])


class WorstPilot(serializers.Serializer[PilotPosition]):
    pilot_area = serializers.UUIDField(source="pilot_area.uid")
    name = serializers.CharField(source="pilot_area.name")
    tally = serializers.SerializerMethodField()

    @extend_schema_field(TallyOut)
    def get_tally(self, pilot: PilotPosition) -> Any:
        return TallyOut(tally_of(pilot)).data


class OfficeReportsOut(serializers.Serializer[OfficeReports]):
    """Reports sent to the office itself, in the newest period that has begun."""

    cycle = serializers.UUIDField(source="cycle.uid")
    period = serializers.CharField(source="cycle.name")
    kind = serializers.ChoiceField(source="cycle.kind", choices=CycleKind.choices)
    expected = serializers.IntegerField(source="senders.expected")
    submitted = serializers.IntegerField(source="senders.submitted")
    accepted = serializers.IntegerField(source="senders.accepted")
    missing = serializers.IntegerField(source="senders.missing")
    overdue = serializers.IntegerField(source="senders.overdue")


class OfficeBriefOut(serializers.Serializer[OfficeBrief]):
    """What a leader's one-page brief says of an office with pilot areas below it."""

    office: Any = serializers.UUIDField(source="office.uid")
    name = serializers.CharField(source="office.name")
    as_of = serializers.DateField(source="day")
    finding = serializers.SerializerMethodField()
    pilot_areas = serializers.IntegerField(source="pilots", help_text="Below it; of a sender its own too.")
    in_danger = serializers.IntegerField(help_text="Pilot areas with a target at risk or off track.")
    tally = TallyOut()
    indicators = serializers.SerializerMethodField(help_text="Worst first, all of them; the paper names the first.")
    reports = OfficeReportsOut(allow_null=True, help_text="Null: nobody is to send here, or none within your reach.")
    worst = WorstPilot(many=True)
    fell = PositionRow(source="fallen", many=True, help_text="Targets that fell with the latest figures, newest first.")
    work = BriefWork(allow_null=True, help_text="Null: no approved plan within your reach.")
    is_demo = serializers.BooleanField(help_text="Something of it is demo data.")
    pdf = serializers.SerializerMethodField(help_text="Address of the brief on paper.")

    def get_finding(self, brief: OfficeBrief) -> str:
        return words.finding(brief.tally)

    @extend_schema_field(SideOut(many=True))
    def get_indicators(self, brief: OfficeBrief) -> Any:
        rows = ((brief.meant[pk], tally) for pk, tally in brief.indicators)
        sides: Any = [{"key": version.indicator.code, "name": version.name, "tally": tally} for version, tally in rows]
        return SideOut(sides, many=True).data

    def get_pdf(self, brief: OfficeBrief) -> str:
        return reverse("dashboards:office-brief-pdf", args=[brief.office.uid])


class PackIn(serializers.Serializer[dict[str, Any]]):
    pilot = serializers.ListField(
        child=serializers.UUIDField(), required=False,
        help_text=f"`uid` of pilot areas, one to each `pilot=`; with the offices at most {MOST}.",
    )  # fmt: skip
    office = serializers.ListField(
        child=serializers.UUIDField(), required=False, help_text="`uid` of offices, one to each `office=`."
    )
    overview = serializers.BooleanField(
        required=False, default=False, help_text="With an overview of your office in front."
    )
