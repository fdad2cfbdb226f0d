"""The map of the code in pyproject.toml holds: apps form a DAG, rooms import one way, models have one owner."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

from tests.our_apps import OUR_APPS

ROOT = Path(__file__).resolve().parents[2]


def test_no_module_knows_one_that_knows_it_not_even_for_a_type() -> None:
    """`lint-imports` leaves out what is imported for types alone; a circle is one all the same."""
    graph = grimp.build_graph(*OUR_APPS, exclude_type_checking_imports=False, cache_dir=None)
    packages = [module for module in graph.modules if graph.find_children(module)]

    assert {package: found for package in packages if (found := graph.nominate_cycle_breakers(package))} == {}


def test_no_app_knows_one_above_it_not_even_for_a_type() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    apps = next(contract for contract in linter["contracts"] if contract["id"] == "apps")
    graph = grimp.build_graph(*linter["root_packages"], exclude_type_checking_imports=False, cache_dir=None)

    found = graph.find_illegal_dependencies_for_layers([set(layer.split(" | ")) for layer in apps["layers"]])

    assert {(each.importer, each.imported) for each in found} == set()


@pytest.mark.exhaustive
def test_who_serves_pages_or_hears_of_events_pays_neither_for_models_nor_for_traces_that_nobody_asked_for() -> None:
    started = """if True:
        import sys, config.asgi, config.urls
        from casework import outbox
        from operations import worker
        outbox.listed("SUBSCRIPTIONS")
        print({'sklearn', 'skops'} & {*sys.modules})
        print([name for name in sys.modules if name.partition(".")[0] in ("opentelemetry", "google")])"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}

    answer = subprocess.run(
        [sys.executable, "-c", started],
        cwd=ROOT,
        env=environment | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert answer.stdout.split() == ["set()", "[]"]
