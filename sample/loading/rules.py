"""The sample's rules, law articles, kinds of measures and burden table."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from appeals.commands import propose_letter
from disputes import commands as disputes
from disputes.default_table import GROUNDS, RELAXATIONS, fast_refunds
from notices import commands as notices
from rules import commands as rules
from rules.models import RuleVersion
from rules.required import REQUIREMENTS
from sample.content.files import tables
from sample.content.law import LAW_ARTICLES
from sample.content.measures import MEASURE_TYPES
from sample.content.notices import BEIJING
from sample.content.rules import DISPUTE_RULE, RULES, WITH_TABLE, RulePlan, VersionPlan
from sample.loading.base import START, Loaded, Progress

ENTERS, SIGNS = "yaoning", "weiqing"
"""The two of compliance who enter and sign what catalogues and rules say."""
FAST_REFUND_UP_TO = 5_000
"""In fen: so much the sample platform gives back at once for what did not come, and bears it."""
SAID_ELSEWHERE = {
    "fees": "《平台服务协议》写明各项费用及计算方式，并显著展示。",
    "information_security": "《商家数据与个人信息规则》写明。",
    "personal_information": "《商家数据与个人信息规则》写明对个人信息的处理。",
    "connected_services": "本规则不涉及接入平台的第三方产品。",
    "minors": "本规则只约束经营者；未成年人规则另行公布。",
    "appeal_channel": "《处置告知与申诉规则》写明申诉途径和由人工判定。",
    "handling_times": "《处置告知与申诉规则》写明各环节的时限。",
    "dispute_mechanism": "《平台争议处理规则》写明争议的处理。",
    "burden_of_proof": "《平台争议处理规则》附举证责任表。",
    "penalties": "违约金的依据和上限在有关条款中逐条写明。",
    "entry_and_exit": "《平台服务协议》写明进入和退出、质量保障、消费者权益和个人信息保护。",
    "fair_competition": "《平台服务协议》写明公平竞争规则和举报、处理的途径。",
    "returns": "《售后服务规则》写明七日无理由退货，并显著展示。",
}
"""What the sample's rules say to the check list of required clauses: where it is said."""


def load_rules(made: Loaded, *, progress: Progress) -> None:
    """Every rule is published in all its versions, and what notices refer to is there."""
    for step, rule in enumerate(RULES, start=1):
        progress("rules", step, len(RULES))
        for version in sorted(rule.versions, key=lambda v: v.effective_from):
            published = _publish(made, rule, version)
            if (rule.code, version.number) == (DISPUTE_RULE, WITH_TABLE):
                _publish_burden_table(made, published)
    for article in LAW_ARTICLES:
        change = rules.propose_law_article(
            actor=made.person(ENTERS),
            instrument=article.instrument,
            article=article.article,
            name_zh=article.name.zh,
            name_en=article.name.en,
            gist_zh=article.gist.zh,
            gist_en=article.gist.en,
            in_force_from=article.in_force_from,
            doubt_zh=article.doubt.zh if article.doubt else "",
            doubt_en=article.doubt.en if article.doubt else "",
            now=made.now - START,
        )
        rules.sign_change(actor=made.person(SIGNS), ref=change.ref, now=made.now - START)
    for kind in MEASURE_TYPES:
        change = notices.propose_measure_type(
            actor=made.person(ENTERS),
            code=kind.code,
            axis=kind.axis,
            label_zh=kind.label.zh,
            label_en=kind.label.en,
            restores_zh=kind.restores.zh,
            restores_en=kind.restores.en,
            is_high_stakes=kind.is_high_stakes,
            now=made.now - START,
        )
        rules.sign_change(actor=made.person(SIGNS), ref=change.ref, now=made.now - START)
    for letter in tables("letters")["letters"]:
        said = dict(letter)
        day = (made.now + timedelta(days=said.pop("review_in"))).date()
        change = propose_letter(actor=made.person(ENTERS), review_by=day, now=made.now - START, **said)
        rules.sign_change(actor=made.person(SIGNS), ref=change.ref, now=made.now - START)


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
    making = rules.propose_rule_version(
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
            f"征求意见记录 {rule.code}-{version.number}（规则部存）",
        ),
        required=[rules.RequiredDraft(each.key, reason=SAID_ELSEWHERE[each.key]) for each in REQUIREMENTS],
        now=published_at,
    )
    about: dict[str, Any] = {"ref": making.ref, "now": published_at}
    rules.enter_rule_version(actor=made.person(ENTERS), is_checked=True, **about)
    rules.adopt_rule_version(
        actor=made.person(SIGNS),
        summary_zh="公开征求意见二十日，收到的意见均已答复并说明理由。",
        summary_en="In consultation for twenty days; every opinion was answered with a reason.",
        **about,
    )
    rules.publicise_rule_version(actor=made.person(SIGNS), effective_from=start, **about)
    return RuleVersion.objects.select_related("rule").get(pk=making.rule_version_id)


def _publish_burden_table(made: Loaded, version: RuleVersion) -> None:
    """The burden table is published as a part of this version, on the same day and before it took effect."""
    assert version.published_at is not None
    disputes.publish_burden_table(
        actor=made.platform,
        version_id=version.pk,
        grounds=GROUNDS,
        relaxations=(*RELAXATIONS, *fast_refunds(["not_received"], limit_minor=FAST_REFUND_UP_TO, platform_pays=True)),
        now=version.published_at,
    )
