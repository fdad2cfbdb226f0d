"""Translations of what was decided: added by whoever could decide it, beside the original, which alone counts."""

import io
import json
import zipfile

import pikepdf
import pytest

import disputes.commands
from appeals import commands
from appeals.claims import originals_of
from appeals.models import Appeal
from appeals.queries import appeal_for, letter_of, write_case_file
from archive.models import Translation
from casework import ledger
from casework.errors import CaseError, ConflictOfInterest
from casework.models import Event, OutboxMessage
from disputes.claims import originals_of as originals_of_determination
from disputes.queries import dispute_for
from disputes.queries import letter_of as determination_letter
from notices import claims as notice_claims
from notices import commands as notices
from notices.queries import notice_for, translations_of
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.disputes.building import argued, build_court
from tests.laws import assert_refused
from tests.surfaces.test_party_pages import text

pytestmark = pytest.mark.once
ENGLISH = "What the archived picture shows is not what the notice says."


@pytest.fixture
def decided(world, now) -> Appeal:
    appeal = make.file(world.alice, world.notice(), now=now)
    return make.decide(world.rita, make.ready_to_decide(world.rita, appeal, now=now), now=now)


def words(originals, **changes: str) -> list[tuple[str, str]]:
    return [(each.of, changes.get(each.of, f"{ENGLISH} ({each.of})")) for each in originals if each.text]


def add(actor, appeal, now, **changes: str) -> Appeal:
    texts = words(originals_of(appeal.decision), **changes)
    return commands.add_translation(actor=actor, ref=appeal.ref, language="en", texts=texts, now=now)


def test_a_translation_stands_below_the_letter_everywhere_and_changes_no_word_of_it(world, decided, now):
    before = letter_of(appeal_for(world.alice, decided.ref), language="en")
    OutboxMessage.objects.all().delete()
    add(world.rita, decided, now)
    appeal = appeal_for(world.alice, decided.ref)
    letter = letter_of(appeal, language="en")
    assert (letter.hash, letter.parts) == (before.hash, before.parts)
    (translated,) = letter.translations
    assert [each.of for each in translated.texts] == ["reasons", "rule-application", "point-1", "point-2"]
    told = OutboxMessage.objects.get(subscriber__endswith="tell_appellant")
    assert told.event.type == "appeal.translated"
    page = text(browser(world.alice).get(f"/appeals/{appeal.ref}/decision/?language=zh-hans"))
    assert "译文，仅供参考，以原文为准" in page
    assert f'<p lang="en">{ENGLISH} (reasons)</p>' in page
    assert world.rita.code in page
    answer = browser(world.alice).get(f"/api/v1/appeals/{appeal.ref}/letter").json()
    assert answer["translations"][0]["texts"][0] == {
        "of": "reasons",
        "title": "Reasons",
        "text": f"{ENGLISH} (reasons)",
    }
    assert answer["translations"][0]["officer"] == world.rita.code
    file = browser(world.alice).get(f"/appeals/{appeal.ref}/decision.pdf")
    with pikepdf.open(io.BytesIO(b"".join(file))) as pdf:
        assert b"/Span <</Lang (en)>> BDC" in pdf.pages[-1].Contents.read_bytes()
    archive = io.BytesIO()
    write_case_file(archive, actor=world.alice, ref=appeal.ref, now=now)
    with zipfile.ZipFile(archive) as packed:
        kept = json.loads(packed.read("letter.json"))
        assert kept[0]["translations"][0]["texts"][0]["text"] == f"{ENGLISH} (reasons)"
        assert f"{ENGLISH} (reasons)" in packed.read("case.html").decode()


def test_a_later_one_takes_its_place_and_both_stay(world, decided, now):
    add(world.rita, decided, now)
    add(world.sara, decided, now, reasons="A better sentence.")
    (shown,) = letter_of(appeal_for(world.alice, decided.ref), language="en").translations
    assert (shown.texts[0].text, shown.officer) == ("A better sentence.", world.sara.code)
    assert Translation.objects.count() == 2
    assert not list(ledger.verify())
    assert_refused("translation_is_append_only", lambda: Translation.objects.update(officer="R-1"))
    assert_refused("translation_is_append_only", lambda: Translation.objects.all().delete())


@pytest.mark.parametrize("who", ["rosa", "otto", "carl", "alice", "eve", "platform"])
def test_only_who_could_decide_it_adds_one(world, decided, now, who):
    with pytest.raises(CaseError) as refused:
        add(getattr(world, who), decided, now)
    assert refused.value.status in (403, 404)
    assert not Translation.objects.exists()


def test_whoever_ever_acted_for_the_party_adds_none(world, decided, now):
    """Once at the shop, on the platform's staff by now."""
    left = make.make_user("once-at-the-shop", now=now, officer_code="R-77")
    membership = make.accounts.add_member(actor=make.CONSOLE, party=world.merchant, user=left, role="staff", now=now)
    make.accounts.end_membership(actor=make.CONSOLE, membership=membership, now=now)
    for role in ("senior_reviewer", "compliance"):
        make.accounts.grant_staff_role(actor=make.CONSOLE, user=left, role=role, now=now)
    actor = make.actor_of_user(left, via=make.Via.ADMIN, session="session-77")
    with pytest.raises(ConflictOfInterest):
        add(actor, decided, now)
    texts = words(notice_claims.originals_of(decided.notice))
    with pytest.raises(ConflictOfInterest):
        notices.add_translation(actor=actor, ref=decided.notice.ref, language="en", texts=texts, now=now)


