"""A notice with a hole in it is refused, field by field, and nothing of it is stored; a whole one is served once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from casework.errors import BasisNotInForce, ExternalRefMismatch, Invalid, NotAllowed
from casework.models import Deadline, Event
from notices import commands as notices
from notices.commands import BasisDraft, Decision, Detection, ExhibitDraft
from notices.models import Basis, Exhibit, Measure, Notice
from rules.commands import ClauseText
from tests import factories as make
from tests.conftest import NOW
from tests.laws import assert_refused

pytestmark = pytest.mark.once


DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


def one(**changes):
    return {"measures": [make.measure(NOW, **changes)]}


def money(**changes):
    return {"measures": [make.deduction(NOW, **changes)]}


def sum_of(**changes):
    whole = {"formula": "a_minor", "inputs": {"a_minor": 10_000}, "cap_minor": 20_000, "result_minor": 10_000} | changes
    return money(calculation={k: v for k, v in whole.items() if v is not None})


def hold(**changes):
    return {"is_precautionary": True, "breach_kind": "SUSPICION", **one(**changes)}


HOLES = {
    "no number of its own": ({"external_ref": " "}, "/external_ref", "required"),
    "nobody we know": ({"party": "pty_nobody"}, "/party", "unknown-party"),
    "no facts": ({"facts": ""}, "/facts", "required"),
    "facts nobody can see": ({"facts": "\u200b\u3164 \u2800"}, "/facts", "required"),
    **{
        f"facts that fit every notice, {text[:12]}": ({"facts": text}, "/facts", "says-nothing")
        for text in (
            "违反平台规则。",
            "经核实，您的店铺存在违规行为，情节严重。",
            "经查，您的账号多次严重违反平台规则，情节恶劣，现予以处理。",
            "After review, your shop was found to have seriously violated our policies.",
        )
    },
    "facts too short to say anything": ({"facts": "标题有问题"}, "/facts", "says-nothing"),
    "no reasons": ({"reasons": "  "}, "/reasons", "required"),
    "boilerplate for reasons": ({"reasons": "Violation of platform rules."}, "/reasons", "says-nothing"),
    "reasons that repeat the facts": (
        {"facts": "商品页写有“国家级工艺”字样,共三处。", "reasons": "商品页写有“国家级工艺”字样,共三处。"},
        "/reasons",
        "same-as-facts",
    ),
    "the last word": ({"reasons": "平台对本规则拥有最终解释权,商家应当遵守。"}, "/reasons", "forbidden-phrase"),
    "no way to court": ({"facts": "商家不得起诉平台,否则永久关闭店铺账号。"}, "/facts", "forbidden-phrase"),
    "no appeal": ({"reasons": "You may not appeal this decision in any way."}, "/reasons", "forbidden-phrase"),
    "final and binding": ({"reasons": "This decision is FINAL and BINDING on you."}, "/reasons", "forbidden-phrase"),
    "a breach of the law that names no article": ({"breach_kind": "LAW"}, "/basis", "law-without-article"),
    "a kind of breach nobody knows": ({"breach_kind": "TASTE"}, "/breach_kind", "unknown"),
    "a source nobody knows": ({"detection": Detection("RUMOUR")}, "/detection/source", "unknown"),
    "a machine without a name": ({"detection": Detection("MACHINE", " ")}, "/detection/tool", "required"),
    "a tool that found it, said to be staff": (
        {"detection": Detection("STAFF", "keyword-scan 3.2")},
        "/detection/source",
        "contradicts-the-record",
    ),
    "evidence that nobody could open": (
        {"decision": Decision(tool="keyword-scan 3.2", evidence_was_opened=True)},
        "/decision/officer",
        "contradicts-the-record",
    ),
    "an officer nobody knows": ({"decision": Decision(officer="R-0")}, "/decision/officer", "unknown-officer"),
    "decided by nobody": ({"decision": Decision()}, "/decision", "required"),
    "conduct in the future": ({"conduct_at": NOW + TICK}, "/conduct_at", "in-the-future"),
    "decided before it happened": ({"decided_at": NOW - 2 * DAY}, "/decided_at", "out-of-order"),
    "decided in the future": ({"decided_at": NOW + TICK}, "/decided_at", "out-of-order"),
    "no measure": ({"measures": []}, "/measures", "required"),
    "a measure of no known type": (one(type="banish"), "/measures/0/type", "unknown-measure-type"),
    "a measure without a scope": (one(scope=" "), "/measures/0/scope", "required"),
    "a measure without an object": (one(object_ref=""), "/measures/0/object_ref", "required"),
    "a measure whose object has no name": (one(object_label=" "), "/measures/0/object_ref", "required"),
    "an end at the start": (one(ends_at=NOW), "/measures/0/ends_at", "not-after-start"),
    "an end before the start": (one(ends_at=NOW - DAY), "/measures/0/ends_at", "not-after-start"),
    "the hole in the second measure": (
        {"measures": [make.measure(NOW), make.measure(NOW, scope="")]},
        "/measures/1/scope",
        "required",
    ),
    "a hold without an end": (hold(ends_at=None), "/measures/0/ends_at", "hold-too-long"),
    "a hold for 72 hours and a moment": (
        hold(ends_at=NOW + timedelta(hours=72) + TICK),
        "/measures/0/ends_at",
        "hold-too-long",
    ),
    "a hold for an established breach": (
        hold(ends_at=NOW + timedelta(hours=72)) | {"breach_kind": "RULE"},
        "/breach_kind",
        "hold-rests-on-suspicion",
    ),
    "suspicion without a hold": ({"breach_kind": "SUSPICION"}, "/breach_kind", "hold-rests-on-suspicion"),
    "money without an amount": (money(amount_minor=None), "/measures/0/amount_minor", "required"),
    "less than nothing": (
        money(amount_minor=-1, calculation=None),
        "/measures/0/amount_minor",
        "negative",
    ),
    "money without a calculation": (money(calculation=None), "/measures/0/calculation", "required"),
    "a calculation without its formula": (sum_of(formula=" "), "/measures/0/calculation/formula", "required"),
    "a calculation without its inputs": (sum_of(inputs={}), "/measures/0/calculation/inputs", "required"),
    "a calculation with inputs that are none": (sum_of(inputs="1"), "/measures/0/calculation/inputs", "required"),
    "a calculation without a result": (sum_of(result_minor=None), "/measures/0/calculation/result_minor", "required"),
    "a result that is no number": (sum_of(result_minor="much"), "/measures/0/calculation/result_minor", "required"),
    "a result that is not taken": (
        sum_of(result_minor=9_999),
        "/measures/0/calculation/result_minor",
        "not-the-amount",
    ),
    "a result above the cap": (sum_of(cap_minor=9_999), "/measures/0/calculation/cap_minor", "above-cap"),
    "no cap": (sum_of(cap_minor=None), "/measures/0/calculation/cap_minor", "missing-cap"),
    "a cap of a basis that is not there": (sum_of(cap_basis=2), "/measures/0/calculation/cap_basis", "unknown-basis"),
    "a formula at will": (
        sum_of(formula="随意", inputs={"x": 1}),
        "/measures/0/calculation/formula",
        "unknown-input",
    ),
    "a formula that is a program": (
        sum_of(formula="__import__('os')"),
        "/measures/0/calculation/formula",
        "unsafe-formula",
    ),
    "a value that is no number": (
        sum_of(inputs={"a_minor": "all of it"}),
        "/measures/0/calculation/inputs/a_minor",
        "not-a-number",
    ),
    "wrong arithmetic": (
        sum_of(inputs={"a_minor": 9_999}),
        "/measures/0/calculation/result_minor",
        "wrong-amount",
    ),
    "less than the formula comes to": (
        sum_of(inputs={"a_minor": 10_001}),
        "/measures/0/calculation/result_minor",
        "wrong-amount",
    ),
    "a loss that nothing shows": (sum_of(loss_minor=5_000), "/measures/0/calculation/loss_basis", "required"),
    "a bad review that is hidden": (
        one(object_kind="review", object_label="一星评价"),
        "/measures/0/type",
        "review-stays",
    ),
    "a review that is deleted under another name": (
        one(object_kind="content", object_label="订单评价 NR-1", scope="删除该内容"),
        "/measures/0/type",
        "review-stays",
    ),
    "no basis": ({"basis": []}, "/basis", "required"),
    "a basis of no known kind": ({"basis": [BasisDraft(kind="HABIT")]}, "/basis/0/kind", "unknown"),
    "an article nobody knows": (
        {"basis": [BasisDraft(kind="LAW", instrument="CN-ECL-2018", article="999")]},
        "/basis/0/article",
        "unknown-article",
    ),
    "an agreement without its words": (
        {"basis": [BasisDraft(kind="AGREEMENT", name="合作协议", clause="3")]},
        "/basis/0",
        "required",
    ),
    "no evidence": ({"evidence": []}, "/evidence", "required"),
    "an exhibit that shows nothing": ({"evidence": [ExhibitDraft("截图", NOW)]}, "/evidence/0", "required"),
    "an exhibit without a caption": (
        {"evidence": [ExhibitDraft(" ", NOW, excerpt="国家级")]},
        "/evidence/0/caption",
        "required",
    ),
    "a file nobody sent": (
        {"evidence": [ExhibitDraft("截图", NOW, attachment="att_none")]},
        "/evidence/0/attachment",
        "unknown-attachment",
    ),
}


def stored():
    found = [model.objects.count() for model in (Notice, Measure, Basis, Exhibit)]
    return [*found, *(rows.objects.filter(case_kind=Notice.KIND).count() for rows in (Event, Deadline))]


@pytest.mark.parametrize("hole", HOLES)
def test_a_notice_with_a_hole_is_refused_where_the_hole_is_and_leaves_nothing(world, now, hole):
    changes, pointer, code = HOLES[hole]
    draft = replace(make.draft(world.merchant, world.rule, now=now, officer=world.otto.code), **changes)

    with pytest.raises(Invalid) as refusal:
        make.issue(world.platform, draft, now=now)

    assert [(e.pointer, e.code) for e in refusal.value.errors] == [(pointer, code)]
    assert all(str(e.message) for e in refusal.value.errors)
    assert stored() == [0] * 6


def test_all_holes_of_a_notice_are_said_at_once(world, now):
    draft = make.draft(
        world.merchant, world.rule, now=now, facts="", basis=[], evidence=[], measures=[make.measure(now, scope="")]
    )

    with pytest.raises(Invalid) as refusal:
        make.issue(world.platform, draft, now=now)
    assert {e.pointer for e in refusal.value.errors} == {"/facts", "/basis", "/evidence", "/measures/0/scope"}


@pytest.mark.parametrize("who", ["alice", "rita", "carl", "otto"])
def test_only_the_platform_s_back_end_serves_notices(world, now, who):
    with pytest.raises(NotAllowed):
        make.issue(getattr(world, who), make.draft(world.merchant, world.rule, now=now), now=now)
    assert stored() == [0] * 6


def test_a_party_of_another_client_is_nobody_we_know(world, now):
    _client, other = make.make_client(now, "other")

    with pytest.raises(Invalid) as refusal:
        make.issue(other, make.draft(world.merchant, world.rule, now=now, officer=world.otto.code), now=now)
    assert [(e.pointer, e.code) for e in refusal.value.errors] == [("/party", "unknown-party")]


# — basis —


@pytest.mark.parametrize(
    ("shift", "number"), [(-TICK, None), (timedelta(0), "2026-01"), (29 * DAY, "2026-01"), (30 * DAY, "2026-02")]
)
def test_conduct_is_judged_by_the_version_in_force_when_it_happened(world, now, shift, number):
    start = now - timedelta(days=200)
    code = make.publish_rule(world.platform, now=start, start=start)
    make.publish_rule_version(
        actor=world.platform,
        code=code,
        name_zh="规则",
        name_en="Rule",
        number="2026-02",
        effective_from=start + 30 * DAY,
        clauses=[ClauseText("8", "新文字", "new words")],
        now=start,
    )
    values = {"basis": [BasisDraft(kind="CLAUSE", rule=code, clause="8")], "conduct_at": start + shift}
    draft = make.draft(world.merchant, world.rule, now=now, officer=world.otto.code, **values)

    if number is None:
        with pytest.raises(BasisNotInForce) as refusal:
            make.issue(world.platform, draft, now=now)
        assert [(e.pointer, e.code) for e in refusal.value.errors] == [("/basis/0/clause", "basis-not-in-force")]
        assert not Notice.objects.exists()
    else:
        [basis] = make.issue(world.platform, draft, now=now).bases.all()
        assert basis.version_number == number
        assert (basis.text_zh == "新文字") == (number == "2026-02")


@pytest.mark.parametrize(
    ("basis", "named"),
    [
        ({"rule": "no-such-rule", "clause": "8"}, ("/basis/0/clause", "unknown-clause")),
        ({"clause": "99"}, ("/basis/0/clause", "unknown-clause")),
        ({"clause": "8", "version": "1999-01"}, ("/basis/0/version", "unknown-version")),
    ],
)
def test_a_clause_that_is_not_there_is_named(world, now, basis, named):
    draft = make.draft(
        world.merchant,
        world.rule,
        now=now,
        officer=world.otto.code,
        basis=[BasisDraft(kind="CLAUSE", **{"rule": world.rule} | basis)],
    )
    with pytest.raises(Invalid) as refusal:
        make.issue(world.platform, draft, now=now)
    assert [(e.pointer, e.code) for e in refusal.value.errors] == [named]


@pytest.mark.parametrize(("day", "in_force"), [("2018-12-31", False), ("2019-01-01", True)])
def test_a_law_is_no_basis_before_it_is_in_force(world, now, day, in_force):
    draft = make.draft(
        world.merchant,
        world.rule,
        now=now,
        officer=world.otto.code,
        basis=[BasisDraft(kind="LAW", instrument="CN-ECL-2018", article="38")],
        conduct_at=datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC),
    )
    if in_force:
        assert make.issue(world.platform, draft, now=now).bases.get().name_en == "E-Commerce Law"
    else:
        with pytest.raises(BasisNotInForce):
            make.issue(world.platform, draft, now=now)


def test_a_basis_is_quoted_as_it_read_that_day_and_stays_so(world, now):
    notice = world.notice()
    [basis] = notice.bases.all()

    assert (basis.text_zh, basis.clause_number, basis.version_number) == (make.CLAUSE_8, "8", "2026-01")
    assert Event.objects.get(case_kind="notice").facts["basis"] == [basis.text_hash]


# — batches —


def test_a_batch_of_mixed_rows_serves_the_whole_ones_and_keeps_the_order(world, now):
    draft = make.draft(world.merchant, world.rule, now=now, officer=world.otto.code, external_ref="old")
    old = make.issue(world.platform, draft, now=now)
    drafts = [
        replace(draft, **changes)
        for changes in (
            {"external_ref": "a"},
            {"external_ref": "b", "facts": ""},
            {"external_ref": "old"},
            {"external_ref": "a"},
            {"external_ref": "c", "party": world.consumer.ref},
            {"external_ref": "d", "party": "pty_nobody"},
        )
    ]

    rows = notices.issue_notices(actor=world.platform, drafts=drafts, now=now)

    assert [row.index for row in rows] == list(range(6))
    assert [
        (
            row.notice.external_ref if row.notice else None,
            row.existed,
            [e.code for e in row.refusal.errors] if row.refusal else [],
        )
        for row in rows
    ] == [
        ("a", False, []),
        (None, False, ["required"]),
        ("old", True, []),
        (None, False, ["repeated"]),
        ("c", False, []),
        (None, False, ["unknown-party"]),
    ]
    assert rows[2].notice.pk == old.pk
    assert set(Notice.objects.values_list("external_ref", flat=True)) == {"old", "a", "c"}


def test_a_batch_has_a_limit(world, now, settings):
    settings.NOTICE_BATCH_LIMIT = 2
    drafts = [make.draft(world.merchant, world.rule, now=now, officer=world.otto.code) for _ in range(3)]

    with pytest.raises(Invalid) as refusal:
        notices.issue_notices(actor=world.platform, drafts=drafts, now=now)
    assert [(e.pointer, e.code) for e in refusal.value.errors] == [("/notices", "too-many")]
    assert not Notice.objects.exists()


def test_a_number_sent_again_with_the_same_content_answers_the_notice_that_exists(world, now):
    draft = make.draft(world.merchant, world.rule, now=now, officer=world.otto.code, external_ref="same")
    first = make.issue(world.platform, draft, now=now)
    before = stored()

    again, existed = notices.issue_notice(
        actor=world.platform, draft=replace(draft, party=world.merchant.external_ref), now=now + DAY
    )

    assert (again.pk, existed) == (first.pk, True)
    assert stored() == before


@pytest.mark.on_both
@pytest.mark.parametrize("kept", [True, False], ids=["digests kept", "of before they were kept"])
def test_a_number_sent_again_with_other_content_is_refused_by_field(world, now, monkeypatch, kept):
    draft = make.draft(world.merchant, world.rule, now=now, officer=world.otto.code, external_ref="same")
    with monkeypatch.context() as before_this_version:
        if not kept:
            before_this_version.setattr("notices.commands.issue.digests_of", lambda _content: None)
        make.issue(world.platform, draft, now=now)
    before = stored()

    with pytest.raises(ExternalRefMismatch) as refusal:
        notices.issue_notice(
            actor=world.platform, draft=replace(draft, party=world.consumer.ref, facts="别的事实。"), now=now + DAY
        )

    assert [(e.pointer, e.code) for e in refusal.value.errors] == [("/facts", "differs"), ("/party", "differs")]
    assert stored() == before


def test_an_amended_notice_is_still_found_by_what_was_sent(world, now):
    draft = make.draft(world.merchant, world.rule, now=now, officer=world.otto.code, external_ref="same")
    first = make.issue(world.platform, draft, now=now)
    notices.amend_notice(
        actor=world.platform,
        ref=first.ref,
        expected_version=first.version,
        amendment=notices.Amendment(why="笔误", facts="商品88120的标题写有“国家级工艺”字样。"),
        now=now + DAY,
    )

    again, existed = notices.issue_notice(actor=world.platform, draft=draft, now=now + DAY)

    assert (again.pk, existed) == (first.pk, True)


def test_two_clients_may_use_the_same_number(world, now):
    client, other = make.make_client(now, "other")
    shop = make.make_party(client, "MERCHANT", "别处的店", now=now)
    world.notice(external_ref="same")

    notice, existed = notices.issue_notice(
        actor=other, draft=make.draft(shop, world.rule, now=now, officer=world.otto.code, external_ref="same"), now=now
    )
    assert not existed
    assert notice.client_id == client.pk


# — what service sets going —


def test_service_opens_the_window_to_appeal_and_counts_the_shortest_measure(world, now, settings):
    notice = world.notice(measures=[make.measure(now, ends_at=now + 9 * DAY), make.measure(now, ends_at=now + 3 * DAY)])

    due = dict(Deadline.objects.filter(case_kind="notice", state="OPEN").values_list("kind", "due_at"))
    assert due == {"notice.appeal_window": notice.appeal_closes_at, "notice.period": now + 3 * DAY}
    # A day ends at 24:00 in Beijing, so the window is never shorter than the number of days.
    assert 184 * DAY <= notice.appeal_closes_at - now <= 185 * DAY


def test_who_decided_is_kept_with_the_team_that_may_not_review(world, now):
    notice = world.notice()
    by_machine = world.notice(officer="")

    assert (notice.decided_by_id, notice.decided_by_team_id) == (world.otto.user_id, world.otto.team_id)
    assert (by_machine.decided_by_id, by_machine.decided_by_team_id, by_machine.evidence_was_opened) == (
        None,
        None,
        False,
    )
    by_machine.refresh_from_db()
    assert by_machine.automated_decision == "FULL"


@pytest.mark.on_both
def test_text_is_kept_byte_for_byte(world, now):
    facts = "  商品页写有“国家级工艺”字样,共三处。\r\n\t第二行 e\u0301  "
    notice = world.notice(facts=facts)

    with connection.cursor() as cursor:
        cursor.execute("SELECT facts FROM notices_notice WHERE id = %s", [notice.pk])
        assert cursor.fetchone()[0] == facts


# — money —


LOSS = {"loss_minor": 7_692, "loss_basis": "两笔退款"}  # 10 000 lies 30 % above it


@pytest.mark.parametrize(("loss", "warned"), [(LOSS, [1]), (LOSS | {"loss_minor": 7_693}, None), ({}, None)])
def test_an_amount_far_above_the_recorded_loss_is_served_with_a_warning_that_stays(world, now, loss, warned):
    notice = make.issue(world.platform, make.draft(world.merchant, world.rule, now=now, **sum_of(**loss)), now=now)

    assert bool(notice.measures.get().warning) is bool(warned)
    assert Event.objects.get(case_id=notice.pk, type="notice.issued").facts.get("above_loss") == warned


# — reviews —


@pytest.mark.parametrize(
    ("instrument", "article", "is_served"),
    [("CN-CC", "1024", True), ("CN-AUCL-2025", "9", True), ("CN-AUCL-2025", "10", False), ("CN-TEST", "9", False)],
)
def test_a_review_is_hidden_only_where_a_law_prohibits_its_content(world, now, instrument, article, is_served):
    make.record_article(world.platform, now=now, instrument=instrument, article=article)
    bases = [BasisDraft(kind="LAW", instrument=instrument, article=article)]
    draft = make.draft(
        world.consumer,
        world.rule,
        now=now,
        officer=world.otto.code,
        basis=bases,
        breach_kind="LAW",
        **one(object_kind="review"),
    )
    if is_served:
        assert make.issue(world.platform, draft, now=now).measures.count() == 1
        return
    with pytest.raises(Invalid) as refused:
        make.issue(world.platform, draft, now=now)
    assert [e.code for e in refused.value.errors] == ["review-stays"]
    with pytest.raises(Invalid):
        make.issue(world.platform, replace(draft, breach_kind="RULE"), now=now)


def test_who_writes_reviews_may_be_barred_while_the_reviews_stay(world, now):
    measures = one(object_kind="account", object_label="买家账号", scope="七天内不能发表评价")

    assert make.issue(
        world.platform, make.draft(world.consumer, world.rule, now=now, officer=world.otto.code, **measures), now=now
    )


# — automation —


@pytest.mark.on_both
@pytest.mark.parametrize(
    ("stated", "opened", "tool", "level", "recorded"),
    [
        (None, [1], "", "NONE", [1]),
        (None, [1], "keyword-scan 3.2", "PARTIAL", [1]),
        (None, [], "keyword-scan 3.2", "FULL", []),
        (True, [1], "keyword-scan 3.2", "PARTIAL", [1]),
        (True, None, "keyword-scan 3.2", "PARTIAL", None),
        (False, None, "keyword-scan 3.2", "FULL", None),
    ],
)
def test_the_level_follows_from_who_looked_into_what_and_with_which_tool(
    world, now, stated, opened, tool, level, recorded
):
    decision = Decision(officer=world.otto.code, tool=tool, evidence_was_opened=stated, opened=opened)
    notice = world.notice(decision=decision)

    notice.refresh_from_db()
    assert (notice.automated_decision, notice.opened_exhibits) == (level, recorded)
    assert_refused("notice_decider_is_not_rewritten", lambda: Notice.objects.update(opened_exhibits=[1, 2]))


@pytest.mark.parametrize(
    ("stated", "opened", "pointer"),
    [
        (True, [], "/decision/evidence_was_opened"),
        (False, [1], "/decision/evidence_was_opened"),
        (None, [1, 2], "/decision/opened"),
    ],
)
def test_a_statement_that_the_record_contradicts_is_refused(world, now, stated, opened, pointer):
    decision = Decision(officer=world.otto.code, evidence_was_opened=stated, opened=opened)

    with pytest.raises(Invalid) as refused:
        world.notice(decision=decision)
    assert [(e.pointer, e.code) for e in refused.value.errors] == [(pointer, "contradicts-the-record")]


@pytest.mark.parametrize(
    ("cap", "basis", "refused"),
    [
        (900_000_000, {"clause": "6"}, "above-the-stated-cap"),  # the attempt of 2026-11-30: a cap that was typed
        (2_000_000, {"clause": "6"}, None),
        (2_000_000, {"clause": "7"}, "states-no-figure"),
        (2_000_000, {"clause": "7", "cap_basis": 1}, "states-no-figure"),
        (500_000, {"clause": "8"}, None),  # so much for each breach
    ],
)
def test_a_cap_follows_from_a_figure_of_what_is_cited(world, now, cap, basis, refused):
    clauses = [ClauseText("6", "最高扣除二万元。", "At most CNY 20,000."), ClauseText("7", "应当如实。", "Be honest.")]
    named = {"code": "caps", "name_zh": "规则", "name_en": "Rule", "number": "1", "clauses": clauses}
    make.publish_rule_version(actor=world.platform, effective_from=now - timedelta(days=9), now=now, **named)
    rule = world.rule if basis["clause"] == "8" else "caps"
    calculation = {"formula": "a_minor", "inputs": {"a_minor": cap}, "cap_minor": cap, "result_minor": cap}
    calculation |= {"cap_basis": basis["cap_basis"]} if "cap_basis" in basis else {}
    draft = make.draft(
        world.merchant,
        rule,
        now=now,
        basis=[BasisDraft(kind="CLAUSE", rule=rule, clause=basis["clause"])],
        measures=[make.deduction(now, amount=cap, calculation=calculation)],
    )
    if refused is None:
        assert make.issue(world.platform, draft, now=now).pk
        return
    with pytest.raises(Invalid) as error:
        make.issue(world.platform, draft, now=now)
    assert [each.code for each in error.value.errors] == [refused]
