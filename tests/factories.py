"""Made cases. Every function calls commands, so that a made case is a reachable one."""

import itertools
import random
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from accounts import commands as accounts
from accounts.contacts import INVITATION
from accounts.models import ApiClient, Party, Team, User
from accounts.queries import actor_of_client, actor_of_user
from accounts.signing import signed
from appeals import commands as appeals
from appeals.models import Appeal, TriageSuggestion
from casework.actor import Actor, ActorKind, Via
from classifier.features import input_hash
from classifier.suggestion import Suggestion
from notices import commands as notices
from notices.models import MeasureType, Notice
from operations import outages
from operations.models import Outage
from rules import commands as rules
from rules.commands import ClauseText, Consultation, RequiredDraft
from rules.commands.required import store_required
from rules.models import CatalogueChange, LawArticle, Rulemaking, RuleVersion
from rules.required import REQUIREMENTS
from triage import commands as triage
from triage.features import input_of
from triage.models import Certificate, ModelStep, ModelVersion
from triage.proof import IntakeCase, ProofCase, ProofSet

CONSOLE = Actor(kind=ActorKind.SYSTEM, via=Via.CONSOLE, ref="system:tests")
SCOPES = (
    "notices:write",
    "notices:read",
    "appeals:read",
    "remedies:write",
    "parties:read",
    "parties:write",
    "rules:write",
    "prices:write",
    "disputes:read",
    "disputes:write",
    "executors:read",
    "executors:write",
    "figures:read",
    "webhooks:read",
    "webhooks:write",
)
_count = itertools.count(1)


def number() -> int:
    return next(_count)


def make_client(now: datetime, name: str = "platform", scopes: tuple[str, ...] = SCOPES) -> tuple[ApiClient, Actor]:
    client = accounts.create_client(actor=CONSOLE, name=f"{name}-{number()}", scopes=scopes, now=now)
    return client, actor_of_client(client)


def make_user(name: str, *, now: datetime, **more: Any) -> User:
    return accounts.create_user(
        actor=CONSOLE, username=f"{name}-{number()}", now=now, password="a-long-pass-phrase", **more
    )


def make_party(client: ApiClient, kind: str, name: str, *, now: datetime) -> Party:
    party, _new = accounts.create_party(
        actor=CONSOLE, kind=kind, name=name, external_ref=f"p-{number()}", now=now, client=client
    )
    return party


def member(party: Party, *, now: datetime, role: str = "owner", name: str = "member", via: Via = Via.WEB) -> Actor:
    user = make_user(name, now=now)
    accounts.add_member(actor=CONSOLE, party=party, user=user, role=role, now=now)
    return actor_of_user(user, via=via, session=f"session-{user.pk}")


def agent(
    owner: Actor,
    party: Party,
    *,
    now: datetime,
    name: str = "agent",
    special: bool = False,
    until: datetime | None = None,
    cases: Collection[tuple[str, int]] = (),
) -> Actor:
    """Somebody whom the party authorised, for 30 days and in all its matters where nothing else is said."""
    until = until or now + timedelta(days=30)
    mandate = accounts.authorise_agent(actor=owner, party=party, special=special, until=until, now=now, cases=cases)
    user = make_user(name, now=now, display_name=name)
    accounts.join_party(signed=signed(mandate.ref, purpose=INVITATION), user=user, now=now)
    return actor_of_user(user, via=Via.WEB, session=f"session-{user.pk}")


def staff(*roles: str, now: datetime, name: str = "staff", code: str = "", **at_work: Any) -> Actor:
    user = make_user(name, now=now, officer_code=code or f"R-{number()}", **at_work)
    for role in roles:
        accounts.grant_staff_role(actor=CONSOLE, user=user, role=role, now=now)
    return actor_of_user(user, via=Via.ADMIN, session=f"session-{user.pk}")


def make_team(name: str) -> Team:
    return accounts.create_team(actor=CONSOLE, name=f"{name}-{number()}")


def publish_rule(platform: Actor, *, now: datetime, code: str = "", start: datetime | None = None) -> str:
    code = code or f"rule-{number()}"
    publish_rule_again(platform, code, number="2026-01", start=start or now - timedelta(days=300), now=now)
    return code


