from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from appeals.models import Decision


class TriageConfig(AppConfig):
    name = "triage"
    verbose_name = _("What the system may do alone")

    def ready(self) -> None:
        """Registers what is recorded of each decision by a person."""
        from appeals import commands as appeals

        appeals.LISTENERS.append(_decided)


def _decided(decision: "Decision") -> None:
    from triage.commands import record_phrases_of_letter

    record_phrases_of_letter(decision)
