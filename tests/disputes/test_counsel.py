"""Counsel signs a very text; what changed has no signature; everybody sees who signed, and where nobody did."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation

from casework.errors import Invalid, NotAllowed, NotYourTurn, Stale
from casework.ledger import verify
from disputes import commands, queries
from disputes.counsel import _label, is_table_signed
from disputes.default_table import GROUNDS
from disputes.models import FactRow, GroundRow, StepRow
from rules import commands as rules
from rules.counsel import IN_USE, text_of
from rules.models import CounselSignature, RuleVersion, Signed
from tests import factories as make
from tests.disputes.building import argued, fresh
from tests.laws import assert_refused, insert
from tests.pages import Visitor, browser
from tests.surfaces.people import Http

pytestmark = pytest.mark.once


CODES = {
    "BUYER": "买家 · buyer",
    "HIGH_PROBABILITY": "高度盖然性 · highly probable",
    "REFUND, RESEND": "退款、补发 · refund, send again",
    "order, logistics": "订单、物流 · order, logistics",
}
DRAFT = "草案，未经法律顾问签署"


@pytest.fixture
def counsel(court, now):
    return make.staff("counsel", now=now, name="lin", code="L-3")


def sign(counsel, now, subject=Signed.GROUND, key="BOP-01"):
    return rules.sign_as_counsel(
        actor=counsel, subject=subject, key=key, text_sha256=text_of(subject, key).sha256, now=now
    )


def ground(code="BOP-01"):
    return GroundRow.objects.get(code=code)


def test_the_default_table_is_a_draft_and_says_so_until_counsel_signs(court, counsel, now):
    dispute = court.joined("not_received")
    bob, mia = Visitor(court.bob, "zh-hans"), Visitor(court.mia, "zh-hans")
    pages = [(bob, f"/disputes/{dispute.ref}/facts/1/"), (mia, f"/workbench/disputes/{dispute.ref}/")]
    assert all(DRAFT in visitor.sees(path) for visitor, path in pages)
    assert DRAFT in browser(court.bob, "zh-hans").get("/burden/?q=BOP-01").content.decode()
    assert "未经核对" in bob.sees(pages[0][1])

    signature = sign(counsel, now)

    assert not any(DRAFT in visitor.sees(path) for visitor, path in pages)
    table = Http()("GET", "/api/v1/burden-tables/current").json()
    first = next(each for each in table["grounds"] if each["code"] == "BOP-01")
    assert (first["is_signed_by_counsel"], first["signatures"][0]["officer"]) == (True, "L-3")
    assert not table["is_signed_by_counsel"]  # one of 34
    rules.withdraw_signature(actor=counsel, ref=signature.ref, reason="法律已修订。", now=now)
    assert all(DRAFT in visitor.sees(path) for visitor, path in pages)
    assert "法律已修订" in browser(court.bob).get("/burden/?q=BOP-01").content.decode()
    assert list(verify()) == []


def test_a_table_is_signed_once_each_ground_is(court, counsel, now):
    for code in [text.key for text in IN_USE[Signed.GROUND]()]:
        assert not is_table_signed(court.table)
        sign(counsel, now, key=code)
    assert is_table_signed(court.table)


@pytest.mark.on_both
def test_a_signature_is_under_the_text_that_was_read(court, counsel, now):
    for wrong in ("0" * 64, text_of(Signed.GROUND, "BOP-02").sha256):
        with pytest.raises(Stale):
            rules.sign_as_counsel(actor=counsel, subject="GROUND", key="BOP-01", text_sha256=wrong, now=now)
    with pytest.raises(Invalid):
        rules.sign_as_counsel(actor=counsel, subject="GROUND", key="BOP-99", text_sha256="0" * 64, now=now)
    for actor in (court.carl, court.mia, court.bob, court.platform):
        with pytest.raises(NotAllowed):
            sign(actor, now)
    row = sign(counsel, now)
    with pytest.raises(NotYourTurn):
        sign(counsel, now)

    found = CounselSignature.objects.filter(pk=row.pk)
    new = {"ref": "x", "number": "x"}
    assert_refused("counsel_signature_of_a_ground_is_under_its_text", lambda: insert(row, **new, text_sha256="0" * 64))
    assert_refused("counsel_signature_is_by_counsel", lambda: insert(row, **new, signed_by_id=court.carl.user_id))
    assert_refused("counsel_signs_a_text_once", lambda: insert(row, **new))
    assert_refused("counsel_signature_stays_under_its_text", lambda: found.update(text_sha256="0" * 64))
    assert_refused("counsel_signature_is_withdrawn_for_a_reason", lambda: found.update(state="WITHDRAWN"))
    assert_refused("counsel_signature_state_is_known", lambda: found.update(state="ELSEWHERE"))
    assert_refused("counsel_signature_subject_is_known", lambda: insert(row, **new, subject="WEATHER"))
    assert_refused("counsel_signature_is_kept", lambda: found._raw_delete("default"))
    rule = {"subject": "RULE_VERSION", "key": "x 1"}
    assert_refused("counsel_signature_of_a_rule_is_under_its_text", lambda: insert(row, **new, **rule))
    law = {"subject": "LAW_ARTICLE", "key": "CN-X 1"}
    assert_refused("counsel_signature_of_a_law_is_under_its_text", lambda: insert(row, **new, **law))


def test_a_changed_ground_has_no_signature_and_an_unchanged_one_keeps_it(court, counsel, now):
    sign(counsel, now)
    sign(counsel, now, key="BOP-02")
    first, *rest = GROUNDS
    step = replace(first.facts[0].steps[0], hours=96)
    changed = replace(first, facts=[replace(first.facts[0], steps=[step, *first.facts[0].steps[1:]]), *first.facts[1:]])
    code = make.publish_rule(court.platform, now=now, start=now + timedelta(days=30))
    version = RuleVersion.objects.get(rule__code=code)
    table = commands.publish_burden_table(
        actor=court.platform, version_id=version.pk, grounds=[changed, *rest], now=now
    )

    new = {row.code: row.is_signed_by_counsel for row in table.grounds.filter(code__in=["BOP-01", "BOP-02"])}
    assert new == {"BOP-01": False, "BOP-02": True}
    assert court.table.grounds.get(code="BOP-01").is_signed_by_counsel


def test_a_platform_can_refuse_disputes_on_what_nobody_signed(court, counsel, now, settings):
    court.open("not_received")  # by default it is used, and marked
    settings.UNSIGNED_GROUNDS_ALLOWED = False
    with pytest.raises(Invalid) as refused:
        court.open("damaged")
    assert [error.code for error in refused.value.errors] == ["not-signed"]

    sign(counsel, now, key="BOP-04")
    assert court.open("damaged").ground.is_signed_by_counsel


def lines_of(court, dispute):
    letter = queries.letter_of(court.bob, fresh(dispute), language="zh-hans")
    return "\n".join(line for part in letter.parts for line in part.lines)


def test_the_letter_says_whose_words_and_that_nobody_signed(court, counsel, now):
    dispute = argued(court, now)
    words = lines_of(court, dispute)
    assert "未与官方文本核对" in words
    assert "为草案，未经法律顾问签署" in words

    sign(counsel, now + timedelta(days=1))  # afterwards: what was sent reads as it was sent
    assert words == lines_of(court, dispute)


def test_counsel_reads_a_text_and_signs_it_on_its_page(court, counsel, now):
    visitor = Visitor(counsel, "zh-hans")
    assert "BOP-01" in visitor.sees("/workbench/counsel/")
    path = "/workbench/counsel/text/?subject=GROUND&key=BOP-01"
    read = visitor.sees(path)
    assert text_of("GROUND", "BOP-01").sha256 in read
    for code, words in CODES.items():  # the words in both languages, beside the code that the hash covers
        assert f"{words} <small><code>{code}</code></small>" in read
    visitor.sends(path, {"text_sha256": "0" * 64}, status=412)
    visitor.sends(path, {"text_sha256": text_of("GROUND", "BOP-01").sha256, "remark": "已逐步核对。"})
    row = CounselSignature.objects.get()
    assert row.remark == "已逐步核对。"
    assert "BOP-01" in visitor.sees("/workbench/counsel/signatures/?tab=given")
    visitor.sends(f"/workbench/counsel/signatures/{row.ref}/withdraw/", {"reason": "有误。", "version": row.version})
    assert CounselSignature.objects.get().state == "WITHDRAWN"
    Visitor(court.carl).sends(path, {"text_sha256": text_of("GROUND", "BOP-01").sha256}, status=403)


def test_rule_versions_and_texts_of_laws_are_signed_too_and_everybody_reads_it(court, counsel, now):
    key = next(iter(IN_USE[Signed.RULE_VERSION]())).key
    sign(counsel, now, Signed.RULE_VERSION, key)
    code, _space, number = key.rpartition(" ")
    assert "法律顾问已按此处文字签署" in Visitor(court.bob, "zh-hans").sees(f"/rules/{code}/{number}/")
    shown = Http()("GET", f"/api/v1/rules/{code}/versions/{number}").json()
    assert shown["is_signed_by_counsel"]
    listed = Http()("GET", "/api/v1/counsel-signatures").json()["items"]
    assert [each["key"] for each in listed] == [key]


def test_every_column_that_is_signed_is_called_something_in_both_languages():
    of_rows = {f.name for model in (GroundRow, FactRow, StepRow) for f in model._meta.concrete_fields}
    names = of_rows - {"id", "table", "ground", "fact", "position", "no", "digest"}

    with translation.override("zh-hans"):
        chinese = {name: _label(name) for name in names}
    with translation.override("en"):
        assert not [name for name in names if _label(name) in (name, chinese[name])]
