"""How to call each operation of the product in a state in which somebody may: the object it is about, body and headers.

A verb of an appeal needs no entry where a new appeal of the first fitting stage will do (`appealing.STAGES`). Any other
new operation without one fails `test_every_operation`, `test_schema` and `test_bad_product_input` alike. What does not
belong here: who may (permissions.txt).
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from accounts.commands import create_user, grant_staff_role, issue_token, note_device, wake_device
from accounts.devices import Seen
from accounts.models import ApiToken, Device, Installation, Party, User
from appeals import inputs as of_appeals
from appeals import verbs as of_appeal_verbs
from appeals.commands import GroupFiling, NoticeInGroup, file_appeal_group
from archive import checkpoints
from archive.models import Checkpoint
from authorities import commands as authorities
from authorities import verbs as of_authority_verbs
from authorities.inputs import RegisterMatterInput
from casework import clock
from casework.verbs import Verb
from disputes import inputs as of_disputes
from disputes import verbs as of_dispute_verbs
from executors import verbs as of_executor_verbs
from executors.inputs import incidents as of_incidents
from executors.inputs import registry as of_executors
from executors.inputs import training as of_training
from infringements import verbs as of_infringement_verbs
from infringements.inputs import FileInfringementInput
from notices import inputs as of_notices
from notices import verbs as of_notice_verbs
from notices.models import Notice
from retention import commands as retention
from retention import verbs as of_retention_verbs
from rules import commands as rules
from rules import verbs as of_rule_verbs
from rules.api import serializers as of_rules
from rules.arithmetic import Item
from rules.counsel import text_of
from rules.inputs import PriceObservationInput, ProposeLawArticleInput, RecordMembershipInput, StopMembershipInput
from rules.models import LawWork
from tests import factories as make
from tests.authorities.seating import Seating
from tests.conftest import World
from tests.databases import without_triggers
from tests.infringements.claiming import Claiming
from tests.rules.building import Making
from tests.surfaces import executing
from tests.surfaces.appealing import appeal_in, stage_for
from tests.surfaces.disputing import dispute_in, order_in
from tests.surfaces.people import FILE, form, remedy_in
from tests.tips.tipping import Tipping
from tips import verbs as of_tip_verbs
from tips.inputs import ActOnTipInput, FileTipInput, FindTipInput
from transparency.models import ClosedDay, Figure, digest_of
from webhooks import commands as of_webhook_verbs
from webhooks.api import serializers as of_webhooks
from webhooks.commands.sending import Outcome

MISSING = {
    "auth": "key_",
    "me": "dvc_",
    "notices": "ntc_",
    "appeals": "apl_",
    "appeal-groups": "grp_",
    "remedies": "rem_",
    "parties": "pty_",
    "rules": "rul_",
    "rule-consultations": "rmk_",
    "burden-tables": "rul_",
    "disputes": "dsp_",
    "offers": "off_",
    "executors": "exe_",
    "figures": "no-such-",
    "curricula": "cur_",
    "attempts": "att_",
    "certifications": "ctf_",
    "instructions": "ins_",
    "incidents": "inc_",
    "recourses": "rec_",
    "sibling-reviews": "sib_",
    "publications": "pub_",
    "exits": "ext_",
    "paid-memberships": "pms_",
    "catalogue-changes": "cat_",
    "counsel-signatures": "sgn_",
    "law-work": "lwk_",
    "price-findings": "prf_",
    "legal-holds": "hld_",
    "authority-seats": "ast_",
    "authority-matters": "mat_",
    "infringements": "ifr_",
    "tips": "tip_",
    "rulemakings": "rmk_",
    "webhook-endpoints": "whe_",
    "webhook-deliveries": "whd_",
}
NOBODY = "1" * 22

type Made = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """`made` builds the object in one world and answers its path parameters and `version`; `body` is for that world.

    `body` and `decides` of a declared verb come from its row unless they are said here.
    """

    made: Callable[[World, datetime], Made] | None = None
    body: Callable[[World], Any] | None = None
    takes_form: bool = False
    decides: bool = False
    is_keyed: bool = True


def appeal(stage: str, **more: Any) -> Callable[[World, datetime], Made]:
    def made(world: World, now: datetime) -> Made:
        found = appeal_in(world, stage, now=now)
        return {"ref": found.ref, "version": found.version, **more}

    return made


def a_phone(world: World, now: datetime) -> Made:
    """On which the owner of the shop is signed in and woken."""
    said: dict[str, Any] = {"kind": "fcm", "token": f"of {world.alice.ref}", "app": "com.example.app"}
    opened = ApiToken.objects.filter(user_id=world.alice.user_id).values_list("pk", flat=True).last()
    user = User.objects.get(pk=world.alice.user_id)
    return {"ref": wake_device(actor=world.alice, user=user, now=now, token_id=opened, session_key="", **said).ref}


def another_device(world: World, now: datetime) -> Made:
    """From which the owner of the shop signed in, and which they do not use."""
    user, seen = User.objects.get(pk=world.alice.user_id), Seen(shown="", network="192.0.2.0", browser="Firefox")
    note_device(actor=world.alice, user=user, seen=seen, now=now)
    return {"ref": Device.objects.filter(user=user).latest("pk").ref}


def a_token(world: World, now: datetime) -> Made:
    """Of the platform that issued what is ours."""
    return {"ref": issue_token(actor=make.CONSOLE, client=world.client, now=now)[1].ref}


def a_metric(_world: World, now: datetime) -> Made:
    """Figures of a closed day, which belong to no platform."""
    checkpoints.make_if_due(now=now)
    day, newest = (now - timedelta(days=1)).date(), Checkpoint.objects.order_by("-no").first()
    if not ClosedDay.objects.filter(day=day).exists():
        figures = [
            Figure.objects.create(day_id=day, metric="appeals-changed", version=1, cut=cut, value=value, n=n, k=k)
            for n, k, cut, value in ((40, 12, "", ""), (25, 10, "ground", "facts_wrong"), (15, 2, "ground", "other"))
        ]
        said = {"closed_at": now, "checkpoint": newest, "versions": {}, "digest": digest_of(figures)}
        ClosedDay.objects.create(day=day, **said)
    return {"ref": "appeals-changed"}


def in_a_sandbox(_world: World, now: datetime) -> Made:
    """This database is a sandbox, in spite of the law that one is marked before anything is in it; and whom its scripts
    act for is there.
    """
    if not Installation.objects.exists():
        with without_triggers():
            Installation.objects.create(is_sandbox=True, created_at=now)
        for name, role in (("yaoning", "compliance"), ("hemart_admin", "administrator")):
            user = create_user(actor=make.CONSOLE, username=name, display_name=name, now=now)
            grant_staff_role(actor=make.CONSOLE, user=user, role=role, now=now)
    return {}


def notice(world: World, now: datetime) -> Made:
    found = world.notice()
    return {"ref": found.ref, "version": found.version}


def exhibit(world: World, now: datetime) -> Made:
    return notice(world, now) | {"no": 1}


def opened_notice(world: World, now: datetime) -> Made:
    """A notice of which whoever decided it opened every exhibit."""
    from notices.commands import open_exhibit

    made = notice(world, now)
    open_exhibit(actor=world.otto, ref=made["ref"], no=1, now=now)
    return made


def notice_with_file(world: World, now: datetime) -> Made:
    import io

    from files.attachments import seal
    from notices.commands import ExhibitDraft

    sealed = seal(io.BytesIO(FILE[1]), name="shot.png", actor=world.platform, now=now)
    found = world.notice(evidence=[ExhibitDraft(caption="截图", captured_at=now, attachment=sealed.ref)])
    return {"ref": found.ref, "no": 1}


def remedy(world: World, now: datetime) -> Made:
    return {"ref": remedy_in(world, now=now).ref}


def party(world: World, now: datetime) -> Made:
    return {"ref": world.merchant.ref}


def member(world: World, now: datetime) -> Made:
    from tests.surfaces.people import user_of

    who = make.member(world.merchant, now=now, name="leaver", role="staff")
    return {"ref": world.merchant.ref, "user": user_of(who).ref}


def dispute(stage: str, **more: Any) -> Callable[[World, datetime], Made]:
    def made(world: World, now: datetime) -> Made:
        found = dispute_in(world, stage, now=now)
        return {"ref": found.ref, "version": found.version, **more}

    return made


def offer(world: World, now: datetime) -> Made:
    """The merchant's offer to the consumer."""
    return {"ref": dispute_in(world, "offered", now=now).offers.get().ref}


