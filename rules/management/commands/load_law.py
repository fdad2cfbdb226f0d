"""`manage.py load_law FILE --by USERNAME`: official texts of paragraphs, proposed for a second person to sign."""

import json
import tomllib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.queries import actor_of_user
from casework import clock
from casework.actor import Via
from casework.errors import CaseError
from rules import commands


class Command(BaseCommand):
    help = (
        "Propose the paragraphs of a law from a TOML or JSON file (docs/law.md). Hashes are compared with the file and "
        "with what was signed before; another person signs each paragraph, and from then on it is quoted."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the texts, as .toml or .json")
        parser.add_argument("--by", required=True, metavar="USERNAME", help="who answers for it: compliance or admin")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username=options["by"], is_active=True).first()
        if person is None:
            raise CommandError(f"there is no active account {options['by']}")
        actor = actor_of_user(person, via=Via.CONSOLE)
        try:
            loaded = commands.load_law_texts(actor=actor, said=_read(options["file"]), now=clock.now())
        except CaseError as refused:
            said = [f"{error.pointer}: {error.message}" for error in refused.errors] or [str(refused.detail)]
            raise CommandError("\n".join(said)) from None
        for each in loaded:
            if each.change is None:
                words = "as signed"
            elif each.sha256_before and each.sha256_before != each.sha256:
                words = f"reads otherwise than what was signed ({each.sha256_before}); proposed as {each.change.number}"
            else:
                words = f"proposed as {each.change.number}"
            self.stdout.write(f"{each.key}  {each.sha256}  {words}")


def _read(path: Path) -> dict[str, Any]:
    """The file as plain values. Raises `CommandError` for what is none."""
    try:
        text = path.read_text()
        body = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} holds no texts of a law: {error}") from None
    if not isinstance(body, dict):
        raise CommandError(f"{path} holds no texts of a law")
    return body
