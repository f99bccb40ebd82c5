"""Addresses of the dashboards, briefs and the search over everything."""

from django.urls import path

from dashboards.views.distribution import DistributionView, PilotFiguresBookView, PilotFiguresCsvView, TrendsView
from dashboards.views.overview import DashboardView
from dashboards.views.pilots import IndicatorBookView, IndicatorView, PilotsBookView, PilotsView, PositionsCsvView
from dashboards.views.search import SearchView

app_name = "dashboards"

urlpatterns = [
    path("search/", SearchView.as_view(), name="search"),
    path("dashboard/", DashboardView.as_view(), name="overview"),
    path("dashboard/pilots/", PilotsView.as_view(), name="pilots"),
    path("dashboard/pilots.xlsx", PilotsBookView.as_view(), name="pilots-book"),
    path("dashboard/positions.csv", PositionsCsvView.as_view(), name="positions-csv"),
    path("dashboard/indicators/<slug:code>/", IndicatorView.as_view(), name="indicator"),
    path("dashboard/indicators/<slug:code>.xlsx", IndicatorBookView.as_view(), name="indicator-book"),
    path("dashboard/indicators/<slug:code>/distribution/", DistributionView.as_view(), name="distribution"),
    path("dashboard/indicators/<slug:code>/trends/", TrendsView.as_view(), name="trends"),
    path("pilots/<uuid:uid>/figures.xlsx", PilotFiguresBookView.as_view(), name="pilot-figures-book"),
    path("pilots/<uuid:uid>/figures.csv", PilotFiguresCsvView.as_view(), name="pilot-figures-csv"),
]
