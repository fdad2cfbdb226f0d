"""Executors over REST: the whole way from registering to recourse, what is refused and why, and who is shown what."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from accounts.models import User
from casework import clock, outbox
from executors.inputs.training import PublishCurriculumInput
from executors.models import Instruction
from tests import factories as make
from tests.conftest import build_world
from tests.surfaces import executing
from tests.surfaces.operations import a_notice
from tests.surfaces.people import FILE, Http, cast_of, form, token_of
from tests.surfaces.test_permissions import body_of

pytestmark = pytest.mark.once

API = "/api/v1/"


@pytest.fixture(scope="module")
def module_cast(module_database):
    with module_database():
        now = clock.now()
        return cast_of(build_world(now), build_world(now), now=now)


@pytest.fixture
def cast(module_cast, copy_of, settings):
    settings.API_RATES = dict.fromkeys(settings.API_RATES, 100_000)
    cache.clear()
    return copy_of(module_cast)


def done(answer, status=None):
    """The body of a success."""
    assert answer.status_code < 300, answer.content.decode()
    assert status in (None, answer.status_code)
    return answer.json()


def refused(answer, kind, status):
    """The errors of that refusal, as {pointer: code}."""
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}"), answer.content.decode()
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}


def executed(world, **changes):
    """The body of a notice that xena took, of another listing each time."""
    executor = {
        "ref": world.more["exe"].ref,
        "person": executing.code_of(world.more["xena"]),
        "tool_version": "keyword-scan 3.2",
        "queue": "listing",
        "shift": "night",
    }
    body = a_notice(world)
    listing = f"77{make.number():05}"
    body["facts"] = body["facts"].replace("88120", listing)
    body["measures"] = [body["measures"][0] | {"object_ref": listing}]
    return body | {"decision": {"tool": "keyword-scan 3.2"}, "executor": executor | changes}


def carry_out():
    while outbox.sweep(now=clock.now()):
        pass


def if_match(case):
    return {"If_Match": f'"{case["version"]}"'}


def test_the_whole_way_over_rest(cast, monkeypatch):
    """Registered, bounded, trained, certified; acts; is overturned, explains itself, is found and pays; trains anew."""
    world, now = cast.world, clock.now()
    platform, compliance = cast.http("platform"), cast.http("compliance")
    later = (now + timedelta(days=300)).isoformat()

    # registering and bounding
    number = f"X-{make.number()}"
    party = {"external_ref": number, "kind": "EXECUTOR", "name": "辛队审核有限公司"}
    done(platform("POST", API + "parties", party), 201)
    contract = {"contract_number": "HT-1", "contract_from": now.isoformat(), "contract_until": later}
    made = done(platform("POST", API + "executors", {"party": number, "kind": "ORGANISATION", **contract}), 201)
    at = API + f"executors/{made['ref']}"
    assert (made["state"]["code"], made["name"], made["may_act"]) == ("REGISTERED", "辛队审核有限公司", False)
    username = f"nora-{make.number()}"
    secret = "lanterns-over-the-canal-2026"
    code = done(platform("POST", at + "/persons", {"username": username, "password": secret, "is_lead": True}), 201)[
        "code"
    ]
    person = Http(token_of(User.objects.get(username=username), now=now))
    done(platform("POST", at + "/begin-training"))
    terms = {
        "purpose": "审核",
        "method": "在线",
        "data_kinds": "商品页面",
        "protection": "专用账号",
        "on_end": "delete",
    }
    terms |= {"effective_from": now.isoformat(), "until": later}
    shown = done(platform("GET", at))
    shown = done(platform("POST", at + "/processing-terms", terms, **if_match(shown)), 201)
    mandate = {"measures": [{"measure_type": "delist", "level": 1}], "rules": [world.rule]}
    shown = done(platform("POST", at + "/mandates", mandate, **if_match(shown)), 201)
    assert [m["state"]["code"] for m in shown["mandates"]] == ["VALID"]

    # training
    refused(platform("POST", at + "/certify"), "executor-not-certified", 409)
    curricula = done(person("GET", API + "curricula"))["items"]
    curriculum = next(c for c in curricula if c["rule_version"]["code"] == world.rule)
    assert certified(person, curriculum)["passed"] is True
    shown = done(platform("POST", at + "/certify"))
    assert done(platform("POST", at + "/activate", **if_match(shown)))["state"]["code"] == "ACTIVE"
    me = done(person("GET", API + "executor/me"))
    assert [(m["measure_type"], m["rule"]) for m in me["may"]] == [("delist", world.rule)]

    # acting
    body = executed(world, ref=made["ref"], person=code)
    issued = done(platform("POST", API + "notices", body), 201)
    assert issued["executor"] == {
        "name": "辛队审核有限公司",
        "person": code,
        "act": issued["executor"]["act"],
        "mandate": shown["mandates"][0]["ref"],
    }

    # overturned: an incident opens by itself
    appeal = make.file(world.alice, world_notice(issued["ref"]), now=clock.now())
    make.ready_to_decide(world.rita, appeal, now=clock.now())
    make.decide(world.rita, appeal, now=clock.now())
    carry_out()
    [row] = done(person("GET", API + "incidents"))["items"]
    incident = done(person("GET", API + f"incidents/{row['ref']}"))
    assert (incident["state"]["code"], incident["turn"]) == ("OPENED", "executor")
    assert [a["name"] for a in incident["actions"]] == ["explain"]
    assert incident["actions"][0]["due_at"] == incident["explain_by"]
    incident = act_on(person, incident, "explain", {"explanation": "核对时没有比对商品编号。"})
    finding = {"outcome": "IMPROPER", "error_class": "WRONG_FACT", "reasons": "没有核对。", "corrective_step": "培训。"}
    incident = act_on(compliance, incident, "find", finding)
    incident = act_on(compliance, incident, "compensate", {"amount_minor": 20_000, "reference": "PAY-1"})
    early = compliance("POST", API + f"incidents/{incident['ref']}/close", **if_match(incident))
    assert refused(early, "not-your-turn", 409) == {"": "may-be-contested"}
    incident = act_on(
        person, done(person("GET", API + f"incidents/{incident['ref']}")), "contest", {"reasons": "工具故障。"}
    )
    incident = act_on(cast.http("administrator"), incident, "find", finding)
    incident = act_on(compliance, incident, "close", None)
    assert incident["state"]["code"] == "CLOSED"
    assert [c["amount"]["amount_minor"] for c in incident["compensations"]] == [20_000]

    # recourse
    claim = {"incident": incident["ref"], "amount_minor": 15_000, "words": "按合同第十二条。"}
    recourse = done(compliance("POST", API + "recourses", claim), 201)
    recourse = act_on(person, recourse, "dispute", {"reasons": "当日工具故障。"}, kind="recourses")
    paid = {"amount_minor": 5_000, "reference": "PAY-2"}
    recourse = act_on(compliance, recourse, "part-payment", paid, kind="recourses")
    assert recourse["open"] == {"amount_minor": 10_000, "currency": "CNY"}
    end = {"amount_minor": 10_000, "reference": "PAY-3", "words": "已到账。"}
    recourse = act_on(compliance, recourse, "settle", end, kind="recourses")
    assert (recourse["state"]["code"], recourse["open"]["amount_minor"]) == ("SETTLED", 0)
    assert [e["kind"]["code"] for e in recourse["entries"]] == ["CLAIM", "DISPUTE", "PAYMENT", "SETTLEMENT"]
    harmed = cast.http("owner")
    assert done(harmed("GET", API + "recourses"))["items"] == done(harmed("GET", API + "incidents"))["items"] == []

    # the rule changes: the same person is refused until trained anew
    version = {"code": world.rule, "name_zh": "广告宣传规范", "name_en": "Advertising Rule", "number": "2026-02"}
    clauses = [{"number": n, "text_zh": f"第{n}条新文。", "text_en": "new"} for n in ("8", "9")]
    in_force = now + timedelta(days=20)
    held = {
        "opened_at": (now - timedelta(days=20)).isoformat(),
        "closed_at": (now - timedelta(days=1)).isoformat(),
        "address": "https://rules.example/1",
        "summary_zh": "没有收到意见。",
        "record": "征求意见记录第1号（规则部存）",
    }
    version |= {"effective_from": in_force.isoformat(), "clauses": clauses, "consultation": held}
    proposed = done(platform("POST", API + "rules", version), 202)
    make.publicise(proposed["ref"], now=clock.now())  # two people signed it
    body = executed(world, ref=made["ref"], person=code)
    done(platform("POST", API + "notices", body), 201)  # the old version counts until then
    monkeypatch.setattr(clock, "now", lambda: in_force + timedelta(hours=1))
    again = body | {"external_ref": f"x-{make.number()}"}
    why = refused(platform("POST", API + "notices", again), "executor-not-certified", 409)
    assert why == {"/basis/0/rule": "not-certified"}
    curriculum = dict(PublishCurriculumInput.example) | {"rule": world.rule, "version": "2026-02"}
    certified(person, done(platform("POST", API + "curricula", curriculum), 201))
    done(platform("POST", API + "notices", again), 201)


def certified(person, curriculum):
    """They sit the test of the curriculum and answer its one question rightly; told only afterwards that it was."""
    attempt = done(person("POST", API + f"curricula/{curriculum['ref']}/attempts"), 201)
    assert [(a["right"], a["explanation"]) for a in attempt["answers"]] == [(None, "")]
    at = API + f"attempts/{attempt['ref']}"
    saved = done(person("POST", at + "/answers", {"answers": [{"question": 1, "option": 0}]}))
    assert [(a["chosen"], a["right"]) for a in saved["answers"]] == [(0, None)]
    finished = done(person("POST", at + "/finish"))
    assert [(a["chosen"], a["right"]) for a in finished["answers"]] == [(0, 0)]
    assert finished["answers"][0]["explanation"]
    return finished


def world_notice(ref):
    from notices.models import Notice

    return Notice.objects.get(ref=ref)


def act_on(http, case, verb, body, *, kind="incidents"):
    """What the case is after the verb, taken on the version that was read."""
    case = done(http("GET", API + f"{kind}/{case['ref']}"))
    assert verb in [action["name"] for action in case["actions"]], case["actions"]
    return done(http("POST", API + f"{kind}/{case['ref']}/{verb}", body, **if_match(case)))


def test_a_notice_says_who_acted_and_nobody_s_name(cast):
    world = cast.world
    issued = done(cast.http("platform")("POST", API + "notices", executed(world)), 201)

    shown = done(cast.http("owner")("GET", API + f"notices/{issued['ref']}"))

    assert shown["executor"]["name"] == "甲队审核有限公司"
    assert shown["executor"]["person"] == executing.code_of(world.more["xena"])


@pytest.mark.parametrize(
    ("changes", "kind", "pointer"),
    [
        ({"ref": "exe_" + "1" * 22}, "executor-not-certified", "/executor/ref"),
        ({"person": "X-0000"}, "executor-not-certified", "/executor/person"),
        ({"category": "toys"}, None, None),
    ],
)
def test_a_notice_of_somebody_else_is_refused(cast, changes, kind, pointer):
    answer = cast.http("platform")("POST", API + "notices", executed(cast.world, **changes))

    if kind is None:
        done(answer, 201)  # the mandate names no category: every one is covered
    else:
        assert pointer in refused(answer, kind, 409)


def test_a_notice_outside_the_mandate_is_refused_with_what_is_outside(cast):
    world = cast.world
    body = executed(world)
    measure = a_notice(world)["measures"][1]
    above = {"amount_minor": executing.CEILING + 1}
    sum_up = measure["calculation"] | {
        "formula": "all_minor",
        "inputs": {"all_minor": executing.CEILING + 1},
        "cap_minor": executing.CEILING + 1,
        "result_minor": executing.CEILING + 1,
    }
    body["measures"] = [measure | above | {"calculation": sum_up}]

    answer = cast.http("platform")("POST", API + "notices", body)
    assert refused(answer, "outside-mandate", 409) == {"/measures/0/amount_minor": "above-ceiling"}

    body["measures"] = [a_notice(world)["measures"][0] | {"type": "close_store"}]
    answer = cast.http("platform")("POST", API + "notices", body)
    assert "measure-outside-mandate" in refused(answer, "outside-mandate", 409).values()


def test_nothing_is_issued_in_the_name_of_a_suspended_executor(cast):
    world = cast.world
    platform, compliance = cast.http("platform"), cast.http("compliance")
    at = API + f"executors/{world.more['exe'].ref}"
    read = done(platform("GET", at))
    assert "suspend" not in [a["name"] for a in read["actions"]]

    assert platform("POST", at + "/suspend", {"reason": "x"}, **if_match(read)).status_code == 403
    assert compliance("POST", at + "/suspend", {"reason": "x"}).status_code == 428
    assert compliance("POST", at + "/suspend", {"reason": "x"}, If_Match='"0"').status_code == 412
    held = done(compliance("POST", at + "/suspend", {"reason": "差错。"}, **if_match(read)))
    assert (held["state"]["code"], held["may_act"]) == ("SUSPENDED", False)
    refused(platform("POST", API + "notices", executed(world)), "executor-not-certified", 409)
    person = cast.http("executor")
    assert done(person("GET", API + "executor/me"))["may"] == []
    held_by_me = done(person("GET", API + "executor/me"))["certifications"]
    assert [c["state"]["code"] for c in held_by_me] == ["SET_ASIDE"]
    done(compliance("POST", at + "/reinstate", {"reason": "已培训。"}, **if_match(held)))
    done(platform("POST", API + "notices", executed(world)), 201)


def test_a_report_that_comes_twice_or_late_changes_nothing(cast):
    """The executor's own system reports through the platform's back end: by the person's code, with its own number."""
    world, now = cast.world, clock.now()
    platform = cast.http("platform")
    found = executing.instruction_in(world, "issued", now=now)
    at = API + f"instructions/{found.ref}"
    code = executing.code_of(world.more["xena"])
    early = platform("POST", at + "/complete", {"person": code, "callback_id": "c-2", "evidence": "好了。"})
    refused(early, "not-your-turn", 409)

    taken = done(platform("POST", at + "/acknowledge", {"person": code, "callback_id": "c-1"}))
    again = done(platform("POST", at + "/acknowledge", {"person": code, "callback_id": "c-1"}))
    assert (taken["state"], taken["version"], taken["acknowledged_at"]) == (
        again["state"],
        again["version"],
        again["acknowledged_at"],
    )
    report = {"person": code, "callback_id": "c-2", "evidence": "逐件核对完毕。"}
    finished = done(platform("POST", at + "/complete", report))
    assert (finished["state"]["code"], finished["completed_by"]) == ("COMPLETED", code)
    twice = done(platform("POST", at + "/complete", report))
    late = done(platform("POST", at + "/acknowledge", {"person": code, "callback_id": "c-1"}))
    assert twice["version"] == late["version"] == finished["version"]
    assert late["state"]["code"] == "COMPLETED"
    other = report | {"callback_id": "c-3"}
    refused(platform("POST", at + "/complete", other), "not-your-turn", 409)

    second = executing.instruction_in(world, "taken", now=now)
    used = platform("POST", API + f"instructions/{second.ref}/complete", report)
    assert refused(used, "validation", 400) == {"/callback_id": "used-before"}
    assert Instruction.objects.get(pk=second.pk).state == "ACKNOWLEDGED"


