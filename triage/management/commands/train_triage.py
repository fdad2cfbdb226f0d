"""`manage.py train_triage`: a candidate from the platform's own decided cases, compared with what is live."""

import json
import os
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework import clock
from casework.errors import CaseError
from classifier.cases import TooFewCases
from triage import commands
from triage.management.files import cases_of_file, live_triage_model
from triage.management.heartbeat import heartbeat, sigterm_as_interrupt
from triage.models import ModelVersion, Training, TrainingEnd
from triage.queries import Snapshot, cases_to_learn_from

BESIDE_OTHERS = 10
"""How much a training that the worker started gives way to whoever serves and delivers on the same machine."""


class Command(BaseCommand):
    help = (
        "Learn a triage model from final decisions by people, compare it with the live one, and keep it as candidate. "
        "It never goes live by itself: two people sign it in the console first. The same cases, seed and version give "
        "the same weights. The training is on record, and the console shows how far it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--release", default="", help="name of the model; by default the day")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--until", help="learn what was final at this moment (ISO 8601)")
        parser.add_argument("--file", type=Path, help="learn from this file of decided cases, one JSON object a line")
        parser.add_argument("--dry-run", action="store_true", help="say what would be learnt from, and stop")
        parser.add_argument("--run", metavar="REF", help="carry out the training that was asked for in the console")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["run"]:
            os.nice(BESIDE_OTHERS)
            self._carry_out(
                lambda: commands.begin_triage_training(ref=options["run"], process=_process(), now=clock.now())
            )
            return
        now = clock.now()
        at = datetime.fromisoformat(options["until"]) if options["until"] else now
        if at.tzinfo is None or at > now:
            raise CommandError("--until is a moment in the past, with its offset")
        if options["dry_run"]:
            self._print_step("snapshot")
            self._print_snapshot(cases_of_file(options["file"]) if options["file"] else cases_to_learn_from(now=at))
            return
        # A file is read before anything is on record: a bad line is refused, and nothing has happened.
        of_file = cases_of_file(options["file"]) if options["file"] else None
        self._carry_out(
            lambda: commands.begin_triage_training_here(
                release=options["release"],
                seed=options["seed"],
                until=at,
                file=options["file"].name if options["file"] else "",
                process=_process(),
                now=now,
            ),
            of_file,
        )

    def _carry_out(self, begin: Callable[[], Training], of_file: Snapshot | None = None) -> None:
        """Carries out the training that `begin` returns, and records its end, one way or the other."""
        try:
            training = begin()
        except CaseError as refused:
            raise CommandError(_refusal_text(refused)) from refused
        self.stdout.write(
            f"training {training.ref}, to be seen under /workbench/triage-models/training/{training.ref}/"
        )
        with sigterm_as_interrupt():
            try:
                with heartbeat(training.ref):
                    row = self._learn(training, of_file)
            except TooFewCases as few:
                _end(training, TrainingEnd.TOO_FEW)
                raise CommandError(f"too few cases: {few}. Every appeal goes to a person, as it should.") from few
            except CaseError as ended:
                raise CommandError(_refusal_text(ended)) from ended
            except KeyboardInterrupt as stopped:
                _end(training, TrainingEnd.INTERRUPTED)
                raise CommandError("interrupted: no candidate") from stopped
            except Exception:
                _end(training, TrainingEnd.BROKEN)
                raise
        self.stdout.write(f"candidate {row.ref} {row.version}, weights {row.model_hash}")
        outcome = row.report["outcome"]
        self.stdout.write(
            f"on {outcome['n']} newer cases: AUC {outcome['auc']}, Brier {outcome['brier']}, ECE {outcome['ece']}"
        )
        self.stdout.write("Not live. Two people sign it in the console under /workbench/triage-models/.")

    def _learn(self, training: Training, of_file: Snapshot | None) -> ModelVersion:
        self._print_step("snapshot")
        snapshot = of_file or cases_to_learn_from(now=training.until)
        self._print_snapshot(snapshot)
        commands.record_triage_training_step(ref=training.ref, step="snapshot", counts=snapshot.counts, now=clock.now())

        def progress(step: str) -> None:
            if step != "done":  # which is on record with the candidate
                commands.record_triage_training_step(ref=training.ref, step=step, now=clock.now())
            self._print_step(step)

        return commands.train_triage_model(
            cases=snapshot.cases,
            snapshot_hash=snapshot.hash,
            counts=snapshot.counts,
            version=training.release,
            seed=training.seed,
            live=live_triage_model(),
            now=training.started_at or clock.now(),
            progress=progress,
            end=lambda row: commands.end_triage_training_with(ref=training.ref, model=row, now=clock.now()),
        )

    def _print_snapshot(self, snapshot: Snapshot) -> None:
        self.stdout.write(f"cases {json.dumps(dict(snapshot.counts), sort_keys=True)}, snapshot {snapshot.hash}")

    def _print_step(self, step: str) -> None:
        number = commands.LEARNING_STEPS.index(step) + 1
        self.stdout.write(f"[{number}/{len(commands.LEARNING_STEPS)}] {step}")
        self.stdout.flush()


def _end(training: Training, reason: str) -> None:
    commands.end_triage_training(ref=training.ref, reason=reason, now=clock.now())


def _process() -> str:
    """Names this process and its host, for whoever has to look at it or stop it."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _refusal_text(refused: CaseError) -> str:
    return " ".join(str(each.message) for each in refused.errors) or str(refused.detail)
