"""The project itself, as an app: its system checks and its `serve` command."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401  registers the system checks
        from executors.queries.measures import learn_measures
        from notices.queries import measure_types

        learn_measures(measure_types)  # executors name kinds of measure, which notices know
