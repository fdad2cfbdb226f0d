"""A rule from its draft to its force, a notice that rests on it, consent, and an exit on old terms; weeks in seconds.

    .venv/bin/python docs/story_rules.py            # in Chinese
    .venv/bin/python docs/story_rules.py --language en

Works on a database of its own in a temporary folder. The clock of a server cannot be asked to wait for a consultation,
so this calls the commands themselves, each with the moment at which it is done; whatever is refused is refused by the
program or the database as on a running platform.
"""

import argparse
import os
import secrets
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
FORBIDDEN = "平台可随时修改本规则，无需另行通知。"
DENIED = "本规则的最终解释权不归平台所有，有不同理解的，作不利于平台的解释。"


class Refused(RuntimeError):  # noqa: N818  it is what was expected and did not come
    """Something was done that the story expects to be refused."""


def tell(people: dict[str, Any], now: datetime, say: Callable[[str], None]) -> dict[str, Any]:
    """The story with these people, as `set_up` makes them; gives what came of it."""
    from casework import deadlines
    from casework.ledger import verify
    from notices.commands import issue_notice
    from rules import commands
    from rules.arithmetic import Item
    from rules.commands import Assessment, ClauseText, Explanation, RequiredDraft
    from rules.models import RuleVersion
    from rules.required import REQUIREMENTS
    from rules.wording import lint

    drafter, approver, merchant = people["drafter"], people["approver"], people["merchant"]
    assessment = Assessment(reason="涉及包装，影响的商家少。", impact="SOME", binds="MERCHANT")

    def version_of(number: str, second: str, at: datetime, **more: Any) -> Any:
        clauses = [ClauseText("1", DENIED, "In doubt this rule is read against us."), ClauseText("2", second, "")]
        values = {"effective_from": at + 60 * DAY, "clauses": clauses, "assessment": assessment, "now": at}
        values["required"] = [RequiredDraft(each.key, reason="见《平台服务协议》。") for each in REQUIREMENTS]
        return {**values, **more, "number": number}

    def refused(what: str, act: Callable[[], Any]) -> None:
        from casework.errors import CaseError

        try:
            act()
        except CaseError as refusal:
            said = [str(error.message) for error in refusal.errors] or [str(refusal.detail or refusal.title)]
            say(f"   × {what}: {'; '.join(said)}")
        else:
            raise Refused(what)

    def notice(conduct_at: datetime, at: datetime, version: str = "") -> Any:
        served, _existed = issue_notice(
            actor=people["platform"], draft=draft_of(people["party"], conduct_at, at, version), now=at
        )
        return served

    named = {"code": "packing", "name_zh": "包装规则", "name_en": "Packing Rule"}
    making = commands.draft_rule_version(actor=drafter, **version_of("1.0", f"包装应当完好。{FORBIDDEN}", now, **named))
    say(f"1  {making.number}: drafted with two findings of the lint, one right, one wrong.")

    ref = making.ref
    refused(
        "a consultation of seven days less a second",
        lambda: commands.open_rule_consultation(actor=drafter, ref=ref, closes_at=now + 7 * DAY - SECOND, now=now),
    )
    closes = now + 7 * DAY
    commands.open_rule_consultation(actor=drafter, ref=ref, closes_at=closes, now=now)
    for no in range(1, 21):
        text = "请写明易碎品怎样包装。" if no <= 12 else "包装费用由谁承担？" if no <= 19 else "不要再加规则了。"
        commands.submit_opinion(
            actor=None,
            ref=ref,
            clause="2",
            text=text,
            contact=f"reader{no}@example.com",
            has_consented=True,
            source=f"address-{no}",
            now=now + no * timedelta(hours=3),
        )
    say("2  In consultation for seven days; 20 opinions came, without any account.")

    at = closes + SECOND
    while deadlines.fire_due(now=at + deadlines.grace()):
        pass
    at += deadlines.grace()
    adopt = {"ref": ref, "summary_zh": "共二十条意见，采纳十二条。"}
    refused("adoption with 20 open opinions", lambda: commands.adopt_rule_version(actor=approver, now=at, **adopt))
    for numbers, disposition, reason in (
        (range(1, 13), "ADOPTED", "已在第二条写明。"),
        (range(13, 20), "PARTLY", "第二条写明由商家承担，金额不作规定。"),
        ([20], "REJECTED", "包装破损的投诉较多，需要规则。"),
    ):
        commands.answer_opinions(
            actor=drafter, ref=ref, opinions=numbers, disposition=disposition, reason=reason, now=at
        )
    say("3  All 20 have a disposition and a reason, given in three groups.")

    refused("adoption with forbidden wording", lambda: commands.adopt_rule_version(actor=approver, now=at, **adopt))
    for finding in lint(DENIED):
        commands.clear_wording(
            actor=drafter, text=DENIED, kind=finding.kind, reason="本条排除最终解释权，没有保留它。", now=at
        )
    rewritten = version_of("1.0", "包装应当完好，易碎品应当有缓冲材料，费用由商家承担。", at)
    del rewritten["number"]
    commands.edit_rule_version(actor=drafter, ref=ref, **rewritten)
    bait = version_of("1.0", "商家应当缴纳三万元包装费，否则关闭店铺。", at)
    del bait["number"]
    commands.edit_rule_version(actor=drafter, ref=ref, **bait)
    refused(
        "adoption of a fee that nobody was asked about",
        lambda: commands.adopt_rule_version(actor=approver, now=at, **adopt),
    )
    for explained in (Explanation("2", opinion=1), Explanation("2", correction="文字修改")):
        refused(
            f"an explanation of it by {'an opinion' if explained.opinion else 'a correction'}",
            lambda explained=explained: commands.explain_changes(actor=drafter, ref=ref, changes=[explained], now=at),
        )
    commands.edit_rule_version(actor=drafter, ref=ref, **rewritten)
    refused("adoption of an unexplained change", lambda: commands.adopt_rule_version(actor=approver, now=at, **adopt))
    commands.explain_changes(actor=drafter, ref=ref, changes=[Explanation("2", opinion=1)], now=at)
    say("4  The wrong finding was cleared under a name with a reason; the right one was rewritten as an opinion asked.")

    refused("adoption by who drafted it", lambda: commands.adopt_rule_version(actor=drafter, now=at, **adopt))
    commands.adopt_rule_version(actor=approver, now=at, **adopt)
    say("5  Adopted by somebody else.")

    early = at + 7 * DAY - SECOND
    refused(
        "publicity of seven days less a second",
        lambda: commands.publicise_rule_version(actor=drafter, ref=ref, effective_from=early, now=at),
    )
    start = at + 7 * DAY
    commands.publicise_rule_version(actor=drafter, ref=ref, effective_from=start, now=at)
    later = start + deadlines.grace()
    while deadlines.fire_due(now=later):
        pass
    say(f"6  Publicised for seven full days; in force from {start.isoformat(timespec='seconds')}.")

    refused("a notice about the second before", lambda: notice(start - SECOND, later))
    served = notice(start, later)
    say(f"7  A notice about that very second rests on it: {served.number}.")

    named["assessment"] = Assessment(reason="加重商家义务。", impact="SOME", binds="MERCHANT", consent="ASKED")
    second_text = "包装应当完好，易碎品应当有两层缓冲材料，费用由商家承担。"
    again = commands.draft_rule_version(actor=drafter, **version_of("2.0", second_text, later, **named))
    closes = later + 7 * DAY
    commands.open_rule_consultation(actor=drafter, ref=again.ref, closes_at=closes, now=later)
    while deadlines.fire_due(now=closes + deadlines.grace()):
        pass
    at = closes + deadlines.grace()
    commands.adopt_rule_version(actor=approver, ref=again.ref, summary_zh="没有收到意见。", now=at)
    second = at + 7 * DAY
    commands.publicise_rule_version(actor=drafter, ref=again.ref, effective_from=second, now=at)
    after = second + DAY
    while deadlines.fire_due(now=after):
        pass
    refused("a notice under a change that the merchant never agreed to", lambda: notice(after, after, "2.0"))
    kept = notice(after, after)
    say(f"8  Silence is no consent: version {kept.bases.get().version_number} goes on for the merchant.")

    left = commands.request_exit(actor=merchant, rule="packing", number="2.0", now=after)
    items = [Item("DEPOSIT", "保证金", 500_000), Item("FEE", "年费", 1_200_000, 365, 100)]
    row = commands.calculate_exit(actor=drafter, ref=left.ref, items=items, now=after + DAY)
    commands.pay_exit(actor=people["platform"], ref=left.ref, receipt="PAY-1", now=after + 2 * DAY)
    paid = row.calculation.total_minor / 100
    say(f"9  {left.number}: the merchant left on the old terms; {paid:.2f} yuan were paid back.")
    faults = list(verify())
    if faults:
        raise Refused(f"the ledger has faults: {faults}")
    say("10 Every step is in the ledger, and the ledger has no fault.")
    versions = RuleVersion.objects.filter(rule__code="packing").count()
    return {"opinions": making.opinions.count(), "notices": [served, kept], "exit": left, "versions": versions}


