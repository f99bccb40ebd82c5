from importlib import import_module

from django.apps import AppConfig

from portal import celery  # noqa: F401 - every process must know the broker before anything is sent


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        # Registering happens by import; models must be loaded first.
        import_module("portal.checks")