CLAUSE_8 = "不得使用“国家级”等用语，每次违反扣除一百元。"


def publish_rule_again(platform: Actor, code: str, *, number: str, start: datetime, now: datetime) -> RuleVersion:
    """A version of the rule, in force from `start`, where the one before ends."""
    return publish_rule_version(
        actor=platform,
        code=code,
        name_zh="广告宣传规范",
        name_en="Advertising Rule",
        number=number,
        effective_from=start,
        clauses=[
            ClauseText("8", CLAUSE_8, "Words such as “national level” may not be used; each breach costs CNY 100."),
            ClauseText("9", "每次违反扣除保证金一百元。", "CNY 100 of the deposit is deducted for each breach."),
        ],
        now=now,
    )


def signers(now: datetime) -> list[Actor]:
    """Two people of the platform who enter and sign what catalogues say, with no role on record besides."""
    found = []
    for name in ("enters-catalogues", "signs-catalogues"):
        user = User.objects.filter(username=name).first() or accounts.create_user(
            actor=CONSOLE, username=name, now=now, password="a-long-pass-phrase"
        )
        roles = frozenset({"administrator"})
        actor = Actor(kind=ActorKind.STAFF, via=Via.WEB, ref=user.ref, user_id=user.pk, roles=roles, session=name)
        found.append(actor)
    return found


def sign(change: CatalogueChange, *, now: datetime) -> CatalogueChange:
    """The change is entered, where a program proposed it, and signed."""
    one, two = signers(now)
    if change.state == "TO_ENTER":
        rules.enter_change(actor=one, ref=change.ref, now=now)
    return rules.sign_change(actor=two, ref=change.ref, source_text=change.said.get("text_zh", ""), now=now)


def publish_rule_version(*, effective_from: datetime, now: datetime, **version: Any) -> RuleVersion:
    """The version was consulted on, signed by two people and publicised in time for its start, and took effect then if
    that is past.
    """
    made = publish_elsewhere(
        effective_from=effective_from, now=min(now, effective_from - timedelta(days=15)), **version
    )
    if effective_from <= now:
        rules.start_rule_version(making_id=made.making.pk, effective_at=effective_from, now=now)
    return made


def publish_elsewhere(*, effective_from: datetime, now: datetime, **version: Any) -> RuleVersion:
    """The version was consulted on elsewhere, and is entered, adopted and publicised now."""
    stated = {"consultation": consultation(now), "required": REQUIRED} | version
    making = rules.propose_rule_version(effective_from=effective_from, now=now, **stated)
    return publicise(making.ref, now=now)


def publicise(ref: str, *, now: datetime) -> RuleVersion:
    """What was proposed is entered, adopted and publicised, to start when it was meant to."""
    one, two = signers(now)
    making = Rulemaking.objects.select_related("rule_version").get(ref=ref)
    if making.rule_version.drafted_by_id is None:
        rules.enter_rule_version(actor=one, ref=ref, is_checked=True, now=now)
    if making.rule_version.required_answers.count() == 0:
        store_required(making.rule_version, REQUIRED)
    rules.adopt_rule_version(actor=two, ref=ref, summary_zh="共收到两条意见，均已采纳。", now=now)
    start = making.rule_version.effective_from
    rules.publicise_rule_version(actor=two, ref=ref, effective_from=start, now=now)
    return RuleVersion.objects.get(pk=making.rule_version_id)


REQUIRED = [RequiredDraft(each.key, reason=f"由另一条规则规定（{each.key}）。") for each in REQUIREMENTS]
"""Answers to the check list, as of a rule that is about something else."""


def consultation(until: datetime, *, days: float = 15, **more: Any) -> Consultation:
    """One that the platform held elsewhere."""
    values = {
        "where": "https://rules.example/consultations/1",
        "summary_zh": "共收到两条意见，均已采纳。",
        "summary_en": "Two opinions, both adopted.",
        "record": "征求意见记录第1号（规则部存）",
    } | more
    return Consultation(until - timedelta(days=days), until, **values)


