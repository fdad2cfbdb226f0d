"""The laws of tips hold for whoever writes past the code."""

import pytest

from casework.firing import fire
from files import attachments
from tests.infringements.claiming import picture
from tests.laws import Laws, assert_refused, insert
from tips.models import Tip, TipFile

LAWS = Laws()
pytestmark = pytest.mark.django_db


def change(tip, **values):
    Tip.objects.filter(pk=tip.pk).update(**values)


def decided(t, now, **values):
    said = {"decided_at": now, "decided_by": t.carl.user_id, "session_hash": "s", "reasons": "x", "answer": "x"}
    return said | {"is_ended": True} | values


def again(t, tip, **values):
    row = tip.files.first()
    taken = {"tip": tip, "no": 9, "attachment": row.attachment, "added_at": row.added_at}
    TipFile.objects.create(**taken | values)


def found(t, now, **values):
    said = {"finding": "MALICIOUS", "found_at": now, "found_by": t.carl.user_id, "finding_reasons": "x"}
    return said | {"confirmed_at": now, "confirmed_by": t.dora.user_id} | values


LAWS.rows(
    tip_is_kept=lambda t, now: t.filed()._meta.model.objects.all()._raw_delete("default"),
    tip_state_is_known=lambda t, now: change(t.dismissed(), state="OTHER"),
    tip_says_what_and_where=lambda t, now: insert(t.filed(), ref="tip_x", number="J-1", what=""),
    tip_is_about_somebody_else=lambda t, now: change(t.filed(named=""), subject=t.world.consumer),
    tip_is_answered_to_somebody=lambda t, now: Tip.objects.create(
        ref="tip_x",
        number="J-1",
        created_at=now,
        updated_at=now,
        decide_by=now.replace(year=2027),
        kind="OTHER",
        what="x",
        links="x",
    ),
    tip_external_ref_is_unique_per_client=lambda t, now: Tip.objects.create(
        ref="tip_x",
        number="J-1",
        created_at=now,
        updated_at=now,
        decide_by=now.replace(year=2027),
        kind="OTHER",
        what="x",
        links="x",
        external_ref=t.passed_on().external_ref,
        client=t.world.client,
    ),
    tip_waits_for_a_person_by_a_time=lambda t, now: change(t.filed(), is_ended=True),
    tip_is_decided_by_a_person_with_reasons_and_an_answer=lambda t, now: change(
        t.filed(), state="UNFOUNDED", **decided(t, now, answer="")
    ),
    tip_leads_to_a_notice_where_a_measure_followed=lambda t, now: change(t.filed(), state="MEASURE", **decided(t, now)),
    tip_is_found_malicious_by_two_people_by_a_notice=lambda t, now: change(t.dismissed(), **found(t, now)),
    tip_file_number_is_unique=lambda t, now: again(t, t.with_file(), no=1),
    tip_stays_as_it_was_given=lambda t, now: change(t.filed(), what="x"),
    tip_goes_from_state_to_state_as_drawn=lambda t, now: change(t.dismissed(), state="NO_RULE"),
    tip_is_decided_by_nobody_of_a_side=lambda t, now: change(
        t.filed(), state="UNFOUNDED", **decided(t, now, decided_by=t.alice.user_id)
    ),
    tip_is_found_malicious_by_nobody_of_a_side=lambda t, now: change(
        t.dismissed(), finding="PROPOSED", found_at=now, found_by=t.alice.user_id, finding_reasons="x"
    ),
    tip_finding_is_confirmed_by_nobody_of_a_side=lambda t, now: change(
        t.proposed(), finding="DROPPED", confirmed_at=now, confirmed_by=t.alice.user_id
    ),
    tip_leads_to_a_notice_whose_source_says_so=lambda t, now: change(
        t.filed(), state="MEASURE", notice=t.world.notice(officer=t.carl.code).pk, **decided(t, now)
    ),
    tip_finding_is_a_notice_to_whoever_gave_it=lambda t, now: change(
        t.proposed(),
        **found(t, now, finding_notice=t.world.notice(officer=t.dora.code).pk, found_by=t.carl.user_id),
    ),
    ledger_does_not_say_who_gave_a_tip=lambda t, now: fire(t.filed(), "add_file", actor=t.bob, now=now),
    tip_file_is_append_only=lambda t, now: TipFile.objects.filter(tip=t.with_file()).update(no=7),
)


@LAWS.broken_by("notice_that_follows_a_tip_does_not_carry_its_number")
def _carries_its_number(t, now):
    insert(t.acted().notice, ref="ntc_x", number="N-1", external_ref=t.filed().number)


@LAWS.broken_by("tip_file_comes_before_the_decision_and_names_nobody")
def _late_file(t, now):
    tip = t.with_file()
    t.dismissed(tip)
    again(t, tip)


@pytest.mark.parametrize("law", LAWS)
def test_it_holds_past_the_code(law, tipping, now):
    assert_refused(law, lambda: LAWS[law](tipping, now))


def test_a_file_that_names_its_sender_is_refused(tipping, now):
    tip = tipping.filed()
    file, name = picture()
    sealed = attachments.seal(file, name=name, actor=tipping.bob, now=now)
    assert_refused(
        "tip_file_comes_before_the_decision_and_names_nobody",
        lambda: TipFile.objects.create(tip=tip, no=1, attachment=sealed, added_at=now),
    )
