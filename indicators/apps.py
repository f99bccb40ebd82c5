from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = _("Indicators")

    def ready(self) -> None:
        # Registering happens by import; models must be loaded first.
        import_module("indicators.rollups.listening")
        import_module("indicators.importing.kinds")
        import_module("indicators.supplement_origins")