def test_every_text_is_translated_into_the_other_language_or_none(world, decided, now):
    texts = words(originals_of(decided.decision))
    for language, given, code in (
        ("en", texts[1:], "required"),
        ("en", [*texts, ("gossip", ENGLISH)], "unknown"),
        ("en", [("reasons", "原文照抄一遍。"), *texts[1:]], "wrong-language"),
        ("en", [("reasons", " "), *texts[1:]], "required"),
    ):
        with pytest.raises(CaseError) as refused:
            commands.add_translation(actor=world.rita, ref=decided.ref, language=language, texts=given, now=now)
        assert [each.code for each in refused.value.errors] == [code]
    for language in ("zh-hans", "fr"):
        with pytest.raises(CaseError) as refused:
            commands.add_translation(actor=world.rita, ref=decided.ref, language=language, texts=texts, now=now)
        assert refused.value.code == "not-your-turn"
    assert not Event.objects.filter(type="appeal.translated").exists()


def test_the_database_takes_no_translation_of_what_was_not_decided(world, decided, now):
    add(world.rita, decided, now)
    sound = Translation.objects.values().get()
    waiting = make.file(world.alice, world.notice(), now=now)

    def again(**changes):
        return lambda: Translation.objects.create(**(sound | {"id": None, "ref": "trl_x"} | changes))

    assert_refused("translation_of_an_appeal_is_of_its_decision", again(case_id=waiting.pk))
    assert_refused("translation_of_an_appeal_is_of_its_decision", again(subject=2))
    assert_refused("translation_in_a_dispute_is_of_a_determination", again(case_kind="dispute"))
    assert_refused("translation_of_a_notice_is_of_its_words_now", again(case_kind="notice", subject=7))
    assert_refused("translation_is_into_another_language", again(language="zh-hans"))
    assert_refused("translation_is_of_what_was_decided", again(case_kind="executor"))
    assert_refused("translation_says_who_added_it", again(officer=""))


def test_an_officer_translates_beside_the_original_and_corrects_from_the_last(world, decided, now):
    client, address = browser(world.rita), f"/workbench/case/{decided.ref}/translation/"
    assert address in text(client.get(f"/workbench/case/{decided.ref}/"))
    page = text(client.get(address))
    assert decided.decision.reasons in page
    posted = {"language": "en"} | dict(words(originals_of(decided.decision)))
    refused = client.post(address, posted | {"point-1": "还是中文。"})
    assert refused.status_code == 400
    assert f"{ENGLISH} (reasons)" in text(refused), "nothing typed is lost"
    assert client.post(address, posted).status_code == 302
    assert f"{ENGLISH} (reasons)" in text(client.get(address))
    assert client.get(f"/appeals/{decided.ref}/decision/").status_code == 200
    assert browser(world.otto).get(address).status_code in (403, 404)


def test_both_sides_of_a_dispute_read_the_translation_of_the_determination(db, now):
    court = build_court(now)
    dispute = argued(court, now)
    determination = dispute.determinations.get()
    texts = words(originals_of_determination(determination))
    for actor in (court.max, court.carl, court.alice, court.platform):
        with pytest.raises(CaseError):
            disputes.commands.add_translation(actor=actor, ref=dispute.ref, language="en", texts=texts, now=now)
    page = browser(court.mia).get(f"/workbench/disputes/{dispute.ref}/translation/")
    assert determination.reasons in text(page)
    posted = {"language": "en"} | dict(texts)
    assert browser(court.mia).post(f"/workbench/disputes/{dispute.ref}/translation/", posted).status_code == 302
    for actor in (court.alice, court.bob):
        (shown,) = determination_letter(actor, dispute_for(actor, dispute.ref)).translations
        assert shown.texts[0].text == f"{ENGLISH} (reasons)"
        assert "译文，仅供参考，以原文为准" in text(
            browser(actor).get(f"/disputes/{dispute.ref}/decision/?language=zh-hans")
        )
    assert not list(ledger.verify())


def test_a_notice_is_translated_by_whoever_decided_it_and_an_amendment_begins_without_one(world, now):
    notice = world.notice()
    originals = notice_claims.originals_of(notice)

    def translate(actor):
        return notices.add_translation(actor=actor, ref=notice.ref, language="en", texts=words(originals), now=now)

    for actor in (world.rita, world.sara, world.alice, world.eve, world.platform):
        with pytest.raises(CaseError):
            translate(actor)
    translate(world.carl)
    address = f"/workbench/notices/{notice.ref}/translation/"
    assert address in text(browser(world.otto).get(f"/notices/{notice.ref}/"))
    posted = {"language": "en"} | dict(words(originals, facts="The picture shows other words."))
    assert browser(world.otto).post(address, posted).status_code == 302
    page = text(browser(world.alice).get(f"/notices/{notice.ref}/"))
    assert '<p lang="en">The picture shows other words.</p>' in page
    assert "Translation for information; the original counts." in page
    assert address not in page
    items = browser(world.alice).get(f"/api/v1/notices/{notice.ref}/translations").json()["items"]
    assert [each["officer"] for each in items] == [world.otto.code]
    assert OutboxMessage.objects.filter(event__type="notice.translated", subscriber__endswith="tell_party").count() == 2
    appeal = make.file(world.alice, notice, now=now)
    archive = io.BytesIO()
    write_case_file(archive, actor=world.alice, ref=appeal.ref, now=now)
    with zipfile.ZipFile(archive) as packed:
        assert "The picture shows other words." in packed.read("case.html").decode()
        assert "The picture shows other words." in packed.read("case.json").decode()
    assert not list(ledger.verify())
    other = world.notice()
    notices.add_translation(actor=world.carl, ref=other.ref, language="en", texts=words(originals), now=now)
    amendment = notices.Amendment(facts="更正后的事实：商品详情页第三屏写有“国家级”字样。", why="写错了。")
    notices.amend_notice(actor=world.platform, ref=other.ref, amendment=amendment, now=now)
    assert translations_of(notice_for(world.alice, other.ref)) == ()
