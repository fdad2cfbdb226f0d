"""A certificate closes nothing that rests on a clause it does not name, as that clause then read."""

from datetime import timedelta

import pytest

from appeals.models import Decision
from casework.errors import NotAllowed
from tests import factories as make
from triage import commands as triage

pytestmark = pytest.mark.once


@pytest.fixture
def certificate(world, now):
    return make.switch_on(world.carl, now=now)


def test_a_second_basis_that_the_certificate_does_not_name_leaves_it_to_a_person(world, now, certificate):
    law = make.notices.BasisDraft(kind="LAW", instrument="CN-ECL-2018", article="38")
    clause = make.notices.BasisDraft(kind="CLAUSE", rule=world.rule, clause="8")
    for number, bases in enumerate(([clause, law], [law, clause])):
        notice = world.notice(basis=bases)
        appeal = make.suggested(make.file(world.alice, notice, now=now, review="system_first"), now=now)

        with pytest.raises(NotAllowed):
            triage.finalise_automatically(appeal_id=appeal.pk, now=now)
        assert Decision.objects.count() == 0, number


def test_a_clause_of_a_newer_rule_version_is_new_to_the_certificate(world, now, certificate):
    make.publish_rule_version(
        actor=world.platform,
        code=world.rule,
        name_zh="广告宣传规范",
        name_en="Advertising Rule",
        number="2026-02",
        effective_from=now + timedelta(days=8),
        clauses=[make.ClauseText("8", "不得使用“最佳”等用语。", "Words such as “best” may not be used.")],
        now=now,
    )
    later = now + timedelta(days=10)
    plan = make.draft(world.merchant, world.rule, now=later, officer=world.otto.code)
    notice = make.issue(world.platform, plan, now=later)
    assert notice.bases.get().version_number == "2026-02"
    appeal = make.suggested(make.file(world.alice, notice, now=later, review="system_first"), now=later)

    with pytest.raises(NotAllowed):
        triage.finalise_automatically(appeal_id=appeal.pk, now=later)