def burden_table(world: World, now: datetime) -> Made:
    from disputes.models import BurdenTable

    return {"ref": BurdenTable.objects.earliest("pk").version.rule.ref, "no": "2026-01"}


def webhook(*, is_on: bool = True) -> Callable[[World, datetime], Made]:
    """An endpoint of this world's platform."""

    def made(world: World, now: datetime) -> Made:
        url = f"https://hooks.example.com/{make.number()}"
        found, _secret = of_webhook_verbs.create_endpoint(actor=world.platform, url=url, now=now)
        if not is_on:
            of_webhook_verbs.disable_endpoint(actor=world.platform, ref=found.ref, now=now)
        return {"ref": found.ref}

    return made


def webhook_delivery(world: World, now: datetime) -> Made:
    """What an endpoint was told, and has received."""
    endpoint = webhook()(world, now)["ref"]
    found = of_webhook_verbs.send_test(actor=world.platform, ref=endpoint, now=now)
    [attempt] = of_webhook_verbs.begin_attempts(found.endpoint_id, now=now)
    of_webhook_verbs.record_outcome(attempt, Outcome(status=204), now=now)
    return {"ref": found.ref}


def executor(stage: str) -> Callable[[World, datetime], Made]:
    return lambda world, now: executing.executor_in(world, stage, now=now)


def curriculum(world: World, now: datetime) -> Made:
    return {"ref": world.more["curriculum"].ref}


def attempt(world: World, now: datetime) -> Made:
    """xena sits the test once more."""
    from executors import commands

    found = commands.start_attempt(actor=world.more["xena"], curriculum=world.more["curriculum"].ref, now=now)
    return {"ref": found.ref}


def certification(world: World, now: datetime) -> Made:
    """What xena holds."""
    from executors.models import Certification

    held = Certification.objects.get(person__user_id=world.more["xena"].person)
    return {"ref": held.ref, "version": held.person.executor.version}


def instruction(stage: str) -> Callable[[World, datetime], Made]:
    def made(world: World, now: datetime) -> Made:
        found = executing.instruction_in(world, stage, now=now)
        return {"ref": found.ref, "version": found.version}

    return made


def incident(stage: str, **more: Any) -> Callable[[World, datetime], Made]:
    def made(world: World, now: datetime) -> Made:
        found = executing.incident_in(world, stage, now=now)
        return {"ref": found.ref, "version": found.version, **more}

    return made


def recourse(world: World, now: datetime) -> Made:
    found = executing.recourse_in(world, now=now)
    return {"ref": found.ref, "version": found.version}


