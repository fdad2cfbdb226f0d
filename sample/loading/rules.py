"""The sample's rules, law articles, kinds of measures and burden table."""

from datetime import UTC, datetime, time, timedelta

from disputes import commands as disputes
from disputes.default_table import GROUNDS, RELAXATIONS
from notices import commands as notices
from rules import commands as rules
from rules.models import RuleVersion
from sample.content.law import LAW_ARTICLES
from sample.content.measures import MEASURE_TYPES
from sample.content.notices import BEIJING
from sample.content.rules import DISPUTE_RULE, RULES, WITH_TABLE, RulePlan, VersionPlan
from sample.loading.base import Loaded, Progress


def load_rules(made: Loaded, *, progress: Progress) -> None:
    """Every rule is published in all its versions, and what notices refer to is there."""
    for step, rule in enumerate(RULES, start=1):
        progress("rules", step, len(RULES))
        for version in sorted(rule.versions, key=lambda v: v.effective_from):
            published = _publish(made, rule, version)
            if (rule.code, version.number) == (DISPUTE_RULE, WITH_TABLE):
                _publish_burden_table(made, published)
    for article in LAW_ARTICLES:
        rules.record_law_article(
            actor=made.platform,
            instrument=article.instrument,
            article=article.article,
            name_zh=article.name.zh,
            name_en=article.name.en,
            gist_zh=article.gist.zh,
            gist_en=article.gist.en,
            in_force_from=article.in_force_from,
            doubt_zh=article.doubt.zh if article.doubt else "",
            doubt_en=article.doubt.en if article.doubt else "",
        )
    for kind in MEASURE_TYPES:
        notices.register_measure_type(
            actor=made.platform,
            code=kind.code,
            axis=kind.axis,
            label_zh=kind.label.zh,
            label_en=kind.label.en,
            restores_zh=kind.restores.zh,
            restores_en=kind.restores.en,
            is_high_stakes=kind.is_high_stakes,
        )


def clause_texts(version: VersionPlan) -> list[rules.ClauseText]:
    return [
        rules.ClauseText(
            c.number,
            c.text.zh,
            c.text.en,
            c.title.zh,
            c.title.en,
            is_major_interest=c.is_major_interest,
            terms=[rules.TermDraft(each.key, each.amount, each.unit) for each in c.terms],
        )
        for c in version.clauses
    ]


def _publish(made: Loaded, rule: RulePlan, version: VersionPlan) -> RuleVersion:
    start = datetime.combine(version.effective_from, time.min, BEIJING).astimezone(UTC)
    published_at = min(start - timedelta(days=20), made.now)
    return rules.publish_rule_version(
        actor=made.platform,
        code=rule.code,
        name_zh=rule.name.zh,
        name_en=rule.name.en,
        number=version.number,
        effective_from=start,
        summary_zh=version.summary.zh,
        summary_en=version.summary.en,
        clauses=clause_texts(version),
        consultation=rules.Consultation(
            published_at - timedelta(days=25),
            published_at - timedelta(days=5),
            f"https://www.changshe.example/consultations/{rule.code}-{version.number}",
            "公开征求意见二十日，收到的意见均已答复并说明理由。",
            "In consultation for twenty days; every opinion was answered with a reason.",
        ),
        now=published_at,
    )


def _publish_burden_table(made: Loaded, version: RuleVersion) -> None:
    """The burden table is published as a part of this version, on the same day and before it took effect."""
    assert version.published_at is not None
    disputes.publish_burden_table(
        actor=made.platform,
        version_id=version.pk,
        grounds=GROUNDS,
        relaxations=RELAXATIONS,
        now=version.published_at,
    )