def test_a_person_takes_on_and_reports_what_others_then_do_not_see(cast):
    world, now = cast.world, clock.now()
    found = executing.instruction_in(world, "issued", now=now)
    at = API + f"instructions/{found.ref}"
    person, lead = cast.http("executor"), cast.http("lead")
    read = done(person("GET", at))
    assert [a["name"] for a in read["actions"]] == ["acknowledge"]

    done(person("POST", at + "/acknowledge", {}))
    assert lead("GET", at).status_code == 200
    assert cast.http("other_executor")("GET", at).status_code == 404
    finished = done(person("POST", at + "/complete", {"evidence": "好了。"}))
    assert finished["completed_by"] == executing.code_of(world.more["xena"])
    done_with = done(cast.http("platform")("GET", at))
    gone = cast.http("platform")("POST", at + "/withdraw", {"reason": "清单有误"}, **if_match(done_with))
    refused(gone, "not-your-turn", 409)


def test_the_executor_reads_of_the_harmed_party_a_masked_number_alone(cast):
    world, now = cast.world, clock.now()
    found = executing.incident_in(world, "compensated", now=now)
    at = API + f"incidents/{found.ref}"

    for who in ("executor", "lead"):
        text = cast.http(who)("GET", at).content.decode()
        shown = done(cast.http(who)("GET", at))
        assert shown["harmed"]["party"] is shown["harmed"]["name"] is shown["notice"]["ref"] is None
        assert shown["harmed"]["number"] != world.merchant.external_ref
        assert shown["compensations"] == []
        for secret in (world.merchant.name, world.merchant.ref, found.subject_ref):
            assert secret not in text
    seen = done(cast.http("compliance")("GET", at))
    assert seen["harmed"] == {
        "number": world.merchant.external_ref,
        "party": world.merchant.ref,
        "name": world.merchant.name,
    }
    assert seen["findings"][0]["officer"] == world.carl.code
    for who in ("owner", "other_executor", "foreign_client", "reviewer"):
        assert cast.http(who)("GET", at).status_code == 404


