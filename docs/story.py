"""The whole job over HTTP, with nothing but the address of a server and its users' tokens.

    manage.py demo --json demo.json        # in one terminal: a sample platform with its people
    python docs/story.py --json demo.json  # in another: a notice is served, appealed, decided by a person, and undone

Only Python's standard library. Addresses, methods, bodies and required headers come from the server's own OpenAPI
document, so this is also the shortest example of a client: see `Client.do`.
"""

import argparse
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

TOKEN_NAMES = ("platform", "merchant_owner", "reviewer")


class Answer(NamedTuple):
    status: int
    body: Any
    headers: Mapping[str, str]


type Send = Callable[[str, str, bytes | None, dict[str, str]], Answer]


class Unexpected(RuntimeError):  # noqa: N818  it is what the answer was
    """The server answered with something else than the story needs."""


class Client:
    """Calls operations by name. `send(method, path, body, headers)` is the transport."""

    def __init__(self, document: Mapping[str, Any], tokens: Mapping[str, str], send: Send) -> None:
        self.tokens, self.send = tokens, send
        self.operations = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, operations in document["paths"].items()
            for method, operation in operations.items()
        }

    def example(self, name: str) -> Any:
        """The complete body that the document offers for an operation."""
        _method, _path, operation = self.operations[name]
        [media] = operation["requestBody"]["content"].values()
        return next(iter(media["examples"].values()))["value"]

    def do(self, name: str, *, by: str, body: Any = None, version: int | None = None, **place: str) -> Answer:
        """The answer to one operation called by one of the actors; what is no success is an `Unexpected`."""
        answer = self.attempt(name, by=by, body=body, version=version, **place)
        if answer.status >= 400:
            raise Unexpected(f"{name} by {by}: {answer.status} {json.dumps(answer.body, ensure_ascii=False)}")
        return answer

    def attempt(self, name: str, *, by: str, body: Any = None, version: int | None = None, **place: str) -> Answer:
        """As `do`, whatever the answer."""
        method, path, operation = self.operations[name]
        for key, value in place.items():
            path = path.replace("{" + key + "}", urllib.parse.quote(str(value), safe=""))
        headers = {"Accept-Language": "en", "Authorization": f"Bearer {self.tokens[by]}"}
        needed = {p["name"] for p in operation.get("parameters", ()) if p.get("in") == "header" and p.get("required")}
        if "Idempotency-Key" in needed:
            headers["Idempotency-Key"] = str(uuid.uuid4())
        if "If-Match" in needed:
            headers["If-Match"] = f'"{version}"'
        raw = None
        if method == "POST":
            headers["Content-Type"] = "application/json"
            raw = json.dumps({} if body is None else body).encode()
        return self.send(method, path, raw, headers)


