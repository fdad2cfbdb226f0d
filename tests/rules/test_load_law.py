"""Official texts are loaded by hash, signed by two, quoted from then on; a change lists what rests on it."""

import hashlib
import json
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from casework import clock
from casework.clock import BEIJING
from casework.errors import Invalid
from casework.ledger import verify
from rules import commands as rules
from rules.laws import BY_CODE, places_cited
from rules.models import CatalogueChange, LawArticle, LawWork
from rules.paragraphs import Library
from tests import factories as make
from tests.disputes.building import publish_table
from tests.laws import assert_refused, insert
from tests.pages import Visitor
from tests.rules.building import DAY, Making
from tests.surfaces.people import Http

pytestmark = pytest.mark.once


TEXT = "测试文本：机动车等耐用商品六个月内发现瑕疵的，由经营者承担举证责任。"
BASIS = "《消费者权益保护法》第二十三条第三款；《民事诉讼法司法解释》第九十一条"
FILE = {
    "instrument": "CN-CPL-2013",
    "source": "测试公报 2013年第6号",
    "read_on": "2026-11-30",
    "in_force_from": "2014-03-15",
    "paragraphs": [{"article": 23, "paragraph": 3, "text_zh": TEXT}],
}


@pytest.fixture(autouse=True)
def in_chinese():
    with translation.override("zh-hans"):
        yield


def file_with(**changes):
    return FILE | {"paragraphs": [FILE["paragraphs"][0] | changes]}


RENUMBERED = file_with(article=26, paragraph=2, renumbered_from="23(3)", reason="修订后重新编号。",
                       in_force_from="2026-06-01", gist_zh="耐用商品", gist_en="Durable goods")  # fmt: skip


def load(now, said=FILE):
    """Loaded by one person and signed by another; the changes."""
    one, two = make.signers(now)
    loaded = rules.load_law_texts(actor=one, said=said, now=now)
    for each in loaded:
        if each.change is not None:
            rules.sign_change(actor=two, ref=each.change.ref, source_text=each.change.said["text_zh"], now=now)
    return loaded


def shown(now, basis=BASIS):
    return Library(now).paragraphs(basis)


def test_until_it_is_signed_a_paragraph_is_in_our_own_words_and_then_letter_by_letter(world, now):
    before = shown(now)
    assert [(each.key, each.is_quoted, each.sha256) for each in before] == [
        ("CN-CPL-2013 23(3)", False, ""), ("CN-SPC-PROCEDURE-2022 91", False, ""),
    ]  # fmt: skip
    assert all("用我们自己的话概括，未经核对" in each.sentence for each in before)
    one, two = make.signers(now)

    loaded = rules.load_law_texts(actor=one, said=FILE, now=now)[0]
    assert not shown(now)[0].is_quoted  # nothing is quoted before the second person signed
    rules.sign_change(actor=two, ref=loaded.change.ref, source_text=TEXT, now=now)

    quoted, other = shown(now)
    assert (quoted.content, quoted.sha256) == (TEXT, hashlib.sha256(TEXT.encode()).hexdigest())
    assert quoted.sentence.endswith(f"“{TEXT}”（未经法律顾问签署）")
    assert not other.is_quoted
    assert rules.load_law_texts(actor=one, said=FILE, now=now)[0].change is None  # the same again is as signed
    assert list(verify()) == []


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        (file_with(sha256="0" * 64), "/paragraphs/0/sha256"),
        (file_with(article="twenty"), "/paragraphs/0/article"),
        (file_with(text_zh=" "), "/paragraphs/0/text_zh"),
        (file_with(article=999), "/paragraphs/0/gist_zh"),
        (file_with(in_force_from="soon"), "/paragraphs/0/in_force_from"),
        (file_with(colour="red"), "/paragraphs/0/colour"),
        (FILE | {"source": ""}, "/source"),
        (FILE | {"instrument": "CN-NONE"}, "/name_zh"),
    ],
)
def test_a_file_with_a_fault_proposes_nothing(world, now, said, pointer):
    with pytest.raises(Invalid) as refused:
        rules.load_law_texts(actor=make.signers(now)[0], said=said, now=now)

    assert pointer in [error.pointer for error in refused.value.errors]
    assert not CatalogueChange.objects.filter(key__startswith="CN-CPL").exists()


