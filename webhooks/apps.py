from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        from archive import checkpoints
        from archive.models import Checkpoint
        from webhooks import commands

        def announce(row: Checkpoint) -> None:
            commands.announce_checkpoint(row, now=row.at)

        checkpoints.LISTENERS.append(announce)
