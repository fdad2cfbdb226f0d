"""Whoever owns the database changes what is on record: every kind of change is found, and said where.

The triggers are down for it; changed events are in test_ledger.py.
"""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from appeals import commands as appeals
from casework import ledger, triggers
from notices import commands as notices
from tests import factories as make
from tests.appeals.test_case_file import filed_with_evidence
from tests.conftest import build_world
from tests.disputes.building import argued, build_court


@pytest.fixture(scope="module")
def module_cases(module_database: Callable[[], Any], now: Any) -> Any:
    """An appeal decided after a question, an amended notice, one withdrawn, and a determined dispute."""
    with module_database():
        world, later = build_world(now), now + timedelta(minutes=1)
        appeal = filed_with_evidence(world, now)
        appeals.demand_human(actor=world.alice, ref=appeal.ref, now=now)
        make.ready_to_decide(world.rita, appeal, now=later)
        ask = {"item": "发货单", "fact": "已发货", "due_at": None, "now": later}
        appeals.request_information(actor=world.rita, ref=appeal.ref, **ask)
        appeals.respond_to_request(actor=world.alice, ref=appeal.ref, answer="见附件。", now=later)
        appeal.refresh_from_db()
        make.decide(world.rita, appeal, now=later)
        amended, withdrawn = world.notice(), world.notice()
        amendment = notices.Amendment(
            facts="2026年3月2日巡查发现，该商品详情页第三屏写有“国家级”字样。", why="日期写错了，已更正。"
        )
        notices.amend_notice(actor=world.platform, ref=amended.ref, amendment=amendment, now=later)
        notices.withdraw_notice(actor=world.platform, ref=withdrawn.ref, reason="复查发现有误。", now=later)
        dispute = argued(build_court(now), now)
        assert list(ledger.verify()) == []
        return SimpleNamespace(
            world=world, appeal=appeal, of_appeal=appeal.notice, amended=amended, withdrawn=withdrawn, dispute=dispute
        )


