"""The laws of rules hold for whoever writes past the code."""

from datetime import timedelta

import pytest

from rules.models import Clause, ClauseTerm, LawArticle, Opinion, PlatformRule, Rulemaking, RuleVersion
from tests import factories as make
from tests.laws import Laws, assert_refused, insert
from tests.rules.building import DAY, Making

LAWS = Laws()


@pytest.fixture
def version(world):
    return RuleVersion.objects.get(rule__code=world.rule)


LAWS.rows(
    rule_version_number_is_unique=lambda version: insert(
        version, effective_from=version.effective_from - timedelta(days=1), published_at=None
    ),
    rule_code_fits_an_address=lambda version: insert(version.rule, ref="rul_x", code="a/b"),
    rule_code_fits_an_address_when_changed=lambda version: PlatformRule.objects.filter(pk=version.rule_id).update(
        code=".."
    ),
    rule_version_number_fits_an_address=lambda version: insert(version, number="1%2", published_at=None),
    rule_version_number_fits_an_address_when_changed=lambda version: (
        draft := insert(
            version, number="draft", effective_from=version.effective_from + timedelta(1), published_at=None
        ),
        RuleVersion.objects.filter(pk=draft.pk).update(number="?"),
    ),
    rule_version_starts_once=lambda version: insert(version, number="other", published_at=None),
    rule_versions_do_not_overlap=lambda version: insert(
        version, number="other", effective_from=version.effective_from + timedelta(days=1)
    ),
    rule_version_ends_after_it_starts=lambda version: RuleVersion.objects.filter(pk=version.pk).update(
        effective_to=version.effective_from
    ),
    clause_number_is_unique_in_version=lambda version: (
        draft := insert(
            version, number="draft", effective_from=version.effective_from + timedelta(1), published_at=None
        ),
        clause := Clause(version=draft, position=1, number="1", text_zh="文", text_en="text", text_hash="h"),
        insert(clause),
        insert(clause, position=2),
    ),
    clause_has_chinese_text=lambda version: (
        draft := insert(
            version, number="draft", effective_from=version.effective_from + timedelta(1), published_at=None
        ),
        Clause.objects.create(version=draft, position=1, number="1", text_zh="", text_en="text", text_hash="h"),
    ),
    law_article_has_its_wording_with_its_source_or_none=lambda version: insert(
        LawArticle.objects.first(), text_zh="平台应当。", source="公报", read_from="OFFICIAL"
    ),
    law_article_is_immutable=lambda version: LawArticle.objects.update(gist_zh="别的话。"),
    rule_version_is_immutable_once_published=lambda version: RuleVersion.objects.filter(pk=version.pk).update(
        summary_en="something else"
    ),
    rule_version_is_kept_once_published=lambda version: RuleVersion.objects.filter(pk=version.pk)._raw_delete(
        "default"
    ),
    clause_is_immutable_once_published=lambda version: version.clauses.update(text_en="something else"),
    clause_is_not_added_after_publication=lambda version: insert(version.clauses.first(), number="99"),
)


def promised(version, *, published, number="draft", key="evidence_time", amount=9):
    """A version of the rule after this one, with one clause that promises a value."""
    start = version.effective_from + timedelta(days=5000)
    draft = insert(version, number=number, effective_from=start, effective_to=None, published_at=None)
    clause = insert(version.clauses.first(), version_id=draft.pk)
    term = ClauseTerm.objects.create(version=draft, clause=clause, key=key, amount=amount, unit="days")
    if published:
        RuleVersion.objects.filter(pk=version.pk, effective_to=None).update(effective_to=start)
        RuleVersion.objects.filter(pk=draft.pk).update(published_at=version.effective_from)
    return term


