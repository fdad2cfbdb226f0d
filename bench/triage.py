"""Our classifier beside plain baselines on real public data: accuracy, calibration, selective risk, speed and size.

Run as `.venv/bin/python bench/triage.py --data DIR [--quick] [--only NAME …] [--write docs/triage.md]`. DIR holds the
public sets as `<name>.csv.gz`; none of them is part of this project, and no model trained on them leaves this program.
A set that is not there is left out and named. `--quick` takes at most 3,000 rows of each set and leaves out the
month-by-month run. fastText and LightGBM take part where `bench/requirements.txt` is installed.

Protocol: a test or validation part where the file names one, else a fifth, stratified, seed 42; the newest part of
dated sets. What our classifier chooses for itself it chooses on the training part. Ours is the classifier as it ships,
with words and named circumstances, and not a model made for the benchmark. Nothing is asserted here.
"""

import argparse
import csv
import gzip
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "2")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.metrics import f1_score, roc_auc_score  # noqa: E402
from sklearn.model_selection import train_test_split  # noqa: E402
from sklearn.pipeline import make_union  # noqa: E402
from sklearn.svm import LinearSVC  # noqa: E402

from classifier import store  # noqa: E402
from classifier.cases import DecidedCase  # noqa: E402
from classifier.features import TriageInput, normalise, pseudonym  # noqa: E402
from classifier.model import TriageModel, word_vector  # noqa: E402
from classifier.training import learn  # noqa: E402

try:
    import fasttext
except ImportError:
    fasttext = None
try:
    import lightgbm
except ImportError:
    lightgbm = None

csv.field_size_limit(10**8)
QUICK_ROWS = 3_000
SEED = 42
BINS = 15
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """One labelled text; `at` orders the dated sets, `more` are the circumstances that ours may use."""

    text: str
    label: str
    at: datetime = LONG_AGO
    more: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Task:
    """A set with its split. `outcome` tasks have the labels 0 and 1; `extra` are rows that only ours sees."""

    name: str
    about: str
    train: list[Row]
    test: list[Row]
    outcome: bool = False
    zh: bool = False
    outside: tuple[str, ...] = ()
    extra: tuple[Row, ...] = ()


@dataclass
class Result:
    """What one system did on one task; None where it says nothing of the kind."""

    task: str
    system: str
    n: int
    accuracy: float | None = None
    macro_f1: float | None = None
    auc: float | None = None
    ece: float | None = None
    risk80: float | None = None
    cover95: float | None = None
    oos: float | None = None
    train_s: float | None = None
    p50_ms: float | None = None
    per_s: float | None = None
    mb: float | None = None


# — data —


class Missing(Exception):  # noqa: N818  said of the file
    """The set is not in the folder."""


