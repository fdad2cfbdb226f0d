"""What the rows of a rule version must say because its events say it. Commands write into events what is made here."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from casework.canonical import digest, moment
from casework.claims import Claims, Comparison, said
from casework.models import Event
from rules.models import (
    CatalogueChange,
    ClauseChange,
    CounselSignature,
    LawWork,
    Opinion,
    PlannedTalk,
    PriceFinding,
    RuleExit,
    Rulemaking,
    RuleTalk,
    RuleVersion,
    Subject,
    TalkPoint,
)


def clause_hash(text_zh: str, text_en: str) -> str:
    """SHA-256 of a clause's text in both languages, as a notice quotes it."""
    return digest({"zh": text_zh, "en": text_en})


def clauses_hash(version: RuleVersion) -> str:
    """Of the clauses as they are stored now, in their order."""
    return digest([clause.text_hash for clause in sorted(version.clauses.all(), key=lambda clause: clause.position)])


def required_hash(version: RuleVersion) -> str:
    """Of the answers to the check list as they are stored now."""
    rows = version.required_answers.all()
    return digest(sorted([each.key, each.clause_number, each.reason] for each in rows))


def published_facts(version: RuleVersion) -> dict[str, Any]:
    """What the event of a publication says of the version."""
    dates = ("effective_from", "published_at", "consulted_from", "consulted_until")
    return {
        "text": version.text_hash,
        "made": str(version.made),
        "major": version.is_major,
        "assessment": digest(version.assessment),
        "binds": str(version.binds),
        "old_for": str(version.old_for),
        "consent": str(version.consent),
        "neutral_reason": digest(version.neutral_reason),
        "old_until": moment(version.old_until) if version.old_until else "",
        **{name: moment(at) if (at := getattr(version, name)) else "" for name in dates},
        "forced_by": f"{version.forced_by.instrument} {version.forced_by.article}" if version.forced_by else "",
    }


def _published(making: Rulemaking, event: Event) -> Iterator[Comparison]:
    yield from said(event, **published_facts(making.rule_version))
    yield "clauses", event.facts["text"], clauses_hash(making.rule_version)


def _adopted(making: Rulemaking, event: Event) -> Iterator[Comparison]:
    yield from said(event, required=required_hash(making.rule_version))


def _received(making: Rulemaking, event: Event) -> Iterator[Comparison]:
    opinion = next(o for o in making.opinions.all() if o.no == event.facts["no"])
    yield from said(event, text=opinion.text_hash)
    yield "opinion", opinion.text_hash, opinion_hash(opinion)


def opinion_hash(opinion: Opinion) -> str:
    return digest({"clause": opinion.clause_number, "text": opinion.text})


def talk_hash(talk: RuleTalk, points: Sequence[TalkPoint]) -> str:
    said = [[each.no, str(each.side), each.text, str(each.disposition), each.reason] for each in points]
    about = [str(talk.kind), talk.held_on.isoformat(), talk.subject_zh, talk.subject_en]
    return digest({"about": about, "participants": talk.participants, "points": said})


def plan_hash(plan: PlannedTalk) -> str:
    about = [str(plan.kind), plan.planned_for.isoformat(), plan.subject_zh, plan.subject_en, plan.how]
    return digest({"about": about, "participants": plan.participants})


def _talk(making: Rulemaking, event: Event) -> Iterator[Comparison]:
    talk = next(each for each in making.talks.all() if each.no == event.facts["no"])
    yield from said(event, talk=talk_hash(talk, list(talk.points.all())), minutes=talk.minutes.sha256)


def _plan(making: Rulemaking, event: Event) -> Iterator[Comparison]:
    plan = next(each for each in making.planned_talks.all() if each.no == event.facts["no"])
    yield from said(event, plan=plan_hash(plan))


def _became(plan: PlannedTalk) -> Any:
    if plan.held_as is not None:
        return plan.held_as.no
    return digest(plan.called_off_reason) if plan.called_off_at is not None else None


