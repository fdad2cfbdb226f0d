"""`manage.py train_triage`: a candidate from the platform's own decided cases, compared with what is live."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from appeals import commands
from appeals.management.triage_files import cases_of_file, live_triage_model
from appeals.queries import cases_to_learn_from
from casework import clock
from classifier.training import TooFewCases


class Command(BaseCommand):
    help = (
        "Learn a triage model from final decisions by people, compare it with the live one, and keep it as candidate. "
        "It never goes live by itself: two people sign it in the console first. The same cases, seed and version give "
        "the same weights."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--release", default="", help="name of the model; by default the day")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--until", help="learn what was final at this moment (ISO 8601)")
        parser.add_argument("--file", type=Path, help="learn from this file of decided cases, one JSON object a line")
        parser.add_argument("--dry-run", action="store_true", help="say what would be learnt from, and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        at = datetime.fromisoformat(options["until"]) if options["until"] else now
        if at.tzinfo is None or at > now:
            raise CommandError("--until is a moment in the past, with its offset")
        self._say("snapshot")
        snapshot = cases_of_file(options["file"]) if options["file"] else cases_to_learn_from(now=at)
        self.stdout.write(f"cases {json.dumps(dict(snapshot.counts), sort_keys=True)}, snapshot {snapshot.hash}")
        if options["dry_run"]:
            return
        try:
            row = commands.train_triage_model(
                cases=snapshot.cases,
                snapshot_hash=snapshot.hash,
                counts=snapshot.counts,
                version=options["release"] or f"{now:%Y-%m-%d}",
                seed=options["seed"],
                live=live_triage_model(),
                now=now,
                progress=self._say,
            )
        except TooFewCases as few:
            raise CommandError(f"too few cases: {few}. Every appeal goes to a person, as it should.") from few
        self.stdout.write(f"candidate {row.ref} {row.version}, weights {row.model_hash}")
        outcome = row.report["outcome"]
        self.stdout.write(
            f"on {outcome['n']} newer cases: AUC {outcome['auc']}, Brier {outcome['brier']}, ECE {outcome['ece']}"
        )
        self.stdout.write("Not live. Two people sign it in the console under /workbench/triage-models/.")

    def _say(self, step: str) -> None:
        number = commands.LEARNING_STEPS.index(step) + 1
        self.stdout.write(f"[{number}/{len(commands.LEARNING_STEPS)}] {step}")
        self.stdout.flush()
