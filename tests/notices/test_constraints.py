"""The laws of notices hold for whoever writes past the code."""

from datetime import timedelta

import pytest
from django.db.models import F

from accounts.models import Membership
from executors.models import Act, ActCertification
from notices.models import Basis, Edition, Exhibit, Measure, Notice, Remedy
from rules.models import Clause
from tests import factories as make
from tests.executors import building as build
from tests.laws import Laws, assert_refused, insert

LAWS = Laws()


@pytest.fixture
def notice(world, now):
    return world.notice(measures=[make.measure(now), make.deduction(now)])


def update(notice, **changes):
    Notice.objects.filter(pk=notice.pk).update(**changes)


def owed(notice, **changes):
    values = {
        "ref": f"rem_{make.number()}",
        "notice": notice,
        "measure": notice.measures.get(no=1),
        "kind": "RESTORE",
        "cause": "apl_x",
        "due_at": notice.served_at,
        "created_at": notice.served_at,
    } | changes
    return Remedy.objects.create(**values)


def edition(notice):
    return Edition.objects.create(
        notice=notice, no=1, facts="f", reasons="r", text_hash="h", replaced_at=notice.served_at, why="w"
    )


LAWS.rows(
    version_is_not_a_basis_before_its_publicity=lambda world, notice: (
        basis := notice.bases.first(),
        later := make.publish_rule_again(
            world.platform, world.rule, number="9", start=world.now + timedelta(20), now=world.now
        ),
        insert(basis, no=9, clause_id=later.clauses.first().pk),
    ),
    notice_external_ref_is_unique_per_client=lambda world, notice: insert(notice, ref="ntc_x", number="N-x"),
    notice_state_is_known=lambda world, notice: update(notice, state="ELSEWHERE"),
    notice_states_facts_and_reasons=lambda world, notice: update(notice, reasons=""),
    notice_breach_kind_is_known=lambda world, notice: update(notice, breach_kind="TASTE"),
    notice_detection_source_is_known=lambda world, notice: insert(
        notice, ref="ntc_x", number="N-x", external_ref="x", detection_source="RUMOUR"
    ),
    notice_names_the_detection_tool=lambda world, notice: insert(
        notice, ref="ntc_x", number="N-x", external_ref="x", detection_tool=""
    ),
    notice_names_who_or_what_decided=lambda world, notice: insert(
        notice,
        ref="ntc_x",
        number="N-x",
        external_ref="x",
        decided_by_id=None,
        decided_by_team_id=None,
        decision_tool="",
    ),
    notice_hold_rests_on_suspicion=lambda world, notice: update(notice, is_precautionary=True),
    notice_leaves_time_to_appeal=lambda world, notice: insert(
        notice, ref="ntc_x", number="N-x", external_ref="x", appeal_closes_at=notice.served_at
    ),
    notice_is_read_after_service=lambda world, notice: update(
        notice, read_at=notice.served_at - timedelta(microseconds=1)
    ),
    measure_number_is_unique_in_notice=lambda world, notice: insert(notice.measures.get(no=1)),
    measure_state_is_known=lambda world, notice: notice.measures.update(state="PAUSED"),
    measure_ends_after_it_starts=lambda world, notice: notice.measures.filter(no=1).update(
        ends_at=F("starts_at") - timedelta(seconds=1)
    ),
    measure_shows_its_calculation=lambda world, notice: notice.measures.filter(no=2).update(currency=""),
    money_measure_is_within_its_cap=lambda world, notice: (
        row := notice.measures.get(no=2),
        insert(row, no=3, calculation=row.calculation | {"cap_minor": row.amount_minor - 1}),
    ),
    basis_number_is_unique_in_notice=lambda world, notice: insert(notice.bases.get()),
    basis_is_one_specific_thing=lambda world, notice: insert(notice.bases.get(), no=2, clause_id=None),
    basis_names_and_quotes_its_clause=lambda world, notice: insert(notice.bases.get(), no=2, text_zh=""),
    exhibit_number_is_unique_in_notice=lambda world, notice: insert(notice.exhibits.get()),
    exhibit_shows_something=lambda world, notice: insert(notice.exhibits.get(), no=2, excerpt=""),
    edition_number_is_unique_in_notice=lambda world, notice: insert(edition(notice)),
    remedy_is_owed_once_per_cause=lambda world, notice: (owed(notice), owed(notice)),
    remedy_state_is_known=lambda world, notice: owed(notice, state="SOON", settled_at=notice.served_at),
    remedy_is_settled_at_a_time=lambda world, notice: owed(notice, state="CONFIRMED"),
    remedy_refund_names_its_amount=lambda world, notice: owed(notice, kind="REFUND", amount_minor=0),
    remedy_failure_says_why=lambda world, notice: owed(notice, state="FAILED", settled_at=notice.served_at),
    basis_is_sealed=lambda world, notice: Basis.objects.update(text_zh="别的"),
    exhibit_is_sealed=lambda world, notice: Exhibit.objects.update(excerpt="别的"),
    edition_is_sealed=lambda world, notice: (edition(notice), Edition.objects.update(facts="g")),
    measure_is_never_made_heavier=lambda world, notice: notice.measures.filter(no=1).update(
        ends_at=F("ends_at") + timedelta(seconds=1)
    ),
    measure_is_kept=lambda world, notice: notice.measures.all()._raw_delete("default"),
    notice_is_kept=lambda world, notice: Notice.objects.filter(pk=notice.pk)._raw_delete("default"),
    notice_decider_is_not_rewritten=lambda world, notice: update(notice, decided_by_id=world.odile.user_id),
)


