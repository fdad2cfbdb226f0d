from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InfringementsConfig(AppConfig):
    name = "infringements"
    verbose_name = _("Intellectual property")
