"""A third party carries out a rule, over HTTP, with nothing but the address of a server and its users' tokens.

    manage.py demo --json demo.json                  # in one terminal: a sample platform with its people
    python docs/story_executors.py --json demo.json  # in another: entrusted, trained, certified, wrong, answerable

Only Python's standard library and `story.py` beside this file, whose `Client` takes addresses and headers from the
server's own OpenAPI document. The story has an executor of its own and takes a rule that is in force,
since a new one is consulted on and publicised first. It can be told again and again.
"""

import itertools
import json
import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from story import Answer, Client, expect, main

TOKEN_NAMES = ("platform", "merchant_owner", "reviewer", "compliance", "administrator")
CHANGES_IN = timedelta(days=20)
CHECK_LIST = (
    *("fees", "information_security", "personal_information", "connected_services", "minors", "appeal_channel"),
    *("handling_times", "dispute_mechanism", "burden_of_proof", "penalties"),
    *("entry_and_exit", "fair_competition", "returns"),
)
WAITED = 60.0  # seconds that the worker may take


class Told:
    """What the story made, by name, and the sentences it said."""

    def __init__(self, client: Client, say: Callable[[str], None], sleep: Callable[[float], None]) -> None:
        self.client, self.say, self.sleep = client, say, sleep
        self.mark = uuid.uuid4().hex[:8]
        self.listings = itertools.count(70_001)
        self.rule = self.number = self.clause = ""
        self.password = f"lanterns-over-the-canal-{self.mark}"
        self.executor = self.code = self.curriculum = ""
        self.now = datetime.now(UTC)

    def do(self, name: str, by: str, body: Any = None, **more: Any) -> Any:
        """The body of a success; `now` is then the server's."""
        answer = self.client.do(name, by=by, body=body, **more).body
        if answer is not None:
            self.now = datetime.fromisoformat(answer["server_now"])
        return answer

    def refused(self, name: str, by: str, kind: str, body: Any = None, **more: Any) -> dict[str, Any]:
        """The first error of a refusal of that kind; anything else is an `Unexpected`."""
        answer: Answer = self.client.attempt(name, by=by, body=body, **more)
        expect(answer.body.get("type") == f"/problems/{kind}", f"{name} is refused as {kind}, not {answer.body}")
        errors = answer.body["errors"]
        return errors[0] if errors else {"pointer": "", "code": kind, "message": answer.body["detail"]}

    def until(self, what: str, ask: Callable[[], Any]) -> Any:
        """The first answer that says something; the worker gets its time."""
        waited = 0.0
        while not (found := ask()):
            expect(waited < WAITED, what)
            self.sleep(0.5)
            waited += 0.5
        return found

    # — what is sent more than once —

    def take_rule(self) -> None:
        """The rule of the document's example notice, its version that is in force, and its first clause."""
        wanted = self.client.example("issue_notice")["basis"][0]["rule"]
        for rule in self.do("list_rules", "platform")["items"]:
            if rule["code"] != wanted:
                continue
            for version in rule["versions"]:
                until = version["effective_to"]
                start, end = (
                    datetime.fromisoformat(at) if at else self.now for at in (version["effective_from"], until)
                )
                if start <= self.now and (until is None or self.now < end):
                    self.rule, self.number = rule["code"], version["number"]
                    read = self.do("read_rule_version", "platform", ref=self.rule, no=self.number)
                    self.clause = read["clauses"][0]["number"]
                    return
        expect(False, f"a version of the rule {wanted} is in force")

    def next_version(self, starts_at: datetime) -> dict[str, Any]:
        """A version of that rule, made elsewhere and consulted on for twenty days."""
        texts = {
            "text_zh": "页面不得使用无法证实的绝对化用语。",
            "text_en": "Pages may not use absolute terms that cannot be verified.",
        }
        held = {
            "opened_at": (self.now - timedelta(days=30)).isoformat(),
            "closed_at": (self.now - timedelta(days=10)).isoformat(),
            "address": "https://platform.example/rules/consultations/17",
            "record": "征求意见记录第17号（平台规则部存）",
            "summary_zh": "共收到三条意见，均已答复。",
        }
        return {
            "code": self.rule,
            "name_zh": "规则",
            "name_en": "Rule",
            "number": f"story-{self.mark}",
            "effective_from": starts_at.isoformat(),
            "summary_zh": "第二版。",
            "summary_en": "Second version.",
            "clauses": [{"number": self.clause, **texts}],
            "consultation": held,
            "required": [{"key": key, "reason": f"由另一条规则规定（{key}）。"} for key in CHECK_LIST],
        }

    def lesson(self, number: str) -> dict[str, Any]:
        """What is taught of that version, with its test."""
        example: dict[str, Any] = self.client.example("publish_curriculum")
        return example | {"rule": self.rule, "version": number, "level": 2, "pass_percent": 100}

    def notice(self, **changes: Any) -> dict[str, Any]:
        """A takedown that the executor's person decided, on the story's own rule; each of another listing, since what a
        decision revoked is not said again.
        """
        example: dict[str, Any] = self.client.example("issue_notice")
        began, done = self.now - timedelta(seconds=2), self.now - timedelta(seconds=1)
        listing = f"{self.mark}-{next(self.listings)}"
        takedown = example["measures"][0] | {"starts_at": done.isoformat(), "object_ref": listing}
        return (
            example
            | {
                "external_ref": f"story-{uuid.uuid4()}",
                "conduct_at": began.isoformat(),
                "facts": f"{example['facts']}（{listing}）",
                "measures": [takedown],
                "basis": [{"kind": "CLAUSE", "rule": self.rule, "clause": self.clause}],
                "evidence": [example["evidence"][0] | {"captured_at": began.isoformat()}],
                "decision": {"officer": self.code, "evidence_was_opened": True},
                "executor": {
                    "ref": self.executor,
                    "person": self.code,
                    "tool_version": "desk 1.0",
                    "queue": "listings",
                },
            }
            | changes
        )

    def sit(self) -> dict[str, Any]:
        """The executor's person sat the test of the newest curriculum and knew everything."""
        attempt = self.do("start_attempt", "person", ref=self.curriculum)
        asked = self.client.example("publish_curriculum")["questions"]
        answers = [{"question": no, "option": question["right"]} for no, question in enumerate(asked, start=1)]
        self.do("save_answers", "person", {"answers": answers}, ref=attempt["ref"])
        finished: dict[str, Any] = self.do("finish_attempt", "person", ref=attempt["ref"])
        expect(finished["passed"] is True, "the test is passed")
        return finished