@LAWS.broken_by("notice_text_changes_by_an_edition")
def _(world, notice):
    edition(notice)  # of other words than those that are replaced
    update(notice, facts="something else", text_hash="x", edition=2)


LAWS.rows(
    measure_stays_what_it_is=lambda world, notice: notice.measures.filter(no=1).update(scope="everything"),
    remedy_is_owed_as_it_was=lambda world, notice: (
        owed(notice),
        Remedy.objects.update(due_at=F("due_at") + timedelta(days=30)),
    ),
    remedy_confirmed_stays_confirmed=lambda world, notice: (
        owed(notice, state="CONFIRMED", settled_at=notice.served_at),
        Remedy.objects.update(state="PENDING", settled_at=None),
    ),
    remedy_is_kept=lambda world, notice: (owed(notice), Remedy.objects.all()._raw_delete("default")),
)


# — under which a third party acted —


def executed(world, notice, **changes):
    """A notice row like this one, under a new act of an active executor at that moment; the executor is a new one."""
    firm = build.active(world, now=notice.served_at)
    act = Act.objects.create(
        ref=f"act_{make.number()}",
        executor=firm.executor,
        person=firm.person,
        mandate=firm.mandate,
        acted_at=changes.pop("acted_at", notice.served_at),
    )
    if changes.pop("certified", True):
        ActCertification.objects.create(act=act, certification=firm.certification)
    if member_of := changes.pop("member_of", None):
        Membership.objects.create(
            user_id=firm.person.user_id, party=member_of, role="staff", started_at=notice.served_at, granted_by="x"
        )
    values = {"ref": f"ntc_{make.number()}", "number": f"N-{make.number()}", "external_ref": f"e-{make.number()}"}
    return insert(notice, **values | {"act_id": act.pk} | changes)


