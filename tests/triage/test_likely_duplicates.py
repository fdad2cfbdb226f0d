"""Earlier appeals that a new one repeats: found at filing, kept, shown to the reviewer after their own first view."""

from datetime import timedelta

import pytest

from appeals import commands as appeals
from appeals.queries import appeal_for
from casework.errors import FirstViewRequired
from tests import factories as make
from triage import commands as triage
from triage.models import LikelyDuplicate, SketchBand, TextSketch
from triage.queries import likely_duplicates_of
from triage.subscribers import SUBSCRIPTIONS, find_duplicates

pytestmark = pytest.mark.once

LETTER = (
    "我店铺销售的保温杯有完整的质检报告和品牌授权书，平台的识别系统把包装上的广告语当成了虚假宣传。"
    "买家已经确认收货并且没有投诉，请核对附件里的检测报告后恢复商品链接。"
)
OTHER = "快递在路上丢失不是商家造成的，物流公司已经书面承认责任并赔付，买家也同意重新发货，扣除的保证金应当退回账户。"


def file(world, who, party, text, now):
    appeal = make.file(who, world.notice(party), now=now, statement=text)
    triage.record_likely_duplicates(appeal_id=appeal.pk, now=now)
    return appeal


def seen_by(actor, ref):
    return likely_duplicates_of(actor, appeal_for(actor, ref))


@pytest.fixture
def pair(world, now):
    """An appeal, and another appellant's copy of it an hour later."""
    first = file(world, world.alice, world.merchant, LETTER, now)
    file(world, world.alice, world.merchant, OTHER, now)
    later = now + timedelta(hours=1)
    return first, file(world, world.eve, world.other_merchant, "\u200b".join(LETTER) + "！！", later)


def test_a_copy_is_on_file_with_what_it_copies(pair):
    first, copy = pair

    row = LikelyDuplicate.objects.get()
    assert (row.appeal, row.earlier) == (copy, first)
    assert row.overlap_permille == 1000


def test_only_earlier_appeals_count_whenever_it_is_looked_for(world, now):
    late = make.file(world.eve, world.notice(world.other_merchant), now=now, statement=LETTER)
    later = file(world, world.alice, world.merchant, LETTER, now + timedelta(minutes=5))
    triage.record_likely_duplicates(appeal_id=late.pk, now=now + timedelta(minutes=9))

    assert not LikelyDuplicate.objects.filter(appeal=late).exists()
    assert not LikelyDuplicate.objects.filter(appeal=later).exists()  # the earlier one had no sketch yet


def test_looking_twice_finds_nothing_new(pair, now):
    before = SketchBand.objects.count()
    assert triage.record_likely_duplicates(appeal_id=pair[1].pk, now=now) == []
    assert TextSketch.objects.count() == 3
    assert SketchBand.objects.count() == before


def test_an_appeal_without_words_has_no_sketch(world, now):
    file(world, world.alice, world.merchant, "请恢复", now)

    assert not TextSketch.objects.exists()


def test_it_is_looked_for_when_an_appeal_is_filed_and_when_a_late_one_is_accepted():
    assert find_duplicates in SUBSCRIPTIONS["appeal.filed"]
    assert find_duplicates in SUBSCRIPTIONS["appeal.late_accepted"]


def test_the_reviewer_sees_it_after_their_own_first_view(world, pair, now):
    first, copy = pair
    appeals.claim_appeal(actor=world.rita, ref=copy.ref, now=now + timedelta(hours=2))
    with pytest.raises(FirstViewRequired):
        seen_by(world.rita, copy.ref)
    appeals.release_appeal(actor=world.rita, ref=copy.ref, now=now + timedelta(hours=2))
    make.ready_to_decide(world.rita, copy, now=now + timedelta(hours=2))

    (seen,) = seen_by(world.rita, copy.ref)

    assert (seen.number, seen.ref, seen.overlap, seen.is_own) == (first.number, first.ref, 100, False)
    assert not seen.was_undone


def test_of_an_earlier_case_that_the_reviewer_may_not_open_only_the_likeness_is_told(world, pair, now):
    first, copy = pair
    later = now + timedelta(hours=2)
    make.decide(world.sara, make.ready_to_decide(world.sara, first, now=now), now=now)
    make.ready_to_decide(world.rita, copy, now=later)
    (seen,) = seen_by(world.rita, copy.ref)
    assert (seen.number, seen.ref, seen.outcome, seen.filed_at, seen.was_undone) == ("", "", "", None, False)
    assert (seen.overlap, seen.is_own) == (100, False)


def test_of_an_earlier_case_in_which_the_reviewer_is_conflicted_only_the_likeness_is_told(world, now):
    first = file(world, world.alice, world.merchant, LETTER, now)
    later = now + timedelta(hours=1)
    notice = world.notice(world.other_merchant, officer=world.rosa.code)
    copy = make.file(world.eve, notice, now=later, statement=LETTER)
    triage.record_likely_duplicates(appeal_id=copy.pk, now=later)
    make.ready_to_decide(world.otto, copy, now=later)
    assert first.state == "SUBMITTED"

    (seen,) = seen_by(world.otto, copy.ref)

    assert (seen.number, seen.ref, seen.outcome, seen.filed_at, seen.overlap) == ("", "", "", None, 100)


def test_a_copy_of_a_won_appeal_says_so(world, pair, now):
    first, copy = pair
    make.decide(world.rita, make.ready_to_decide(world.rita, first, now=now), now=now)
    make.ready_to_decide(world.rita, copy, now=now + timedelta(hours=2))

    (seen,) = seen_by(world.rita, copy.ref)

    assert seen.was_undone
    assert seen.outcome