LAWS.rows(
    promise_is_made_once_in_a_version=lambda version: (
        term := promised(version, published=False),
        insert(term, amount=10, clause_id=insert(term.clause, position=2, number="2").pk),
    ),
    clause_sets_each_value_once=lambda version: (
        term := insert(promised(version, published=False), key="points", unit="points"),
        insert(term, amount=10),
    ),
    clause_term_is_within_its_bounds=lambda version: promised(version, published=False, amount=6),
    clause_term_is_immutable_once_published=lambda version: ClauseTerm.objects.filter(
        pk=promised(version, published=True).pk
    ).update(amount=10),
    clause_term_is_not_added_after_publication=lambda version: insert(
        promised(version, published=True), key="confirmation_time"
    ),
    clause_term_is_of_the_version_of_its_clause=lambda version: insert(
        promised(version, published=False), key="confirmation_time", clause_id=version.clauses.first().pk
    ),
)


@LAWS.broken_by("promise_is_made_by_one_rule_at_a_time")
def _(version):
    promised(version, published=True)
    rule = insert(version.rule, ref="rul_other", code="other")
    other = insert(version, rule_id=rule.pk, published_at=None)
    insert(version.clauses.first(), version_id=other.pk)
    promised(other, published=True)


def unpublished(version, **changes):
    """A copy of the version, a month later, that is not published."""
    values = {"number": f"n{make.number()}", "effective_from": version.published_at + 40 * DAY, "published_at": None}
    return insert(version, **values | changes)


def published(version, **changes):
    """A copy that is published as the version was, before it and for ten days, but for these changes."""
    at = version.published_at - 100 * DAY
    values = {
        "number": f"n{make.number()}",
        "published_at": at,
        "consulted_until": at,
        "consulted_from": at - 15 * DAY,
        "effective_from": at + 15 * DAY,
        "effective_to": at + 25 * DAY,
    }
    return insert(version, **values | changes)


def test_what_the_attempts_change_could_be_published_otherwise(version):
    published(version)


LAWS.rows(
    rule_version_binds_somebody_known=lambda version: unpublished(version, binds="NOBODY"),
    rule_version_is_consulted_on_before_it_is_publicised=lambda version: published(
        version, consulted_from=None, consulted_until=None
    ),
    rule_version_is_publicised_before_its_start=lambda version: published(
        version, effective_from=version.published_at - 86 * DAY
    ),
    rule_version_is_approved_by_another_person=lambda version: (
        person := make.make_user("both", now=version.published_at),
        unpublished(version, drafted_by_id=person.pk, approved_by_id=person.pk),
    ),
    rule_version_forced_early_names_law_reason_and_approver=lambda version: unpublished(
        version, forced_by_id=LawArticle.objects.first().pk
    ),
    rule_version_with_major_impact_has_a_transition=lambda version: published(version, impact="MAJOR", assessment="x"),
    rule_version_runs_beside_the_one_before_until_a_time=lambda version: unpublished(
        version, old_for="MERCHANT", old_until=version.effective_from
    ),
    rule_version_is_taken_over_by_a_named_person=lambda version: unpublished(
        version, rule_id=empty_rule().pk, made="TAKEN_OVER"
    ),
    rule_version_is_withdrawn_before_force=lambda version: published(version, withdrawn_at=version.published_at),
    rule_is_taken_over_before_a_version_is_made_here=lambda version: (
        person := make.make_user("taker", now=version.published_at),
        signed := {"approved_by_id": person.pk, "taken_over_at": version.effective_from, "taken_over_reason": "r"},
        published(version, made="TAKEN_OVER", **signed),
    ),
    rule_consultation_is_not_shortened=lambda version: (
        draft := unpublished(version),
        RuleVersion.objects.filter(pk=draft.pk).update(consulted_until=version.consulted_until - DAY),
    ),
)


def empty_rule():
    return PlatformRule.objects.create(ref=f"rul_{make.number()}", code=f"c{make.number()}", name_zh="别", name_en="o")


@pytest.mark.parametrize("name", sorted(LAWS))
def test_the_database_refuses(version, name):
    assert_refused(name, lambda: LAWS[name](version))


