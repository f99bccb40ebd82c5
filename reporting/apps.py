from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = _("Reports")

    def ready(self) -> None:
        # The register of contacts, a storey below, calls whoever wants to know. Models must be loaded first.
        on_change = import_string("pilots.services.contacts.on_change")
        note_change = import_string("reporting.services.resending.note_change")
        if note_change not in on_change:
            on_change.append(note_change)
        # Long work registers itself by import.
        import_module("reporting.services.planning_jobs")
        import_module("reporting.figure_origins")
