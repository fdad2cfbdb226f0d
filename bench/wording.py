"""How well the lint of wording tells forbidden sentences from harmless ones, and what it costs.

    .venv/bin/python bench/wording.py            # both parts of the set, by kind, confusion cases
    .venv/bin/python bench/wording.py --part tuned --cases

Sentences and their kinds stand in tests/rules/wording_sentences.tsv, and in wording_paraphrases.tsv those that say it
in unusual words. A third of either, by their hash, is held out: no pattern was changed because of one of these.
"""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from scipy.stats import binomtest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rules.wording import lint  # noqa: E402
from rules.wording.folding import fold  # noqa: E402
from rules.wording.scorer import Scorer, examples  # noqa: E402
from tests.rules.wording_set import (  # noqa: E402
    PARAPHRASES,
    USUAL,
    Blind,
    Sentence,
    blind,
    measured,
    sentences,
)


def report(name: str, part: list[Sentence], *, cases: bool) -> None:
    got = measured(part)
    print(f"{name}: {got.forbidden} forbidden, {got.harmless} harmless")
    print(f"  precision {got.precision:.3f}  recall {got.recall:.3f}  of the right kind {got.right_kind:.3f}")
    for language in ("zh", "en"):
        of = measured([s for s in part if s.language == language])
        print(f"  {language}: precision {of.precision:.3f}  recall {of.recall:.3f}")
    if cases:
        for title, rows in (("missed", got.missed), ("false alarm", got.false_alarms), ("other kind", got.confused)):
            for sentence, kinds in rows:
                print(f"  {title:11} {sentence.kind:22} {sentence.text}  {' '.join(kinds)}")
        for pair, times in Counter((s.kind, k) for s, kinds in got.confused for k in kinds).most_common():
            print(f"  confused    {pair[0]} as {pair[1]}: {times}")


def share(hits: int, n: int) -> str:
    """A share with its 95 % interval of Wilson."""
    at = binomtest(hits, n).proportion_ci(method="wilson")
    return f"{hits}/{n} = {hits / n:.2f} [{at.low:.2f}, {at.high:.2f}]"


def report_blind(rows: list[Blind]) -> None:
    groups = {
        "forbidden": [r for r in rows if r.is_forbidden],
        "lawful twins": [r for r in rows if not r.is_forbidden and r.kind != "none"],
        "ordinary": [r for r in rows if r.kind == "none"],
    }
    for name, group in groups.items():
        for language in ("zh", "en", ""):
            of = [r for r in group if language in r.language]
            said = (sum(r.refused for r in of), sum(r.asked for r in of), sum(r.is_stopped for r in of))
            shown = "   ".join(
                f"{t} {share(n, len(of))}" for t, n in zip(("refused", "asked", "either"), said, strict=True)
            )
            print(f"{name:12} {language or 'both':4} {shown}")
    refused = [r for r in rows if r.refused]
    print("precision of refused", share(sum(r.is_forbidden for r in refused), len(refused)))
    stopped = [r for r in rows if r.is_stopped]
    print("precision of either ", share(sum(r.is_forbidden for r in stopped), len(stopped)))
    for kind in sorted({r.kind for r in groups["forbidden"]}):
        of = [r for r in groups["forbidden"] if r.kind == kind]
        twins = [r for r in groups["lawful twins"] if r.kind == kind]
        counts = (sum(r.refused for r in of), sum(r.is_stopped for r in of), len(of))
        print(
            f"| {kind} | {counts[0]} | {counts[1]} | {counts[2]} | {sum(r.is_stopped for r in twins)} | {len(twins)} |"
        )


def threshold() -> None:
    """Each author's sentences, scored by what the other's taught."""
    chosen = []
    for author in ("a", "b"):
        rows = [row for row in examples() if row.author != author]
        model = Scorer([row for row in examples() if row.author == author])
        scored = [score for score, _kind in model.scores([fold(row.text) for row in rows])]
        lawful = sorted(score for score, row in zip(scored, rows, strict=True) if not row.is_forbidden)
        chosen.append(lawful[int(len(lawful) * 0.9)])
        hit = [score > chosen[-1] for score, row in zip(scored, rows, strict=True) if row.is_forbidden]
        print(f"learnt from {author}: from {chosen[-1]:.3f} on, of the other's forbidden {share(sum(hit), len(hit))}")
    print(f"mean {sum(chosen) / 2:.3f}")


def cost(texts: list[str]) -> None:
    """Microseconds per text, the better of five rounds."""
    rounds = []
    for _round in range(5):
        began = time.process_time()
        for text in texts:
            lint(text)
        rounds.append((time.process_time() - began) / len(texts) * 1e6)
    print(f"cost: {min(rounds):.0f} µs for a text of {sum(map(len, texts)) // len(texts)} characters")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=["tuned", "held-out", "both"], default="both")
    parser.add_argument("--cases", action="store_true", help="print every sentence that was told wrongly")
    parser.add_argument("--blind", action="store_true", help="the blind set alone")
    parser.add_argument("--threshold", action="store_true", help="choose the threshold of the scorer")
    asked = parser.parse_args()
    if asked.blind:
        report_blind(blind())
        return
    if asked.threshold:
        threshold()
        return
    rows = sentences()
    for file, name in ((USUAL, "usual"), (PARAPHRASES, "paraphrases")):
        for part, is_held_out in (("tuned", False), ("held-out", True)):
            if asked.part in (part, "both"):
                chosen = [row for row in sentences(file) if row.is_held_out == is_held_out]
                report(f"{name}, {part}", chosen, cases=asked.cases)
    harmless = [s.text for s in rows if s.kind == "-"]
    cost(["".join(harmless[at : at + 12]) for at in range(0, len(harmless) - 12, 6)])


if __name__ == "__main__":
    main()
