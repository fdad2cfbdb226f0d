"""What `bench/certification.py` reports, on a smaller run: certificates keep their promise, the watch sees drift."""

import importlib.util
import statistics
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("bench_certification", ROOT / "bench" / "certification.py")
assert spec
assert spec.loader
bench = importlib.util.module_from_spec(spec)
sys.modules["bench_certification"] = bench
spec.loader.exec_module(bench)


@pytest.fixture(scope="module")
def populations():
    return {p.name: p for p in bench.populations(50_000)}


@pytest.mark.parametrize("name", ["calibrated scores", "too sure of itself", "an error just above alpha everywhere"])
def test_certificates_break_alpha_no_more_often_than_delta_and_the_naive_rule_does(populations, name):
    found = bench.trials(populations[name], cases=500, repeats=400)

    assert found["certified"].broken_between()[0] <= bench.DELTA
    assert found["certified"].broken / 400 <= bench.DELTA + 0.02
    assert found["naive"].broken / 400 > 0.3


@pytest.mark.exhaustive
def test_ten_attempts_together_break_alpha_no_more_often_than_delta(populations):
    worst = populations["an error just above alpha everywhere"]
    found = bench.repeated(worst, attempts=10, first=300, step=200, repeats=150)

    assert found["shared"].broken_between()[0] <= bench.DELTA
    assert found["shared"].broken < found["whole"].broken
    assert found["whole"].broken / 150 > 2 * bench.DELTA


def test_the_fast_count_of_alarms_is_the_products_own():
    assert bench.agrees_with_watch(alpha=0.05)
    assert bench.agrees_with_watch(alpha=0.2, error=0.35)


def test_the_watch_sees_drift_and_keeps_still_without():
    late, early = bench.delays(0.025, 0.15, alpha=0.05, clean=400, repeats=300)

    assert statistics.median(late) < 150
    assert early < 0.03
    assert bench.false_alarms(0.05, alpha=0.05, audits=2_000, repeats=300) < bench.LEVEL


def test_audits_that_carry_over_show_twice_alpha_sooner_and_with_fewer_false_alarms():
    budget, ten, repeats = 26, 260, 1_000
    carried = {r: bench.alarms(bench.np.full(ten, r), alpha=0.05, repeats=repeats) for r in (0.05, 0.1)}
    alone = {r: bench.alarms_of_window(r, alpha=0.05, budget=budget, budgets=10, repeats=repeats) for r in (0.05, 0.1)}
    stated = bench.chances_of_seeing(0.1, alpha=0.05, audited=0, errors=0, ahead=ten)

    assert bench.seen_by(carried[0.1], ten) > bench.seen_by(alone[0.1], ten) > 0.75
    assert bench.seen_by(carried[0.05], ten) < 0.1 < bench.seen_by(alone[0.05], ten)
    assert stated[ten] - 0.02 < bench.seen_by(carried[0.1], ten) < stated[ten] + 0.1
