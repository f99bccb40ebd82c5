"""Every address of the portal, by room."""

from django.urls import include, path
from django.views.i18n import set_language

from portal.views import ApiDocsView, ApiOperationView, healthz, readyz
from reporting.views.desk import DeskView
from staff.views import HatView, OperationsView

handler404 = "portal.api_views.nothing_here"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("language/", set_language, name="set_language"),
    path("accounts/", include("staff.account_urls")),
    path("hat/", HatView.as_view(), name="hat"),
    path("people/", include("staff.urls")),
    path("tokens/", include("staff.token_urls")),
    path("operations/", OperationsView.as_view(), name="operations"),
    path("working-days/", include("staff.working_day_urls")),
    path("api/", ApiDocsView.as_view(), name="api-docs"),
    path("api/operations/<str:name>/", ApiOperationView.as_view(), name="api-operation"),
    path("api/v1/", include("portal.api_urls")),
    path("", DeskView.as_view(), name="desk"),
    path("", include("records.urls")),
    path("", include("pilots.urls")),
    path("", include("indicators.urls")),
    path("", include("plans.urls")),
    path("", include("reporting.urls")),
    path("", include("dashboards.urls")),
]