MAKING = Laws()


@pytest.fixture
def making(world):
    made = Making(world)
    made.consult()
    made.say()
    return made


@MAKING.broken_by("rulemaking_state_is_known")
def _(making):
    Rulemaking.objects.update(state="ELSEWHERE")


@MAKING.broken_by("rulemaking_is_kept")
def _(making):
    Rulemaking.objects.filter(pk=making.row.pk)._raw_delete("default")


@MAKING.broken_by("rulemaking_is_of_one_version")
def _(making):
    Rulemaking.objects.filter(pk=making.row.pk).update(
        rule_version=unpublished(RuleVersion.objects.filter(published_at__isnull=False)[0])
    )


@MAKING.broken_by("opinion_number_is_unique_in_consultation")
def _(making):
    insert(Opinion.objects.get())


@MAKING.broken_by("opinion_says_something")
def _(making):
    insert(Opinion.objects.get(), no=2, text="")


@MAKING.broken_by("opinion_is_of_an_account_or_of_a_contact_who_consented")
def _(making):
    insert(Opinion.objects.get(), no=2, author_id=None)


@MAKING.broken_by("opinion_is_answered_with_a_reason")
def _(making):
    Opinion.objects.update(disposition="REJECTED")


@MAKING.broken_by("opinion_is_kept")
def _(making):
    Opinion.objects.all()._raw_delete("default")


@MAKING.broken_by("opinion_stays_as_it_was_written")
def _(making):
    Opinion.objects.update(text="很好。")


@MAKING.broken_by("opinion_comes_while_the_consultation_is_open")
def _(making):
    insert(Opinion.objects.get(), no=2, submitted_at=making.now + 15 * DAY)


@MAKING.broken_by("rule_is_adopted_after_its_consultation")
def _(making):
    making.answer(1)
    Rulemaking.objects.filter(pk=making.row.pk).update(state="ADOPTED", adopted_at=making.now + 14 * DAY)


@MAKING.broken_by("rule_is_adopted_after_every_opinion_is_answered")
def _(making):
    Rulemaking.objects.filter(pk=making.row.pk).update(state="ADOPTED", adopted_at=making.now + 15 * DAY)


@MAKING.broken_by("opinion_is_answered_before_adoption")
def _(making):
    making.close()
    making.answer(1)
    making.adopt()
    Opinion.objects.update(reason="别的理由。")


@pytest.mark.parametrize("name", sorted(MAKING))
def test_the_database_refuses_of_the_making(making, name):
    assert_refused(name, lambda: MAKING[name](making))


@pytest.mark.parametrize(
    "change",
    [
        {"published_at": None},
        {"number": "2027-01"},
        {"effective_from": None},
        {"summary_zh": "别的"},
        {"text_hash": "x"},
        {"rule_id": None},
    ],
)
def test_nothing_of_a_published_version_can_be_changed(version, change):
    if "effective_from" in change:
        change = {"effective_from": version.effective_from - timedelta(days=1)}
    if "rule_id" in change:
        other = PlatformRule.objects.create(ref="rul_x", code="other", name_zh="别", name_en="other")
        change = {"rule_id": other.pk}
    assert_refused(
        "rule_version_is_immutable_once_published",
        lambda: RuleVersion.objects.filter(pk=version.pk).update(**change),
    )


def test_the_end_of_a_version_is_set_once(version):
    end = version.effective_from + timedelta(days=400)
    RuleVersion.objects.filter(pk=version.pk).update(effective_to=end)

    for other in (None, end + timedelta(days=1)):
        assert_refused(
            "rule_version_is_immutable_once_published",
            lambda other=other: RuleVersion.objects.filter(pk=version.pk).update(effective_to=other),
        )


def test_a_published_clause_cannot_be_deleted(version):
    assert_refused("clause_is_immutable_once_published", lambda: version.clauses.all()._raw_delete("default"))
