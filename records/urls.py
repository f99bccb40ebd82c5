"""History, notices, webhooks, imports."""

from __future__ import annotations

from django.urls import path

from records.views import history, imports, jobs, notices, preferences, webhooks

urlpatterns = [
    path("history/", history.HistoryView.as_view(), name="history"),
    path("notices/", notices.NoticesView.as_view(), name="notices"),
    path("notices/read/", notices.NoticesReadView.as_view(), name="notices-read"),
    path("notices/<uuid:uid>/read/", notices.NoticeReadView.as_view(), name="notice-read"),
    path("preferences/", preferences.PreferencesView.as_view(), name="preferences"),
    path("preferences/digest/", preferences.DigestPreviewView.as_view(), name="digest-preview"),
    path("preferences/digests/<uuid:uid>/", preferences.DigestView.as_view(), name="digest"),
    path("webhooks/", webhooks.WebhooksView.as_view(), name="webhooks"),
    path("webhooks/new/", webhooks.WebhookNewView.as_view(), name="webhook-new"),
    path("webhooks/<uuid:uid>/", webhooks.WebhookView.as_view(), name="webhook"),
    path("webhooks/<uuid:uid>/edit/", webhooks.WebhookEditView.as_view(), name="webhook-edit"),
    path("webhooks/<uuid:uid>/acts/<slug:name>/", webhooks.WebhookActView.as_view(), name="webhook-act"),
    path("webhook-deliveries/<uuid:uid>/", webhooks.DeliveryView.as_view(), name="webhook-delivery"),
    path("webhook-deliveries/<uuid:uid>/redeliver/", webhooks.RedeliverView.as_view(), name="webhook-redeliver"),
    path("jobs/", jobs.JobsView.as_view(), name="jobs"),
    path("jobs/<uuid:uid>/", jobs.JobView.as_view(), name="job"),
    path("jobs/<uuid:uid>/acts/<slug:name>/", jobs.JobActView.as_view(), name="job-act"),
    path("imports/", imports.ImportsView.as_view(), name="imports"),
    path("imports/new/<slug:what>/", imports.ImportNewView.as_view(), name="import-new"),
    path("imports/new/<slug:what>/template/<slug:form>/", imports.ImportTemplateView.as_view(), name="import-template"),
    path("imports/<uuid:uid>/", imports.ImportRunView.as_view(), name="import"),
    path("imports/<uuid:uid>/columns/", imports.ImportColumnsView.as_view(), name="import-columns"),
    path("imports/<uuid:uid>/answers/", imports.ImportAnswersView.as_view(), name="import-answers"),
    path("imports/<uuid:uid>/faults/", imports.ImportFaultsView.as_view(), name="import-faults"),
    path("imports/<uuid:uid>/acts/<slug:name>/", imports.ImportActView.as_view(), name="import-act"),
]
