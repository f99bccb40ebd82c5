from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("Events, seals, outbox")

    def ready(self) -> None:
        # Registering happens by import; models must be loaded first.
        import_module("records.importing.long")
