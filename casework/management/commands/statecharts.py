"""`manage.py statecharts [--check]`: draw every state machine from code into docs/statecharts.md, or compare."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from casework.ledger import case_models
from casework.machine import mermaid, steps_of


def drawn() -> str:
    """The whole document, in English, in a stable order."""
    parts = ["# State machines\n\nDrawn from code by `manage.py statecharts`; a test compares it. Do not edit.\n"]
    with translation.override("en"):
        for model in sorted(case_models(), key=lambda m: m.KIND):
            parts.append(f"\n## {model._meta.verbose_name}\n\n```mermaid\n{mermaid(model)}\n```\n")
            parts.append("\n| from | verb | to | event | by |\n|---|---|---|---|---|\n")
            parts += [
                f"| {s.source} | {s.verb} | {s.target or '='} | `{s.event}` | {', '.join(s.by)} |\n"
                for s in steps_of(model)
            ]
    return "".join(parts)


class Command(BaseCommand):
    help = "Write docs/statecharts.md from the machines, or with --check fail when it differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "statecharts.md"
        if options["check"]:
            if not path.exists() or path.read_text() != drawn():
                raise CommandError("docs/statecharts.md is not what the code says; run manage.py statecharts")
            return
        path.write_text(drawn())
        self.stdout.write(f"wrote {path}")