def sibling(world: World, now: datetime) -> Made:
    found = executing.sibling_in(world, now=now)
    return {"ref": found.ref, "version": found.version}


def publication(world: World, now: datetime) -> Made:
    found = make.illegal_act(world.platform, world.merchant, world.rule, now=now).publication
    return {"ref": found.ref, "version": found.version}


def exit_in(state: str = "REQUESTED") -> Callable[[World, datetime], Made]:
    """A shop that leaves rather than accept a rule; another one than its world's, which stays a basis against it."""

    def made(world: World, now: datetime) -> Made:
        code = make.publish_rule(world.platform, now=now)
        found = rules.request_exit(actor=world.alice, rule=code, number="2026-01", now=now)
        if state == "CALCULATED":
            items = [Item("DEPOSIT", "保证金", 100)]
            found = rules.calculate_exit(actor=world.platform, ref=found.ref, items=items, now=now)
        return {"ref": found.ref, "version": found.version}

    return made


def rulemaking(state: str = "PROPOSED") -> Callable[[World, datetime], Made]:
    """A version that the world's platform consulted on elsewhere."""

    def made(world: World, now: datetime) -> Made:
        held = {"consultation": make.consultation(now), "required": make.REQUIRED, "now": now}
        named = {"code": f"proposed-{make.number()}", "name_zh": "规则", "name_en": "Rule", "number": "1"}
        clauses = [rules.ClauseText("1", "文", "text")]
        start = now + timedelta(days=60)
        found = rules.propose_rule_version(actor=world.platform, effective_from=start, clauses=clauses, **held, **named)
        one, two = make.signers(now)
        if state != "PROPOSED":
            found = rules.enter_rule_version(actor=one, ref=found.ref, is_checked=True, now=now)
        if state == "ADOPTED":
            found = rules.adopt_rule_version(actor=two, ref=found.ref, summary_zh="没有收到意见。", now=now)
        return {"ref": found.ref, "version": found.version}

    return made


def another_owner(world: World) -> Any:
    return {"user": world.alice_staff.ref, "reason": "所有者退出经营，书面申请见档案。"}


def catalogue_change(state: str = "PROPOSED") -> Callable[[World, datetime], Made]:
    """A new law article that the world's platform proposed."""

    def made(world: World, now: datetime) -> Made:
        said = ProposeLawArticleInput.example | {"article": f"{make.number()}", "in_force_from": date(2019, 1, 1)}
        found = rules.propose_law_article(actor=world.platform, now=now, **said)
        if state == "ENTERED":
            found = rules.enter_change(actor=make.signers(now)[0], ref=found.ref, now=now)
        return {"ref": found.ref, "version": found.version}

    return made


def text_to_sign(world: World) -> Any:
    """The world's rule, as it reads."""
    key = f"{world.rule} 2026-01"
    return {"subject": "RULE_VERSION", "key": key, "text_sha256": text_of("RULE_VERSION", key).sha256}


def counsel_signature(world: World, now: datetime) -> Made:
    """A signature that counsel gave under the world's rule."""
    counsel = make.staff("counsel", now=now, name="law")
    found = rules.sign_as_counsel(actor=counsel, now=now, **text_to_sign(world))
    return {"ref": found.ref, "version": found.version}


def legal_hold(world: World, now: datetime) -> Made:
    """A hold on the world's merchant."""
    held = {"about": world.merchant.ref, "reason": "法院要求保全。"}
    found = retention.put_hold(actor=world.carl, now=now, **held)
    return {"ref": found.ref, "version": found.version}


def seating(world: World, now: datetime) -> Seating:
    return Seating(now, world.carl, make.staff("compliance", now=now, name="dora"))


def authority_seat(world: World, now: datetime) -> Made:
    """A seat of a person of their own."""
    found = seating(world, now).seat(username=f"zhou{make.number()}")
    return {"ref": found.ref, "version": found.version}


def authority_matter(step: str = "") -> Callable[[World, datetime], Made]:
    """A matter that waits for its answer, for another person to send it (`drafted`), or was answered (`sent`)."""

    def made(world: World, now: datetime) -> Made:
        of = seating(world, now)
        found = of.matter(document_no=f"{make.number()}")
        if step == "drafted":
            authorities.draft_answer(actor=of.dora, ref=found.ref, answer="现报送如下。", now=now)
            return {"ref": found.ref, "version": 2}
        return {"ref": found.ref, "version": of.sent(found).version if step else found.version}

    return made


def infringement(step: str, **path: Any) -> Callable[[World, datetime], Made]:
    """A notice of the world's consumer, as right holder, against the world's merchant."""

    def made(world: World, now: datetime) -> Made:
        found = Claiming(world, now).at(step)
        return {"ref": found.ref, "version": found.version, **path}

    return made


def tip(step: str, **path: Any) -> Callable[[World, datetime], Made]:
    """A tip of the world's consumer about the world's merchant."""

    def made(world: World, now: datetime) -> Made:
        found = getattr(Tipping(world, now), step)()
        return {"ref": found.ref, "version": found.version, **path}

    return made


def paid_membership(world: World, now: datetime) -> Made:
    """A paid term of the world's merchant."""
    said = {"rule": world.rule, "party": world.merchant.ref, "external_ref": f"M-{make.number()}", "paid_minor": 36_500}
    times = {"starts_at": now - timedelta(days=1), "ends_at": now + timedelta(days=364)}
    return {"ref": rules.record_membership(actor=world.platform, now=now, **said, **times).ref}


