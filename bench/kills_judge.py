"""Reads a history of `kills.py` and the database that `DATABASE_URL` names: what was acknowledged and is lost, what is
there twice, how late webhooks came to a healthy receiver. Waits until what the workers owe is done.
"""

import json
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from scratch import set_up

OWED = 240
"""Seconds for which a worker that died may hold what it took, and some more."""

IN_TIME = 5
"""Seconds within which a healthy receiver is to hear of what happened."""
STARTS = 10
"""Seconds that a process needs before it works again, at most."""


def main() -> int:
    set_up()
    from archive import verification

    waited, left = until_done()  # the history goes on meanwhile
    lines = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
    ops = [line for line in lines if "op" in line]
    acknowledged = [line for line in ops if 200 <= line["status"] < 300]
    lost, twice = compared(ops)
    told, late, untold = webhooks(lines, acknowledged)
    delays = [delay for delay, _when in late]
    faults = list(verification.faults())
    began = next(line["began"] for line in lines if "began" in line)
    ended = next(line["ended"] for line in lines if "ended" in line)
    killed = Counter(line["killed"] for line in lines if "killed" in line)
    restarts = [line for line in lines if "restarted" in line]
    print(f"{ended - began:.0f} s, seed {next(line['seed'] for line in lines if 'seed' in line)}")
    print(f"killed {killed.total()} times: " + ", ".join(f"{who} {n}" for who, n in sorted(killed.items())))
    moments = {name: line["at"] for line in lines for name in ("migrated", "side_by_side", "alone") if name in line}
    if moments:
        print(", ".join(f"{name} after {at_ - began:.0f} s" for name, at_ in moments.items()))
    slowest = max((line["slowest"] for line in restarts), default=0)
    print(f"rolling restarts {len(restarts)}, the slowest process stopped within {slowest} s")
    for op in sorted({line["op"] for line in ops}):
        own = [line for line in ops if line["op"] == op]
        tried = sum(line["tries"] > 1 for line in own)
        waits = sorted(line["at"] - line["asked"] for line in own)
        print(f"  {op}: asked {len(own)}, acknowledged {sum(200 <= line['status'] < 300 for line in own)}, ", end="")
        print(f"sent again {tried}, p50 {at(waits, 0.5):.2f} p95 {at(waits, 0.95):.2f} s")
    refused = Counter((line["op"], line["status"], line.get("error", "")[:60]) for line in ops if line["status"] >= 300)
    refused += Counter((line["op"], 0, line.get("error", "")) for line in ops if line["status"] == 0)
    refused += Counter((f"{line['failed']}, sent again", line["status"], "") for line in lines if "failed" in line)
    for (op, status, text), n in refused.items():
        print(f"  {n} times {op}: {status} {text}")
    print(
        f"acknowledged {len(acknowledged)}, lost {len(lost)}, there twice {len(twice)}",
        *lost[:20],
        *twice[:20],
        sep="\n  ",
    )
    print(f"webhooks {len(told)}, of {len(untold)} acknowledged acts none came", *untold[:10], sep="\n  ")
    print(f"  delay p50 {at(delays, 0.5):.2f}, p95 {at(delays, 0.95):.2f}, at most {at(delays, 1):.1f} s; ", end="")
    print(f"{sum(n > 1 for n in told.values())} came more than once")
    print(f"  of {sum(delay > IN_TIME for delay, _when in late)} after more than {IN_TIME} s, meanwhile: ", end="")
    print(", ".join(f"{what} {n}" for what, n in meanwhile(lines, late).most_common()))
    print(f"what the workers owed was done {waited:.0f} s later, left {left}")
    print(f"verify: {len(faults)} faults", *faults[:20], sep="\n  ")
    broken = [line for line in lines if "failed" in line and line["status"] == 500]
    print(f"{len(broken)} answers of 500", *broken[:5], sep="\n  ")
    return int(bool(lost or twice or untold or faults or broken or any(left.values())))


