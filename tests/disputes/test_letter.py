"""The letter of a determination says everything that was decided, to both sides alike, and nobody's name."""

from datetime import timedelta

import pytest

from accounts.models import User
from archive import letter_pdf
from casework.errors import NotFound
from disputes import commands
from disputes.queries import dispute_for, letter_of, preview_letter, verify_letter
from tests.disputes.building import fact, fresh

pytestmark = [pytest.mark.django_db, pytest.mark.once]


HELD = {"goods_are": "", "goods_are_reason": ""}


def draft(facts=(1,), **changes):
    values = {
        "outcome": "SUPPORTED",
        "remedy": "REFUND",
        "amount_minor": 29_900,
        "payer": "RESPONDENT",
        "goods_are": "NOT_DELIVERED",
        "goods_are_reason": "买家没有收到。",
        "reasons": "签收人不是买家，卖家没有提供收件人的授权。",
        "sentences": dict.fromkeys(facts, "签收照片里没有买家。"),
    }
    said = values | changes
    return commands.DeterminationDraft(**(said if said["remedy"] == "REFUND" else said | HELD))


@pytest.fixture(scope="module")
def module_argued(module_database, module_court):
    with module_database():
        return argued_in(module_court)


@pytest.fixture
def argued(module_argued, copy_of):
    return copy_of(module_argued)


def argued_in(court):
    """A dispute about a parcel: the seller showed two things, one of them to the platform only."""
    dispute = court.joined("not_received")
    court.prove(dispute, 1, court.alice, court.now, withheld="含有其他买家的电话")
    court.prove(dispute, 1, court.alice, court.now)
    court.rest(dispute, court.now)
    court.rule(dispute, court.now, proved=False, reasons="不清楚。", evidence=[2])
    return fresh(dispute)


def determined(court, dispute, **changes):
    return commands.determine_dispute(actor=court.mia, ref=dispute.ref, draft=draft(**changes), now=court.now)


def words(letter):
    return "\n".join(line for part in letter.parts for line in (part.title, *part.lines))


def test_it_has_nine_parts_that_answer_everything(court, argued):
    determined(court, argued)

    letter = letter_of(court.bob, dispute_for(court.bob, argued.ref), language="en")

    assert [part.no for part in letter.parts] == list(range(1, 10))
    outcome, said, found, proof, rule, how, now, disagree, help_ = ["\n".join(p.lines) for p in letter.parts]
    assert "The claim is upheld." in outcome
    assert "The seller refunds ¥299.00." in outcome
    assert "右耳无声。" in said
    assert "不同意。" in said
    assert "(evidence 2)" in found
    assert "签收照片里没有买家。" in found
    assert "Not relied on: evidence 1, because the other side was not shown it." in found
    assert "for the seller to show (highly probable); not shown. It speaks for the buyer." in proof
    assert "BOP-01" in rule
    assert "E-Commerce Law" in rule
    assert court.mia.code in how
    assert "No proposal of a system was used." in how
    assert "The seller pays the buyer ¥299.00 by" in now
    assert "12315" in disagree
    assert "Either side can ask once, until" in disagree
    assert argued.number in help_
    assert letter.check_code in help_


def test_both_sides_and_the_mediator_read_the_same(court, argued):
    determined(court, argued)

    letters = [letter_of(actor, dispute_for(actor, argued.ref), language="zh-hans") for actor in
               (court.bob, court.alice, court.mia, court.carl)]  # fmt: skip

    assert len({letter.hash for letter in letters}) == 1
    with pytest.raises(NotFound):
        letter_of(court.eve, argued)
    with pytest.raises(NotFound):
        letter_of(court.max, argued)


def test_it_names_nobody_and_no_offer(court, argued):
    terms = commands.Terms(remedy="PARTIAL_REFUND", amount_minor=8_123, note="和解用")
    commands.make_offer(actor=court.alice, ref=argued.ref, terms=terms, now=court.now)
    determined(court, argued)

    for language in ("en", "zh-hans"):
        text = words(letter_of(court.bob, dispute_for(court.bob, argued.ref), language=language))
        assert "81.23" not in text
        assert "和解用" not in text
        for user in User.objects.exclude(username=""):
            assert user.username not in text.replace("alice", "")
        assert court.mia.code in text