def price_finding(world: World, now: datetime) -> Made:
    """Other prices for new buyers than for returning ones, as the world's platform told."""
    told = {"goods": f"g-{make.number()}", "conditions": "1", "shown_at": now - timedelta(minutes=1)}
    rows = [told | {"audience": "NEW", "price_minor": 1}, told | {"audience": "RETURNING", "price_minor": 2}]
    (row,) = rules.record_prices(actor=world.platform, observations=rows, now=now)
    return {"ref": row.ref, "version": row.version}


def law_work(world: World, now: datetime) -> Made:
    """What rests on an article of the register that was renumbered."""
    said = ProposeLawArticleInput.example | {"article": f"{make.number()}", "in_force_from": date(2019, 1, 1)}
    change = rules.propose_law_article(
        actor=world.platform, now=now, **said | {"instrument": "CN-PIPL", "renumbered_from": "21"}
    )
    make.sign(change, now=now)
    found = LawWork.objects.filter(law__change=change).first()
    return {"ref": found.ref, "version": found.version}


def rule_without_table(world: World, now: datetime) -> Made:
    """A rule that is not in force yet, so that everybody can still know its table in advance."""
    code = make.publish_rule(world.platform, now=now, start=now + timedelta(days=30))
    return {"ref": code, "no": "2026-01"}


def rule(world: World, now: datetime) -> Made:
    return {"ref": world.rule, "no": "2026-01"}


def consultation(world: World, now: datetime) -> Made:
    """A draft on which everybody can comment."""
    making = Making(replace(world, now=now))
    making.consult()
    return {"ref": making.ref}


def fixed(value: Any) -> Callable[[World], Any]:
    return lambda _world: value


def a_payment(_world: World) -> Any:
    return {"reference": f"4200-{make.number()}", "amount_minor": 5_000, "paid_at": clock.now().isoformat()}


def a_notice(world: World) -> Any:
    example = of_notices.IssueNoticeInput.example
    first = {**example["measures"][0], "type": "delist"}
    second = {**example["measures"][1], "type": "deduct"}
    return {
        **example,
        "external_ref": f"x-{make.number()}",
        "party": world.merchant.ref,
        "conduct_at": clock.with_offset(world.now - timedelta(days=1)),  # while the rule of this world was in force
        "measures": [first, second],
        "basis": [{"kind": "CLAUSE", "rule": world.rule, "clause": "8"}],
        "decision": {**example["decision"], "officer": world.otto.code},
    }


def a_decision(world: World) -> Any:
    example = dict(of_appeals.DecideAppealInput.example)
    return {**example, "items": example["items"][:1]}


def a_party(world: World) -> Any:
    return {
        "external_ref": f"S-{make.number()}",
        "kind": "MERCHANT",
        "name": "竹里茶舍",
        "users": [{"username": f"zhuli-{make.number()}", "role": "owner", "password": "a-bamboo-grove-in-rain-7"}],
    }


def a_member(world: World) -> Any:
    return {"username": f"zhou-{make.number()}", "role": "staff", "password": "tea-leaves-in-spring-2026"}


def credentials(world: World) -> Any:
    from tests.surfaces.people import user_of

    return {"username": user_of(world.alice).username, "password": "a-long-pass-phrase"}


def a_dispute(world: World) -> Any:
    example = of_disputes.OpenDisputeInput.example
    order = order_in(world, now=clock.now())
    claim = {"remedy": "REFUND", "amount_minor": order.amount_minor}
    return {**example, "order_ref": order.ref, "ground": "not_received", "claim": claim}


def a_group(world: World) -> Any:
    """Over a notice that nobody appealed."""
    free = Notice.objects.filter(party=world.merchant, appeals=None, state="IN_FORCE").first() or world.notice()
    return {**of_appeals.FileAppealGroupInput.example, "notices": [{"notice": free.ref, "statement": "截图是旧版。"}]}


def appeal_group(world: World, now: datetime) -> Made:
    named = [NoticeInGroup(world.notice().ref) for _ in range(2)]
    filing = GroupFiling(ground="facts_wrong", notices=named, statement="写的都是“国标级”。")
    return {"ref": file_appeal_group(actor=world.alice, filing=filing, now=now).ref}


def an_executor(world: World) -> Any:
    party = executing.unregistered_in(world, now=clock.now())
    return {**of_executors.RegisterExecutorInput.example, "party": party.ref}


def a_person(world: World) -> Any:
    return {"username": f"xaver-{make.number()}", "password": "lanterns-over-the-canal-2026"}


def a_mandate(world: World) -> Any:
    example = of_executors.MandateInput.example
    start = clock.now() + timedelta(days=1)
    measures = [{"measure_type": "delist", "level": 1}]
    return {**example, "effective_from": start.isoformat(), "measures": measures, "rules": [world.rule]}


def a_contract(world: World) -> Any:
    until = clock.now() + timedelta(days=900)
    return {**of_executors.ExtendContractInput.example, "contract_until": until.isoformat()}


def a_curriculum(world: World) -> Any:
    example = of_training.PublishCurriculumInput.example
    question = {**example["questions"][0], "options": [{"zh": "不处置", "en": "No measure"}, {"zh": "下架"}]}
    return {**example, "rule": world.rule, "questions": [question]}


def an_instruction(world: World) -> Any:
    example = of_incidents.IssueInstructionInput.example
    due = clock.now() + timedelta(days=2)
    return {**example, "executor": world.more["exe"].ref, "measure_type": "delist", "due_at": due.isoformat()}