LAWS.rows(
    notice_names_a_third_party_by_its_act=lambda world, notice: insert(
        notice, ref="ntc_x", number="N-x", external_ref="x", executor_name="某外包公司"
    ),
    notice_keeps_who_acted=lambda world, notice: (
        row := executed(world, notice),
        Notice.objects.filter(pk=row.pk).update(act_id=None),
    ),
    notice_of_an_executor_rests_on_an_act_of_that_moment=lambda world, notice: executed(
        world, notice, acted_at=notice.served_at + timedelta(seconds=1)
    ),
    notice_of_an_executor_rests_on_certifications_in_force=lambda world, notice: executed(
        world, notice, certified=False
    ),
    notice_decided_for_a_third_party_names_its_act=lambda world, notice: (
        firm := build.active(world, now=notice.served_at),
        insert(notice, ref="ntc_x", number="N-x", external_ref="x", decided_by_id=firm.person.user_id),
    ),
    notice_is_not_against_whom_its_executor_acts_for=lambda world, notice: executed(
        world, notice, member_of=notice.party
    ),
    act_certification_precedes_its_notice=lambda world, notice: (
        row := executed(world, notice),
        more := build.certify(row.act.person, build.curriculum(world, now=notice.served_at), now=notice.served_at),
        ActCertification.objects.create(act=row.act, certification=more),
    ),
    executed_measure_is_within_the_mandate=lambda world, notice: insert(
        notice.measures.get(no=1), notice_id=executed(world, notice).pk, type_id="close_store"
    ),
)


@LAWS.broken_by("executed_measure_has_the_certified_level")
def _(world, notice):
    row = executed(world, notice, certified=False, act_id=None)
    firm = build.active(world, now=notice.served_at)
    low = build.add_person(firm, now=notice.served_at)
    given = build.certify(low, build.curriculum(world, now=notice.served_at, level=1), now=notice.served_at)
    act = Act.objects.create(
        ref="act_low", executor=firm.executor, person=low, mandate=firm.mandate, acted_at=notice.served_at
    )
    ActCertification.objects.create(act=act, certification=given)
    row = insert(row, ref="ntc_y", number="N-y", external_ref="y", act_id=act.pk)
    insert(notice.measures.get(no=2), notice_id=row.pk)


@LAWS.broken_by("executed_money_is_within_the_ceiling")
def _(world, notice):
    row = executed(world, notice)
    money = notice.measures.get(no=2)
    for no in (1, 2):  # each below the ceiling, both together above
        insert(money, notice_id=row.pk, no=no, amount_minor=build.CEILING - 1)


LAWS.rows(
    executed_basis_is_within_the_mandate=lambda world, notice: (
        row := executed_by_who_knows_another_rule(world, notice, certified=True),
        clause := Clause.objects.filter(version__rule__code=world.more["other"]).first(),
        insert(notice.bases.get(), notice_id=row.pk, clause_id=clause.pk),
    ),
)


def executed_by_who_knows_another_rule(world, notice, *, certified, granted=False):
    """As `executed`, by somebody certified for `world.more["other"]` if so said, under a mandate for it if so said."""
    firm, now = build.active(world, now=notice.served_at), notice.served_at
    world.more["other"] = other = make.publish_rule(world.platform, now=now)
    given = [firm.certification]
    if certified:
        given.append(build.certify(firm.person, build.curriculum(world, now=now, rule=other), now=now))
    if granted:
        build.grant(firm, now=now, rules=[world.rule, other])
    act = Act.objects.create(
        ref="act_x", executor=firm.executor, person=firm.person, mandate=firm.mandate, acted_at=now
    )
    ActCertification.objects.bulk_create(ActCertification(act=act, certification=c) for c in given)
    return insert(notice, ref="ntc_y", number="N-y", external_ref="y", act_id=act.pk)


LAWS.rows(
    executed_basis_is_certified_as_it_reads_now=lambda world, notice: (
        row := executed_by_who_knows_another_rule(world, notice, certified=False, granted=True),
        clause := Clause.objects.filter(version__rule__code=world.more["other"]).first(),
        insert(notice.bases.get(), notice_id=row.pk, clause_id=clause.pk),
    ),
)


@pytest.mark.parametrize("name", sorted(LAWS))
def test_the_database_refuses(world, notice, name):
    assert_refused(name, lambda: LAWS[name](world, notice))


