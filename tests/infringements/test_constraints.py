"""The laws of right holders' notices hold for whoever writes past the code."""

import pytest

from casework.firing import fire
from infringements.commands.parts import end_measure
from infringements.models import Infringement, InfringementFile
from tests import factories as make
from tests.infringements.claiming import DAY
from tests.laws import Laws, assert_refused

LAWS = Laws()
pytestmark = pytest.mark.django_db


def change(case, **values):
    Infringement.objects.filter(pk=case.pk).update(**values)


def row_of(case, **values):
    file = case.files.first()
    taken = {"infringement": case, "no": 19, "part": "NOTICE", "attachment": file.attachment, "by_ref": file.by_ref}
    InfringementFile.objects.create(**taken | {"added_at": file.added_at} | values)


LAWS.rows(
    infringement_is_kept=lambda c, now: c.filed()._meta.model.objects.all()._raw_delete("default"),
    infringement_state_is_known=lambda c, now: change(c.accepted(), state="OTHER"),
    infringement_is_between_two_parties=lambda c, now: change(
        c.filed(files=(), merchant=""), merchant=c.world.consumer
    ),
    infringement_takes_effect_once_complete=lambda c, now: change(
        c.filed(files=(), evidence=""), received_at=now, decide_by=now
    ),
    infringement_is_decided_by_a_person_with_reasons=lambda c, now: change(
        c.filed(), state="REFUSED", ended_at=now, decided_at=now, decided_by=c.carl.user_id, session_hash="s"
    ),
    infringement_measure_rests_on_an_accepted_notice=lambda c, now: change(
        c.filed(),
        state="FORWARDED",
        decided_at=now,
        session_hash="s",
        reasons="x",
        decided_by=c.carl.user_id,
    ),
    infringement_statement_has_name_contact_and_words=lambda c, now: change(
        c.accepted(), stated_at=now, stated_by=c.alice.user_id, silence_at=now + 16 * DAY
    ),
    infringement_leaves_the_right_holder_15_days=lambda c, now: change(
        c.accepted(),
        stated_at=now,
        stated_by=c.alice.user_id,
        silence_at=now + 14 * DAY,
        statement="x",
        merchant_name="x",
        merchant_contact="x",
    ),
    infringement_proceedings_are_named=lambda c, now: change(
        c.stated(), proceedings_at=now, proceedings_kind="LAWSUIT"
    ),
    infringement_concludes_with_an_outcome=lambda c, now: change(c.sued(), state="CONCLUDED", ended_at=now),
    infringement_ends_at_a_time=lambda c, now: change(c.filed(), state="WITHDRAWN"),
    infringement_is_found_wrong_by_a_person_after_hearing=lambda c, now: change(
        c.asked(),
        finding="WRONG",
        finding_reasons="x",
        found_at=now,
        found_by=c.carl.user_id,
        finding_notice=c.world.notice(c.world.consumer, officer=c.carl.code).pk,
    ),
    infringement_stays_as_it_was_said=lambda c, now: change(c.filed(), evidence="x"),
    infringement_goes_from_state_to_state_as_drawn=lambda c, now: change(c.sued(), state="STATED"),
    infringement_measure_ends_by_silence_after_15_days_alone=lambda c, now: change(
        c.stated(), state="LIFTED", ended_at=now + 10 * DAY
    ),
    infringement_is_decided_by_nobody_of_a_side=lambda c, now: change(
        c.filed(),
        state="REFUSED",
        ended_at=now,
        decided_at=now,
        session_hash="s",
        reasons="x",
        decided_by=c.alice.user_id,
    ),
    infringement_is_found_wrong_by_nobody_of_a_side=lambda c, now: change(
        c.answered(),
        finding="WRONG",
        finding_reasons="x",
        found_at=now,
        found_by=c.world.rita.user_id,
        finding_notice=c.world.notice(c.world.consumer, officer=c.world.rita.code).pk,
    ),
    infringement_measure_is_against_its_merchant_by_who_decided=lambda c, now: change(
        c.filed(),
        state="FORWARDED",
        decided_at=now,
        session_hash="s",
        reasons="x",
        decided_by=c.carl.user_id,
        notice=c.world.notice(c.world.other_merchant, officer=c.carl.code).pk,
    ),
    infringement_finding_is_a_notice_to_its_right_holder=lambda c, now: change(
        c.answered(),
        finding="WRONG",
        finding_reasons="x",
        found_at=now,
        found_by=c.carl.user_id,
        finding_notice=c.world.notice(officer=c.carl.code).pk,
    ),
    infringement_statement_is_the_merchant_s=lambda c, now: change(
        c.accepted(),
        stated_at=now,
        silence_at=now + 16 * DAY,
        statement="x",
        merchant_name="x",
        merchant_contact="x",
        stated_by=c.bob.user_id,
    ),
    infringement_file_number_is_unique=lambda c, now: row_of(c.filed(evidence=""), no=1),
    infringement_file_is_append_only=lambda c, now: InfringementFile.objects.filter(infringement=c.filed()).update(
        no=7
    ),
    infringement_file_belongs_to_the_side_on_turn=lambda c, now: row_of(c.accepted(), part="STATEMENT"),
)


@LAWS.broken_by("measure_ends_with_the_right_holder_s_notice_it_rests_on")
def _ends_early(claiming, now):
    end_measure(claiming.stated(), "%(number)s", now=now)


@LAWS.broken_by("agent_withdraws_right_holder_s_notice_by_special_authority")
def _agent(claiming, now):
    agent = make.agent(claiming.bob, claiming.world.consumer, now=now)
    fire(claiming.filed(), "withdraw", actor=agent, now=now, ended_at=now)


@LAWS.broken_by("agent_acts_in_the_infringements_of_the_mandate_alone")
def _other_agent(claiming, now):
    world = claiming.world
    notice = world.notice()
    agent = make.agent(world.alice, world.merchant, now=now, cases=[notice.matter], special=True)
    fire(claiming.accepted(), "add_file", actor=agent, now=now)


@pytest.mark.parametrize("name", LAWS)
def test_the_database_refuses(name, claiming, now):
    assert_refused(name, lambda: LAWS[name](claiming, now))
