"""The project itself, as an app: its system checks and its `serve` command."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401  registers the system checks
        from executors.queries.measures import read_measures_from
        from notices.queries import measure_types

        read_measures_from(measure_types)  # executors name kinds of measure, which notices know
