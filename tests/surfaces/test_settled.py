"""An overturn holds: whoever serves the same finding again, by whatever route and disguise, is refused, or says openly
that it is against an overturn, with new evidence, a named person and words on what is new.
"""

import json
import uuid
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import Notification
from appeals.models import Appeal
from casework import clock
from casework.errors import Invalid, SettledBefore
from notices.commands import Decision, Detection, withdraw_notice
from notices.models import Basis, Ground, Notice, SettledFinding, SiblingReview
from tests import factories as make
from tests.executors.erring import settle_down
from tests.laws import assert_refused
from tests.pages import Visitor, living

pytestmark = pytest.mark.once

FACTS = "2026年11月20日10:12,商品88120的详情页写有“国家级工艺”字样,页面存档见附件1,共出现三处,买家可见。"
OTHER_WORDS = "经平台核查存档,编号为88120的这件商品在当日的介绍页中使用了绝对化的表述,存档已附,请查看证据。"


now = living(hours=5)


@pytest.fixture(scope="module")
def module_told(module_world, module_database, now):
    with module_database():
        return overturned(module_world, now)


@pytest.fixture
def told(module_told, copy_of):
    return copy_of(module_told)


def overturned(world, now):
    """A notice that a reviewer revoked on appeal, and the body that was sent."""
    body = {
        "external_ref": "first",
        "party": world.merchant.external_ref,
        "facts": FACTS,
        "reasons": "该字样是规则第8条禁止的绝对化用语,会使消费者误以为商品得到官方认定。",
        "conduct_at": (now - timedelta(days=3)).isoformat(),
        "measures": [
            {
                "type": "delist",
                "object_kind": "listing",
                "object_ref": "88120",
                "object_label": "手工紫砂壶",
                "scope": "商品不可搜索、不可购买",
                "starts_at": now.isoformat(),
            }
        ],
        "basis": [{"kind": "CLAUSE", "rule": world.rule, "clause": "8"}],
        "evidence": [
            {
                "caption": "详情页存档",
                "captured_at": (now - timedelta(days=3)).isoformat(),
                "excerpt": "国家级工艺,匠心",
            }
        ],
        "detection": {"source": "MACHINE", "tool": "keyword-scan 3.2"},
        "decision": {"officer": world.otto.code, "tool": "keyword-scan 3.2", "evidence_was_opened": True},
    }
    token = token_for(world.client, now=now)
    answer = post(token, "notices", body)
    assert answer.status_code == 201, answer.content
    notice = Notice.objects.get(ref=answer.json()["ref"])
    appeal = make.ready_to_decide(world.rita, make.file(world.alice, notice, now=now), now=now)
    make.decide(world.rita, appeal, now=now)
    assert Notice.objects.get(pk=notice.pk).state == "REVOKED"
    world.more |= {"token": token, "body": body, "notice": notice}
    return world


def token_for(client, *, now):
    return make.accounts.issue_token(actor=make.CONSOLE, client=client, now=now)[0]


def post(token, path, body):
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4()), "Accept-Language": "en"}
    return Client().post(f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers)


# — disguises: each changes what was sent —


def put(**changes):
    return lambda body, _world: body | changes


def first_of(section, **changes):
    def change(body, _world):
        body[section][0] |= changes
        return body

    return change


measure, evidence, basis = (partial(first_of, section) for section in ("measures", "evidence", "basis"))


def conduct(**later):
    def change(body, _world):
        return body | {"conduct_at": (datetime.fromisoformat(body["conduct_at"]) + timedelta(**later)).isoformat()}

    return change


def both(*changes):
    def change(body, world):
        for each in changes:
            body = each(body, world)
        return body

    return change


def another_rule_too(body, world):
    return body | {"basis": [{"kind": "CLAUSE", "rule": world.rule, "clause": "9"}, *body["basis"]]}


def deposit(body, world):
    taken = {"type": "deduct", "object_kind": "deposit", "object_ref": "S-1", "object_label": "店铺保证金"}
    sums = {"formula": "a_minor", "inputs": {"a_minor": 100}, "cap_minor": 100, "result_minor": 100}
    body["measures"] = [body["measures"][0] | taken | {"amount_minor": 100, "calculation": sums, "scope": "扣除"}]
    return body