def acknowledged(world: World) -> Any:
    """As the executor's own system reports it: xena, by her code."""
    return {"person": executing.code_of(world.more["xena"]), "callback_id": f"cb-{make.number()}"}


def completed(world: World) -> Any:
    return {**acknowledged(world), "evidence": "逐件核对完毕。"}


def a_claim(world: World) -> Any:
    example = of_incidents.ClaimRecourseInput.example
    return {**example, "incident": executing.unclaimed_in(world, now=clock.now()).ref}


def another_mediator(world: World) -> Any:
    return {"to": world.more["max"].code}


def another_mediator_with_a_note(world: World) -> Any:
    return {**another_mediator(world), "note": "原调解员明天起休假。"}


def another_reviewer(world: World) -> Any:
    return {"to": world.rosa.code, "note": "原复核人明天起休假。"}


OPERATIONS: dict[str, Operation] = {
    # accounts
    "sign_in": Operation(body=credentials, is_keyed=False),
    "sign_out": Operation(),
    "rotate_token": Operation(body=fixed({"overlap_hours": 24}), is_keyed=False),
    "list_tokens": Operation(),
    "restrict_token": Operation(body=fixed({"scopes": ["notices:read"]}), is_keyed=False),
    "end_token": Operation(a_token),
    "create_socket_ticket": Operation(is_keyed=False),
    "me": Operation(),
    "my_records": Operation(),
    "read_points": Operation(),
    "list_push_devices": Operation(),
    "register_push_device": Operation(body=fixed({"kind": "fcm", "token": "of a phone", "app": "com.example.app"})),
    "end_push_device": Operation(a_phone),
    "list_sign_ins": Operation(),
    "end_sign_in": Operation(another_device),
    "set_language": Operation(body=fixed({"language": "en"})),
    "set_large_text": Operation(body=fixed({"large_text": True})),
    "list_parties": Operation(),
    "create_party": Operation(body=a_party),
    "read_party": Operation(party),
    "add_member": Operation(party, a_member),
    "end_membership": Operation(member),
    "set_party_phone": Operation(party, fixed({"phone": "139 0000 0217"})),
    "set_party_status": Operation(party, fixed({"status": "SUSPENDED"})),
    # rules
    "list_rules": Operation(),
    "list_terms": Operation(),
    "read_party_limits": Operation(party),
    "publish_rule_version": Operation(body=fixed(of_rules.PublishVersionInput.example)),
    "record_law_article": Operation(body=fixed(ProposeLawArticleInput.example)),
    "read_rule": Operation(rule),
    "read_rule_version": Operation(rule),
    "list_rule_consultations": Operation(),
    "read_rule_consultation": Operation(consultation),
    "list_my_rule_opinions": Operation(consultation),
    "submit_rule_opinion": Operation(consultation, fixed(of_rules.SubmitOpinionInput.example)),
    # notices
    "list_notices": Operation(),
    "issue_notice": Operation(body=a_notice),
    "issue_notice_batch": Operation(body=lambda world: {"notices": [a_notice(world)]}),
    "read_notice": Operation(notice),
    "notice_evidence": Operation(notice_with_file),
    "read_notice_translations": Operation(notice),
    "withdraw_notice": Operation(notice),
    "translate_notice": Operation(notice),
    "amend_notice": Operation(notice),
    "open_exhibit": Operation(exhibit),
    "confirm_decision": Operation(opened_notice),
    "list_remedies": Operation(),
    "confirm_remedy": Operation(remedy),
    "fail_remedy": Operation(remedy),
    "list_sibling_reviews": Operation(),
    "read_sibling_review": Operation(sibling),
    "decide_sibling": Operation(sibling),
    "list_public_records": Operation(),
    "agree_to_rule_version": Operation(rule, fixed({})),
    "list_rule_consents": Operation(rule),
    "request_exit": Operation(rule, fixed({})),
    "list_exits": Operation(),
    "read_exit": Operation(exit_in()),
    "calculate_exit": Operation(exit_in()),
    "object_to_exit": Operation(exit_in("CALCULATED")),
    "pay_exit": Operation(exit_in("CALCULATED")),
    "withdraw_exit": Operation(exit_in()),
    "read_rulemaking": Operation(rulemaking()),
    "enter_rule_version": Operation(rulemaking()),
    "adopt_rule_version": Operation(rulemaking("ENTERED")),
    "publicise_rule_version": Operation(rulemaking("ADOPTED")),
    "propose_owner": Operation(party, another_owner),
    "list_catalogue_changes": Operation(),
    "read_catalogue_change": Operation(catalogue_change()),
    "enter_change": Operation(catalogue_change()),
    "sign_change": Operation(catalogue_change("ENTERED")),
    "refuse_change": Operation(catalogue_change()),
    "list_counsel_signatures": Operation(),
    "read_counsel_signature": Operation(counsel_signature),
    "sign_as_counsel": Operation(body=text_to_sign),
    "withdraw_signature": Operation(counsel_signature),
    "list_paid_memberships": Operation(),
    "record_paid_membership": Operation(
        None,
        lambda world: (
            RecordMembershipInput.example
            | {"rule": world.rule, "party": world.merchant.ref, "starts_at": clock.now().isoformat()}
        ),
    ),
    "read_paid_membership": Operation(paid_membership),
    "stop_paid_membership": Operation(
        paid_membership, lambda world: StopMembershipInput.example | {"stopped_at": clock.now().isoformat()}
    ),
    "record_prices": Operation(
        None,
        lambda world: {
            "observations": [PriceObservationInput.example | {"shown_at": clock.now().isoformat()}],
        },
    ),
    "list_price_findings": Operation(),
    "read_price_finding": Operation(price_finding),
    "answer_price_finding": Operation(price_finding),
    "list_law_work": Operation(),
    "read_law_work": Operation(law_work),
    "settle_law_work": Operation(law_work),
    "list_legal_holds": Operation(),
    "put_hold": Operation(body=lambda world: {"about": world.merchant.ref, "reason": "法院要求保全。"}),
    "read_legal_hold": Operation(legal_hold),
    "lift_hold": Operation(legal_hold),
    "list_authority_seats": Operation(),
    "read_authority_seat": Operation(authority_seat),
    "open_case_to_seat": Operation(authority_seat),
    "end_seat": Operation(authority_seat),
    "list_authority_matters": Operation(),
    "register_authority_matter": Operation(
        body=lambda world: (
            RegisterMatterInput.example
            | {"received_at": "2026-03-02T09:00:00+08:00", "document_no": f"{make.number()}"}
        )
    ),
    "read_authority_matter": Operation(authority_matter()),
    "draft_answer": Operation(authority_matter()),
    "send_answer": Operation(authority_matter("drafted")),
    "follow_up_matter": Operation(authority_matter("sent")),
    "close_matter": Operation(authority_matter("sent")),
    "list_infringements": Operation(),
    "file_infringement": Operation(
        body=lambda world: (
            FileInfringementInput.example | {"holder": world.consumer.ref, "merchant": world.merchant.ref}
        )
    ),
    "read_infringement": Operation(infringement("stated")),
    "complete_infringement": Operation(infringement("incomplete")),
    "add_infringement_file": Operation(infringement("accepted"), fixed(form(file=FILE)), takes_form=True),
    "infringement_file": Operation(infringement("accepted", no=1)),
    "accept_infringement": Operation(infringement("filed")),
    "refuse_infringement": Operation(infringement("filed")),
    "state_no_infringement": Operation(infringement("ready_to_state")),
    "report_proceedings": Operation(infringement("ready_to_report")),
    "withdraw_infringement": Operation(infringement("accepted")),
    "conclude_infringement": Operation(infringement("sued")),
    "ask_infringement": Operation(infringement("accepted")),
    "answer_infringement": Operation(infringement("asked")),
    "find_infringement_wrong": Operation(infringement("answered")),
    "list_tips": Operation(),
    "file_tip": Operation(body=lambda world: FileTipInput.example | {"named": world.merchant.ref}),
    "read_tip": Operation(tip("filed")),
    "add_tip_file": Operation(tip("filed"), fixed(form(file=FILE)), takes_form=True),
    "tip_file": Operation(tip("with_file", no=1)),
    "act_on_tip": Operation(
        tip("filed"),
        body=lambda world: ActOnTipInput.example | {"subject": world.merchant.ref, "rule": world.rule, "clause": "8"},
    ),
    "dismiss_tip": Operation(tip("filed")),
    "set_tip_aside": Operation(tip("filed")),
    "see_tip_reporter": Operation(tip("filed")),
    "find_tip_malicious": Operation(
        tip("dismissed"), body=lambda world: FindTipInput.example | {"rule": world.rule, "clause": "8"}
    ),
    "confirm_tip_finding": Operation(tip("proposed")),
    "list_publications": Operation(),
    "read_publication": Operation(publication),
    "publish_record": Operation(publication),
    "report_to_regulator": Operation(publication),
    "read_measure_types": Operation(),
    "register_measure_type": Operation(body=fixed(of_notices.RegisterMeasureTypeInput.example)),
    "seal_attachment": Operation(body=fixed(form(file=FILE)), takes_form=True),
    # the appellant
    "read_todo": Operation(),
    # a sandbox
    "read_test_clock": Operation(in_a_sandbox),
    "move_test_clock": Operation(in_a_sandbox, lambda _world: {"to": (clock.now() + timedelta(days=90)).isoformat()}),
    "provoke_case": Operation(in_a_sandbox, fixed({"kind": "outage", "hours": 4})),
    # figures
    "read_figures": Operation(),
    "read_figure": Operation(a_metric),
    "file_appeal": Operation(notice, fixed(of_appeals.FileAppealInput.example)),
    "file_appeal_group": Operation(body=a_group),
    "read_appeal_group": Operation(appeal_group),
    "submit_group_evidence": Operation(appeal_group, fixed(form(file=FILE, caption="授权书")), takes_form=True),
    "list_appeals": Operation(),
    "read_appeal": Operation(appeal("new")),
    "read_appeal_events": Operation(appeal("new")),
    "read_appeal_receipt": Operation(appeal("new", no=1)),
    "read_letter": Operation(appeal("decided")),
    "case_file": Operation(appeal("decided")),
    "demand_human": Operation(appeal("new")),
    "confirm_filing": Operation(appeal("phone")),
    "stage_evidence": Operation(appeal("new"), fixed(form(file=FILE, caption="授权书")), takes_form=True),
    "evidence_file": Operation(appeal("evidence", no=1)),
    "submit_evidence": Operation(appeal("staged")),
    # the reviewer
    "list_review_queue": Operation(),
    "claim": Operation(body=fixed({})),
    "assign": Operation(appeal("new"), another_reviewer),
    "take_back": Operation(appeal("held"), fixed(of_appeals.TakeBackInput.example)),
    "record_opening": Operation(appeal("held"), fixed(of_appeals.OpeningInput.example)),
    "read_suggestion": Operation(appeal("ready")),
    "decide_appeal": Operation(appeal("ready"), a_decision),
    "translate_decision": Operation(appeal("decided")),
    # disputes: the sides
    "list_disputes": Operation(),
    "open_dispute": Operation(body=a_dispute),
    "read_dispute": Operation(dispute("determined")),
    "read_dispute_events": Operation(dispute("offered")),
    "read_dispute_receipt": Operation(dispute("open", no=1)),
    "read_dispute_letter": Operation(dispute("determined")),
    "dispute_case_file": Operation(dispute("determined")),
    "answer_dispute": Operation(dispute("open")),
    "escalate_dispute": Operation(dispute("answered")),
    "withdraw_dispute": Operation(dispute("open")),
    "demand_mediator": Operation(dispute("open")),
    "confirm_dispute_filing": Operation(dispute("phone")),
    "request_review": Operation(dispute("determined")),
    "accept_determination": Operation(dispute("determined")),
    "consent_to_no_return": Operation(dispute("open")),
    "read_dispute_facts": Operation(dispute("waiting")),
    "add_fact_evidence": Operation(
        dispute("joined", no=1), fixed(form(file=FILE, caption="签收记录")), takes_form=True
    ),
    "submit_fact_evidence": Operation(dispute("staged", no=1)),
    "nothing_to_add": Operation(dispute("submitted", no=1)),
    "admit_fact": Operation(dispute("joined", no=1)),
    "object_to_evidence": Operation(dispute("submitted", no=1)),
    "read_dispute_evidence": Operation(dispute("submitted")),
    "remove_evidence": Operation(dispute("staged", no=1)),
    "dispute_evidence_file": Operation(dispute("submitted", no=1)),
    "read_messages": Operation(dispute("messaged")),
    "read_message_receipt": Operation(dispute("messaged", sequence=2)),
    "post_message": Operation(dispute("open")),
    "recall_message": Operation(dispute("messaged", sequence=2)),
    "report_message": Operation(dispute("messaged", sequence=2)),
    "read_offers": Operation(dispute("offered")),
    "make_offer": Operation(dispute("open")),
    "agree_to_claim": Operation(dispute("open")),
    "accept_fast_refund": Operation(dispute("refundable")),
    "read_fast_refund_opt_ins": Operation(party),
    "opt_in_to_fast_refunds": Operation(party, fixed(of_disputes.FastRefundOptInInput.example)),
    "opt_out_of_fast_refunds": Operation(party),
    "accept_offer": Operation(offer),
    "refuse_offer": Operation(offer),
    "withdraw_offer": Operation(offer),
    # disputes: the mediator
    "read_dispute_queue": Operation(),
    "join_next_dispute": Operation(),
    "join_dispute": Operation(dispute("escalated")),
    "assign_dispute": Operation(dispute("joined"), another_mediator_with_a_note),
    "hand_over": Operation(dispute("joined"), another_mediator),
    "read_derived": Operation(dispute("waiting")),
    "shift_burden": Operation(dispute("joined", no=1)),
    "rule_fact": Operation(dispute("waiting", no=1)),
    "reopen_evidence": Operation(dispute("waiting", no=1)),
    "close_evidence": Operation(dispute("closable")),
    "determine": Operation(dispute("ruled")),
    "translate_determination": Operation(dispute("determined")),
    "propose_appraisal": Operation(dispute("joined")),
    "agree_to_appraisal": Operation(dispute("test proposed")),
    "refuse_appraisal": Operation(dispute("test proposed")),
    "record_custody": Operation(dispute("appraising")),
    "end_appraisal": Operation(dispute("appraising")),
    "ask_identity": Operation(dispute("joined")),
    "give_identity": Operation(dispute("identity asked")),
    "refuse_identity": Operation(dispute("identity asked")),
    "read_identity": Operation(dispute("identity given")),
    "pause_dispute": Operation(dispute("joined")),
    "resume_dispute": Operation(dispute("paused")),
    # disputes: what is owed
    "report_obligation": Operation(dispute("settled", no=1)),
    "confirm_obligation": Operation(dispute("settled", no=1)),
    "fail_obligation": Operation(dispute("settled", no=1)),
    "report_not_received": Operation(dispute("reported", no=1)),
    "record_payment": Operation(dispute("settled", no=1), a_payment),
    "advance_payment": Operation(dispute("open")),
    "settle_advance": Operation(dispute("advanced", no=1), fixed({"recovered_minor": 5000})),
    # disputes: burden tables
    "read_current_burden_table": Operation(),
    "read_burden_table": Operation(burden_table),
    "publish_burden_table": Operation(rule_without_table, fixed(of_disputes.PublishTableInput.example)),
    # executors: the registry
    "list_executors": Operation(),
    "register_executor": Operation(body=an_executor),
    "read_executor": Operation(executor("active")),
    "read_executor_me": Operation(),
    "read_my_quality": Operation(),
    "add_person": Operation(executor("active"), a_person),
    "end_person": Operation(executor("active")),
    "record_processing_terms": Operation(executor("active")),
    "propose_sub_processor": Operation(executor("active")),
    "decide_sub_processor": Operation(executor("proposed")),
    "add_pay_term": Operation(executor("active")),
    "grant_mandate": Operation(executor("active"), a_mandate),
    "revoke_mandate": Operation(executor("active")),
    "extend_contract": Operation(executor("active"), a_contract),
    "begin_training": Operation(executor("registered")),
    "certify_executor": Operation(executor("trained")),
    "activate_executor": Operation(executor("ready")),
    "suspend_executor": Operation(executor("active")),
    "reinstate_executor": Operation(executor("suspended")),
    "end_executor": Operation(executor("active")),
    "list_certifications": Operation(executor("active")),
    "read_quality": Operation(executor("active")),
    # executors: training
    "list_curricula": Operation(),
    "publish_curriculum": Operation(body=a_curriculum),
    "read_curriculum": Operation(curriculum),
    "start_attempt": Operation(curriculum),
    "read_attempt": Operation(attempt),
    "save_answers": Operation(attempt),
    "finish_attempt": Operation(attempt),
    "withdraw_certification": Operation(certification),
    # executors: instructions
    "list_instructions": Operation(),
    "issue_instruction": Operation(body=an_instruction),
    "read_instruction": Operation(instruction("issued")),
    "acknowledge_instruction": Operation(instruction("issued"), acknowledged),
    "complete_instruction": Operation(instruction("taken"), completed),
    "withdraw_instruction": Operation(instruction("issued")),
    # executors: incidents and recourse
    "list_incidents": Operation(),
    "read_incident": Operation(incident("compensated")),
    "add_incident_file": Operation(incident("opened"), fixed(form(file=FILE, caption="操作记录")), takes_form=True),
    "incident_file": Operation(incident("filed", no=1)),
    "explain_incident": Operation(incident("opened")),
    "contest_finding": Operation(incident("found")),
    "find_incident": Operation(incident("explained")),
    "compensate_incident": Operation(incident("found")),
    "close_incident": Operation(incident("confirmed")),
    "list_recourses": Operation(),
    "claim_recourse": Operation(body=a_claim),
    "read_recourse": Operation(recourse),
    "dispute_recourse": Operation(recourse),
    "record_part_payment": Operation(recourse),
    "settle_recourse": Operation(recourse),
    "write_off_recourse": Operation(recourse),
    # webhooks
    "list_events": Operation(),
    "list_webhook_endpoints": Operation(),
    "create_webhook_endpoint": Operation(body=fixed(of_webhooks.CreateWebhookEndpointInput.example)),
    "read_webhook_endpoint": Operation(webhook()),
    "disable_webhook_endpoint": Operation(webhook()),
    "enable_webhook_endpoint": Operation(webhook(is_on=False)),
    "rotate_webhook_secret": Operation(webhook()),
    "test_webhook_endpoint": Operation(webhook()),
    "replay_webhook_period": Operation(webhook(), fixed(of_webhooks.ReplayPeriodInput.example)),
    "list_webhook_deliveries": Operation(),
    "read_webhook_delivery": Operation(webhook_delivery),
    "replay_webhook_delivery": Operation(webhook_delivery),
}


