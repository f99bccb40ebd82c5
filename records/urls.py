"""History and notices."""

from __future__ import annotations

from django.urls import path

from records import views

urlpatterns = [
    path("history/", views.HistoryView.as_view(), name="history"),
    path("notices/", views.NoticesView.as_view(), name="notices"),
    path("notices/read/", views.NoticesReadView.as_view(), name="notices-read"),
    path("notices/<uuid:uid>/read/", views.NoticeReadView.as_view(), name="notice-read"),
]
