"""The letter of a determination: nine parts in a fixed order, one and the same for both sides, screen, PDF and API.

It speaks of roles, never of a person, and of nothing that was offered.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from archive import letters
from archive.letters import Letter, joined
from archive.translations import shown
from casework.actor import Actor, ActorKind
from casework.errors import NotFound, or_not_found
from casework.formats import beijing_deadline, money
from casework.models import Event
from casework.toml import read_sentences
from disputes.choices import CONSUMERS, Payer, Remedy, Role, Side
from disputes.claims import originals_of
from disputes.counsel import was_signed
from disputes.machine import FactState
from disputes.models import Determination, Dispute, DisputeOutcome, EvidenceItem, FactAtIssue, Finding
from disputes.policies import visible_to
from disputes.proof import is_same_side
from disputes.terms import Owed, owed_under, terms_determined
from rules.paragraphs import Library, are_quoted

type Findings = Sequence[tuple[Finding, FactAtIssue]]


def letter_of(
    actor: Actor, dispute: Dispute, determination: Determination | None = None, *, language: str = ""
) -> Letter:
    """The letter of one determination, the newest where none is named, in `zh-hans` or `en` (the active one).

    Raises `NotFound` where nothing was determined, and to whom the dispute is hidden.
    """
    if not Dispute.objects.filter(visible_to(actor), pk=dispute.pk).exists():
        raise NotFound()
    found = determination or newest_determination(dispute)
    if found is None or found.dispute_id != dispute.pk:
        raise NotFound()
    return _letter(dispute, found, language=language, check_code=found.check_code)


def preview_letter(dispute: Dispute, *, language: str = "") -> Letter:
    """The letter of a rehearsed determination: every word of the one that would be sent, without a code to verify."""
    found = or_not_found(newest_determination(dispute))
    return _letter(dispute, found, language=language, check_code="")


def newest_determination(dispute: Dispute) -> Determination | None:
    """What counts of what was determined; None while nothing was."""
    rows = Determination.objects.filter(dispute=dispute).select_related("mediator").prefetch_related("findings")
    return rows.order_by("-round").first()


def verify_letter(check_code: str) -> Determination | None:
    """The determination that a check code belongs to, for whoever holds the letter."""
    return Determination.objects.filter(~Q(check_code=""), check_code=check_code).select_related("dispute").first()


def who(dispute: Dispute, side: str, *, first: bool = False) -> str:
    """A side by what it is in the trade: “the buyer”. `first` where a sentence begins with it."""
    roles = {
        Side.CLAIMANT: dispute.ground.get_claimant_role_display,
        Side.RESPONDENT: dispute.ground.get_respondent_role_display,
    }
    if Side(side) not in roles or (side == Side.RESPONDENT and dispute.respondent_id is None):
        return _("The platform") if first else _("the platform")
    role = {"role": roles[Side(side)]()}
    return _("The %(role)s") % role if first else _("the %(role)s") % role


def _letter(dispute: Dispute, determination: Determination, *, language: str, check_code: str) -> Letter:
    language = letters.language_for(language)
    facts = {f.pk: f for f in dispute.facts.select_related("row", "step")}
    findings = [(finding, facts[finding.fact_id]) for finding in determination.findings.all()]
    with translation.override(language):
        return letters.write_letter(
            (_("Outcome"), _outcome(dispute, determination)),
            (
                _("What each side said"),
                [*_statements(dispute), *_phoned(dispute, determination), *_agents(dispute, determination)],
            ),
            (_("What we found"), _found(dispute, determination, findings)),
            (_("Proof"), [_proof(dispute, finding, fact) for finding, fact in findings]),
            (_("Rule"), _rule(dispute, findings, determination.decided_at)),
            (_("How this was decided"), _how(determination)),
            (_("What happens now"), _now(dispute, determination, findings)),
            (_("If you disagree"), _disagree(determination)),
            number=dispute.number,
            language=language,
            decided_at=determination.decided_at,
            check_code=check_code,
            translations=shown(dispute, determination.round, originals_of(determination)) if check_code else (),
        )


_SENTENCES = read_sentences(Path(__file__).with_name("letter.toml"))
HEADS, REMEDIES, OWED = _SENTENCES["outcomes"], _SENTENCES["remedies"], _SENTENCES["owed"]


def _outcome(dispute: Dispute, determination: Determination) -> Iterator[str]:
    yield str(HEADS[determination.outcome])
    if determination.remedy:
        begins = determination.remedy != Remedy.RETURN_AND_REFUND  # there the goods are named before the payer
        payer = who(dispute, determination.payer, first=begins) if determination.payer != Payer.NOBODY else ""
        amount = money(determination.amount_minor, dispute.currency)
        yield str(REMEDIES[determination.remedy]) % {"who": payer, "amount": amount}
    if determination.round > 1:
        yield _("This takes the place of the first determination.")
    yield _("This is about order %(order)s, “%(title)s”, %(amount)s: %(ground)s.") % {
        "order": dispute.order_ref,
        "title": dispute.order_title,
        "amount": money(dispute.order_amount_minor, dispute.currency),
        "ground": dispute.ground.title,
    }


def _statements(dispute: Dispute) -> Iterator[str]:
    claimant, respondent = (who(dispute, side, first=True) for side in (Side.CLAIMANT, Side.RESPONDENT))
    yield _("%(who)s said: %(text)s") % {"who": claimant, "text": dispute.statement or dispute.ground.title}
    wanted = {"what": dispute.get_claim_remedy_display()}
    if dispute.claim_amount_minor is None:
        yield _("What was asked for: %(what)s.") % wanted
    else:
        wanted["amount"] = money(dispute.claim_amount_minor, dispute.currency)
        yield _("What was asked for: %(what)s, %(amount)s.") % wanted
    if dispute.first_answer:
        yield _("%(who)s answered: %(text)s") % {"who": respondent, "text": dispute.first_answer}
    else:
        yield _("%(who)s gave no first answer.") % {"who": respondent}


def _phoned(dispute: Dispute, determination: Determination) -> Iterator[str]:
    """What an officer took down on the phone, and what was corrected until then."""
    rows = list(dispute.assisted.filter(taken_at__lte=determination.decided_at))
    for side in dict.fromkeys(row.side for row in rows):
        yield _("An officer of the human line submitted this for %(who)s, on the phone.") % {"who": who(dispute, side)}
    for row in rows:
        if row.correction and row.answered_at is not None and row.answered_at <= determination.decided_at:
            values = {"who": who(dispute, row.side, first=True), "text": row.correction}
            yield _("%(who)s corrected what was taken down: %(text)s") % values


def _agents(dispute: Dispute, determination: Determination) -> Iterator[str]:
    """Which sides acted through an agent until then, as the ledger says; no name, so that the words never change."""
    acts = Event.objects.filter(
        case_kind=Dispute.KIND,
        case_id=dispute.pk,
        actor_kind=ActorKind.PARTY,
        at__lte=determination.decided_at,
        facts__has_key="agent",
    )
    alone = {"dispute.opened": Side.CLAIMANT, "dispute.answered": Side.RESPONDENT}
    sides = {facts.get("side") or alone.get(type_) for type_, facts in acts.values_list("type", "facts")}
    for side in (Side.CLAIMANT, Side.RESPONDENT):
        if side in sides:
            yield _("%(who)s acted through an agent.") % {"who": who(dispute, side, first=True)}


def state_sentence(finding: Finding) -> str:
    """Says how a fact stands, in words that say how it came to it."""
    if finding.state in (FactState.PROVED, FactState.NOT_PROVED):
        return _("established") if finding.established else _("not established")
    if finding.state == FactState.ADMITTED:
        return _("conceded to be true") if finding.established else _("conceded not to be true")
    return _("taken to be true") if finding.established else _("taken not to be true")


def _found(dispute: Dispute, determination: Determination, findings: Findings) -> Iterator[str]:
    for finding, fact in findings:
        cited = sorted(finding.evidence)
        words = state_sentence(finding)
        yield letters.found(finding.no, fact.row.statement, finding=words, sentence=finding.sentence, evidence=cited)
    used = {n for finding, _fact in findings for n in finding.evidence}
    yield from _not_relied_on(dispute, determination.decided_at, used)
    yield determination.reasons


def _not_relied_on(dispute: Dispute, at: datetime, used: set[int]) -> Iterator[str]:
    """Everything submitted that no finding rests on, and why where the rules forbid it."""
    rows = EvidenceItem.objects.filter(dispute=dispute, submission__submitted_at__lte=at).select_related("submission")
    withheld, unanswered, rest = [], [], []
    for item in rows.exclude(no__in=used).order_by("no"):
        assert item.submission is not None
        if item.is_withheld:
            withheld.append(item.no)
        elif item.submission.answerable_until > at and not _answered(item, at):
            unanswered.append(item.no)
        else:
            rest.append(item.no)
    if withheld:
        yield _("Not relied on: evidence %(numbers)s, because the other side was not shown it.") % {
            "numbers": joined(withheld)
        }
    if unanswered:
        yield _("Not relied on: evidence %(numbers)s, because the other side could not answer it in time.") % {
            "numbers": joined(unanswered)
        }
    if rest:
        yield letters.not_relied_on(rest)


def _answered(item: EvidenceItem, at: datetime) -> bool:
    answered = None if item.submission is None else item.submission.answered_at
    return answered is not None and answered <= at


def _proof(dispute: Dispute, finding: Finding, fact: FactAtIssue) -> str:
    """Who had to show the fact, how sure one must be, what came of it, and for whom it speaks."""
    values = {
        "no": finding.no,
        "fact": fact.row.statement,
        "who": who(dispute, finding.bearer),
        "standard": fact.step.get_standard_display(),
        "for": who(dispute, finding.found_for),
    }
    if finding.state == FactState.ADMITTED:
        values["by"] = who(dispute, fact.admitted_by)
        said = _("%(no)s. %(fact)s: %(by)s conceded this, so nobody has to show it. It speaks for %(for)s.")
    elif finding.state == FactState.PRESUMED:
        said = _("%(no)s. %(fact)s: presumed; %(who)s had to show otherwise and did not. It speaks for %(for)s.")
    elif finding.state == FactState.ADVERSE_INFERENCE:
        said = _("%(no)s. %(fact)s: %(who)s kept the evidence back; taken against them. It speaks for %(for)s.")
    elif is_same_side(dispute.ground, finding.bearer, finding.found_for):
        said = _("%(no)s. %(fact)s: for %(who)s to show (%(standard)s); shown. It speaks for %(for)s.")
    else:
        said = _("%(no)s. %(fact)s: for %(who)s to show (%(standard)s); not shown. It speaks for %(for)s.")
    return said % values


def _rule(dispute: Dispute, findings: Findings, decided_at: datetime) -> Iterator[str]:
    version = dispute.table.version
    yield _("%(rule)s, version %(number)s, burden of proof %(code)s: %(title)s.") % {
        "rule": version.rule.name,
        "number": version.number,
        "code": dispute.ground.code,
        "title": dispute.ground.title,
    }
    library, rests = Library(decided_at), False
    for finding, fact in findings:
        basis, kind = fact.step.in_language("basis"), fact.step.get_basis_kind_display()
        yield _("%(no)s. Basis: %(basis)s (%(kind)s).") % {"no": finding.no, "basis": basis, "kind": kind}
        paragraphs = library.paragraphs(fact.step.basis_zh)
        yield from (each.sentence for each in paragraphs if each.is_quoted)
        rests = rests or not are_quoted(paragraphs)
        if presumption := fact.step.in_language("presumption"):
            yield presumption
        if fact.shift_basis:
            basis, _line, why = fact.shift_basis.partition("\n")
            values = {"no": finding.no, "who": who(dispute, finding.bearer), "basis": basis, "why": why}
            yield _("%(no)s. The mediator moved the burden to %(who)s. Basis: %(basis)s. Why: %(why)s") % values
    if rests:
        yield _(
            "What the table takes from articles that are not quoted here stands in our own words, not verified against "
            "the official text."
        )
    if not was_signed(dispute.ground, decided_at):
        yield _("This ground of the burden table was a draft, not signed by counsel, when this was decided.")


def _how(determination: Determination) -> Iterator[str]:
    code = {"code": determination.mediator.officer_code}
    if determination.round > 1:
        yield _("Decided by officer %(code)s, a person who had no part in the first determination.") % code
    else:
        yield _("Decided by officer %(code)s, a person who never acted for either side.") % code
    yield _("No proposal of a system was used.")
    if determination.departs:
        why = {"why": determination.departure_reasons}
        yield _("This departs from what the rule alone would lead to, because: %(why)s") % why
    if determination.stakes:
        yield _("Much is at stake here, so the officer confirmed this separately.")


def review_closes(determination: Determination) -> datetime | None:
    """Until when a review could be asked for as the letter says; None for a review's own result, which is final."""
    if determination.round > 1:
        return None
    return determination.dispute.promised["dispute_review_window"].ends(determination.decided_at)


