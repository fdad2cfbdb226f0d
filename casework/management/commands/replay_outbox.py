"""`manage.py replay_outbox [--list] [ID …]`: what was given up waits again for delivery."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from casework import clock, outbox
from casework.models import OutboxMessage, OutboxState


class Command(BaseCommand):
    help = "List the outbox messages that were given up, or have them delivered again (all of them without an ID)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ids", nargs="*", type=int)
        parser.add_argument("--list", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        dead = OutboxMessage.objects.filter(state=OutboxState.DEAD).select_related("event").order_by("pk")
        if options["ids"]:
            dead = dead.filter(pk__in=options["ids"])
        for message in dead:
            if not options["list"]:
                outbox.replay(message, now=clock.now())
            self.stdout.write(f"{message.pk} {message.event} {message.subscriber} {message.last_error}")