def tell(
    client: Client, *, say: Callable[[str], None] = print, sleep: Callable[[float], None] = time.sleep
) -> dict[str, str]:
    """The story, step by step; returns the refs of the executor, the notice, the incident and the claim."""
    told = Told(client, say, sleep)
    _entrust(told)
    _train(told)
    notice = _act(told)
    _overturn(told, notice)
    incident = _answer_for(told, notice)
    recourse = _settle(told, incident)
    _train_again(told)
    return {"executor": told.executor, "notice": notice, "incident": incident, "recourse": recourse}


def _entrust(told: Told) -> None:
    start = datetime.fromisoformat(told.do("list_rules", "platform")["server_now"])
    party = told.do(
        "create_party",
        "platform",
        {"external_ref": f"X-{told.mark}", "kind": "EXECUTOR", "name": "明澈内容审核有限公司"},
    )
    term = {"contract_from": start.isoformat(), "contract_until": (start + timedelta(days=365)).isoformat()}
    body = {"party": party["external_ref"], "kind": "ORGANISATION", "contract_number": f"HT-{told.mark}", **term}
    executor = told.do("register_executor", "platform", body)
    told.executor = executor["ref"]
    told.say(f"1  The platform registered executor {executor['number']}, with a contract of a year.")

    terms = _terms(told, start)
    read = told.do("read_executor", "platform", ref=told.executor)
    told.do("record_processing_terms", "platform", terms, ref=told.executor, version=read["version"])
    keyed = {"metric": "REJECTIONS", "words": "per takedown", "starts_at": start.isoformat()}
    error = told.refused("add_pay_term", "platform", "validation", keyed, ref=told.executor)
    expect(error["code"] == "pay-keyed-to-outcome", "pay for takedowns is refused")
    told.do("add_pay_term", "platform", keyed | {"metric": "HOURLY", "words": "by the hour"}, ref=told.executor)
    told.say(f"2  Terms for personal data are on file. Pay per takedown was refused: {error['message']}")

    told.take_rule()
    mandate = {
        "measures": [{"measure_type": "listing-removed", "level": 2}],
        "rules": [told.rule],
        "categories": [],
        "ceiling_minor": None,
    }
    read = told.do("read_executor", "platform", ref=told.executor)
    told.do("grant_mandate", "platform", mandate, ref=told.executor, version=read["version"])
    told.say("3  Its mandate: taking listings down, on one rule, no money.")