def test_files_lie_beside_an_explanation_until_it_is_given(cast):
    world, now = cast.world, clock.now()
    found = executing.incident_in(world, "opened", now=now)
    person, at = cast.http("executor"), API + f"incidents/{found.ref}"
    raw, kind = form(file=FILE, caption="当班操作记录")

    shown = done(person("POST", at + "/files", raw=raw, Content_Type=kind), 201)
    [file] = shown["files"]
    assert file["caption"] == "当班操作记录"
    for reader in (person, cast.http("compliance")):
        assert body_of(reader("GET", file["href"])) == FILE[1]
    assert cast.http("other_executor")("GET", file["href"]).status_code == 404
    act_on(person, shown, "explain", {"explanation": "见附件。"})
    refused(person("POST", at + "/files", raw=raw, Content_Type=kind), "not-your-turn", 409)


def test_what_waits_for_the_executor_is_in_its_list(cast):
    world, now = cast.world, clock.now()
    found = executing.incident_in(world, "opened", now=now)
    free = executing.instruction_in(world, "issued", now=now)
    taken = executing.instruction_in(world, "taken", now=now)

    def waiting(who):
        return {
            (card["ref"], card["verb"], card["href"]) for card in done(cast.http(who)("GET", API + "todo"))["items"]
        }

    assert waiting("executor") == {
        (found.ref, "explain", f"/api/v1/incidents/{found.ref}"),
        (free.ref, "acknowledge", f"/api/v1/instructions/{free.ref}"),
        (taken.ref, "complete", f"/api/v1/instructions/{taken.ref}"),
    }
    assert waiting("other_executor") == set()