def test_the_payer_is_named_in_the_middle_of_a_sentence_as_well_as_at_its_start(court, argued):
    said = [
        letter.parts[0].lines[1]
        for changes in ({}, {"remedy": "RETURN_AND_REFUND", "goods_back": True, "departure_reasons": "…"})
        for letter in [
            commands.rehearse_determination(
                actor=court.mia,
                ref=argued.ref,
                draft=draft(**changes),
                now=court.now,
                expected_version=argued.version,
                render=lambda dispute: preview_letter(dispute, language="en"),
            )
        ]
    ]

    assert said == ["The seller refunds ¥299.00.", "The goods go back, and the seller refunds ¥299.00."]


def test_a_rehearsed_letter_says_what_the_sent_one_will(court, argued):
    rehearsed = commands.rehearse_determination(
        actor=court.mia,
        ref=argued.ref,
        draft=draft(),
        now=court.now,
        expected_version=argued.version,
        render=lambda dispute: preview_letter(dispute, language="en"),
    )
    assert fresh(argued).state == "DELIBERATING"
    determined(court, argued)

    sent = letter_of(court.bob, fresh(argued), language="en")

    assert rehearsed.parts[:8] == sent.parts[:8]
    assert rehearsed.check_code == ""


def test_a_check_code_finds_its_determination(court, argued):
    determined(court, argued)
    letter = letter_of(court.bob, fresh(argued))

    assert verify_letter(letter.check_code).dispute == argued
    assert verify_letter("") is None
    assert verify_letter("NOSUCHCODE") is None


def test_it_stays_as_it_was_sent(court, argued):
    determined(court, argued)
    before = letter_of(court.bob, fresh(argued)).hash
    first = fresh(argued).determinations.get()

    court.pause(argued, court.now)
    later = court.now + timedelta(days=3)
    court.resume(argued, later)
    commands.request_review(actor=court.alice, ref=argued.ref, now=later)
    commands.join_dispute(actor=court.max, ref=argued.ref, now=later)
    second = draft(
        outcome="NOT_SUPPORTED", remedy="", amount_minor=None, payer="NOBODY", departure_reasons="重新看过。"
    )
    commands.determine_dispute(actor=court.max, ref=argued.ref, draft=second, now=later)

    newest = letter_of(court.bob, fresh(argued), language="en")
    assert letter_of(court.bob, fresh(argued), first).hash == before
    assert "This takes the place of the first determination." in newest.parts[0].lines
    assert "a person who had no part in the first determination" in newest.parts[5].lines[0]
    assert any("重新看过。" in line for line in newest.parts[5].lines)
    assert newest.parts[6].lines[0] == "This takes effect now."
    assert newest.parts[7].lines[0] == "This was reviewed; there is no further review here."


def test_silence_and_concession_are_said_as_such(court):
    silent = court.joined("not_received")
    court.pass_time(court.now + timedelta(hours=73))
    later = court.now + timedelta(hours=74)
    commands.determine_dispute(actor=court.mia, ref=silent.ref, draft=draft(), now=later)
    proof = letter_of(court.bob, fresh(silent), language="en").parts[3].lines[0]
    assert "for the seller to show (highly probable); not shown." in proof

    admitted = court.joined("not_received")
    commands.admit_fact(actor=court.bob, ref=admitted.ref, fact_no=1, now=court.now)
    assert fact(admitted, 1).established is True
    none = draft(outcome="NOT_SUPPORTED", remedy="", amount_minor=None, payer="NOBODY")
    commands.determine_dispute(actor=court.mia, ref=admitted.ref, draft=none, now=court.now)
    letter = letter_of(court.bob, fresh(admitted), language="en")
    assert "the buyer conceded this, so nobody has to show it. It speaks for the seller." in letter.parts[3].lines[0]
    assert "Nothing has to be paid or sent." in letter.parts[6].lines


def test_the_pdf_has_the_same_words(court, argued, monkeypatch):
    determined(court, argued)
    letter = letter_of(court.bob, fresh(argued), language="zh-hans")
    drawn = []
    monkeypatch.setattr(letter_pdf.FPDF, "multi_cell", lambda _pdf, _w, _h, text, **_more: drawn.append(text))

    made = letter_pdf.render(
        letter, addressee="王女士 · 云上数码", by_system=False, platform="", verify_url="https://example.org/verify/"
    )

    assert made.startswith(b"%PDF-")
    for part in letter.parts:
        assert set(part.lines) <= set(drawn)