def test_a_renumbered_paragraph_finds_everything_that_rests_on_it(court, now):
    load(now)
    assert not LawWork.objects.exists()  # a first wording is no change of the law

    load(now, RENUMBERED)

    work = {(row.kind, row.key) for row in LawWork.objects.all()}
    assert ("GROUND", "BOP-05") in work
    conditions = LawWork.objects.filter(kind="SENTENCE", title_en__contains="article 23(3)")
    assert conditions.count() == 2  # the two conditions of an order that name it
    found = shown(now)[0]
    assert (found.is_quoted, found.renumbered_to) == (False, "26(2)")
    with pytest.raises(Invalid) as refused:  # a new table cannot cite the old number
        publish_table(court.platform, now=now + timedelta(days=400))
    assert {error.code for error in refused.value.errors} == {"law-renumbered"}
    assert list(verify()) == []


def notice_on(world, now, article, conduct_at=None):
    basis = [make.notices.BasisDraft(kind="LAW", instrument="CN-CPL-2013", article=article)]
    draft = make.draft(world.merchant, world.rule, now=now, basis=basis, conduct_at=conduct_at or now)
    return make.issue(world.platform, draft, now=now)


def test_a_notice_on_a_renumbered_article_is_refused_with_its_number_and_what_changed(world, now):
    load(now)
    notice_on(world, now, "23(3)")
    load(now, RENUMBERED)
    for article in ("23(3)", "23"):  # the whole article, too
        with pytest.raises(Invalid) as refused:
            notice_on(world, now, article)
        assert [(e.pointer, e.code) for e in refused.value.errors] == [("/basis/0/article", "law-renumbered")]
    assert "自2026-06-01起，第23条现为第26(2)条" in refused.value.errors[0].message
    notice_on(world, now, "26(2)")
    before = datetime(2026, 5, 31, 12, tzinfo=BEIJING)  # conduct is judged by the law as it was numbered then
    notice_on(world, now, "23(3)", conduct_at=before)


def test_no_rule_starts_early_by_the_old_number_of_a_renumbered_article(world, now):
    load(now)
    load(now, RENUMBERED)
    making = Making(world)
    making.to_adopted()
    for article in ("23(3)", "23"):
        with pytest.raises(Invalid) as refused:
            making.publicise(making.now + DAY, forced_by=("CN-CPL-2013", article), forced_reason="该法次日施行。")
        assert [(e.pointer, e.code) for e in refused.value.errors] == [("/forced_by", "law-renumbered")]
    making.publicise(making.now + DAY, forced_by=("CN-CPL-2013", "26(2)"), forced_reason="该法次日施行。")

    load(now, file_with(text_zh="另一规定。", in_force_from="2026-06-01", reason="该条号现为另一规定。"))
    notice_on(world, now, "23(3)")  # the same version gave the number to another article
    assert not shown(now)[0].renumbered_to


def test_a_quotation_says_beside_it_whether_counsel_signed_the_wording(world, now):
    load(now)
    notice = notice_on(world, now, "23(3)")
    token, _row = make.accounts.issue_token(actor=make.CONSOLE, client=world.client, now=clock.now())
    alice, api = Visitor(world.alice, "zh-hans"), Http(token)
    path, url = f"/notices/{notice.ref}/", f"/api/v1/notices/{notice.ref}"
    assert "未经法律顾问签署" in alice.sees(path)
    assert not api("GET", url).json()["basis"][0]["is_signed_by_counsel"]
    counsel = make.staff("counsel", now=now, name="lin", code="L-3")
    sha256 = hashlib.sha256(TEXT.encode()).hexdigest()
    row = rules.sign_as_counsel(
        actor=counsel, subject="LAW_ARTICLE", key="CN-CPL-2013 23(3)", text_sha256=sha256, now=now
    )

    for visitor, page in (
        (alice, path),
        (Visitor(make.staff("compliance", now=now), "zh-hans"), reverse("making:laws")),
    ):
        assert "法律顾问已签署：L-3 号人员" in visitor.sees(page)
    said = api("GET", url).json()["basis"][0]
    assert (said["is_signed_by_counsel"], said["signatures"][0]["officer"]) == (True, "L-3")
    translation.activate("zh-hans")  # the answer of the API left its own
    assert shown(now)[0].sentence.endswith(f"“{TEXT}”（法律顾问已签署：L-3 号人员，2026年11月25日）")
    basis = notice.bases.get()
    before = basis.sentence_at(now - timedelta(days=1))  # a letter that was sent reads as it was sent
    assert (before, basis.sentence_at(now).endswith("）")) == (basis.sentence, True)
    later = now + timedelta(days=1)
    rules.withdraw_signature(actor=counsel, ref=row.ref, reason="有误。", now=later)
    assert "未经法律顾问签署" in alice.sees(path)
    assert notice.bases.get().sentence_at(now).endswith("）")


