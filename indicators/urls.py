"""Addresses of the pages about indicators, targets and figures."""

from django.urls import path

from indicators.views import supplement_sheet, supplements
from indicators.views.catalogue import (
    AskedView,
    CatalogueView,
    IndicatorView,
    OwnEndView,
    OwnMapView,
    OwnNewView,
    VersionNewView,
)
from indicators.views.documents import DocumentView
from indicators.views.observations import ObservationView
from indicators.views.rollups import RollUpsView
from indicators.views.standing import PilotFiguresView
from indicators.views.targets import (
    BaselineChooseView,
    BaselineEndView,
    BaselineSetView,
    PilotTargetsView,
    TargetEndView,
    TargetReplaceView,
    TargetSetView,
)

app_name = "indicators"
urlpatterns = [
    path("supplements/", supplements.SupplementsView.as_view(), name="supplements"),
    path("supplements/new/", supplements.SupplementNewView.as_view(), name="supplement-new"),
    path("supplements/<uuid:uid>/", supplements.SupplementView.as_view(), name="supplement"),
    path("supplements/<uuid:uid>/rows/", supplement_sheet.SupplementRowsView.as_view(), name="supplement-rows"),
    path("supplements/<uuid:uid>/edit/", supplement_sheet.SupplementEditView.as_view(), name="supplement-edit"),
    path("supplements/<uuid:uid>/<slug:name>/", supplements.SupplementActView.as_view(), name="supplement-act"),
    path("indicators/", CatalogueView.as_view(), name="catalogue"),
    path("indicators/new/", OwnNewView.as_view(), name="catalogue-new"),
    path("indicators/asked/", AskedView.as_view(), name="asked"),
    path("indicators/<slug:code>/", IndicatorView.as_view(), name="catalogue-indicator"),
    path("indicators/<slug:code>/version/", VersionNewView.as_view(), name="catalogue-version"),
    path("indicators/<slug:code>/end/", OwnEndView.as_view(), name="catalogue-end"),
    path("indicators/<slug:code>/map/", OwnMapView.as_view(), name="catalogue-map"),
    path("rollups/", RollUpsView.as_view(), name="rollups"),
    path("figures/<uuid:uid>/", ObservationView.as_view(), name="observation"),
    path("pilots/<uuid:uid>/figures/", PilotFiguresView.as_view(), name="pilot-figures"),
    path("pilots/<uuid:uid>/targets/", PilotTargetsView.as_view(), name="pilot-targets"),
    path("pilots/<uuid:uid>/targets/set/", TargetSetView.as_view(), name="target-set"),
    path("pilots/targets/<uuid:uid>/replace/", TargetReplaceView.as_view(), name="target-replace"),
    path("pilots/targets/<uuid:uid>/end/", TargetEndView.as_view(), name="target-end"),
    path("pilots/<uuid:uid>/baselines/set/", BaselineSetView.as_view(), name="baseline-set"),
    path("pilots/baselines/<uuid:uid>/choose/", BaselineChooseView.as_view(), name="baseline-choose"),
    path("pilots/baselines/<uuid:uid>/end/", BaselineEndView.as_view(), name="baseline-end"),
    path("documents/<uuid:uid>/", DocumentView.as_view(), name="document"),
]
