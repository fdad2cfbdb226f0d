from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = _("Operations")

    def ready(self) -> None:
        from casework import firing
        from casework.observing import observe_with
        from operations import metrics
        from operations.observers import Operations

        observe_with(Operations())
        firing.LISTENERS.append(metrics.count_events)
