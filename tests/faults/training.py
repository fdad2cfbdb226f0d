"""Run in a process of its own: ask for a training, carry out one that takes long, sweep. Prints JSON."""

import json
import os
import sys
import time
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402

from casework import clock  # noqa: E402
from casework.errors import CaseError  # noqa: E402
from operations.tables import make_tables  # noqa: E402
from tests import factories as make  # noqa: E402
from triage import commands as triage  # noqa: E402
from triage.management.commands import train_triage  # noqa: E402


def asked(key: str) -> str:
    """The ref of the training that somebody of compliance asked for, or why not."""
    actor = make.staff("compliance", now=clock.now(), name=f"staff-{os.getpid()}", code=f"C-{os.getpid()}")
    try:
        row = triage.ask_for_triage_training(actor=actor, form_key=key, release="", now=clock.now())
    except CaseError as refused:
        return refused.code
    return row.ref


def main(what: str, *given: str) -> object:
    match what:
        case "prepare":
            make_tables()
            return asked("first-form-of-carl")
        case "ask":
            return asked(given[0])
        case "learn":  # as the worker starts it, on cases that take forever to gather
            train_triage.cases_to_learn_from = lambda **_more: time.sleep(600)  # type: ignore[assignment]
            call_command("train_triage", "--run", given[0])
        case "sweep":
            moments = [clock.now() + timedelta(seconds=float(seconds)) for seconds in given]
            return [triage.end_interrupted_trainings(now=moment) for moment in moments]
    return None


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(main(*sys.argv[1:])) + "\n")
