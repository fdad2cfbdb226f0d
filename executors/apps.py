from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from rules.models import RuleVersion


class ExecutorsConfig(AppConfig):
    name = "executors"
    verbose_name = _("Executors")

    def ready(self) -> None:
        """A published rule version is told to whoever is certified for the one before."""
        from rules import commands as rules

        rules.LISTENERS.append(_published)


def _published(version: "RuleVersion") -> None:
    from executors.subscribers import learn_of_rule_version

    if settings.CASEWORK_QUEUE_DELIVERIES:
        learn_of_rule_version.enqueue(version.pk)
