"""Addresses of the API, version 1."""

from django.urls import path

from pilots import api as pilots
from portal.api_views import SchemaView
from records import api as records
from reporting.api import cycles, reports, versions, writing

app_name = "api"
urlpatterns = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("desk/", cycles.DeskView.as_view(), name="desk"),
    path("notices/", records.NoticeList.as_view(), name="notices"),
    path("notices/<uuid:uid>/read/", records.NoticeRead.as_view(), name="notice-read"),
    path("events/", records.EventList.as_view(), name="events"),
    path("reports/", reports.ReportList.as_view(), name="reports"),
    path("reports/<uuid:uid>/", reports.ReportRoom.as_view(), name="report"),
    path("reports/<uuid:uid>/events/", reports.ReportEvents.as_view(), name="report-events"),
    path("reports/<uuid:uid>/sections/<slug:code>/", writing.SectionRoom.as_view(), name="section"),
    path("reports/<uuid:uid>/actions/<slug:name>/", writing.ActRoom.as_view(), name="act"),
    path("reports/<uuid:uid>/basis/", writing.BasisRoom.as_view(), name="basis"),
    path("reports/<uuid:uid>/versions/", versions.VersionList.as_view(), name="versions"),
    path("reports/<uuid:uid>/versions/<int:number>/", versions.VersionRoom.as_view(), name="version"),
    path("copies/", versions.CopyList.as_view(), name="copies"),
    path("copies/<uuid:uid>/", versions.CopyRoom.as_view(), name="copy"),
    path("cycles/", cycles.CycleList.as_view(), name="cycles"),
    path("cycles/open/", cycles.CycleOpening.as_view(), name="open-cycle"),
    path("cycles/<uuid:uid>/overview/", cycles.OverviewRoom.as_view(), name="overview"),
    path("programmes/", pilots.ProgrammeList.as_view(), name="programmes"),
    path("programmes/<slug:code>/", pilots.ProgrammeRoom.as_view(), name="programme"),
    path("pilots/", pilots.PilotList.as_view(), name="pilots"),
    path("pilots/<uuid:uid>/", pilots.PilotRoom.as_view(), name="pilot"),
    path("divisions/", pilots.DivisionList.as_view(), name="divisions"),
    path("units/", pilots.UnitList.as_view(), name="units"),
]
