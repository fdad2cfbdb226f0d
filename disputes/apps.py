from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from casework.letters import Sent


class DisputesConfig(AppConfig):
    name = "disputes"
    verbose_name = _("disputes")

    def ready(self) -> None:
        """Sockets are told after a commit what to read again; check codes of letters can be verified."""
        from accounts import commands as accounts
        from casework import letters
        from disputes.commands import stream

        stream.LISTENERS.append(_publish)
        accounts.LISTENERS.append(_reauthorise)
        letters.SENDERS.append(_sent)


def _sent(check_code: str) -> "Sent | None":
    from casework.letters import Sent
    from disputes.queries import verify_letter

    found = verify_letter(check_code)
    return Sent(found.dispute.number, found.decided_at, found.get_outcome_display()) if found is not None else None


def _publish(room_id: int, head: int) -> None:
    from disputes.consumers.hub import ROOMS

    ROOMS.publish("heads", {room_id: head})


def _reauthorise() -> None:
    from disputes.consumers.hub import ROOMS

    ROOMS.request_reauthorisation()