def test_a_required_item_and_a_forbidden_wording_rest_on_a_law_too(world, now):
    said = {"instrument": "CN-PRM-2025", "in_force_from": "2026-02-01", "reason": "修订。"}
    load(now, FILE | said | {"paragraphs": [{"article": 30, "text_zh": "第一稿"}]})
    second = [{"article": 30, "text_zh": "第二稿"}, {"article": 24, "text_zh": "第一稿"}]
    load(now, FILE | said | {"paragraphs": second})

    assert {"final-say", "no-complaint"} <= set(LawWork.objects.filter(kind="WORDING").values_list("key", flat=True))
    load(now, FILE | said | {"paragraphs": [{"article": 24, "text_zh": "第二稿"}]})
    assert list(LawWork.objects.filter(kind="REQUIRED").values_list("key", flat=True)) == ["personal_information"]


@pytest.mark.on_both
def test_work_is_settled_in_words_by_compliance(court, now):
    load(now)
    load(now, file_with(text_zh=TEXT + "修订。", reason="修订。"))
    work = LawWork.objects.get(kind="GROUND", key="BOP-05")
    with pytest.raises(Invalid):
        rules.settle_law_work(actor=make.signers(now)[0], ref=work.ref, remark=" ", now=now)

    rules.settle_law_work(actor=make.signers(now)[0], ref=work.ref, remark="已核对，不影响。", now=now)

    work.refresh_from_db()
    assert (work.state, work.remark) == ("SETTLED", "已核对，不影响。")
    assert list(verify()) == []
    rows = LawWork.objects.filter(pk=work.pk)
    assert_refused("law_work_stays_what_it_is_about", lambda: rows.update(key="BOP-06"))
    assert_refused("law_work_is_settled_by_somebody_in_words", lambda: rows.update(remark=""))
    assert_refused("law_work_state_is_known", lambda: rows.update(state="ELSEWHERE", settled_by=None, remark=""))
    assert_refused("law_work_kind_is_known", lambda: insert(work, ref="x", number="x", kind="WEATHER"))
    assert_refused("law_work_is_kept", lambda: rows._raw_delete("default"))
    assert_refused("law_work_is_listed_once", lambda: insert(work, ref="x", number="x"))


def test_the_command_reads_a_file_and_says_what_came_of_it(world, now, tmp_path, capsys):
    person = User.objects.get(pk=make.staff("compliance", now=now).user_id)
    path = tmp_path / "law.json"
    path.write_text(json.dumps(FILE))
    call_command("load_law", str(path), by=person.username)
    assert "proposed as" in capsys.readouterr().out
    path.write_text(json.dumps(file_with(sha256="1" * 64)))
    with pytest.raises(CommandError, match="/paragraphs/0/sha256"):
        call_command("load_law", str(path), by=person.username)


@pytest.mark.once
def test_every_place_of_the_register_is_a_place():
    for law in BY_CODE.values():
        for place in law.says:
            cited = law.cited([place])
            assert [each.place for each in places_cited(cited.zh)] == [place]


@pytest.mark.on_both
def test_an_article_is_not_renumbered_from_itself(world, now):
    load(now)
    row = LawArticle.objects.get(article="23(3)")
    assert_refused("law_article_is_not_renumbered_from_itself", lambda: insert(row, renumbered_from="23(3)"))