AT = "2026-01-01 00:00:00+00:00"
FORGERIES: dict[str, tuple[str, str, str]] = {
    # what somebody changes: the SQL, whose case, what of it is said to differ
    "the outcome of an appeal": ("UPDATE appeals_appeal SET outcome = 'UPHELD'", "appeal", "outcome"),
    "the outcome of its decision": ("UPDATE appeals_decision SET outcome = 'UPHELD'", "appeal", "outcome"),
    "the reasons": ("UPDATE appeals_decision SET reasons = reasons || '！'", "appeal", "reasons"),
    "the application of the rule": ("UPDATE appeals_decision SET rule_application = '另一条。'", "appeal", "content"),
    "the check code of the letter": ("UPDATE appeals_decision SET check_code = 'AAAABBBBCCCC'", "appeal", "content"),
    "when it was decided": ("UPDATE appeals_decision SET decided_at = 'AT'", "appeal", "decided_at"),
    "who decided": (
        "UPDATE appeals_decision SET reviewer_id = (SELECT id FROM accounts_user WHERE username LIKE 'rosa%%')",
        "appeal",
        "decision.reviewer",
    ),
    "who holds the appeal": (
        "UPDATE appeals_appeal SET reviewer_id = (SELECT id FROM accounts_user WHERE username LIKE 'rosa%%')",
        "appeal",
        "reviewer",
    ),
    "that a person was demanded": ("UPDATE appeals_appeal SET human_demanded = false", "appeal", "human_demanded"),
    "a finding": ("UPDATE appeals_decisionpoint SET finding = 'rejected'", "appeal", "points"),
    "the sentence of a point": ("UPDATE appeals_decisionpoint SET sentence = sentence || '！'", "appeal", "content"),
    "the evidence a point cites": ("UPDATE appeals_decisionpoint SET evidence = '[7]'", "appeal", "content"),
    "a point that is gone": ("DELETE FROM appeals_decisionpoint WHERE kind = 'fact'", "appeal", "points"),
    "a ruling on a measure": ("UPDATE appeals_ruling SET outcome = 'UPHELD'", "appeal", "content"),
    "the statement": ("UPDATE appeals_appeal SET statement = '我认错。'", "appeal", "statement"),
    "the ground": ("UPDATE appeals_appeal SET ground = 'other'", "appeal", "ground"),
    "when it was filed": ("UPDATE appeals_appeal SET filed_at = 'AT'", "appeal", "filed_at"),
    "what was said of one measure": ("UPDATE appeals_appealitem SET statement = '认错。'", "appeal", "filing"),
    "the caption of evidence": ("UPDATE appeals_evidenceitem SET caption = '伪造'", "appeal", "manifest"),
    "the file of evidence": ("UPDATE casework_attachment SET sha256 = A_HASH", "appeal", "manifest"),
    "evidence that is gone": ("DELETE FROM appeals_evidenceitem", "appeal", "manifest"),
    "a first view": ("UPDATE appeals_firstview SET outcome = 'UPHELD', note = '改'", "appeal", "view"),
    "a question": ("UPDATE appeals_informationrequest SET item = '别的'", "appeal", "item"),
    "an answer": ("UPDATE appeals_informationrequest SET answer = '没有。'", "appeal", "answer"),
    "a demand that is gone": ("DELETE FROM appeals_humandemand", "appeal", "a row is gone"),
    "the facts of a notice": ("UPDATE notices_notice SET facts = '别的事实。'", "of_appeal", "text"),
    "its reasons with their hash": (
        "UPDATE notices_notice SET reasons = '别的理由。', text_hash = A_HASH",
        "of_appeal",
        "text_hash",
    ),
    "when it happened": ("UPDATE notices_notice SET conduct_at = 'AT'", "of_appeal", "content"),
    "how it was found": (
        "UPDATE notices_notice SET detection_source = 'COMPLAINT'", "of_appeal", "detection",
    ),
    "who decided the measure": (
        "UPDATE notices_notice SET decided_by_id = (SELECT id FROM accounts_user WHERE username LIKE 'odile%%')",
        "of_appeal",
        "content",
    ),
    "the scope of a measure": ("UPDATE notices_measure SET scope = '全店'", "of_appeal", "content"),
    "the words of a clause": ("UPDATE notices_basis SET text_zh = '新的条文'", "of_appeal", "basis 1"),
    "the excerpt of an exhibit": ("UPDATE notices_exhibit SET caption = '别的图'", "of_appeal", "content"),
    "an earlier text": ("UPDATE notices_edition SET facts = '从来如此。'", "amended", "text"),
    "why a text was changed": ("UPDATE notices_edition SET why = '无'", "amended", "why"),
    "why a notice was withdrawn": ("UPDATE notices_notice SET withdrawn_reason = '其他'", "withdrawn", "reason"),
    "the statement of a dispute": ("UPDATE disputes_dispute SET statement = '没有问题。'", "dispute", "statement"),
    "the sum that is claimed": ("UPDATE disputes_dispute SET claim_amount_minor = 1", "dispute", "amount_minor"),
    "the first answer": ("UPDATE disputes_dispute SET first_answer = '同意。'", "dispute", "answer"),
    "the mediator": (
        "UPDATE disputes_dispute SET mediator_id = (SELECT id FROM accounts_user WHERE username LIKE 'max%%')",
        "dispute",
        "mediator",
    ),
    "the sum of a determination": ("UPDATE disputes_determination SET amount_minor = 1", "dispute", "content"),
    "the reasons of a determination": ("UPDATE disputes_determination SET reasons = '改'", "dispute", "reasons"),
    "the sentence of a finding": ("UPDATE disputes_finding SET sentence = '门卫签收算交付。'", "dispute", "content"),
    "an objection": ("UPDATE disputes_objection SET text = '无异议。'", "dispute", "text"),
    "that a piece was withheld": (
        "UPDATE disputes_evidenceitem SET is_withheld = false, withheld_reason = ''", "dispute", "manifest",
    ),
    "a platform record": ("UPDATE disputes_platformrecord SET content = '[1]'", "dispute", "records"),
    "who collected a record": ("UPDATE disputes_platformrecord SET collector = '本人'", "dispute", "origins"),
    "the reasons of a ruling on a fact": ("UPDATE disputes_factruling SET reasons = '改'", "fact", "reasons"),
    "what was ruled of a fact": ("UPDATE disputes_factruling SET proved = true", "fact", "ruling.proved"),
    "whether a fact is established": ("UPDATE disputes_factatissue SET established = true", "fact", "established"),
}  # fmt: skip


def forge(sql: str) -> None:
    """Runs the SQL as somebody who owns the database, without triggers."""
    triggers.take_down(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(sql.replace("A_HASH", f"'{'a' * 64}'").replace("'AT'", f"'{AT}'"), [])
        assert cursor.rowcount > 0
        cursor.execute(
            "SET LOCAL session_replication_role = origin"
            if connection.vendor == "postgresql"
            else "PRAGMA ignore_check_constraints = OFF"
        )


@pytest.mark.parametrize(("sql", "case", "what"), FORGERIES.values(), ids=FORGERIES)
def test_a_changed_row_is_found_and_said_where(db: None, module_cases: Any, sql: str, case: str, what: str) -> None:
    forge(sql)

    faults = {(fault.case, fault.what) for fault in ledger.verify()}
    ref = module_cases.dispute.facts.get(no=1).ref if case == "fact" else getattr(module_cases, case).ref
    assert (ref, f"row-differs: {what}") in faults
