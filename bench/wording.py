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

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rules.wording import lint  # noqa: E402
from tests.rules.wording_set import PARAPHRASES, USUAL, Sentence, measured, sentences  # noqa: E402


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
    asked = parser.parse_args()
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