def tell(
    client: Client, *, say: Callable[[str], None] = print, settle: Callable[[], None] = lambda: time.sleep(2)
) -> dict[str, str]:
    """The story, step by step; returns the refs of the notice and the appeal. `settle` waits for triage."""
    draft = client.example("issue_notice") | {"external_ref": f"story-{uuid.uuid4()}"}
    notice = client.do("issue_notice", by="platform", body=draft).body
    ref = notice["ref"]
    measures = ", ".join(measure["type"]["label"] for measure in notice["measures"])
    say(f"1  The platform served notice {notice['number']}: {measures}.")

    read = client.do("read_notice", by="merchant_owner", ref=ref).body
    expect("appeal" in [a["name"] for a in read["actions"]], "the merchant can appeal")
    say(f"2  The merchant read it: {read['automated_decision']['label']}; appeal until {read['appeal_closes_at']}.")

    appeal = client.do("file_appeal", by="merchant_owner", ref=ref, body=client.example("file_appeal")).body
    case = appeal["ref"]
    expect(appeal["review"]["code"] == "human", "a person decides unless the appellant chose otherwise")
    say(f"3  The merchant appealed: {appeal['number']}, {appeal['ground']['label']}; due {appeal['due_at']}.")

    settle()
    demanded = client.do("demand_human", by="merchant_owner", ref=case).body
    expect(demanded["human_demanded"] is True, "the demand for a person is on file")
    say("4  The merchant demanded a person. From here no automated decision can be made.")

    held = client.do("claim", by="reviewer", body={"appeal": case}).body
    expect(held["ref"] == case and held["state"]["code"] == "HUMAN_REVIEW", "the reviewer holds the case")
    say(f"5  Reviewer {held['officer']} took the case.")

    client.do("record_opening", by="reviewer", ref=case, body=client.example("record_opening"))
    early = client.attempt("read_suggestion", by="reviewer", ref=case)
    expect(early.body.get("type") == "/problems/first-view-required", "the system's view stays closed")
    say("6  The reviewer opened the first exhibit. The system's view stays closed until they have one of their own.")

    view = client.example("record_first_view")
    client.do("record_first_view", by="reviewer", ref=case, version=held["version"], body=view)
    say(f"7  The reviewer locked a first view: {view['outcome']}.")

    seen = client.do("read_suggestion", by="reviewer", ref=case).body
    opinion = "none" if seen["would_undo"] is None else "undo the measure" if seen["would_undo"] else "keep the measure"
    say(f"8  Now the system's view could be read: {opinion if seen['is_available'] else 'there is none'}.")

    current = client.do("read_appeal", by="reviewer", ref=case).body
    ruling = client.example("decide_appeal")
    ruling["items"] = [{"measure": item["measure"], "outcome": "OVERTURNED"} for item in current["items"]]
    if seen["would_undo"] is False:
        ruling["difference_reason"] = "evidence"
    decided = client.do("decide_appeal", by="reviewer", ref=case, version=current["version"], body=ruling).body
    expect(decided["decision"]["decided_by"]["kind"]["code"] == "HUMAN", "a person decided")
    say(f"9  The reviewer decided: {decided['outcome']['label']}. Check code {decided['decision']['check_code']}.")

    letter = client.do("read_letter", by="merchant_owner", ref=case).body
    expect([part["no"] for part in letter["parts"]] == list(range(1, 10)), "the letter has its nine parts")
    say(f"10 The merchant read the letter: {letter['parts'][0]['lines'][0]}")

    owed = client.do("read_notice", by="platform", ref=ref).body["remedies"]
    expect(bool(owed), "each effect to undo is owed")
    for remedy in owed:
        client.do("confirm_remedy", by="platform", ref=remedy["ref"], body=client.example("confirm_remedy"))
    say(f"11 The platform restored {len(owed)} effects: {', '.join(r['kind']['label'] for r in owed)}.")

    after = client.do("read_notice", by="merchant_owner", ref=ref).body
    expect(after["state"]["code"] == "REVOKED", "the notice is revoked")
    expect({r["state"]["code"] for r in after["remedies"]} == {"CONFIRMED"}, "every effect is restored")
    events = client.do("read_appeal_events", by="merchant_owner", ref=case).body
    kinds = [event["type"] for event in events["items"]]
    expect(events["items"][-1]["hash"] == events["head"], "the ledger ends with its head")
    linked = all(b["previous"] == a["hash"] for a, b in zip(events["items"], events["items"][1:], strict=False))
    expect(linked, "every event names the one before it")
    expect([k for k in kinds if k != "appeal.triaged"] == STEPS, f"the ledger tells the story: {kinds}")
    say(f"12 The ledger of the appeal: {', '.join(kinds)}. Its head is {events['head'][:16]}….")
    return {"notice": ref, "appeal": case}


STEPS = [
    "appeal.filed",
    "appeal.human_demanded",
    "appeal.claimed",
    "appeal.first_view_recorded",
    "appeal.decided",
]


def expect(holds: bool, what: str) -> None:
    """Raises `Unexpected` unless it holds."""
    if not holds:
        raise Unexpected(f"expected that {what}")


def over_http(base_url: str) -> Send:
    """A transport to a running server."""

    def send(method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        request = urllib.request.Request(base_url.rstrip("/") + path, data=body, headers=headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
                return _answer(response.status, response.read(), response.headers)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return _answer(refusal.code, refusal.read(), refusal.headers)

    return send


def _answer(status: int, raw: bytes, headers: Any) -> Answer:
    return Answer(status, json.loads(raw) if raw else None, dict(headers.items()))


def main(about: str, names: Sequence[str], story: Callable[[Client], object]) -> int:
    """Tells the story with the tokens of these actors of the sample."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--json", type=Path, required=True, help="what `manage.py demo --json FILE` wrote")
    parser.add_argument("--base-url", default="", help="the server, where it is not the one in the file")
    arguments = parser.parse_args()
    demo = json.loads(arguments.json.read_text(encoding="utf-8"))
    send = over_http(arguments.base_url or demo["base_url"])
    schema = send("GET", "/api/v1/schema/", None, {"Accept": "application/json"})
    tokens = {name: demo["actors"][name]["token"] for name in names}
    try:
        story(Client(schema.body, tokens, send))
    except Unexpected as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main("A notice is served, appealed, decided by a person, and undone.", TOKEN_NAMES, tell))
