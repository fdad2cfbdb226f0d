from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from archive.letters import SentLetter


class DisputesConfig(AppConfig):
    name = "disputes"
    verbose_name = _("Disputes")

    def ready(self) -> None:
        """Registers the check of letters, the grounds that counsel signs, and the publishing to rooms."""
        from accounts import commands as accounts
        from archive import letters
        from disputes import counsel as grounds
        from disputes.commands import stream
        from rules import counsel, resting
        from rules.models import Signed

        counsel.TEXTS[Signed.GROUND], counsel.IN_USE[Signed.GROUND] = grounds.text_of_ground, grounds.texts_in_use
        resting.SOURCES.append(grounds.grounds_resting)
        stream.LISTENERS.append(_publish)
        accounts.LISTENERS.append(_reauthorise)
        letters.SENDERS.append(_sent)


def _sent(check_code: str) -> "SentLetter | None":
    from archive.letters import SentLetter
    from disputes.queries import verify_letter

    found = verify_letter(check_code)
    return (
        SentLetter(found.dispute.number, found.decided_at, found.get_outcome_display()) if found is not None else None
    )


def _publish(room_id: int, head: int) -> None:
    from disputes.consumers.hub import ROOMS

    ROOMS.publish("heads", {room_id: head})


def _reauthorise() -> None:
    from disputes.consumers.hub import ROOMS

    ROOMS.request_reauthorisation()