def explained_hash(row: ClauseChange) -> str:
    opinion = row.opinion.no if row.opinion is not None else 0
    return digest([row.round, row.number, row.text_hash, opinion, row.correction])


def _whole(making: Rulemaking, events: Sequence[Event]) -> Iterator[Comparison]:
    explained = [each for event in events for each in event.facts.get("explained", ())]
    rows = sorted(making.clause_changes.all(), key=lambda row: row.pk)
    yield "explained", explained, [explained_hash(row) for row in rows]
    opened = [e.facts for e in events if e.type in ("rule.consultation_opened", "rule.proposed")]
    rounds: dict[int, list[str]] = {}
    for clause in sorted(making.consulted_clauses.all(), key=lambda row: row.position):
        rounds.setdefault(clause.round, []).append(clause_hash(clause.text_zh, clause.text_en))
    yield "consulted text", [facts["text"] for facts in opened], [digest(rounds[no]) for no in sorted(rounds)]
    received = [event.facts["no"] for event in events if event.type == "rule.opinion_received"]
    yield "opinions", received, sorted(opinion.no for opinion in making.opinions.all())
    talks = [event.facts["no"] for event in events if event.type == "rule.talk_recorded"]
    yield "talks", talks, sorted(talk.no for talk in making.talks.all())
    became: dict[int, Any] = {}
    for event in events:
        if event.type in ("rule.talk_planned", "rule.talk_called_off"):
            became[event.facts["no"]] = event.facts.get("reason")
        elif event.facts.get("planned"):
            became[event.facts["planned"]] = event.facts["no"]
    plans = making.planned_talks.all()
    yield "planned talks", became, {each.no: _became(each) for each in plans}
    answers: dict[int, tuple[str, str]] = {}
    for event in events:
        if event.type == "rule.opinions_answered":
            answers |= dict.fromkeys(event.facts["opinions"], (event.facts["disposition"], event.facts["reason"]))
    found = {o.no: (str(o.disposition), digest(o.reason)) for o in making.opinions.all() if o.disposition}
    yield "dispositions", answers, found


def _requested(row: RuleExit, event: Event) -> Iterator[Comparison]:
    rejected = row.rejected
    under = row.under.number if row.under is not None else ""
    yield from said(event, party=row.party.ref, rule=rejected.rule.code, rejected=rejected.number, under=under)


def _of_exit(row: RuleExit, events: Sequence[Event]) -> Iterator[Comparison]:
    said_of = {event.facts["no"]: event.facts for event in events if event.type == "exit.calculated"}
    objections = [event.facts["objection"] for event in events if event.type == "exit.objected"]
    rows = sorted(row.calculations.all(), key=lambda each: each.no)
    yield "calculations", sorted(said_of), [each.no for each in rows]
    yield "objections", objections, [digest(each.objection) for each in rows if each.objection]
    for each in rows:
        facts = said_of.get(each.no, {})
        found = {"total_minor": each.total_minor, "items": digest(each.items), "reply": digest(each.reply)}
        yield "calculation", {name: facts.get(name) for name in found}, found
    paid = [event.facts["paid_minor"] for event in events if event.type == "exit.paid"]
    yield "paid_minor", paid[-1] if paid else 0, row.paid_minor


def _proposed(change: CatalogueChange, event: Event) -> Iterator[Comparison]:
    about = {"subject": str(change.subject), "key": change.key}
    yield from said(event, **about, said=digest(change.said), reason=digest(change.reason))


