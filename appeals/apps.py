from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from casework.letters import Sent


class AppealsConfig(AppConfig):
    name = "appeals"
    verbose_name = _("Appeals")

    def ready(self) -> None:
        """Whoever holds a letter can have its check code verified."""
        from casework import letters

        letters.SENDERS.append(_sent)


def _sent(check_code: str) -> "Sent | None":
    from appeals.queries import verify_letter
    from casework.letters import Sent

    found = verify_letter(check_code)
    return Sent(found.appeal.number, found.decided_at, found.get_outcome_display()) if found is not None else None