def test_who_looked_at_the_finding_does_not_look_at_the_contest(cast):
    found = executing.incident_in(cast.world, "found", now=clock.now())
    contested = act_on(cast.http("executor"), {"ref": found.ref}, "contest", {"reasons": "工具的错。"})

    assert contested["turn"] == "platform"
    again = {"outcome": "TOOL", "error_class": "TECHNICAL", "reasons": "工具有误。", "corrective_step": "修复。"}
    carl = cast.http("compliance")
    answer = carl("POST", API + f"incidents/{found.ref}/find", again, **if_match(contested))
    refused(answer, "conflict-of-interest", 403)
    assert "find" not in [a["name"] for a in done(carl("GET", API + f"incidents/{found.ref}"))["actions"]]
    renewed = act_on(cast.http("administrator"), contested, "find", again)
    assert [f["outcome"]["code"] for f in renewed["findings"]] == ["IMPROPER", "TOOL"]


def test_a_notice_that_shares_the_cause_waits_for_a_person(cast):
    found = executing.sibling_in(cast.world, now=clock.now())
    compliance, at = cast.http("compliance"), API + f"sibling-reviews/{found.ref}"
    [listed] = done(compliance("GET", API + "sibling-reviews"))["items"]
    assert (listed["ref"], listed["cause"]["kind"]["code"]) == (found.ref, "TOOL")

    verdict = {"outcome": "CORRECTED", "reasons": "同样的工具错误。"}
    decided = done(compliance("POST", at + "/decide", verdict, **if_match(listed)))

    assert (decided["state"]["code"], decided["actions"]) == ("CORRECTED", [])
    notice = done(cast.http("owner")("GET", API + f"notices/{decided['notice']}"))
    assert notice["state"]["code"] == "REVOKED"


