"""How long a suggestion takes: p50, p95 and p99 of single calls, batch throughput, load time and file size.

Run as `.venv/bin/python bench/triage_latency.py [--cases N] [--calls N] [--model-dir DIR]`. Without a folder it trains
on invented cases first, in a temporary folder. Nothing is asserted here; tests hold the limits.
"""

import argparse
import importlib.util
import os
import platform
import random
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

started = time.perf_counter()
from classifier import service  # noqa: E402

CHEAP_IMPORT = time.perf_counter() - started
started = time.perf_counter()
from classifier import store  # noqa: E402
from classifier.training import train  # noqa: E402

FULL_IMPORT = time.perf_counter() - started

spec = importlib.util.spec_from_file_location("invented", ROOT / "tests" / "classifier" / "invented.py")
assert spec
assert spec.loader
invented = importlib.util.module_from_spec(spec)
spec.loader.exec_module(invented)


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def timed(calls: int, work) -> list[float]:
    times = []
    for i in range(calls):
        begun = time.perf_counter()
        work(i)
        times.append((time.perf_counter() - begun) * 1_000)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=2_000, help="invented cases to train on")
    parser.add_argument("--calls", type=int, default=2_000, help="single calls to time")
    parser.add_argument("--model-dir", type=Path, help="time this folder's current model instead")
    options = parser.parse_args()
    rows = invented.decided_cases(options.cases)
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
    )
    print(f"import of the service            {CHEAP_IMPORT * 1000:8.0f} ms")
    print(f"import of model, store, training {FULL_IMPORT * 1000:8.0f} ms")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.model_dir or Path(temporary)
        if options.model_dir is None:
            begun = time.perf_counter()
            model, _ = train(rows, seed=0, version="bench")
            print(f"training on {options.cases:,} cases        {(time.perf_counter() - begun) * 1000:8.0f} ms")
            store.save(model, folder)
        print(f"model file                       {store.read_current(folder).size / 1024:8.0f} KiB")
        loads = timed(5, lambda _: store.load_current(folder))
        print(f"load and check                   {statistics.median(loads):8.1f} ms")
        model = store.load_current(folder)
        rng = random.Random(0)
        short = [row.case for row in rng.choices(rows, k=options.calls)]
        long = [
            service.TriageInput(
                statement=" ".join(r.case.statement for r in rng.choices(rows, k=60))[:4_000],
                measure_types=short[0].measure_types,
                axes=short[0].axes,
            )
            for _ in range(100)
        ]
        service.suggest(short[0], model_dir=folder)
        for name, cases, work in (
            ("model, short text", short, lambda c: model.suggest(c)),
            ("service, short text", short, lambda c: service.suggest(c, model_dir=folder)),
            ("service, 4,000 characters", long, lambda c: service.suggest(c, model_dir=folder)),
        ):
            times = timed(len(cases), lambda i, cases=cases, work=work: work(cases[i]))
            print(
                f"{name:32} p50 {percentile(times, 0.5):6.2f}  p95 {percentile(times, 0.95):6.2f}"
                f"  p99 {percentile(times, 0.99):6.2f} ms  ({len(cases)} calls)"
            )
        begun = time.perf_counter()
        model.suggest_many(short)
        print(f"batch, with explanations         {len(short) / (time.perf_counter() - begun):8.0f} per second")
        characters = statistics.mean(len(c.statement) for c in short)
        print(f"mean length of a short text      {characters:8.0f} characters")
    print(
        f"memory of this process           {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MiB at most"
    )


if __name__ == "__main__":
    main()
