from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from casework.letters import Sent
    from casework.models import Event


class AppealsConfig(AppConfig):
    name = "appeals"
    verbose_name = _("Appeals")

    def ready(self) -> None:
        """Whoever holds a letter can have its check code verified; open queues are told what to read again."""
        from accounts import commands as accounts
        from casework import firing, letters

        letters.SENDERS.append(_sent)
        firing.LISTENERS.append(_publish)
        accounts.LISTENERS.append(_reauthorise)


def _sent(check_code: str) -> "Sent | None":
    from appeals.queries import verify_letter
    from casework.letters import Sent

    found = verify_letter(check_code)
    return Sent(found.appeal.number, found.decided_at, found.get_outcome_display()) if found is not None else None


def _publish(events: "Sequence[Event]") -> None:
    from appeals.consumers.hub import CHANGES, QUEUE
    from appeals.models import Appeal
    from appeals.queries import stood_before

    stood = {event.case_id: stood_before(event) for event in events if event.case_kind == Appeal.KIND}
    if stood:
        QUEUE.publish(CHANGES, stood)


def _reauthorise() -> None:
    from appeals.consumers.hub import QUEUE

    QUEUE.request_reauthorisation()
