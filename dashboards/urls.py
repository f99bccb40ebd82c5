"""Addresses of the dashboards, briefs and the search over everything."""

from django.urls import URLPattern, path

from dashboards.views.search import SearchView

app_name = "dashboards"

urlpatterns: list[URLPattern] = [
    path("search/", SearchView.as_view(), name="search"),
]