def test_no_column_of_a_measure_can_be_made_heavier(notice):
    for no, change in (
        (1, {"ends_at": None}),
        (1, {"amount_minor": 1, "currency": "CNY", "calculation": {"formula": "x"}}),
        (1, {"starts_at": F("starts_at") - timedelta(seconds=1)}),
        (1, {"type_id": "close_store"}),
        (2, {"amount_minor": 10_001}),
        (2, {"amount_minor": None}),
    ):
        row = notice.measures.filter(no=no)
        assert_refused("measure_is_never_made_heavier", lambda row=row, change=change: row.update(**change))


def test_the_calculation_of_a_measure_is_sealed(notice):
    row = notice.measures.filter(no=2)
    assert_refused("measure_stays_what_it_is", lambda: row.update(calculation={"cap_minor": 10**9}))


@pytest.mark.parametrize("calculation", [{}, {"cap_minor": None}])
def test_no_money_is_taken_without_a_cap(notice, calculation):
    row = notice.measures.get(no=2)
    assert_refused("money_measure_is_within_its_cap", lambda: insert(row, no=3, calculation=calculation))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("REVOKED", "IN_FORCE"),
        ("REVOKED", "REDUCED"),
        ("REVOKED", "ENDED"),
        ("ENDED", "IN_FORCE"),
        ("ENDED", "REDUCED"),
    ],
)
def test_a_measure_that_fell_or_ended_does_not_come_back(notice, before, after):
    notice.measures.update(state=before)

    assert_refused("measure_is_never_made_heavier", lambda: notice.measures.update(state=after))


def test_who_decided_and_when_it_was_served_stay_as_said(notice):
    for change in (
        {"decided_by_team_id": None},
        {"decision_tool": "other"},
        {"evidence_was_opened": False},
        {"detection_source": "REPORT"},
        {"served_at": F("served_at") + timedelta(seconds=1)},
        {"appeal_closes_at": F("appeal_closes_at") - timedelta(seconds=1)},
    ):
        assert_refused("notice_decider_is_not_rewritten", lambda change=change: update(notice, **change))


@pytest.mark.parametrize("model", [Basis, Exhibit])
def test_sealed_parts_cannot_be_deleted(notice, model):
    name = f"{model.__name__.lower()}_is_sealed"
    assert_refused(name, lambda: model.objects.all()._raw_delete("default"))


@pytest.mark.parametrize(
    ("decision", "level"),
    [
        ({"officer": True, "tool": "", "opened": True}, "NONE"),
        ({"officer": True, "tool": "t", "opened": True}, "PARTIAL"),
        ({"officer": True, "tool": "t", "opened": False}, "FULL"),
        ({"officer": True, "tool": "", "opened": False}, "FULL"),
        ({"officer": False, "tool": "t", "opened": False}, "FULL"),
    ],
)
def test_how_far_a_machine_decided_is_computed_and_cannot_be_typed(world, notice, decision, level):
    row = insert(
        notice,
        ref="ntc_x",
        number="N-x",
        external_ref="x",
        decision_tool=decision["tool"],
        decided_by_id=world.otto.user_id if decision["officer"] else None,
        decided_by_team_id=None,
        evidence_was_opened=decision["opened"],
    )
    row.refresh_from_db()

    assert row.automated_decision == level


def test_a_measure_may_become_lighter(notice):
    """A lighter change passes the same trigger: the law forbids one direction only."""
    notice.measures.filter(no=1).update(ends_at=F("ends_at") - timedelta(hours=1))
    notice.measures.filter(no=2).update(amount_minor=5_000)

    assert list(Measure.objects.filter(notice=notice).values_list("amount_minor", flat=True)) == [None, 5_000]


def test_a_refund_without_an_amount_is_refused(notice):
    """NULL is not greater than nought, but a CHECK that is NULL would pass."""
    assert_refused("remedy_refund_names_its_amount", lambda: owed(notice, kind="REFUND"))
