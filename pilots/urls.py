"""Addresses of the pages about programmes and pilot areas."""

from django.urls import path

from pilots.views import PilotsView, ProgrammesView, ProgrammeView

app_name = "pilots"
urlpatterns = [
    path("programmes/", ProgrammesView.as_view(), name="programmes"),
    path("programmes/<slug:code>/", ProgrammeView.as_view(), name="programme"),
    path("pilots/", PilotsView.as_view(), name="pilots"),
]
