"""Publishing a version: who may, what follows what, and which version judges which conduct."""

from datetime import timedelta

import pytest

from casework.errors import Invalid, NotAllowed
from rules.commands import ClauseText
from rules.models import RuleVersion
from rules.queries import clause_in_force, clauses_cited
from tests.factories import publish_rule_version

pytestmark = pytest.mark.once


def publish(actor, now, number="2", *, start, code="fairness", clauses=None, **more):
    return publish_rule_version(
        actor=actor,
        code=code,
        name_zh="规则",
        name_en="Rule",
        number=number,
        effective_from=start,
        clauses=[ClauseText("1", f"文{number}", f"text {number}")] if clauses is None else clauses,
        now=now,
        **more,
    )


def test_the_next_version_ends_the_one_before(world, now):
    first = publish(world.platform, now, "1", start=now)
    second = publish(world.platform, now, "2", start=now + timedelta(days=30))

    first.refresh_from_db()
    assert (first.effective_to, second.effective_to) == (second.effective_from, None)
    found = {
        at: clause_in_force(clauses_cited({("fairness", "1")})["fairness", "1"], at).text_en
        for at in (now, second.effective_from - timedelta(microseconds=1), second.effective_from)
    }
    assert list(found.values()) == ["text 1", "text 1", "text 2"]
    before = clause_in_force(clauses_cited({("fairness", "1")})["fairness", "1"], now - timedelta(microseconds=1))
    assert before is None


@pytest.mark.parametrize("shift", [timedelta(0), timedelta(days=-1)])
def test_a_version_starts_after_the_one_it_replaces(world, now, shift):
    publish(world.platform, now, "1", start=now)

    with pytest.raises(Invalid) as refusal:
        publish(world.platform, now, "2", start=now + shift)
    assert [(e.pointer, e.code) for e in refusal.value.errors] == [("/effective_from", "not-after-previous")]
    assert RuleVersion.objects.filter(rule__code="fairness").count() == 1


def test_a_number_is_used_once(world, now):
    publish(world.platform, now, "1", start=now)

    with pytest.raises(Invalid):
        publish(world.platform, now, "1", start=now + timedelta(days=1))
    kept = RuleVersion.objects.get(rule__code="fairness")
    assert kept.effective_to is None, "the refused version must not have ended the open one"


def test_a_version_has_clauses(world, now):
    with pytest.raises(Invalid) as refusal:
        publish(world.platform, now, "1", start=now, clauses=[])
    assert [(e.pointer, e.code) for e in refusal.value.errors] == [("/clauses", "required")]
    assert not RuleVersion.objects.filter(rule__code="fairness").exists()


@pytest.mark.parametrize("who", ["alice", "rita", "eve", "otto"])
def test_only_the_platform_publishes(world, now, who):
    with pytest.raises(NotAllowed):
        publish(getattr(world, who), now, "1", start=now)
    assert not RuleVersion.objects.filter(rule__code="fairness").exists()


def test_a_version_does_not_begin_while_one_with_a_fixed_end_is_in_force(world, now):
    code = "seasonal"
    first = {"code": code, "name_zh": "活动规则", "name_en": "Campaign Rule", "now": now}
    clauses = [ClauseText("1", "活动期间不得提价。", "Prices may not rise during the campaign.")]
    start, end = now + timedelta(days=10), now + timedelta(days=20)
    publish_rule_version(
        actor=world.platform, number="1", effective_from=start, effective_to=end, clauses=clauses, **first
    )

    with pytest.raises(Invalid) as refusal:
        publish_rule_version(
            actor=world.platform, number="2", effective_from=end - timedelta(seconds=1), clauses=clauses, **first
        )
    assert [e.code for e in refusal.value.errors] == ["overlaps"]
    publish_rule_version(actor=world.platform, number="2", effective_from=end, clauses=clauses, **first)
