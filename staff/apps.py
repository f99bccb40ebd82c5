from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "staff"
    verbose_name = _("People of an office")

    def ready(self) -> None:
        # Registering happens by import; models must be loaded first.
        import_module("staff.importing.kinds")
