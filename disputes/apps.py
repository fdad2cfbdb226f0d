from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisputesConfig(AppConfig):
    name = "disputes"
    verbose_name = _("disputes")

    def ready(self) -> None:
        """Sockets hear of what commands do, through hints after the commit."""
        from accounts import commands as accounts
        from disputes.commands import stream

        stream.LISTENERS.append(_hint)
        accounts.LISTENERS.append(_recheck)


def _hint(room_id: int, head: int) -> None:
    from disputes.consumers import relay

    relay.hint(room_id, head)


def _recheck() -> None:
    from disputes.consumers import relay

    relay.recheck()
