from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExecutorsConfig(AppConfig):
    name = "executors"
    verbose_name = _("executors")
