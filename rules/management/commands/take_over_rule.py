"""`manage.py take_over_rule`: a rule that was in force before this system, taken over under a person's name."""

import json
from datetime import datetime
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
        "Take over a version of a rule that was published and in force before this system was installed, from a JSON "
        "file as for POST /api/v1/rules with published_at. Refused once the rule has a version made under this system."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", required=True, metavar="USERNAME", help="who answers for it: compliance or admin")
        parser.add_argument("--reason", required=True, help="from where, and how its dates are known")
        parser.add_argument("--file", type=Path, required=True, help="the version as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username=options["by"], is_active=True).first()
        if person is None:
            raise CommandError(f"there is no active account {options['by']}")
        signed = {"actor": actor_of_user(person, via=Via.CONSOLE), "reason": options["reason"], "now": clock.now()}
        try:
            version = commands.take_over_rule_version(**_read(options["file"]), **signed)
        except CaseError as refused:
            said = [str(error.message) for error in refused.errors] or [str(refused.detail)]
            raise CommandError(" ".join(said)) from None
        self.stdout.write(f"taken over: {version}, in force from {version.effective_from.isoformat()}")


def _read(path: Path) -> dict[str, Any]:
    """The keyword arguments of the command from a file. Raises `CommandError` for what is none."""
    try:
        body = json.loads(path.read_text())
        values = {name: str(body[name]) for name in ("code", "name_zh", "name_en", "number")}
        moments = {name: datetime.fromisoformat(body[name]) for name in ("effective_from", "published_at")}
        summaries = {name: str(body.get(name, "")) for name in ("summary_zh", "summary_en")}
        clauses = [commands.ClauseText(**clause) for clause in body["clauses"]]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CommandError(f"{path} is no version of a rule: {error}") from None
    if any(at.utcoffset() is None for at in moments.values()):
        raise CommandError(f"{path}: times have a zone, such as 2026-01-01T00:00:00+08:00")
    return values | moments | summaries | {"clauses": clauses}
