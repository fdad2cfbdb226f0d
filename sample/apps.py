"""App configuration of the sample platform."""

from django.apps import AppConfig


class SampleConfig(AppConfig):
    name = "sample"
    default_auto_field = "django.db.models.BigAutoField"