def _now(dispute: Dispute, determination: Determination, findings: Findings) -> Iterator[str]:
    closes = review_closes(determination)
    if closes is not None:
        yield _("This takes effect on %(when)s unless a review is asked for, or earlier once both sides accept it.") % {
            "when": beijing_deadline(closes)
        }
    else:
        yield _("This takes effect now.")
    terms = terms_determined(determination)
    owed = [] if terms is None else owed_under(dispute, terms)
    for one in owed:
        yield _owed(dispute, one, closes or determination.decided_at)
    if not owed:
        yield _("Nothing has to be paid or sent.")
    elif determination.no_return_ground:
        values = {"why": determination.get_no_return_ground_display(), "reason": determination.no_return_reason}
        if determination.no_return_reason:
            yield _("The goods need not go back: %(why)s. %(reason)s") % values
        else:
            yield _("The goods need not go back: %(why)s.") % values
    elif determination.goods_are:
        values = {"why": determination.get_goods_are_display(), "reason": determination.goods_are_reason}
        yield _("No goods go back: %(why)s. %(reason)s") % values
    if determination.outcome == DisputeOutcome.NOT_SUPPORTED and not determination.departs:
        yield dispute.ground.in_language("if_not_supported")
    for finding, fact in findings:
        if finding.found_for != Side.CLAIMANT and fact.row.follows_zh and not determination.departs:
            yield _("%(no)s. %(follows)s") % {"no": finding.no, "follows": fact.row.in_language("follows")}


def _owed(dispute: Dispute, owed: Owed, starts: datetime) -> str:
    kind, debtor, creditor, amount, time, waits = owed
    return str(OWED[kind]["after" if waits else "by"]) % {
        "debtor": who(dispute, debtor, first=True),
        "creditor": who(dispute, creditor),
        "amount": money(amount, dispute.currency),
        "due": beijing_deadline(time.ends(starts)),
        "time": time,
    }


def _disagree(determination: Determination) -> Iterator[str]:
    closes = review_closes(determination)
    if closes is None:
        yield _("This was reviewed; there is no further review here.")
    else:
        yield _("Either side can ask once, until %(until)s, for a review by another person, free of charge.") % {
            "until": beijing_deadline(closes)
        }
    roles = {determination.dispute.ground.claimant_role, determination.dispute.ground.respondent_role}
    buys, trades = bool(roles & CONSUMERS), bool(roles - CONSUMERS - {Role.PLATFORM})
    yield letters.elsewhere(consumer=None if buys and trades else buys, about_rights=Role.RIGHT_HOLDER in roles)
