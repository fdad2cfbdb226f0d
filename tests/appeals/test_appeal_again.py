"""Appealing again: new facts bring a new review by somebody new, as often as there are any; nobody is ever barred."""

from datetime import timedelta

import pytest
from django.urls import reverse

from appeals import commands as appeals
from appeals.models import Appeal
from appeals.verbs import actions_for
from casework import ledger
from casework.errors import ConflictOfInterest, NotAllowed, NotAppealable, NotYourTurn
from notices import commands as notices
from rules.terms import SHIPPED
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.laws import assert_refused

pytestmark = pytest.mark.once


DAY = timedelta(days=1)


@pytest.fixture
def notice(world):
    """A notice whose appeal was decided by rita and then by sara, both times against the appellant."""
    notice = world.notice()
    for judge in (world.rita, world.sara):
        decided_by(judge, make.file(world.alice, notice, now=world.now), now=world.now)
    return notice


def decided_by(judge, appeal, *, now, outcome="UPHELD"):
    return make.decide(judge, make.ready_to_decide(judge, appeal, now=now), now=now, outcome=outcome)


def test_new_facts_open_a_round_each_time_and_only_somebody_new_reviews_it(world, now, notice):
    judged = [world.rita, world.sara]
    for number in range(3, 6):
        appeal = make.file(world.alice, notice, now=now + 400 * DAY, new_facts=f"新证据{number}：检测报告。")
        assert (appeal.state, appeal.level, appeal.round) == ("SUBMITTED", "FIRST", 2 * number - 3)
        for judge in judged:
            with pytest.raises((ConflictOfInterest, NotAllowed)):
                appeals.claim_appeal(actor=judge, ref=appeal.ref, now=now + 400 * DAY)
        new, senior = make.staff("reviewer", now=now), make.staff("senior_reviewer", now=now)
        decided_by(new, appeal, now=now + 400 * DAY)
        second = make.file(world.alice, notice, now=now + 401 * DAY)  # and the promised second review of that
        assert (second.state, second.level) == ("SUBMITTED", "SECOND")
        decided_by(senior, second, now=now + 401 * DAY)
        judged += [new, senior]
    assert list(ledger.verify()) == []


def test_without_new_facts_the_earlier_reasons_are_the_answer_and_stay_on_record(world, now, notice):
    before = notice.appeals.count()
    answered = make.file(world.alice, notice, now=now, statement="还是不服。", review="system_first", new_facts=" \n")

    assert (answered.state, answered.statement, answered.new_facts) == ("ANSWERED", "还是不服。", "")
    assert notice.appeals.count() == before + 1
    notice.refresh_from_db()
    assert notice.state == "IN_FORCE"  # nothing is under appeal
    page = browser(world.alice).get(reverse("appeals:detail", args=[answered.ref]), headers={"accept-language": "en"})
    decided = Appeal.objects.get(notice=notice, round=2)
    assert reverse("appeals:decision", args=[decided.ref]) in page.content.decode()
    assert {"demand-human", "appeal-again"} <= {a.name for a in actions_for(world.alice, answered, now=now)}
    assert list(ledger.verify()) == []


def test_a_person_checks_on_demand_that_there_is_nothing_new_and_their_decision_has_effect(world, now, notice):
    first = make.file(world.alice, notice, now=now)
    last = make.file(world.alice, notice, now=now)
    check = appeals.demand_human(actor=world.alice, ref=first.ref, now=now)  # of the first, though another followed

    assert (check.state, check.level, check.human_demanded, check.previous_id) == ("SUBMITTED", "SECOND", True, last.pk)
    assert appeals.demand_human(actor=world.alice, ref=last.ref, now=now).pk == check.pk
    for judge in (world.rita, world.sara):
        with pytest.raises((ConflictOfInterest, NotAllowed)):
            appeals.claim_appeal(actor=judge, ref=check.ref, now=now)
    decided_by(make.staff("senior_reviewer", now=now), check, now=now, outcome="OVERTURNED")
    notice.refresh_from_db()
    assert notice.state == "REVOKED"
    with pytest.raises(NotAppealable):
        make.file(world.alice, notice, now=now, new_facts="还有")


def test_a_demand_after_a_persons_decision_alone_opens_nothing(world, now, notice):
    decided = Appeal.objects.get(notice=notice, round=2)
    with pytest.raises(NotYourTurn):
        appeals.demand_human(actor=world.alice, ref=decided.ref, now=now)


def test_after_the_time_for_a_second_review_new_facts_still_bring_one(world, now):
    first = decided_by(world.rita, make.file(world.alice, world.notice(), now=now), now=now)
    late = SHIPPED["second_review_window"].ends(now) + timedelta(seconds=1)

    assert make.file(world.alice, first.notice, now=late).state == "ANSWERED"
    assert make.file(world.alice, first.notice, now=late, new_facts="新的授权书。").state == "SUBMITTED"


def test_a_withdrawn_notice_is_not_answered_with_reasons_against_the_party(world, now, notice):
    notices.withdraw_notice(actor=world.carl, ref=notice.ref, reason="识别工具出错。", now=now)
    with pytest.raises(NotAppealable):
        make.file(world.alice, notice, now=now)


def test_the_page_asks_what_is_new_and_files_with_or_without(world, now, notice):
    client, path = browser(world.alice), reverse("appeals:file", args=[notice.ref])
    page = client.get(path, headers={"accept-language": "en"}).content.decode()
    assert "What is new?" in page
    sent = client.post(path, {"ground": "facts_wrong", "review": "human", "to": "submit", "new_facts": ""}, follow=True)
    assert sent.context["appeal"].state == "ANSWERED"
    sent = client.post(path, {"ground": "facts_wrong", "review": "human", "to": "submit", "new_facts": "新报告"})
    assert Appeal.objects.get(notice=notice, state="SUBMITTED").new_facts == "新报告"


@pytest.mark.on_both
def test_no_appeal_is_answered_that_names_something_new_or_that_no_person_answered_before(world, now, notice):
    new = make.file(world.alice, notice, now=now, new_facts="新报告")
    fresh = make.file(world.alice, world.notice(), now=now)

    def answer(appeal):
        return Appeal.objects.filter(pk=appeal.pk).update(state="ANSWERED")

    assert_refused("appeal_with_new_facts_is_reviewed", lambda: answer(new))
    assert_refused("earlier_reasons_are_a_persons", lambda: answer(fresh))
    assert_refused("appeal_filing_is_sealed", lambda: Appeal.objects.filter(pk=fresh.pk).update(new_facts="没说过"))
