"""Law articles: what was recorded stays, two people sign, and only an official wording is quoted."""

import hashlib
from datetime import date, timedelta

import pytest

from accounts.models import User
from casework import clock
from casework.errors import BasisNotInForce, ConflictOfInterest, Invalid, NotAllowed, NotFound
from casework.ledger import verify
from casework.models import Event
from rules import commands as rules
from rules.models import CatalogueChange, LawArticle, article_in_force, articles_of
from tests import factories as make
from tests.laws import assert_refused, insert
from tests.surfaces.people import Http

pytestmark = pytest.mark.once


KEY = ("CN-ECL-2018", "38")
WORDING = {
    "text_zh": "电子商务平台经营者知道的，应当采取必要措施。",
    "text_en": "A platform operator that knows shall take the necessary measures.",
    "source": "全国人民代表大会常务委员会公报 2018年第5号",
    "read_from": "OFFICIAL",
    "read_on": date(2026, 11, 1),
}


def record(world, **changes):
    """A version that the platform proposed and two people signed; a later one says why."""
    if LawArticle.objects.filter(instrument=KEY[0], article=KEY[1]).exists():
        changes.setdefault("reason", "按官方文本更正。")
    values = {
        "instrument": KEY[0],
        "article": KEY[1],
        "name_zh": "电子商务法",
        "name_en": "E-Commerce Law",
        "gist_zh": "平台知道侵害的,应当采取措施。",
        "gist_en": "A platform that knows of harm must act.",
        "in_force_from": date(2019, 1, 1),
    }
    return make.record_law_article(world.platform, now=world.now, **values | changes)


def recorded():
    return [row for row in articles_of([KEY[0]]) if row.article == KEY[1]]


def said_of_first():
    names = ("instrument", "article", "name_zh", "name_en", "gist_zh", "gist_en", "in_force_from")
    return {name: getattr(recorded()[0], name) for name in names}


def on_the_law(world, now):
    basis = make.notices.BasisDraft(kind="LAW", instrument=KEY[0], article=KEY[1])
    return make.issue(world.platform, make.draft(world.merchant, world.rule, now=now, basis=[basis]), now=now)


def test_what_was_recorded_stays_and_the_same_again_is_refused(world):
    first = recorded()[0]
    with pytest.raises(Invalid) as refused:
        record(world)
    assert [error.code for error in refused.value.errors] == ["unchanged"]

    better = record(world, gist_en="A platform that knows of harm must take measures.")

    assert [row.pk for row in recorded()] == [first.pk, better.pk]
    assert article_in_force(recorded(), date(2026, 1, 1)) == better


def test_conduct_is_judged_by_the_article_as_it_read_that_day(world):
    amended = record(world, gist_en="As amended.", in_force_from=date(2027, 1, 1))
    corrected = record(world, gist_en="Better said.")

    found = [article_in_force(recorded(), day) for day in (date(2018, 12, 31), date(2026, 12, 31), date(2027, 1, 1))]

    assert found == [None, corrected, amended]


@pytest.mark.parametrize("left_out", ["text_zh", "source", "read_from", "read_on"])
def test_a_wording_comes_with_where_and_when_it_was_read(world, left_out):
    with pytest.raises(Invalid) as refused:
        record(world, **WORDING | {left_out: None if left_out == "read_on" else ""})

    assert [error.pointer for error in refused.value.errors] == [f"/{left_out}"]
    assert LawArticle.objects.count() == 1


@pytest.mark.on_both
def test_a_doubt_is_said_in_chinese_too(world):
    with pytest.raises(Invalid) as refused:
        record(world, doubt_en="The number may have changed.")

    assert [error.pointer for error in refused.value.errors] == ["/doubt_zh"]
    assert_refused("law_article_says_its_doubt_in_chinese", lambda: insert(recorded()[0], doubt_en="doubtful"))


def test_our_own_words_are_never_shown_as_the_wording_of_the_law(world, now):
    notice = on_the_law(world, now)
    basis = notice.bases.get()

    assert basis.is_gist
    assert "“" not in basis.sentence
    assert basis.sentence.endswith(basis.text)


def test_a_wording_that_was_read_is_quoted_and_a_notice_keeps_what_it_quoted(world, now):
    before = on_the_law(world, now)
    unsigned = rules.propose_law_article(actor=world.platform, now=now, **said_of_first() | WORDING, reason="更正。")
    meanwhile = on_the_law(world, now)
    make.sign(unsigned, now=now)
    after = on_the_law(world, now)

    assert meanwhile.bases.get().is_gist

    assert not after.bases.get().is_gist
    assert after.bases.get().sentence.endswith(f"“{after.bases.get().text}”")
    assert (after.bases.get().text_zh, after.bases.get().text_en) == (WORDING["text_zh"], WORDING["text_en"])
    assert before.bases.get().is_gist


def test_an_article_counts_from_the_beginning_of_its_day_in_beijing(world, now):
    record(world, gist_en="As amended.", in_force_from=date(2026, 11, 24))
    basis = [make.notices.BasisDraft(kind="LAW", instrument=KEY[0], article=KEY[1])]
    midnight = now.replace(day=23, hour=16, minute=0)  # in UTC
    drafts = [
        make.draft(world.merchant, world.rule, now=now, basis=basis, conduct_at=midnight - before)
        for before in (timedelta(microseconds=1), timedelta())
    ]

    quoted = [make.issue(world.platform, draft, now=now).bases.get().law_article.in_force_from for draft in drafts]

    assert quoted == [date(2019, 1, 1), date(2026, 11, 24)]


def test_the_page_says_whose_words_they_are(world, now, client):
    notice = on_the_law(world, now)
    client.force_login(User.objects.get(pk=world.alice.person))

    page = client.get(f"/notices/{notice.ref}/").content.decode()

    assert "法条大意，并非原文" in page