DISGUISES = {
    "nothing but another number": put(),
    "decided by a tool alone": put(decision={"tool": "keyword-scan 3.3"}),
    "by another officer's name": lambda body, world: body | {"decision": {"officer": world.rosa.code}},
    "the object in full width": measure(object_ref="８８１２０"),
    "the object with blanks": measure(object_ref=" 88 120 "),
    "the object with a hyphen": measure(object_ref="88-120"),
    "the object with noughts before it": measure(object_ref="0088120"),
    "the object with letters before it": measure(object_ref="SKU88120"),
    "the object with a version behind it": measure(object_ref="88120-v2"),
    "the object under another number, its name kept": measure(object_ref="X1"),
    "the object under another number and name": measure(object_ref="X1", object_label="紫砂壶(新)"),
    "the object beside an invented number": both(
        put(facts=FACTS.replace("88120", "88120(SKU99999)")), measure(object_ref="SKU99999")
    ),
    "another kind of object": measure(object_kind="product", object_label="壶"),
    "another measure": measure(type="close_store"),
    "another scope": measure(scope="商品搜索降权七日"),
    "the money instead": deposit,
    "the facts in other words": put(facts=OTHER_WORDS),
    "the facts with something before them": put(facts=f"经巡检发现,情况如下:{FACTS}"),
    "the facts with blanks between": put(facts=FACTS.replace("的", "的 ")),
    "other words and another officer": both(put(facts=OTHER_WORDS), put(decision={"tool": "scan 9"})),
    "a minute later": conduct(minutes=1),
    "a day earlier": conduct(hours=-23),
    "two days later, still before the overturn": conduct(days=2),
    "the clause by the number of its version": basis(version="2026-01"),
    "a clause beside the other": another_rule_too,
    "another clause": basis(clause="9"),
    "another clause and blanks in the object": both(basis(clause="9"), measure(object_ref="88 120")),
    "the evidence in other words": evidence(excerpt="国家级工艺,匠心制造,存档"),
    "the same evidence under another name": evidence(caption="证据"),
    "as a hold on suspicion": lambda body, _world: (
        body
        | {"is_precautionary": True, "breach_kind": "SUSPICION"}
        | {"measures": [body["measures"][0] | {"ends_at": (clock.now() + timedelta(days=1)).isoformat()}]}
    ),
    "in English": put(
        language="en", facts="On 20 November listing 88120 said “national craft” in three places; see 1."
    ),
    "other words, renamed object, other clause": both(
        put(facts=OTHER_WORDS), measure(object_ref="SKU-88120"), basis(clause="8")
    ),
}


def by_rest(world, body):
    answer = post(world.more["token"], "notices", body)
    return answer.status_code, answer.json()


def by_batch(world, body):
    others = deepcopy(body) | {"external_ref": "other"}
    rows = post(world.more["token"], "notices/batch", {"notices": [body, others]}).json()["results"]
    assert rows[0]["status"] == rows[1]["status"]
    return rows[0]["status"], rows[0]["problem"]


def by_another_client(world, body):
    client, _actor = make.make_client(clock.now(), name="second")
    kind, name, ref = world.merchant.kind, world.merchant.name, world.merchant.external_ref
    make.accounts.create_party(
        actor=make.CONSOLE, client=client, kind=kind, name=name, external_ref=ref, now=clock.now()
    )
    answer = post(token_for(client, now=clock.now()), "notices", body)
    return answer.status_code, answer.json()


ROUTES = {"rest": by_rest, "batch": by_batch, "another client": by_another_client}


BY_EVERY_ROUTE = ("nothing but another number", "other words, renamed object, other clause", "as a hold on suspicion")
"""Disguises that every route is tried with: what is likeness and what is refused does not depend on the route."""


@pytest.mark.parametrize(
    ("disguise", "route"), [(one, way) for one in DISGUISES for way in ROUTES if way == "rest" or one in BY_EVERY_ROUTE]
)
def test_what_was_overturned_is_not_served_again(told, disguise, route):
    """Finding 7: the same client served the same again five minutes later, and it was in force."""
    body = DISGUISES[disguise](deepcopy(told.more["body"]) | {"external_ref": "again"}, told)

    status, problem = ROUTES[route](told, body)

    assert (status, problem["type"].rpartition("/")[2]) == (409, "settled-before"), problem
    assert Notice.objects.count() == 1