def read(folder: Path, name: str) -> list[dict[str, str]]:
    path = folder / f"{name}.csv.gz"
    if not path.exists():
        raise Missing(name)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fifth(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    few = {label for label in {r.label for r in rows} if sum(r.label == label for r in rows) < 5}
    rows = [r for r in rows if r.label not in few]
    train, test = train_test_split(rows, test_size=0.2, random_state=SEED, stratify=[r.label for r in rows])
    return train, test


def newest(rows: list[Row], share: float) -> tuple[list[Row], list[Row]]:
    rows = sorted(rows, key=lambda r: (r.at, r.text))
    cut = len(rows) - int(len(rows) * share)
    return rows[:cut], rows[cut:]


def intents(folder: Path) -> Task:
    rows = read(folder, "zh_cic_taobao_intent")
    names = {r["label"]: r["label_name"] for r in rows}
    parts = {
        part: [Row(r["text"], r["label"]) for r in rows if r["split"] == part] for part in {r["split"] for r in rows}
    }
    clean = next((parts[p] for p in sorted(parts) if p.startswith("test")), None)
    train = parts["train"] + (parts["dev"] if clean else [])
    about = "118 buyer intents; " + (
        "clean test part" if clean else "validation part, whose labels are noisy like the rest"
    )
    extra = tuple(Row(name, label) for label, name in sorted(names.items()) for _ in range(3))
    return Task("CIC", about, train, clean or parts["dev"], zh=True, extra=extra)


def reviews(folder: Path, by: str) -> Task:
    rows = [Row(r["text"], r[by]) for r in read(folder, "zh_online_shopping_10_cats")]
    names = {"cat": ("shop category", "10 categories of goods"), "label": ("shop sentiment", "satisfied or not")}
    return Task(*names[by], *fifth(rows), zh=True)


def small(folder: Path, file: str, name: str, about: str, zh: bool = True) -> Task:
    return Task(name, about, *fifth([Row(r["text"], r["label"]) for r in read(folder, file)]), zh=zh)


def banking(folder: Path) -> Task:
    rows = read(folder, "en_banking77")
    test = [Row(r["text"], r["label"]) for r in rows if r["split"] == "test"]
    train = [Row(r["text"], r["label"]) for r in rows if r["split"] == "train"]
    extra = tuple(Row(label.replace("_", " "), label) for label in sorted({r.label for r in train}))
    if not test:
        train, test = fifth(train)
    return Task("BANKING77", "77 questions to a bank", train, test, extra=extra)


def clinc(folder: Path) -> Task:
    rows = read(folder, "en_clinc150_oos")
    held = "test" if any(r["split"] == "test" for r in rows) else "val"
    pick = lambda part: [Row(r["text"], r["label"]) for r in rows if r["split"] == part]  # noqa: E731
    outside = tuple(r["text"] for r in rows if r["split"] == f"oos_{held}")
    return Task(
        "CLINC",
        f"150 intents, {held} part, {len(outside)} texts of none of them",
        pick("train"),
        pick(held),
        outside=outside,
    )


def complaints(folder: Path, by: str) -> Task:
    rows = []
    for r in read(folder, "en_cfpb_narratives"):
        more = (("clause_code", r["issue"]), ("ground", r["queue"]), ("party_kind", r["Tags"] or "none"))
        more += (("detector", r["Submitted via"]),)
        at = datetime.fromisoformat(r["date"]).replace(tzinfo=UTC)
        if by == "queue":
            rows.append(Row(r["text"], r["queue"]))
        elif r["relief"]:
            rows.append(Row(r["text"], str(int(float(r["relief"]))), at, more))
    if by == "queue":
        return Task("CFPB queue", "9 queues of consumer complaints, very uneven", *fifth(rows))
    return Task("CFPB relief", "relief given, newest fifth", *newest(rows, 0.2), outcome=True)


def housing_rows(folder: Path) -> list[Row]:
    rows = []
    for r in read(folder, "en_housing_ombudsman_outcome"):
        more = (
            ("executor", pseudonym(r["landlord"])),
            ("clause_code", r["category"]),
            ("party_kind", r["landlord_type"]),
        )
        more += (("detector", r["extracted_from"]), ("amount_minor", int(float(r["stock_size"] or 0)) * 100))
        rows.append(
            Row(r["text"], r["upheld"], datetime.fromisoformat(r["decision_date_iso"]).replace(tzinfo=UTC), more)
        )
    return rows


def housing(folder: Path) -> Task:
    return Task(
        "Housing", "complaint upheld by an ombudsman, newest fifth", *newest(housing_rows(folder), 0.2), outcome=True
    )


def pizza(folder: Path) -> Task:
    rows = []
    for r in read(folder, "en_raop_request_granted"):
        history = tuple(
            (name.removeprefix("requester_").removesuffix("_at_request"), float(value))
            for name, value in sorted(r.items())
            if name.startswith("requester_") and name != "requester_received_pizza" and value
        )
        at = datetime.fromtimestamp(float(r["unix_timestamp_of_request"]), UTC)
        granted = str(int(r["requester_received_pizza"].lower() in ("1", "1.0", "true")))
        rows.append(Row(r["text"], granted, at, (("history", history),)))
    return Task("RAOP", "request granted, newest 30 %", *newest(rows, 0.3), outcome=True)


TASKS: dict[str, Callable[[Path], Task]] = {
    "cic": intents,
    "category": lambda d: reviews(d, "cat"),
    "sentiment": lambda d: reviews(d, "label"),
    "waimai": lambda d: small(d, "zh_waimai_10k", "waimai", "delivery reviews, satisfied or not"),
    "hotel": lambda d: small(d, "zh_chnsenticorp_hotel", "hotel", "hotel reviews, satisfied or not"),
    "focus": lambda d: small(
        d, "zh_lawbench_2_2_focus", "LawBench focus", "dispute focus of civil claims, 500 rows in all"
    ),
    "banking": banking,
    "clinc": clinc,
    "queue": lambda d: complaints(d, "queue"),
    "relief": lambda d: complaints(d, "relief"),
    "housing": housing,
    "raop": pizza,
}


def quick(task: Task) -> Task:
    """At most so many rows, drawn by lot from the undated, the newest of the dated."""

    def some(rows: list[Row], count: int) -> list[Row]:
        if task.outcome:
            return rows[-count:]
        drawn = np.random.default_rng(SEED).choice(len(rows), min(count, len(rows)), replace=False)
        return [rows[i] for i in sorted(drawn)]

    train = some(task.train, QUICK_ROWS)
    known = {r.label for r in train}
    return replace(task, train=train, test=[r for r in some(task.test, QUICK_ROWS // 3) if r.label in known])


# — figures —


def ece(confidence: Any, right: Any) -> float:
    """Expected calibration error over 15 bins of equal width."""
    confidence, right = np.asarray(confidence, dtype=float), np.asarray(right, dtype=float)
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    inside = [bins == k for k in range(BINS)]
    return float(sum(m.mean() * abs(confidence[m].mean() - right[m].mean()) for m in inside if m.any()))


def selective(confidence: Any, right: Any) -> tuple[float, float]:
    """The error among the surest four fifths; and the largest share, surest first, with at most 5 % errors among it."""
    order = np.argsort(-np.asarray(confidence), kind="stable")
    wrong = 1.0 - np.asarray(right, dtype=float)[order]
    risk = np.cumsum(wrong) / np.arange(1, wrong.size + 1)
    good = np.flatnonzero(risk <= 0.05)
    return float(risk[max(int(0.8 * wrong.size) - 1, 0)]), float((good[-1] + 1) / wrong.size) if good.size else 0.0


def judge(result: Result, task: Task, said: Sequence[str], confidence: Any, p: Any = None) -> None:
    real = [r.label for r in task.test]
    right = np.asarray([a == b for a, b in zip(said, real, strict=True)], dtype=float)
    result.accuracy = float(right.mean())
    result.macro_f1 = float(f1_score(real, said, average="macro", labels=sorted(set(real)), zero_division=0.0))
    if task.outcome:
        truth = np.asarray([int(label) for label in real])
        result.auc = (
            float(roc_auc_score(truth, p if p is not None else confidence)) if 0 < truth.sum() < truth.size else None
        )
        result.ece = ece(p, truth) if p is not None else None
        confidence = None if p is None else np.maximum(p, 1 - np.asarray(p))
    elif confidence is not None:
        result.ece = ece(confidence, right)
    if confidence is not None:
        result.risk80, result.cover95 = selective(confidence, right)


def cost(result: Result, one: Callable[[int], object], many: Callable[[], object], count: int, calls: int) -> None:
    """Median time of single calls, and how many a second in a batch."""
    times = []
    for i in range(calls):
        begun = time.perf_counter()
        one(i)
        times.append(time.perf_counter() - begun)
    result.p50_ms = 1e3 * statistics.median(times)
    begun = time.process_time()
    many()
    result.per_s = count / max(time.process_time() - begun, 1e-9)


# — systems —


def case_of(row: Row, task: Task) -> TriageInput:
    return TriageInput(statement=row.text, **dict(row.more)) if task.outcome else TriageInput(statement=row.text)


def ours(task: Task) -> Iterator[Result]:
    """The classifier as it ships. Where the set knows no outcome, the outcome head learns a lot that no one reads."""
    result = Result(task.name, "**ours**", len(task.test))
    rows = [*task.train, *task.extra]
    decided = [
        DecidedCase(
            case=case_of(row, task),
            route_ground=str(i % 2) if task.outcome else row.label,
            overturned=row.label == "1" if task.outcome else i % 2 == 0,
            filed_at=row.at,
            decided_at=row.at + timedelta(hours=1),
        )
        for i, row in enumerate(rows)
    ]
    begun = time.process_time()
    model = learn(decided, seed=0, version="bench", minimum_per_ground=1)
    result.train_s = time.process_time() - begun
    cases = [case_of(row, task) for row in task.test]
    words = [word_vector(normalise(case.statement), model.idf) for case in cases]
    if task.outcome:
        p = [model.overturn_probability(model.score(case, w)) for case, w in zip(cases, words, strict=True)]
        judge(result, task, ["1" if x >= 0.5 else "0" for x in p], None, np.asarray(p))
    else:
        shares = [model.ground_probabilities(w) for w in words]
        judge(result, task, [model.grounds[int(s.argmax())] for s in shares], np.asarray([s.max() for s in shares]))
        if task.outside:
            strange = [doubt(model, text) for text in task.outside]
            usual = [doubt(model, row.text) for row in task.test]
            result.oos = float(roc_auc_score([1] * len(strange) + [0] * len(usual), strange + usual))
    some = cases[:500]
    cost(result, lambda i: model.suggest(cases[i % len(cases)]), lambda: model.suggest_many(some), len(some), 200)
    if len(model.grounds) <= 20:
        result.mb = len(store.dumps(model)) / 1e6
    yield result


def doubt(model: TriageModel, text: str) -> float:
    """How little the model knows what to do with a text: the doubt about its ground, and what it never met."""
    words = word_vector(normalise(text), model.idf)
    return 1.0 - float(model.ground_probabilities(words).max()) + model.unseen_share(words)


def vectoriser(task: Task) -> Any:
    if task.zh:
        return TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)
    word = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    return make_union(word, TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True))


def plain(task: Task) -> Iterator[Result]:
    """TF-IDF of characters, and of words where they help, with a linear SVM and a logistic regression; words alone."""
    texts, labels = [r.text for r in task.train], np.asarray([r.label for r in task.train])
    held = [r.text for r in task.test]
    begun = time.process_time()
    vectors = vectoriser(task)
    x, z = vectors.fit_transform(texts), None
    shared = time.process_time() - begun
    z = vectors.transform(held)
    svm, logistic = LinearSVC(C=0.5, random_state=0), LogisticRegression(C=1.0, solver="liblinear", random_state=0)
    many_classes = len(set(labels)) > 2
    for name, head in (("TF-IDF + linear SVM", svm), *(() if many_classes else (("TF-IDF + logistic", logistic),))):
        result = Result(task.name, name, len(task.test))
        begun = time.process_time()
        head.fit(x, labels)
        result.train_s = shared + time.process_time() - begun
        said = head.predict(z)
        if name.endswith("logistic"):
            p = head.predict_proba(z)
            judge(
                result,
                task,
                said,
                p.max(axis=1),
                p[:, list(head.classes_).index("1")] if "1" in head.classes_ else None,
            )
        elif task.outcome:
            judge(result, task, said, head.decision_function(z))
        else:
            judge(result, task, said, None)
        cost(
            result,
            lambda i, h=head: h.predict(vectors.transform([held[i % len(held)]])),
            lambda h=head: h.predict(vectors.transform(held)),
            len(held),
            50,
        )
        result.mb = (
            head.coef_.nbytes + x.shape[1] * 40
        ) / 1e6  # weights, and some 40 bytes for each word of the vocabulary
        yield result


def spaced(text: str, task: Task) -> str:
    flat = " ".join(text.split())
    return " ".join(flat.replace(" ", "")) if task.zh else flat.lower()


def fast(task: Task) -> Iterator[Result]:
    """fastText, supervised, characters for Chinese and words with parts otherwise, 64 dimensions."""
    if fasttext is None:
        return
    result = Result(task.name, "fastText", len(task.test))
    codes = {label: f"__label__{i}" for i, label in enumerate(sorted({r.label for r in task.train}))}
    back = {code: label for label, code in codes.items()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.txt"
        path.write_text("\n".join(f"{codes[r.label]} {spaced(r.text, task)}" for r in task.train), encoding="utf-8")
        begun = time.process_time()
        more = {"wordNgrams": 3} if task.zh else {"wordNgrams": 2, "minn": 3, "maxn": 5}
        model = fasttext.train_supervised(
            str(path), dim=64, lr=0.5, epoch=15, bucket=200_000, thread=1, seed=0, verbose=0, **more
        )
        result.train_s = time.process_time() - begun
        model.save_model(str(Path(folder) / "model.bin"))
        result.mb = (Path(folder) / "model.bin").stat().st_size / 1e6
    held = [spaced(r.text, task) for r in task.test]
    # The package's own predict() fails with numpy 2 in some versions; f.predict is what it calls.
    found = [model.f.predict(f"{text}\n", len(codes), 0.0, "strict") for text in held]
    best = [max(pairs) if pairs else (0.0, next(iter(back))) for pairs in found]
    p = None
    if task.outcome:
        p = np.asarray([min(max({code: s for s, code in pairs}.get(codes["1"], 0.0), 0.0), 1.0) for pairs in found])
    judge(result, task, [back[code] for _share, code in best], np.minimum([s for s, _code in best], 1.0), p)
    cost(
        result,
        lambda i: model.f.predict(f"{held[i % len(held)]}\n", 1, 0.0, "strict"),
        lambda: [model.f.predict(f"{t}\n", 1, 0.0, "strict") for t in held],
        len(held),
        200,
    )
    yield result


def boosted(task: Task) -> Iterator[Result]:
    """LightGBM on the 20,000 most frequent n-grams, for outcomes only: on intents it took minutes and was no better."""
    if lightgbm is None or not task.outcome:
        return
    result = Result(task.name, "LightGBM", len(task.test))
    vectors = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=3, max_features=20_000)
    begun = time.process_time()
    x = vectors.fit_transform([r.text for r in task.train])
    settings = {
        "objective": "binary",
        "num_leaves": 31,
        "learning_rate": 0.05,
        "verbosity": -1,
        "seed": 0,
        "num_threads": 1,
        "deterministic": True,
    }
    model = lightgbm.train(settings, lightgbm.Dataset(x.astype(np.float32), [int(r.label) for r in task.train]), 200)
    result.train_s = time.process_time() - begun
    held = [r.text for r in task.test]
    p = model.predict(vectors.transform(held).astype(np.float32))
    judge(result, task, ["1" if v >= 0.5 else "0" for v in p], None, p)
    cost(
        result,
        lambda i: model.predict(vectors.transform([held[i % len(held)]]).astype(np.float32)),
        lambda: model.predict(vectors.transform(held).astype(np.float32)),
        len(held),
        30,
    )
    result.mb = len(model.model_to_string()) / 1e6
    yield result


# — month by month —


def monthly(folder: Path, say: Callable[[str], None]) -> list[str]:
    """Housing, trained anew each month on all that was decided before it and asked about that month only."""
    rows = sorted(housing_rows(folder), key=lambda r: (r.at, r.text))
    months = sorted({r.at.strftime("%Y-%m") for r in rows if r.at >= datetime(2023, 7, 1, tzinfo=UTC)})
    scores: list[float] = []
    truth: list[int] = []
    halves: dict[str, list[tuple[float, int]]] = {}
    from classifier.certificate import NotCertified, Proof, certify

    auto: dict[str, list[int]] = {}
    for month in months:
        before = [r for r in rows if r.at.strftime("%Y-%m") < month]
        now = [r for r in rows if r.at.strftime("%Y-%m") == month]
        task = Task("", "", before, now, outcome=True)
        decided = [
            DecidedCase(
                case=case_of(r, task),
                route_ground=str(i % 2),
                overturned=r.label == "1",
                filed_at=r.at,
                decided_at=r.at,
            )
            for i, r in enumerate(before)
        ]
        model = learn(decided, seed=0, version="bench", minimum_per_ground=1)
        p = [model.overturn_probability(model.score(case_of(r, task))) for r in now]
        y = [int(r.label) for r in now]
        half = f"{month[:4]}H{1 if month[5:] < '07' else 2}"
        # Certified on the months before, each scored by a model that had not seen it: the last 500 of them.
        proof = [Proof(s, not t) for s, t in list(zip(scores, truth, strict=True))[-500:]]
        try:
            threshold = certify(proof, alpha=0.2, delta=0.05).threshold
        except (NotCertified, ValueError):
            threshold = 2.0
        auto.setdefault(half, []).extend(1 - t for s, t in zip(p, y, strict=True) if s >= threshold)
        scores += p
        truth += y
        halves.setdefault(half, []).extend(zip(p, y, strict=True))
        say(f"  {month}: {len(before):,} learnt from, {len(now)} asked")
    lines = [
        "| half-year | n | AUC | ECE | closed by certificate (α = .20) | errors among them |",
        "|---|---|---|---|---|---|",
    ]
    for half, pairs in [*halves.items(), ("all", list(zip(scores, truth, strict=True)))]:
        closed = auto.get(half) if half != "all" else [e for errors in auto.values() for e in errors]
        share = "–" if not closed else f"{np.mean(closed):.3f}"
        s, t = [a for a, _ in pairs], [b for _, b in pairs]
        lines.append(
            f"| {half} | {len(pairs):,} | {roc_auc_score(t, s):.3f} | {ece(s, t):.3f} |"
            f" {len(closed or ()):,} | {share} |"
        )
    return lines


# — the run —


def cell(value: float | None, form: str = ".3f") -> str:
    return "–" if value is None else format(value, form)


def table(results: Sequence[Result]) -> list[str]:
    head = "| task | system | accuracy | macro-F1 | AUC | ECE | error at 80 % | share at 5 % error "
    head += "| train s | p50 ms | per s | MB |"
    lines = [head, "|" + "---|" * 12]
    for r in results:
        figures = [cell(v) for v in (r.accuracy, r.macro_f1, r.auc, r.ece, r.risk80, r.cover95)]
        figures += [cell(r.train_s, ".1f"), cell(r.p50_ms, ".2f"), cell(r.per_s, ",.0f"), cell(r.mb, ".1f")]
        lines.append(f"| {r.task} | {r.system} | {' | '.join(figures)} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", nargs="+", choices=[*TASKS, "monthly"], help="these tasks only")
    parser.add_argument("--write", type=Path, help="put the tables between the marks of this file")
    options = parser.parse_args()
    begun, results, notes = time.perf_counter(), [], []
    absent = [name for name, module in (("fastText", fasttext), ("LightGBM", lightgbm)) if module is None]

    def say(line: str) -> None:
        print(f"[{time.perf_counter() - begun:6.0f} s] {line}", file=sys.stderr, flush=True)

    for name, make in TASKS.items():
        if options.only and name not in options.only:
            continue
        try:
            task = make(options.data)
        except Missing as missing:
            notes.append(f"{missing} is not in the folder.")
            continue
        task = quick(task) if options.quick else task
        notes.append(f"{task.name}: {task.about}; {len(task.train):,} rows learnt from, {len(task.test):,} tested.")
        say(f"{task.name}: {len(task.train):,} + {len(task.test):,}")
        for system in (ours, plain, fast, boosted):
            for result in system(task):
                results.append(result)
                if result.oos is not None:
                    notes.append(f"{task.name}: texts of no intent are told apart with an AUROC of {result.oos:.3f}.")
                say(table([result])[-1])
    lines = [
        (
            f"{datetime.now(UTC):%Y-%m-%d}, {'quick' if options.quick else 'full'} run,"
            f" Python {platform.python_version()},"
            f" numpy {np.__version__}, {os.cpu_count()} cores ({platform.machine()}), load {os.getloadavg()[1]:.0f}."
        ),
        "Training and batches are in seconds of processor time; p50 is by the clock, ours with its explanation.",
        *([f"Not installed and left out: {', '.join(absent)}."] if absent else []),
        "",
        *table(results),
    ]
    if (options.only and "monthly" in options.only) or (not options.quick and not options.only):
        lines += ["", "Housing, month by month:", "", *monthly(options.data, say)]
    lines += ["", *(f"- {note}" for note in notes), ""]
    lines.append(
        f"The run took {(time.perf_counter() - begun) / 60:.1f} minutes by the clock, {time.process_time() / 60:.1f} of"
        f" processor time, and {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB at most."
    )
    print("\n".join(lines))
    if options.write:
        text = options.write.read_text(encoding="utf-8")
        before, rest = text.split(BEGIN)
        options.write.write_text(
            f"{before}{BEGIN}\n\n" + "\n".join(lines) + f"\n\n{END}{rest.split(END)[1]}", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
