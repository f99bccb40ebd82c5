"""Addresses of the dashboards, briefs and the search over everything."""

from django.urls import URLPattern

app_name = "dashboards"

urlpatterns: list[URLPattern] = []