def at(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def until_done() -> tuple[float, dict[str, int]]:
    from casework.models import OutboxMessage
    from webhooks.models import WebhookDelivery

    began = time.monotonic()
    while True:
        left = {
            "messages": OutboxMessage.objects.exclude(state="DONE").count(),
            "webhooks": WebhookDelivery.objects.exclude(state="DELIVERED").count(),
        }
        if not any(left.values()) or time.monotonic() - began > OWED:
            return time.monotonic() - began, left
        time.sleep(1)


def compared(ops: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """What was acknowledged and is not there as it was answered, and what one request left more than once."""
    from appeals.models import Appeal, EvidenceItem
    from disputes.models import Message
    from files.attachments import store
    from notices.models import Notice

    found: dict[str, dict[str, list[Any]]] = {op: defaultdict(list) for op in ("appeal", "message", "upload", "notice")}
    for notice, ref in Appeal.objects.values_list("notice__ref", "ref"):
        found["appeal"][notice].append(ref)
    for client_id, sequence in Message.objects.filter(kind="text").values_list("client_id", "sequence"):
        found["message"][client_id].append(sequence)
    for caption, sha256 in EvidenceItem.objects.values_list("caption", "attachment__sha256"):
        found["upload"][caption].append(sha256)
    for external_ref, ref in Notice.objects.values_list("external_ref", "ref"):
        found["notice"][external_ref].append(ref)
    lost, twice = [], []
    for line in ops:
        there = found[line["op"]][line["subject"] if line["op"] == "appeal" else line["key"]]
        name = f"{line['op']} {line['key']} {line['subject']} at {line['at']:.1f}: {there}"
        if len(there) > 1:
            twice.append(name)
        if not 200 <= line["status"] < 300:
            continue
        is_there = bool(there) and (line["op"] not in ("appeal", "notice") or line["ref"] in there)
        if is_there and line["op"] == "upload":
            with store().open(there[0]) as file:  # which compares it with its hash
                is_there = bool(file.read(1))
        if not is_there:
            lost.append(name)
    return lost, twice


def webhooks(
    lines: list[dict[str, Any]], acknowledged: list[dict[str, Any]]
) -> tuple[Counter[str], list[tuple[float, float]], list[str]]:
    """How often each delivery came, how late and of when, and the acknowledged acts of which nothing came."""
    from webhooks.models import WebhookDelivery

    told, first = Counter[str](), {}
    for line in lines:
        if "told" in line:
            told[line["told"]] += 1
            first.setdefault(line["told"], line["at"])
    events = {
        ref: (type_, case, at_)
        for ref, type_, case, at_ in WebhookDelivery.objects.values_list("ref", "type", "event__case_ref", "event__at")
    }
    began = next(line["began"] for line in lines if "began" in line)
    late = sorted(
        (first[ref] - when.timestamp(), when.timestamp()) for ref, (_type, _case, when) in events.items()
        if ref in first and when.timestamp() >= began
    )  # fmt: skip
    came = {(type_, case) for ref, (type_, case, _at) in events.items() if ref in first}
    of_op = {"notice": "notice.issued", "appeal": "appeal.filed"}
    owed = [(of_op[line["op"]], line["ref"]) for line in acknowledged if line["op"] in of_op]
    return told, late, [f"{type_} {ref}" for type_, ref in owed if (type_, ref) not in came]


def meanwhile(lines: list[dict[str, Any]], late: list[tuple[float, float]]) -> Counter[str]:
    """What was away between an event and its webhook, of those that came late; both names where two were."""
    away = [
        (line["at"], line["back"] + STARTS, line.get("killed", "restart"))
        for line in lines
        if "killed" in line or "restarted" in line
    ]
    return Counter(
        " and ".join(sorted({who for gone, back, who in away if gone < when + delay and back > when})) or "nothing"
        for delay, when in late
        if delay > IN_TIME
    )


if __name__ == "__main__":
    sys.exit(main())
