"""The laws of rules hold for whoever writes past the code."""

from datetime import timedelta

import pytest

from rules.models import Clause, ClauseTerm, LawArticle, PlatformRule, RuleVersion
from tests.laws import Laws, assert_refused, insert

LAWS = Laws()


@pytest.fixture
def version(world):
    return RuleVersion.objects.get(rule__code=world.rule)


@LAWS.broken_by("rule_version_number_is_unique")
def _(version):
    insert(version, effective_from=version.effective_from - timedelta(days=1), published_at=None)


@LAWS.broken_by("rule_code_fits_an_address")
def _(version):
    insert(version.rule, ref="rul_x", code="a/b")


@LAWS.broken_by("rule_code_fits_an_address_when_changed")
def _(version):
    PlatformRule.objects.filter(pk=version.rule_id).update(code="..")


@LAWS.broken_by("rule_version_number_fits_an_address")
def _(version):
    insert(version, number="1%2", published_at=None)


@LAWS.broken_by("rule_version_number_fits_an_address_when_changed")
def _(version):
    draft = insert(version, number="draft", effective_from=version.effective_from + timedelta(1), published_at=None)
    RuleVersion.objects.filter(pk=draft.pk).update(number="?")


@LAWS.broken_by("rule_version_starts_once")
def _(version):
    insert(version, number="other", published_at=None)


@LAWS.broken_by("rule_versions_do_not_overlap")
def _(version):
    insert(version, number="other", effective_from=version.effective_from + timedelta(days=1))


@LAWS.broken_by("rule_version_ends_after_it_starts")
def _(version):
    RuleVersion.objects.filter(pk=version.pk).update(effective_to=version.effective_from)


@LAWS.broken_by("clause_number_is_unique_in_version")
def _(version):
    draft = insert(version, number="draft", effective_from=version.effective_from + timedelta(1), published_at=None)
    clause = Clause(version=draft, position=1, number="1", text_zh="文", text_en="text", text_hash="h")
    insert(clause)
    insert(clause, position=2)


@LAWS.broken_by("clause_has_chinese_text")
def _(version):
    draft = insert(version, number="draft", effective_from=version.effective_from + timedelta(1), published_at=None)
    Clause.objects.create(version=draft, position=1, number="1", text_zh="", text_en="text", text_hash="h")


@LAWS.broken_by("law_article_has_its_wording_with_its_source_or_none")
def _(version):
    insert(LawArticle.objects.get(), text_zh="平台应当。", source="公报", read_from="OFFICIAL")


@LAWS.broken_by("law_article_is_immutable")
def _(version):
    LawArticle.objects.update(gist_zh="别的话。")


@LAWS.broken_by("rule_version_is_immutable_once_published")
def _(version):
    RuleVersion.objects.filter(pk=version.pk).update(summary_en="something else")


@LAWS.broken_by("rule_version_is_kept_once_published")
def _(version):
    RuleVersion.objects.filter(pk=version.pk)._raw_delete("default")


@LAWS.broken_by("clause_is_immutable_once_published")
def _(version):
    version.clauses.update(text_en="something else")


@LAWS.broken_by("clause_is_not_added_after_publication")
def _(version):
    insert(version.clauses.first(), number="99")


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


@LAWS.broken_by("promise_is_made_once_in_a_version")
def _(version):
    insert(promised(version, published=False), amount=10)


@LAWS.broken_by("clause_term_is_within_its_bounds")
def _(version):
    promised(version, published=False, amount=6)


@LAWS.broken_by("clause_term_is_immutable_once_published")
def _(version):
    ClauseTerm.objects.filter(pk=promised(version, published=True).pk).update(amount=10)


@LAWS.broken_by("clause_term_is_not_added_after_publication")
def _(version):
    insert(promised(version, published=True), key="confirmation_time")


@LAWS.broken_by("clause_term_is_of_the_version_of_its_clause")
def _(version):
    insert(promised(version, published=False), key="confirmation_time", clause_id=version.clauses.first().pk)


@LAWS.broken_by("promise_is_made_by_one_rule_at_a_time")
def _(version):
    promised(version, published=True)
    rule = insert(version.rule, ref="rul_other", code="other")
    other = insert(version, rule_id=rule.pk, published_at=None)
    insert(version.clauses.first(), version_id=other.pk)
    promised(other, published=True)


@pytest.mark.parametrize("name", sorted(LAWS))
def test_the_database_refuses(version, name):
    assert_refused(name, lambda: LAWS[name](version))


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