def register_types(platform: Actor, *, now: datetime) -> None:
    for code, axis, high in (
        ("delist", "VISIBILITY", False),
        ("deduct", "MONETARY", False),
        ("close_store", "ACCOUNT", True),
    ):
        register_measure_type(
            platform,
            now=now,
            code=code,
            axis=axis,
            label_zh=f"{code}-中",
            label_en=code,
            restores_zh="恢复",
            restores_en="restored",
            is_high_stakes=high,
        )


def register_measure_type(platform: Actor, *, now: datetime, **said: Any) -> None:
    """The kind of measure is there, as said where it was not there before."""
    if not MeasureType.objects.filter(pk=said["code"]).exists():
        sign(notices.propose_measure_type(actor=platform, now=now, **said), now=now)


def record_law_article(platform: Actor, *, now: datetime, **said: Any) -> LawArticle:
    change = sign(rules.propose_law_article(actor=platform, now=now, **said), now=now)
    return LawArticle.objects.get(change=change)


def record_law(platform: Actor, *, now: datetime) -> None:
    """An article that every platform can cite; recorded once."""
    if LawArticle.objects.filter(instrument="CN-ECL-2018", article="38").exists():
        return
    record_law_article(
        platform,
        now=now,
        instrument="CN-ECL-2018",
        article="38",
        name_zh="电子商务法",
        name_en="E-Commerce Law",
        gist_zh="平台知道侵害的,应当采取措施。",
        gist_en="A platform that knows of harm must act.",
        in_force_from=datetime(2019, 1, 1).date(),
    )


def measure(now: datetime, **changes: Any) -> notices.MeasureDraft:
    values: dict[str, Any] = {
        "type": "delist",
        "object_kind": "listing",
        "object_ref": f"88120{number():05}",
        "object_label": "蓝牙耳机",
        "scope": "商品不可搜索、不可购买",
        "starts_at": now,
        "ends_at": now + timedelta(days=7),
    } | changes
    return notices.MeasureDraft(**values)


def deduction(now: datetime, amount: int = 10_000, **changes: Any) -> notices.MeasureDraft:
    values: dict[str, Any] = {
        "type": "deduct",
        "object_kind": "deposit",
        "object_label": "保证金",
        "scope": "扣除保证金",
        "ends_at": None,
        "amount_minor": amount,
        "calculation": {
            "formula": "per_breach_minor × breaches",
            "inputs": {"per_breach_minor": amount, "breaches": 1},
            "cap_minor": 1_000_000,
            "result_minor": amount,
        },
    } | changes
    return measure(now, **values)


def draft(party: Party, rule: str, *, now: datetime, officer: str = "", **changes: Any) -> notices.NoticeDraft:
    listing = measure(now)  # another one each time: what was overturned of one is not said of it again
    values: dict[str, Any] = {
        "external_ref": f"ext-{number()}",
        "party": party.ref,
        "facts": f"2026年3月1日09:12,商品{listing.object_ref}详情页写有“国家级工艺”字样。",
        "reasons": "该字样属于第8条禁止的绝对化用语,会使消费者误以为有官方认定。",
        "conduct_at": now - timedelta(days=1),
        "measures": [listing],
        "basis": [notices.BasisDraft(kind="CLAUSE", rule=rule, clause="8")],
        "detection": notices.Detection(source="MACHINE", tool="keyword-scan 3.2"),
        "decision": notices.Decision(officer=officer, tool="keyword-scan 3.2", evidence_was_opened=bool(officer)),
        "evidence": [notices.ExhibitDraft(caption="详情页截图文字", captured_at=now, excerpt="国家级工艺,匠心制造")],
    } | changes
    return notices.NoticeDraft(**values)


def issue(platform: Actor, what: notices.NoticeDraft, *, now: datetime) -> Notice:
    notice, _existed = notices.issue_notice(actor=platform, draft=what, now=now)
    return notice


LAW = notices.BasisDraft(kind="LAW", instrument="CN-TEST", article="9")


def record_article(platform: Actor, *, instrument: str, article: str, now: datetime) -> None:
    record_law_article(
        platform,
        now=now,
        instrument=instrument,
        article=article,
        name_zh="测试法",
        name_en="Test Law",
        gist_zh="不得使用国家级等用语。",
        gist_en="No words such as national level.",
        in_force_from=date(2019, 1, 1),
    )