def draft_of(party: Any, conduct_at: datetime, at: datetime, version: str) -> Any:
    """A complete notice about goods that were packed badly then."""
    from notices.commands import BasisDraft, Decision, Detection, ExhibitDraft, MeasureDraft, NoticeDraft

    return NoticeDraft(
        external_ref=f"packing-{conduct_at.isoformat()}-{version}",
        party=party.ref,
        facts="2 件易碎品寄出时没有缓冲材料，签收时已经破损，照片见附件 1。",
        reasons="包装没有保护商品，违反第二条。",
        conduct_at=conduct_at,
        measures=[
            MeasureDraft(
                type="listing-removed-in-story",
                object_kind="listing",
                object_ref="88120",
                object_label="手工紫砂壶",
                scope="商品不可搜索、不可购买",
                starts_at=at,
                ends_at=at + DAY,
            )
        ],
        basis=[BasisDraft(kind="CLAUSE", rule="packing", clause="2", version=version)],
        detection=Detection(source="REPORT"),
        decision=Decision(officer="E-77", evidence_was_opened=True),
        evidence=[ExhibitDraft(caption="包裹照片", captured_at=conduct_at, excerpt="没有缓冲材料")],
    )


def set_up(now: datetime) -> dict[str, Any]:
    """A platform with a merchant, two people of compliance and an officer who decides."""
    from accounts import commands as accounts
    from accounts.queries import actor_of_client, actor_of_user
    from casework.actor import Actor, ActorKind, Via
    from notices.commands import propose_measure_type
    from rules.commands import sign_change

    console = Actor(kind=ActorKind.SYSTEM, via=Via.CONSOLE, ref="system:story")

    def person(name: str, code: str = "", role: str = "") -> Any:
        user = accounts.create_user(
            actor=console, username=f"story-{name}", now=now, password=secrets.token_urlsafe(16), officer_code=code
        )
        if role:
            accounts.grant_staff_role(actor=console, user=user, role=role, now=now)
        return user

    client = accounts.create_client(
        actor=console, name="story", scopes=("notices:write", "rules:write", "parties:write"), now=now
    )
    party, _new = accounts.create_party(
        actor=console, kind="MERCHANT", name="林家茶铺", external_ref="S-story", now=now, client=client
    )
    owner = person("lin")
    accounts.add_member(actor=console, party=party, user=owner, role="owner", now=now)
    person("officer", "E-77", "reviewer")
    platform = actor_of_client(client)
    drafter, approver = (person(name, code, "compliance") for name, code in (("he", "C-71"), ("mo", "C-72")))
    signed_in = {"via": Via.WEB, "session": "story"}
    change = propose_measure_type(
        actor=actor_of_user(drafter, **signed_in),
        code="listing-removed-in-story",
        axis="VISIBILITY",
        label_zh="下架商品",
        label_en="Listing removed",
        restores_zh="恢复展示",
        restores_en="Listed again",
        now=now,
    )
    sign_change(actor=actor_of_user(approver, **signed_in), ref=change.ref, now=now)
    return {
        "platform": platform,
        "party": party,
        "merchant": actor_of_user(owner, **signed_in),
        "drafter": actor_of_user(drafter, **signed_in),
        "approver": actor_of_user(approver, **signed_in),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="A rule from its draft to its force, and an exit on old terms.")
    parser.add_argument("--language", choices=("zh-hans", "en"), default="zh-hans", help="of what the program says")
    language = parser.parse_args().language
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATABASE_URL": f"sqlite:///{folder}/story.sqlite3", "ATTACHMENT_ROOT": f"{folder}/files"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.core.management import call_command
        from django.utils.translation import override

        from casework import clock

        call_command("migrate", verbosity=0)
        now = clock.now()
        with override(language):
            tell(set_up(now), now, lambda line: sys.stdout.write(f"{line}\n"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
