"""Executors over REST: what is refused and why, and who is shown what; `test_story_executors` goes the whole way."""

import pytest
from django.core.cache import cache

from accounts.models import User
from casework import clock
from tests import factories as make
from tests.conftest import build_world
from tests.surfaces import executing
from tests.surfaces.operations import a_notice
from tests.surfaces.people import FILE, cast_of, form
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


def if_match(case):
    return {"If_Match": f'"{case["version"]}"'}


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
        assert shown["web_url"].endswith(f"/executor/incidents/{found.ref}/")
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
        cards = done(cast.http(who)("GET", API + "todo"))["items"]
        assert all(card["web_url"].endswith(f"/executor/{card['case']}s/{card['ref']}/") for card in cards)
        return {(card["ref"], card["verb"], card["href"]) for card in cards}

    assert waiting("executor") == {
        (found.ref, "explain", f"/api/v1/incidents/{found.ref}"),
        (free.ref, "acknowledge", f"/api/v1/instructions/{free.ref}"),
        (taken.ref, "complete", f"/api/v1/instructions/{taken.ref}"),
    }
    assert waiting("other_executor") == set()


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