def illegal_act(platform: Actor, party: Party, rule: str, *, now: datetime, **changes: Any) -> Notice:
    """A notice of an act against the law, of which a merchant's is made public."""
    if not LawArticle.objects.filter(instrument="CN-TEST").exists():
        record_article(platform, instrument="CN-TEST", article="9", now=now)
    bases = [notices.BasisDraft(kind="CLAUSE", rule=rule, clause="8"), LAW]
    return issue(platform, draft(party, rule, now=now, **{"breach_kind": "LAW", "basis": bases} | changes), now=now)


def own_words(seed: str = "") -> str:
    """A statement that repeats no other, so that the system may close its case; with a seed the same in every run."""
    signs = random.Random(seed or number()).sample([chr(0x4E00 + i) for i in range(2_000)], 40)
    return "页面写的是" + "".join(signs)


def file(party_actor: Actor, notice: Notice, *, now: datetime, **changes: Any) -> Appeal:
    statement = own_words() if changes.get("review") == "system_first" else "页面写的是“国标级”,不是“国家级”。"
    values: dict[str, Any] = {"ground": "facts_wrong", "statement": statement} | changes
    return appeals.file_appeal(actor=party_actor, notice_ref=notice.ref, filing=appeals.AppealFiling(**values), now=now)


def suggestion(**changes: Any) -> Suggestion:
    """What a model is sure of: that the measure is wrong."""
    values: dict[str, Any] = {
        "route_ground": "facts_wrong",
        "route_confidence": 0.9,
        "queue": "listing",
        "priority": 1,
        "language": "zh",
        "overturn_probability": 0.99,
        "closing_probability": 0.99,
        "reach": 1.0,
        "abstained": False,
        "abstain_reasons": (),
        "phrases": (),
        "features": (),
        "score": None,
        "model_version": "t",
        "model_hash": "a" * 64,
        "input_hash": "b" * 64,
        "human_demanded": False,
        "asks_for_a_person": False,
        "automatic_action": None,
    }
    return Suggestion(**values | changes)


def confirmed_outage(*, now: datetime, **said: Any) -> Outage:
    """Recorded by one person, confirmed by another."""
    recorded = outages.record_outage(now=now, **said)
    return outages.confirm_outage(actor=CONSOLE, no=recorded.pk, now=now)


def open_file(reviewer: Actor, appeal: Appeal, *, now: datetime) -> None:
    """Every piece of it, as somebody does who reads before they judge."""
    for subject in appeals.pieces_of(appeal):
        appeals.record_opening(actor=reviewer, ref=appeal.ref, subject=subject, now=now)


def ready_to_decide(reviewer: Actor, appeal: Appeal, *, now: datetime) -> Appeal:
    """Claimed, opened, first view locked."""
    appeals.claim_appeal(actor=reviewer, ref=appeal.ref, now=now)
    open_file(reviewer, appeal, now=now)
    appeals.record_first_view(actor=reviewer, ref=appeal.ref, outcome="OVERTURNED", confidence="high", now=now)
    appeal.refresh_from_db()
    return appeal


def points(*, keeps: bool = False) -> list[appeals.Point]:
    """A finding and an answer: against the measure, or, where it `keeps` one, for it."""
    if keeps:
        return [
            appeals.Point("fact", "详情页是否写有“国家级”", "established", "存档截图的文字与通知一致。", "platform"),
            appeals.Point("argument", "事实不对", "rejected", "申诉人所述与平台存档不一致。"),
        ]
    return [
        appeals.Point(
            "fact", "详情页是否写有“国家级”", "not_established", "截图文字为“国标级”,与通知所述不符。", "platform"
        ),
        appeals.Point("argument", "事实不对", "accepted", "申诉人所述与平台存档一致,予以采信。"),
    ]


def decide(reviewer: Actor, appeal: Appeal, *, now: datetime, outcome: str = "OVERTURNED", **changes: Any) -> Appeal:
    rulings = changes.pop("rulings", None)
    if rulings is None:
        rulings = [appeals.RulingDraft(i.measure.no, outcome) for i in appeal.items.select_related("measure")]
    values: dict[str, Any] = {
        "rulings": rulings,
        "points": points(keeps=any(each.outcome == "UPHELD" for each in rulings)),
        "reasons": "存档截图显示的文字与处置通知记载不一致,处置所依据的事实不能成立。",
        "rule_application": "第8条禁止的是绝对化用语,“国标级”指符合国家标准,不在其列。",
        "expected_version": appeal.version,
    } | changes
    return appeals.decide_appeal(actor=reviewer, ref=appeal.ref, now=now, **values)