def test_nor_from_a_file(told, tmp_path):
    file = tmp_path / "notices.jsonl"
    file.write_text(json.dumps(told.more["body"] | {"external_ref": "again"}) + "\n")
    said = StringIO()

    call_command("load_notices", str(file), client=told.client.ref, stdout=said, stderr=StringIO())

    assert "0 issued, 0 existed, 1 refused" in said.getvalue()


def test_nor_by_amending_another_notice_into_it(told, now):
    """A notice about something else that then takes on the facts of the revoked one."""
    body = measure(object_ref="99001", object_label="茶叶")(deepcopy(told.more["body"]), told)
    body |= {"external_ref": "else", "facts": FACTS.replace("88120", "99001"), "conduct_at": now.isoformat()}
    answer = post(told.more["token"], "notices", body)
    assert answer.status_code == 201, answer.content
    ref = answer.json()["ref"]

    refused = post_amend(told, ref, FACTS)

    assert refused.status_code == 409
    assert Notice.objects.get(ref=ref).edition == 1


def post_amend(world, ref, facts):
    headers = {"Authorization": f"Bearer {world.more['token']}", "Idempotency-Key": str(uuid.uuid4())}
    version = Notice.objects.get(ref=ref).version
    body = json.dumps({"why": "更正商品编号。", "facts": facts})
    at = f"/api/v1/notices/{ref}/amend"
    return Client().post(at, body, content_type="application/json", headers=headers | {"If-Match": f'"{version}"'})


ANOTHER = {
    "another listing of the shop": both(
        measure(object_ref="88121", object_label="青瓷杯"),
        put(facts=FACTS.replace("88120", "88121")),
    ),
    "what the listing says after the overturn": lambda body, _world: both(
        put(conduct_at=clock.now().isoformat()), evidence(captured_at=clock.now().isoformat(), excerpt="国家级特供")
    )(body, _world),
    "another breach of it that day": both(
        put(facts="2026年11月20日商品88120发货地与页面所写不符,物流记录见附件1,买家已投诉。"),
        basis(clause="9"),
        evidence(excerpt="物流记录:发货地为义乌,页面写景德镇"),
    ),
}


@pytest.mark.parametrize("what", ANOTHER)
def test_what_was_not_judged_is_served(told, what):
    body = ANOTHER[what](deepcopy(told.more["body"]) | {"external_ref": "another"}, told)

    assert by_rest(told, body)[0] == 201


NEW = {
    "contradicts": {"notice": "", "what_is_new": "买家提供的录屏显示该字样在申诉后仍由商家后台发布,原存档未包含。"},
    "decision": {"officer": "", "evidence_was_opened": True},
    "evidence": [{"caption": "买家录屏", "captured_at": "2026-11-20T10:12:00+08:00", "excerpt": "后台发布记录:国家级"}],
}


def openly(world, **changes):
    body = deepcopy(world.more["body"]) | deepcopy(NEW) | {"external_ref": "openly"} | changes
    if body["contradicts"] is not None and not body["contradicts"]["notice"]:
        body["contradicts"]["notice"] = world.more["notice"].number
    if body["decision"].get("officer") == "":
        body["decision"]["officer"] = world.otto.code
    return body


def test_with_new_evidence_a_person_and_words_it_is_served_and_quotes_the_overturn(told):
    status, answer = by_rest(told, openly(told))

    assert status == 201, answer
    page = Visitor(told.alice).sees(f"/notices/{answer['ref']}/")
    decision = Appeal.objects.get().decision
    assert NEW["contradicts"]["what_is_new"] in page
    assert told.more["notice"].number in page
    assert decision.reasons in page
    assert answer["contradicts"]["notice"] == told.more["notice"].ref
    assert answer["contradicts"]["decision"]["reasons"] == decision.reasons


@pytest.mark.parametrize(
    ("missing", "pointer"),
    [
        ({"decision": {"tool": "keyword-scan 3.2"}}, "/decision/officer"),
        ({"contradicts": {"notice": "", "what_is_new": "有新情况"}}, "/contradicts/what_is_new"),
        ({"contradicts": {"notice": "N-20200101-AAAAAAA", "what_is_new": "x" * 30}}, "/contradicts/notice"),
        ({"evidence": None}, "/evidence"),
    ],
)
def test_without_one_of_them_it_is_not(told, missing, pointer):
    if missing.get("evidence", "") is None:
        missing = {"evidence": told.more["body"]["evidence"]}

    status, problem = by_rest(told, openly(told, **missing))

    assert (status, [each["pointer"] for each in problem["errors"]]) == (400, [pointer])