def _changed(change: CatalogueChange, events: Sequence[Event]) -> Iterator[Comparison]:
    by = {event.type: event for event in events}
    entered = by.get("catalogue_change.entered", events[0])
    entered_by = entered.actor_ref if entered.actor_kind == "staff" else ""
    yield "entered_by", entered_by, getattr(change.entered_by, "ref", "")
    signed = by.get("catalogue_change.signed")
    yield "signed_by", signed.actor_ref if signed else "", getattr(change.signed_by, "ref", "")
    refused = by.get("catalogue_change.refused")
    yield "refused_reason", refused.facts["reason"] if refused else digest(""), digest(change.refused_reason)
    row = getattr(change, "law_article", None)
    if change.subject == Subject.LAW_ARTICLE:
        yield "law article", signed is not None, row is not None
    if row is not None:
        values = {name: getattr(row, name) for name in change.said}
        stored = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
        yield "article", digest(change.said), digest(stored)
        yield "reason", change.reason, row.reason
        wording = hashlib.sha256(row.text_zh.encode()).hexdigest() if row.text_zh else ""
        yield "text_sha256", wording, row.text_sha256


def _signed(row: CounselSignature, event: Event) -> Iterator[Comparison]:
    about = {"subject": str(row.subject), "key": row.key, "text": row.text_sha256}
    yield from said(event, **about, remark=digest(row.remark))
    yield "signed_by", event.actor_ref, row.signed_by.ref


def _withdrawn(row: CounselSignature, event: Event) -> Iterator[Comparison]:
    yield from said(event, reason=digest(row.withdrawn_reason))


def _listed(row: LawWork, event: Event) -> Iterator[Comparison]:
    about = {"law": row.law.key, "kind": str(row.kind), "key": row.key}
    yield from said(event, **about, title=digest([row.title_zh, row.title_en]))


def _settled(row: LawWork, event: Event) -> Iterator[Comparison]:
    yield from said(event, remark=digest(row.remark))
    yield "settled_by", event.actor_ref, getattr(row.settled_by, "ref", "")


def price_facts(row: PriceFinding) -> dict[str, Any]:
    """What the event says of the difference."""
    return {
        "goods": row.goods,
        "conditions": row.conditions,
        "minute": moment(row.minute),
        "prices": digest(row.prices),
    }


def _opened(row: PriceFinding, event: Event) -> Iterator[Comparison]:
    yield from said(event, **price_facts(row))


def _answered(row: PriceFinding, event: Event) -> Iterator[Comparison]:
    yield from said(event, clause=row.clause_id or 0, reason=digest(row.reason))
    yield "answered_by", event.actor_ref, getattr(row.answered_by, "ref", "")


CLAIMS = {
    PriceFinding.KIND: Claims(
        by_event={"price_finding.opened": _opened, "price_finding.answered": _answered}, parts=("answered_by",)
    ),
    CounselSignature.KIND: Claims(
        by_event={"counsel_signature.given": _signed, "counsel_signature.withdrawn": _withdrawn}, parts=("signed_by",)
    ),
    LawWork.KIND: Claims(
        by_event={"law_work.listed": _listed, "law_work.settled": _settled}, parts=("law", "settled_by")
    ),
    CatalogueChange.KIND: Claims(
        by_event={"catalogue_change.proposed": _proposed},
        of_case=_changed,
        parts=("entered_by", "signed_by", "law_article"),
    ),
    RuleExit.KIND: Claims(
        by_event={"exit.requested": _requested},
        of_case=_of_exit,
        parts=("party", "rejected__rule", "under"),
        rows=("calculations",),
    ),
    Rulemaking.KIND: Claims(
        by_event={
            "rule.adopted": _adopted,
            "rule.published": _published,
            "rule.publicised": _published,
            "rule.taken_over": _published,
            "rule.opinion_received": _received,
            "rule.talk_recorded": _talk,
            "rule.talk_planned": _plan,
        },
        of_case=_whole,
        parts=("rule_version__forced_by",),
        rows=(
            "rule_version__clauses",
            "rule_version__required_answers",
            "opinions",
            "talks__points",
            "talks__minutes",
            "planned_talks__held_as",
            "clause_changes__opinion",
            "consulted_clauses",
        ),
    ),
}