def test_a_program_proposes_and_never_signs_and_nobody_signs_what_they_entered(world, now):
    one, two = make.signers(now)
    change = rules.propose_law_article(
        actor=world.platform, now=now, **said_of_first() | WORDING, reason="按公报补录。"
    )

    for actor in (world.platform, world.rita, world.alice):
        for act in (rules.enter_change, rules.sign_change):
            with pytest.raises((NotAllowed, NotFound)):
                act(actor=actor, ref=change.ref, now=now)
    rules.enter_change(actor=one, ref=change.ref, now=now)
    with pytest.raises(ConflictOfInterest):
        rules.sign_change(actor=one, ref=change.ref, source_text=WORDING["text_zh"], now=now)
    with pytest.raises(Invalid) as refused:  # who signs has the source before them
        rules.sign_change(actor=two, ref=change.ref, source_text="商家应缴纳三万元。", now=now)
    assert [error.pointer for error in refused.value.errors] == ["/source_text"]
    assert len(recorded()) == 1

    rules.sign_change(actor=two, ref=change.ref, source_text=f" {WORDING['text_zh']}\n", now=now)

    row = recorded()[-1]
    assert (row.entered_by_id, row.signed_by_id, row.reason) == (one.user_id, two.user_id, "按公报补录。")
    assert row.text_sha256 == hashlib.sha256(WORDING["text_zh"].encode()).hexdigest()
    events = Event.objects.filter(case_kind="catalogue_change", case_id=change.pk).order_by("sequence")
    assert [(e.type.split(".")[1], e.actor_ref) for e in events] == [
        ("proposed", world.platform.ref), ("entered", one.ref), ("signed", two.ref),
    ]  # fmt: skip
    assert list(verify()) == []


def test_one_token_rewrites_no_law_over_rest(world, now):
    """The attempt of 2026-11-30: another text as official wording, and an article that there is not."""
    call = Http(make.accounts.issue_token(actor=make.CONSOLE, client=world.client, now=clock.now())[0])
    said = {name: str(value) for name, value in said_of_first().items()}
    forged = said | {name: str(value) for name, value in WORDING.items()} | {"text_zh": "商家应缴纳三万元。"}
    answers = [
        call("POST", "/api/v1/law-articles", forged | {"reason": "更新"}),
        call("POST", "/api/v1/law-articles", said | {"article": "999"}),
    ]

    assert [answer.status_code for answer in answers] == [202, 202]
    for ref in (answer.json()["ref"] for answer in answers):
        for verb in ("enter", "sign", "refuse"):
            path = f"/api/v1/catalogue-changes/{ref}/{verb}"
            assert call("POST", path, {"reason": "x"} if verb == "refuse" else {}, If_Match='"1"').status_code == 403
    assert on_the_law(world, now).bases.get().is_gist
    basis = make.notices.BasisDraft(kind="LAW", instrument=KEY[0], article="999")
    with pytest.raises(Invalid) as refused:
        make.issue(world.platform, make.draft(world.merchant, world.rule, now=now, basis=[basis]), now=now)
    assert [error.code for error in refused.value.errors] == ["unknown-article"]


def test_an_article_that_ended_is_no_basis_of_later_conduct(world, now):
    record(world, in_force_until=date(2026, 6, 30), reason="已废止。")

    assert article_in_force(recorded(), date(2026, 6, 30)) == recorded()[-1]
    with pytest.raises(BasisNotInForce):
        on_the_law(world, now)


def test_a_wording_read_in_a_copy_is_not_quoted(world, now):
    record(world, **WORDING | {"read_from": "COPY"})

    assert on_the_law(world, now).bases.get().is_gist


def test_what_nobody_signed_is_no_basis(world, now, monkeypatch):
    """As articles of before signatures stand in an updated database."""
    monkeypatch.setattr(LawArticle, "is_signed", False)
    with pytest.raises(Invalid) as refused:
        on_the_law(world, now)
    assert [error.code for error in refused.value.errors] == ["article-not-signed"]


@pytest.mark.on_both
def test_the_database_stores_no_article_without_its_signatures(world, now):
    one, two = make.signers(now)
    row = recorded()[0]
    change = rules.propose_law_article(actor=one, now=now, **said_of_first() | {"article": "39"})
    for by in ({}, {"change_id": change.pk, "entered_by_id": one.user_id, "signed_by_id": two.user_id}):
        values = {"change_id": None, "entered_by_id": None, "signed_by_id": None} | by
        assert_refused("law_article_follows_its_signature", lambda v=values: insert(row, article="39", **v))
    assert_refused("law_article_is_signed_by_another_person", lambda: insert(row, **WORDING))  # without its hash
    assert_refused("law_article_ends_after_it_starts", lambda: insert(row, in_force_until=date(2018, 12, 31)))
    rows = CatalogueChange.objects.filter(pk=change.pk)
    assert_refused("catalogue_change_stays_as_it_was_proposed", lambda: rows.update(said={}))
    assert_refused("catalogue_change_state_is_known", lambda: rows.update(state="ELSEWHERE"))
    assert_refused("catalogue_change_subject_is_known", lambda: insert(change, subject="WEATHER", ref="x", number="x"))
    assert_refused("catalogue_change_is_open_once_per_entry", lambda: insert(change, ref="x", number="x"))
    assert_refused(
        "catalogue_change_is_entered_by_a_person",
        lambda: insert(change, ref="x", number="x", key="y", entered_by_id=None),
    )
    assert_refused("catalogue_change_is_kept", lambda: rows._raw_delete("default"))
    assert_refused(
        "catalogue_change_is_signed_by_another_person", lambda: rows.update(state="SIGNED", signed_by_id=one.user_id)
    )