def _terms(told: Told, start: datetime) -> dict[str, Any]:
    """The terms of the document's example, for a year from now."""
    example: dict[str, Any] = told.client.example("record_processing_terms")
    return example | {"effective_from": start.isoformat(), "until": (start + timedelta(days=365)).isoformat()}


def _train(told: Told) -> None:
    name = f"story_{told.mark}"
    body = {"username": name, "is_lead": True, "password": told.password, "display_name": "故事里的人"}
    person = told.do("add_person", "platform", body, ref=told.executor)
    told.code = person["code"]
    signed_in = told.client.send(
        "POST",
        "/api/v1/auth/token",
        json.dumps({"username": name, "password": told.password}).encode(),
        {"Content-Type": "application/json", "Accept-Language": "en"},
    )
    expect(signed_in.status in (200, 201), f"the executor's person signs in, not {signed_in.body}")
    told.client.tokens = {**told.client.tokens, "person": signed_in.body["token"]}
    told.do("begin_training", "platform", ref=told.executor)
    told.curriculum = told.do("publish_curriculum", "compliance", told.lesson(told.number))["ref"]
    error = told.refused("issue_notice", "platform", "executor-not-certified", told.notice())
    told.say(f"4  {told.code} works for it. A notice in that name is refused: {error['message']}")

    finished = told.sit()
    certified = told.do("certify_executor", "platform", ref=told.executor)
    active = told.do("activate_executor", "platform", ref=told.executor, version=certified["version"])
    expect(active["state"]["code"] == "ACTIVE" and active["may_act"] is True, "the executor may act")
    told.say(f"5  {told.code} passed the test ({finished['score']} %) and is certified. The executor may act.")


def _act(told: Told) -> str:
    fined = told.client.example("issue_notice")["measures"][1]
    both = told.notice() | {"basis": told.client.example("issue_notice")["basis"]}  # whose clause says the sum
    both["measures"] = [*both["measures"], fined | {"starts_at": both["measures"][0]["starts_at"]}]
    error = told.refused("issue_notice", "platform", "outside-mandate", both)
    told.say(f"6  A notice that also takes a deposit is refused at {error['pointer']}: {error['message']}")

    issued = told.do("issue_notice", "platform", told.notice())
    read = told.do("read_notice", "merchant_owner", ref=issued["ref"])
    expect(read["executor"]["person"] == told.code, "the merchant reads that a third party acted, by code")
    expect("故事里的人" not in json.dumps(read, ensure_ascii=False), "nobody is named to the merchant")
    told.say(f"7  Notice {issued['number']} was served. The merchant reads: {read['executor']['name']}, {told.code}.")
    ref: str = issued["ref"]
    return ref


def _overturn(told: Told, notice: str) -> None:
    appeal = told.do("file_appeal", "merchant_owner", told.client.example("file_appeal"), ref=notice)
    case = appeal["ref"]
    told.do("demand_human", "merchant_owner", ref=case)
    held = told.do("claim", "reviewer", {"appeal": case})
    told.do("record_opening", "reviewer", told.client.example("record_opening"), ref=case)
    view = told.client.example("record_first_view")
    told.do("record_first_view", "reviewer", view, ref=case, version=held["version"])
    current = told.do("read_appeal", "reviewer", ref=case)
    ruling = told.client.example("decide_appeal")
    ruling["items"] = [{"measure": item["measure"], "outcome": "OVERTURNED"} for item in current["items"]]
    decided = told.do("decide_appeal", "reviewer", ruling, ref=case, version=current["version"])
    told.say(f"8  The merchant appealed, and reviewer {held['officer']} decided: {decided['outcome']['label']}.")


