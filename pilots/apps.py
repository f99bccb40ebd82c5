from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PilotsConfig(AppConfig):
    name = "pilots"
    verbose_name = _("Pilot areas and routes")

    def ready(self) -> None:
        # Registering happens by import; models must be loaded first.
        import_module("pilots.importing.kinds")
