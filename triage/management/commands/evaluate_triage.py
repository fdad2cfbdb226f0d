"""`manage.py evaluate_triage`: the live model, or a file's, on cases that it did not learn from; nothing is written."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework import clock
from classifier import store
from classifier.comparison import compare
from triage.management.files import cases_of_file
from triage.model_files import candidate_folder, live_model, triage_key
from triage.queries import cases_to_learn_from


class Command(BaseCommand):
    help = (
        "Say how a triage model does on final decisions by people that were filed after all it learnt from: overall "
        "and by language, kind of party, ground and executor, groups under thirty cases without figures."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--model", default="", help="reference of a candidate; by default the model in use")
        parser.add_argument("--file", type=Path, help="cases of this file, one JSON object a line")
        parser.add_argument("--json", action="store_true", help="the whole report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        ref = options["model"]
        if ref and not ref.replace("_", "").isalnum():
            raise CommandError("no such model")
        if not ref:
            live = live_model()
            if live is None:
                raise CommandError("no usable model: none is live")
            ref = live.ref
        folder = candidate_folder(ref)
        try:
            manifest = store.read_current(folder, key=triage_key())
            model = store.load(folder, manifest)
        except (store.NoModel, store.BadModel) as refused:
            raise CommandError(f"no usable model: {refused}") from refused
        snapshot = cases_of_file(options["file"]) if options["file"] else cases_to_learn_from(now=clock.now())
        learnt = str(manifest.report.get("train_to", ""))
        cases = [one for one in snapshot.cases if one.case.filed_at.isoformat() > learnt]
        found = compare(cases, model, None)
        if options["json"]:
            self.stdout.write(
                json.dumps({"model": model.version, "hash": model.hash, **found}, sort_keys=True, indent=1)
            )
            return
        self.stdout.write(f"{model.version} {model.hash[:12]}: {found['n']} cases filed after {learnt or 'ever'}")
        rows = [("all", "", found["overall"])]
        rows += [(group, value, cell) for group, cells in found["groups"].items() for value, cell in cells.items()]
        for group, value, cell in rows:
            figures = cell["candidate"]
            text = (
                "under 30 cases"
                if figures is None
                else f"n {cell['n']}, " + ", ".join(f"{k} {v}" for k, v in figures.items())
            )
            self.stdout.write(f"{group} {value or '–'}: {text}")
