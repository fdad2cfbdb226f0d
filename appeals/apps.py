from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from archive.letters import SentLetter
    from casework.models import Event


class AppealsConfig(AppConfig):
    name = "appeals"
    verbose_name = _("Appeals")

    def ready(self) -> None:
        """Registers the check of letters, and the publishing of invalidations to open queues."""
        from accounts import commands as accounts
        from appeals.policies import may_learn_of_it
        from archive import letters
        from casework import firing
        from notices import policies as notices

        notices.BUT_FOR.append(may_learn_of_it)
        letters.SENDERS.append(_sent)
        firing.LISTENERS.append(_publish)
        accounts.LISTENERS.append(_reauthorise)


def _sent(check_code: str) -> "SentLetter | None":
    from appeals.queries import verify_letter
    from archive.letters import SentLetter

    found = verify_letter(check_code)
    return SentLetter(found.appeal.number, found.decided_at, found.get_outcome_display()) if found is not None else None


def _publish(events: "Sequence[Event]") -> None:
    from appeals.consumers.hub import CHANGES, QUEUE
    from appeals.models import Appeal
    from appeals.queries import tab_before

    stood = {event.case_id: tab_before(event) for event in events if event.case_kind == Appeal.KIND}
    if stood:
        QUEUE.publish(CHANGES, stood)


def _reauthorise() -> None:
    from appeals.consumers.hub import QUEUE

    QUEUE.request_reauthorisation()