def test_the_database_holds_it_past_the_code(told, now):
    notice, finding = told.more["notice"], SettledFinding.objects.get()
    other = told.notice(conduct_at=notice.conduct_at + timedelta(minutes=1))
    measures = other.measures.all()
    row = Basis.objects.get(notice=notice)

    def serve(**changes):
        fields = {f.attname: getattr(notice, f.attname) for f in Notice._meta.concrete_fields if not f.generated}
        fields |= {"id": None, "ref": "ntc_again", "number": "N-again", "external_ref": "again", "state": "IN_FORCE"}
        again = Notice.objects.create(**fields | changes)
        first = notice.measures.get()
        first.pk, first.notice, first.state = None, again, "IN_FORCE"
        first.save(force_insert=True)
        Basis.objects.create(notice=again, no=1, **_of(row))

    assert_refused("settled_finding_is_not_made_again", serve)
    assert_refused(
        "settled_finding_is_not_made_again",
        partial(serve, contradicts_id=notice.pk, what_is_new="新的证据,见附件。"),  # without any
    )
    assert_refused("settled_finding_is_append_only", lambda: SettledFinding.objects.all().delete())
    assert_refused("settled_finding_covers_a_time", partial(_again, finding, conduct_until=finding.conduct_from))
    assert_refused("finding_is_settled_once", partial(_again, finding))
    assert_refused(
        "finding_is_settled_by_an_overturn", partial(_again, finding, notice=other, object_ref=measures[0].object_ref)
    )
    assert_refused(
        "notice_against_an_overturn_names_a_person_and_what_is_new",
        partial(serve, contradicts_id=notice.pk, what_is_new=""),
    )


def _again(finding, **changes):
    fields = {f.name: getattr(finding, f.name) for f in SettledFinding._meta.concrete_fields if f.name != "id"}
    SettledFinding.objects.create(**fields | changes)


def _of(row):
    names = ("kind", "clause_id", "name_zh", "clause_number", "version_number", "text_zh", "text_hash")
    return {name: getattr(row, name) for name in names}


def test_what_a_client_takes_back_itself_it_may_say_right(world, now):
    notice = world.notice()

    withdraw_notice(actor=world.platform, ref=notice.ref, reason="截图附错,将更正后重新发出。", now=now)

    assert not SettledFinding.objects.exists()


@pytest.mark.parametrize(("earlier", "served"), [(timedelta(minutes=1), False), (timedelta(days=30), True)])
def test_an_overturn_on_record_after_the_request_came_counts_and_one_of_long_after_an_import_does_not(
    world, now, earlier, served
):
    what = make.draft(world.merchant, world.rule, now=now - timedelta(days=40))
    first = make.issue(world.platform, what, now=now)
    withdraw_notice(actor=world.carl, ref=first.ref, reason="复查发现截图对应另一件商品。", now=now)
    renamed = replace(what.measures[0], object_ref="X1")  # the database knows it by its number, the check by likeness
    again = replace(what, external_ref="again", measures=[renamed])

    if served:
        assert make.issue(world.platform, again, now=now - earlier).state == "IN_FORCE"
    else:
        with pytest.raises(SettledBefore):
            make.issue(world.platform, again, now=now - earlier)


def test_what_staff_withdraws_is_settled(world, now):
    notice = world.notice()

    withdraw_notice(actor=world.carl, ref=notice.ref, reason="复查发现截图对应另一件商品。", now=now)

    assert SettledFinding.objects.get().reasons == "复查发现截图对应另一件商品。"


# — what rests on it, and where the same mistake may have been made —


def serve(world, **changes):
    return make.issue(world.platform, make.draft(world.merchant, world.rule, now=world.now, **changes), now=world.now)


def looks(cause=None):
    rows = SiblingReview.objects.all() if cause is None else SiblingReview.objects.filter(cause_kind=cause)
    return {(row.cause_kind, row.notice_id) for row in rows}