def _answer_for(told: Told, notice: str) -> str:
    def opened() -> Any:
        return told.do("list_incidents", "person")["items"]

    [row] = told.until("the incident opens by itself", opened)
    ref: str = row["ref"]
    told.say(f"9  Incident {row['number']} opened by itself; to be explained until {row['explain_by']}.")

    stranger = told.client.attempt("read_incident", by="merchant_owner", ref=ref)
    expect(stranger.status == 404, "the merchant does not see the incident")
    words = told.client.example("explain_incident")
    explained = told.do("explain_incident", "person", words, ref=ref, version=row["version"])
    expect(explained["explained_by"] == told.code, "it was explained by who acted")
    told.say(f"10 {told.code} explained it.")

    finding = told.client.example("find_incident") | {"outcome": "IMPROPER"}
    denied = told.client.attempt("find_incident", by="platform", body=finding, ref=ref, version=explained["version"])
    expect(denied.status == 403, "no back end finds")
    found = told.do("find_incident", "compliance", finding, ref=ref, version=explained["version"])
    told.say(f"11 Compliance found: {found['finding']['label']}. The back end had tried and may not.")

    early = told.client.attempt("claim_recourse", by="compliance", body=_claim(told, ref))
    expect(early.status == 409, "nothing is claimed before the party is made whole")
    paid = told.client.example("compensate_incident")
    told.do("compensate_incident", "compliance", paid, ref=ref, version=found["version"])
    told.say(f"12 The platform paid the merchant {paid['amount_minor'] / 100:.2f} in its own name.")
    read = told.do("read_notice", "merchant_owner", ref=notice)
    expect(read["state"]["code"] == "REVOKED", "the notice is revoked")
    return ref


def _claim(told: Told, incident: str) -> dict[str, Any]:
    example: dict[str, Any] = told.client.example("claim_recourse")
    return example | {"incident": incident}


def _settle(told: Told, incident: str) -> str:
    claim = told.do("claim_recourse", "compliance", _claim(told, incident))
    ref: str = claim["ref"]
    part = told.client.example("record_part_payment")
    early = told.client.attempt("record_part_payment", by="platform", body=part, ref=ref, version=claim["version"])
    expect(early.status == 409, "no money is taken while the executor can contest the finding")
    read = told.do("read_incident", "compliance", ref=incident)
    open_still = told.client.attempt("close_incident", by="compliance", ref=incident, version=read["version"])
    expect(open_still.status == 409, "nor is the incident closed")
    told.say(
        f"13 Claim {claim['number']} is on file. Nothing is paid or closed while the executor can contest: "
        f"until {read['contest_by']}."
    )
    return ref


def _train_again(told: Told) -> None:
    version = told.next_version(told.now + timedelta(minutes=1))
    error = told.refused("publish_rule_version", "platform", "validation", version)
    expect(error["code"] == "publicity-too-short", "a rule that starts in a minute is refused")
    told.say(f"14 A new version of the rule that starts in a minute was refused: {error['message']}")

    version = told.next_version(told.now + CHANGES_IN)
    making = told.do("publish_rule_version", "platform", version)
    for verb, by in (("enter_rule_version", "compliance"), ("adopt_rule_version", "administrator")):
        making = told.do(verb, by, told.client.example(verb), ref=making["ref"], version=making["version"])
    start = {"effective_from": version["effective_from"]}
    told.do("publicise_rule_version", "compliance", start, ref=making["ref"], version=making["version"])
    number = making["rule_version"]
    told.do("issue_notice", "platform", told.notice())
    told.say(
        "15 One that starts in twenty days was signed by two people. Until it takes effect the old certificate counts."
    )

    told.curriculum = told.do("publish_curriculum", "compliance", told.lesson(number))["ref"]
    told.sit()
    again = told.do("issue_notice", "platform", told.notice())
    expect(again["executor"]["person"] == told.code, "the same person acts again")
    told.say(f"16 {told.code} trained on it ahead of its start and passed. Notice {again['number']} was served.")


if __name__ == "__main__":
    sys.exit(main("A third party is entrusted, trained, wrong, and answers for it.", TOKEN_NAMES, tell))
