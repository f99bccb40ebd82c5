"""Addresses of the reporting pages."""

from django.urls import path

from reporting.views.acts import ActView
from reporting.views.chasing import CallView, ChaseView
from reporting.views.compiling import CompileView
from reporting.views.contacts import (
    CycleContactsInFullView,
    CycleContactsView,
    OpenContactRoundView,
    ReportContactsInFullView,
    ReportContactsView,
)
from reporting.views.cycles import OpenCycleView
from reporting.views.dates import (
    DatesView,
    LadderView,
    PolicyView,
    RuleChangeView,
    RuleEndView,
    RuleNewView,
)
from reporting.views.declaring import DeclaredView, TakeTasksView
from reporting.views.dues import DuesView
from reporting.views.editor import EditView, SectionView
from reporting.views.extending import BlanketView, ExemptEndView, ExemptView, ExtendView
from reporting.views.extensions import ExtensionActView, ExtensionsView, ExtensionView
from reporting.views.feeds import FeedMakeView, FeedRevokeView, FeedsView, FeedView
from reporting.views.figures import FigureRowsView, FiguresBookView, FiguresUploadView, FiguresView
from reporting.views.overview import OverviewView
from reporting.views.pilots import PilotView
from reporting.views.planning import CyclePlanView, PlanListView, PlanView
from reporting.views.reports import CopiesView, CopyView, ReportDetailView, ReportsView, VersionView
from reporting.views.timeliness import TimelinessView

app_name = "reporting"
urlpatterns = [
    path("reports/", ReportsView.as_view(), name="reports"),
    path("reports/<uuid:uid>/", ReportDetailView.as_view(), name="report"),
    path("reports/<uuid:uid>/edit/", EditView.as_view(), name="edit"),
    path("reports/<uuid:uid>/sections/<slug:code>/", SectionView.as_view(), name="section"),
    path("reports/<uuid:uid>/figures/", FiguresView.as_view(), name="figures"),
    path("reports/<uuid:uid>/figures/rows/", FigureRowsView.as_view(), name="figure-rows"),
    path("reports/<uuid:uid>/figures/workbook/", FiguresUploadView.as_view(), name="figures-upload"),
    path("reports/<uuid:uid>/figures.xlsx", FiguresBookView.as_view(), name="figures-book"),
    path("reports/<uuid:uid>/declared/", DeclaredView.as_view(), name="declared"),
    path("reports/<uuid:uid>/take-tasks/", TakeTasksView.as_view(), name="take-tasks"),
    path("reports/<uuid:uid>/act/<slug:name>/", ActView.as_view(), name="act"),
    path("reports/<uuid:uid>/calls/new/", CallView.as_view(), name="call"),
    path("reports/<uuid:uid>/extend/", ExtendView.as_view(), name="extend"),
    path("reports/<uuid:uid>/exempt/", ExemptView.as_view(), name="exempt"),
    path("reports/<uuid:uid>/exempt/end/", ExemptEndView.as_view(), name="exempt-end"),
    path("extensions/", ExtensionsView.as_view(), name="extensions"),
    path("extensions/<uuid:uid>/", ExtensionView.as_view(), name="extension"),
    path("extensions/<uuid:uid>/act/<slug:name>/", ExtensionActView.as_view(), name="extension-act"),
    path("overview/<uuid:uid>/extend/", BlanketView.as_view(), name="blanket"),
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
    path("overview/<uuid:uid>/chase/", ChaseView.as_view(), name="chase"),
    path("overview/open/", OpenCycleView.as_view(), name="open-cycle"),
    path("overview/open-contact-round/", OpenContactRoundView.as_view(), name="open-contact-round"),
    path("overview/<uuid:uid>/contacts.xlsx", CycleContactsView.as_view(), name="cycle-contacts"),
    path(
        "overview/<uuid:uid>/contacts-in-full.xlsx",
        CycleContactsInFullView.as_view(),
        name="cycle-contacts-in-full",
    ),
    path("due/", DuesView.as_view(), name="dues"),
    path("due/feeds/", FeedsView.as_view(), name="feeds"),
    path("due/feeds/make/", FeedMakeView.as_view(), name="feed-make"),
    path("due/feeds/<uuid:uid>/revoke/", FeedRevokeView.as_view(), name="feed-revoke"),
    path("due/feed/<str:token>.ics", FeedView.as_view(), name="calendar-feed"),
    path("plan/", PlanView.as_view(), name="plan"),
    path("plan/<int:year>/<slug:kind>/", PlanListView.as_view(), name="plan-list"),
    path("overview/<uuid:uid>/plan/", CyclePlanView.as_view(), name="cycle-plan"),
    path("timeliness/", TimelinessView.as_view(), name="timeliness"),
    path("dates/", DatesView.as_view(), name="dates"),
    path("dates/rules/new/", RuleNewView.as_view(), name="date-rule-new"),
    path("dates/rules/<uuid:uid>/", RuleChangeView.as_view(), name="date-rule"),
    path("dates/rules/<uuid:uid>/end/", RuleEndView.as_view(), name="date-rule-end"),
    path("dates/policy/", PolicyView.as_view(), name="policy"),
    path("dates/ladder/", LadderView.as_view(), name="ladder"),
    path("copies/", CopiesView.as_view(), name="copies"),
    path("copies/<uuid:uid>/", CopyView.as_view(), name="copy"),
]