@pytest.mark.parametrize("names", ["rests_on", "facts"])
def test_an_overturn_opens_what_rests_on_it(world, now, names):
    """Finding 7: a closure whose facts cite the revoked notice stayed in force, and nobody was told."""
    first = world.notice()
    facts = f"该店铺屡次违规,此前已有{first.number}号处置,本次又在商品页使用绝对化用语。"
    closure = serve(world, **({"rests_on": [first.ref]} if names == "rests_on" else {"facts": facts}))
    assert Ground.objects.get().notice == closure
    appeal = make.ready_to_decide(world.rita, make.file(world.alice, first, now=now), now=now)

    make.decide(world.rita, appeal, now=now)
    settle_down(now)

    assert ("RESTS_ON", closure.pk) in looks()
    page = Visitor(world.alice).sees(f"/notices/{first.ref}/")
    assert closure.number in page
    assert "Being looked at again" in page
    assert closure.number in Visitor(world.carl).sees(f"/workbench/siblings/?cause={first.ref}")


def test_nothing_rests_on_what_fell_or_on_another_party_s(world, now):
    first, other = world.notice(), world.notice(party=world.other_merchant)
    withdraw_notice(actor=world.carl, ref=first.ref, reason="复查发现截图对应另一件商品。", now=now)

    for earlier, code in ((first, "rests-on-what-fell"), (other, "unknown-notice")):
        with pytest.raises(Invalid) as refused:
            serve(world, rests_on=[earlier.ref])
        assert [each.code for each in refused.value.errors] == [code]
    before, later = world.notice(), world.notice()
    made = Ground.objects.create(notice=later, earlier=before)
    assert_refused("notice_rests_on_another_once", lambda: Ground.objects.create(notice=later, earlier=before))
    assert_refused("ground_is_append_only", made.delete)
    assert_refused("notice_rests_on_one_of_its_party", lambda: Ground.objects.create(notice=later, earlier=first))
    assert_refused("notice_rests_on_one_before_it", lambda: Ground.objects.create(notice=later, earlier=later))


def test_where_a_person_was_wrong_the_same_mistake_is_looked_for(world, now):
    """Finding 8: an identical second notice by the same officer stayed, and nobody looked."""
    by_hand = {"detection": Detection("STAFF"), "decision": Decision(officer=world.otto.code, evidence_was_opened=True)}
    wrong, twin = world.notice(**by_hand), world.notice(**by_hand)
    same = make.measure(now, object_ref=wrong.measures.get().object_ref)
    same_object = world.notice(**by_hand, measures=[same], facts="商品页写明的发货地与实际不符,见附件。")
    same_officer = world.notice(**by_hand, facts="该店铺在直播间使用了绝对化的宣传用语,录屏见附件。")
    by_another = by_hand | {"decision": Decision(officer=world.rosa.code)}
    others = world.notice(**by_another, facts="发货地与页面不符,见附件物流记录。")
    appeal = make.ready_to_decide(world.rita, make.file(world.alice, wrong, now=now), now=now)

    make.decide(world.rita, appeal, now=now)
    settle_down(now)

    found = looks()
    assert found == {("OBJECT", same_object.pk), ("LIKENESS", twin.pk), ("OFFICER", same_officer.pk)}
    assert others.pk not in {pk for _kind, pk in found}
    told = Notification.objects.filter(user_id=world.carl.user_id, what_en__startswith="One error was found")
    assert told.count() == 1


def test_an_officer_of_whom_too_much_is_stated_is_flagged_with_figures(world, now):
    """Finding 3: a hundred decisions of one officer within a minute, each with an exhibit opened."""
    for _each in range(8):
        world.notice(decision=Decision(officer=world.otto.code, opened=[1]))

    settle_down(now)

    assert {kind for kind, _pk in looks()} == {"PACE", "UNOPENED"}
    row = SiblingReview.objects.get(cause_kind="PACE")
    page = Visitor(world.carl).sees(f"/workbench/siblings/{row.ref}/")
    assert "8 notices name this person, 8 of them within one minute" in page
    assert "said to have opened: 8; opened here: 0" in page
    assert world.otto.code in Visitor(world.carl).sees("/workbench/siblings/")
    world.notice(decision=Decision(officer=world.otto.code, opened=[1]))
    settle_down(now)
    assert SiblingReview.objects.count() == 2
    copy = {"ref": "sib_x", "number": "S-x", "pk": None, "notice": Notice.objects.latest("pk")}
    assert_refused("officer_is_flagged_once_at_a_time", lambda: make_copy(row, **copy))


def make_copy(row, **changes):
    fields = {f.name: getattr(row, f.name) for f in row._meta.concrete_fields if f.name != "id"}
    SiblingReview.objects.create(**fields | {k: v for k, v in changes.items() if k != "pk"})