_addresses: list[tuple[dict[str, Any], dict[str, tuple[str, str]]]] = []


def addresses(document: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Method and path of every operation, from the OpenAPI document; sweeps ask it of the same one by the thousand."""
    if not _addresses or _addresses[0][0] is not document:
        named = {
            operation["operationId"]: (method.upper(), path)
            for path, operations in document["paths"].items()
            for method, operation in operations.items()
        }
        _addresses[:] = [(document, named)]
    return _addresses[0][1]


def at(path: str, made: Made) -> str:
    """The address of one object."""
    for name, value in made.items():
        path = path.replace("{" + name + "}", str(value))
    return path


def nowhere(path: str, made: Made) -> Made:
    """The same parameters with a reference that nobody has."""
    kind = path.removeprefix("/api/v1/").split("/")[0]
    return {**made, "ref": MISSING[kind] + NOBODY}


def call(
    http: Any, operation: Operation, method: str, address: str, world: World, version: int | None, **more: Any
) -> Any:
    """The request that the plan describes, sent by `http`."""
    headers = dict(more)
    if operation.decides and "If_Match" not in headers:
        headers["If_Match"] = f'"{version or 1}"'
    if operation.takes_form and operation.body is not None:
        raw, kind = operation.body(world)
        return http(method, address, raw=raw, Content_Type=kind, **headers)
    return http(method, address, operation.body(world) if operation.body else None, **headers)


def recipe(made: Any) -> str:
    """What tells one way to make an object from another: two operations about a new appeal need but one."""
    cells = getattr(made, "__closure__", None) or ()
    return f"{getattr(made, '__qualname__', made)} {[cell.cell_contents for cell in cells]}"


def declared() -> dict[str, Verb]:
    """The rows of `verbs.py` that are operations of the API, by its id."""
    modules = (of_appeal_verbs, of_dispute_verbs, of_executor_verbs, of_notice_verbs, of_rule_verbs, of_retention_verbs)
    modules += (of_authority_verbs, of_infringement_verbs, of_tip_verbs)
    groups = [group for module in modules for group in vars(module).values() if isinstance(group, tuple)]
    verbs = (verb for verb in itertools.chain(*groups) if verb.has_endpoint or verb.operation_id() in OPERATIONS)
    return {verb.operation_id(): verb for verb in verbs}


for verb in of_appeal_verbs.VERBS:
    if verb.has_endpoint and verb.operation_id() not in OPERATIONS:
        OPERATIONS[verb.operation_id()] = Operation(appeal(stage_for(verb)))
for name, verb in declared().items():
    said = OPERATIONS[name]
    example = fixed(verb.takes.example) if verb.takes is not None else None
    OPERATIONS[name] = replace(said, body=said.body or example, decides=said.decides or verb.needs_version)


__all__ = ["OPERATIONS", "Operation", "Party", "addresses", "at", "call", "declared", "nowhere"]
