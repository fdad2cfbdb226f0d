"""What the rows of a rule version must say because its events say it. Commands write into events what is made here."""

from collections.abc import Iterator, Sequence
from typing import Any

from casework.canonical import digest, moment
from casework.claims import Claims, Comparison, said
from casework.models import Event
from rules.models import Opinion, RuleExit, Rulemaking, RuleTalk, RuleVersion, TalkPoint


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


def _talk(making: Rulemaking, event: Event) -> Iterator[Comparison]:
    talk = next(each for each in making.talks.all() if each.no == event.facts["no"])
    yield from said(event, talk=talk_hash(talk, list(talk.points.all())), minutes=talk.minutes.sha256)


def _whole(making: Rulemaking, events: Sequence[Event]) -> Iterator[Comparison]:
    received = [event.facts["no"] for event in events if event.type == "rule.opinion_received"]
    yield "opinions", received, sorted(opinion.no for opinion in making.opinions.all())
    talks = [event.facts["no"] for event in events if event.type == "rule.talk_recorded"]
    yield "talks", talks, sorted(talk.no for talk in making.talks.all())
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


CLAIMS = {
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
        },
        of_case=_whole,
        parts=("rule_version__forced_by",),
        rows=("rule_version__clauses", "rule_version__required_answers", "opinions", "talks__points", "talks__minutes"),
    ),
}
