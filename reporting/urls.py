"""Addresses of the reporting pages."""

from django.urls import path

from reporting.views.acts import ActView
from reporting.views.compiling import CompileView
from reporting.views.contacts import (
    CycleContactsInFullView,
    CycleContactsView,
    OpenContactRoundView,
    ReportContactsInFullView,
    ReportContactsView,
)
from reporting.views.cycles import OpenCycleView
from reporting.views.editor import EditView, SectionView
from reporting.views.overview import OverviewView
from reporting.views.pilots import PilotView
from reporting.views.reports import CopiesView, CopyView, ReportDetailView, ReportsView, VersionView

app_name = "reporting"
urlpatterns = [
    path("reports/", ReportsView.as_view(), name="reports"),
    path("reports/<uuid:uid>/", ReportDetailView.as_view(), name="report"),
    path("reports/<uuid:uid>/edit/", EditView.as_view(), name="edit"),
    path("reports/<uuid:uid>/sections/<slug:code>/", SectionView.as_view(), name="section"),
    path("reports/<uuid:uid>/act/<slug:name>/", ActView.as_view(), name="act"),
    path("reports/<uuid:uid>/compile/", CompileView.as_view(), name="compile"),
    path("reports/<uuid:uid>/contacts.xlsx", ReportContactsView.as_view(), name="report-contacts"),
    path(
        "reports/<uuid:uid>/contacts-in-full.xlsx",
        ReportContactsInFullView.as_view(),
        name="report-contacts-in-full",
    ),
    path("reports/<uuid:uid>/versions/<int:number>/", VersionView.as_view(), name="version"),
    path("pilots/<uuid:uid>/", PilotView.as_view(), name="pilot"),
    path("overview/", OverviewView.as_view(), name="overview"),
    path("overview/open/", OpenCycleView.as_view(), name="open-cycle"),
    path("overview/open-contact-round/", OpenContactRoundView.as_view(), name="open-contact-round"),
    path("overview/<uuid:uid>/contacts.xlsx", CycleContactsView.as_view(), name="cycle-contacts"),
    path(
        "overview/<uuid:uid>/contacts-in-full.xlsx",
        CycleContactsInFullView.as_view(),
        name="cycle-contacts-in-full",
    ),
    path("copies/", CopiesView.as_view(), name="copies"),
    path("copies/<uuid:uid>/", CopyView.as_view(), name="copy"),
]