def test_nothing_is_said_of_quality_below_thirty(cast):
    found = executing.incident_in(cast.world, "opened", now=clock.now())
    shown = done(cast.http("platform")("GET", API + f"executors/{found.act.executor.ref}/quality"))
    mine = done(cast.http("executor")("GET", API + "executor/quality"))

    none = {"of": 1, "found": None, "rate": None, "low": None, "high": None}
    assert shown["overturned"] == mine["overturned"] == none
    assert shown["test"]["needed"] > shown["test"]["evidence"]
    assert mine["test"] is None


def test_the_people_of_an_executor_are_codes_alone(cast):
    world = cast.world
    names = [User.objects.get(pk=world.more[who].person).username for who in ("xena", "lena")]
    for who in ("platform", "compliance", "lead", "executor"):
        shown = cast.http(who)("GET", API + f"executors/{world.more['exe'].ref}")
        party = cast.http(who)("GET", API + f"parties/{world.more['exe'].party.ref}")
        assert shown.status_code == 200
        for name in names:
            assert name not in shown.content.decode()
            assert name not in party.content.decode()
    mine = done(cast.http("executor")("GET", API + f"executors/{world.more['exe'].ref}"))
    assert [p["code"] for p in mine["people"]] == [executing.code_of(world.more["xena"])]