MODEL_HASH = "a" * 64


def proofs(
    now: datetime,
    *,
    right: int = 200,
    wrong: int = 0,
    permille: int = 900,
    clause: str = "广告宣传规范:8@2026-01",
    model_hash: str = MODEL_HASH,
) -> ProofSet:
    """Decided cases at one probability, so many of them rightly restored."""
    cases = [
        ProofCase(f"apl_p{n}", permille, n >= right, "zh", (clause,), False, now - timedelta(days=40, minutes=n))
        for n in range(right + wrong)
    ]
    intake = [IntakeCase(c.permille, c.is_unknown, "HUMAN", "UPHELD" if c.is_error else "OVERTURNED") for c in cases]
    return ProofSet("t1", model_hash, cases, intake)


def certificate(
    *signers: Actor,
    now: datetime,
    measure_type: str = "delist",
    ground: str = "facts_wrong",
    by: Actor | None = None,
    **changes: Any,
) -> Certificate:
    """A certificate of such cases from 0.9 on, signed by these people; it may take nobody's."""
    attempt = triage.attempt_certification(
        actor=by or signers[0], measure_type=measure_type, ground=ground, proofs=proofs(now, **changes), now=now
    )
    assert attempt.certificate is not None
    for signer in signers:
        triage.sign_certificate(actor=signer, ref=attempt.certificate.ref, now=now)
    return attempt.certificate


def switch_on(
    compliance: Actor, *, now: datetime, measure_type: str = "delist", ground: str = "facts_wrong", **changes: Any
) -> Certificate:
    """The system may close such cases: there is a policy, and a certificate that two people signed."""
    triage.set_automation_policy(actor=compliance, measure_type=measure_type, ground=ground, mode="restore", now=now)
    second = staff("administrator", now=now, name="ada")
    return certificate(compliance, second, now=now, measure_type=measure_type, ground=ground, **changes)


def live_model(*, now: datetime, model_hash: str = MODEL_HASH) -> ModelVersion:
    """A model that the record says is live; there is no file of it."""
    model = ModelVersion.objects.create(
        ref=f"tmd_{number()}",
        version="t1",
        model_hash=model_hash,
        file="t1.skops",
        snapshot_hash="s",
        counts={},
        report={},
        beats_baseline=True,
        data_from=now - timedelta(days=90),
        data_to=now - timedelta(days=60),
        trained_at=now - timedelta(days=59),
    )
    ModelStep.objects.create(model=model, stage="compared", taken_at=model.trained_at)
    people = [staff("administrator", now=now, name="ada"), staff("compliance", now=now, name="cora")]
    stages = (("signed", people[0]), ("signed", people[1]), ("shadow", people[0]), ("live", people[1]))
    for hours, (stage, person) in enumerate(stages, start=1):
        ModelStep.objects.create(
            model=model,
            stage=stage,
            taken_by_id=person.user_id,
            role="administrator",
            session_hash="s",
            taken_at=model.trained_at + timedelta(hours=hours),
        )
    return model


def suggested(appeal: Appeal, *, now: datetime, permille: int = 990, **changes: Any) -> Appeal:
    """The appeal with a suggestion on file, as sure as said, of what was really filed."""
    TriageSuggestion.objects.create(**suggestion_values(appeal, now=now, permille=permille) | changes)
    triage.record_likely_duplicates(appeal_id=appeal.pk, now=now)
    return appeal


def suggestion_values(appeal: Appeal, *, now: datetime, permille: int = 990) -> dict[str, Any]:
    return {
        "appeal": appeal,
        "appeal_version": appeal.version,
        "model_version": "t1",
        "model_hash": MODEL_HASH,
        "input_hash": input_hash(input_of(appeal)),
        "route_ground": "facts_wrong",
        "queue": "listing",
        "language": "zh",
        "priority": 2,
        "overturn_permille": permille,
        "closing_permille": permille,
        "abstained": False,
        "suggested_at": now,
    }
