"""What follows from the verbs of a dispute where a time, a sum or the state decides it: functions of `Verb.follows`.

Times are computed as the commands compute them, from what was promised when the dispute was opened.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from casework.actor import Actor
from casework.formats import deadline_text, money
from casework.text import clean_end
from disputes.choices import Payer
from disputes.commands import counts_if_admitted, settles_if_accepted, terms_of
from disputes.fast_refund import fast_refund_of
from disputes.machine import DisputeState
from disputes.models import AppraisalState, Dispute, Obligation, ObligationState, Offer
from disputes.policies import side_of
from disputes.terms import Terms, is_guaranteed, owed_under, terms_claimed
from disputes.verbs.conditions import SideFact
from disputes.windows import open_until, window_closes


def _by(at: datetime) -> dict[str, str]:
    return {"by": deadline_text(at, "zone")}


def _promised(dispute: Dispute, term: str, now: datetime) -> dict[str, str]:
    return _by(dispute.promised[term].ends(now))


# — before anything is determined —


def answer(actor: Actor, dispute: Dispute, now: datetime) -> str:
    if dispute.state != DisputeState.NEGOTIATING:
        return _("The other side reads your answer. It stays on file and cannot be changed.")
    text = _(
        "The other side reads your answer, which cannot be changed, and either side can then call the platform in. "
        "Where you two do not settle it by %(by)s, the platform joins by itself."
    )
    return text % _promised(dispute, "dispute_talk_time", now)


def escalate(actor: Actor, dispute: Dispute, now: datetime) -> str:
    text = _("A mediator, who is a person, joins by %(by)s. This cannot be undone; you can still settle it together.")
    return text % _promised(dispute, "mediator_join_time", now)


def demand_human(actor: Actor, dispute: Dispute, now: datetime) -> str:
    if dispute.state != DisputeState.NEGOTIATING:
        return _(
            "Only a person decides this dispute, and the system proposes nothing any more. It is free, shortens no "
            "time limit, and cannot be undone."
        )
    text = _(
        "A mediator, who is a person, joins by %(by)s, and the system proposes nothing any more. It is free and cannot "
        "be undone."
    )
    return text % _promised(dispute, "mediator_join_time", now)


def submit_evidence(actor: Actor, dispute: Dispute, now: datetime, part: SideFact) -> str:
    if dispute.state != DisputeState.EVIDENCE:
        return _(
            "What you submit stays on file and can no longer be changed. You can submit more until the platform has "
            "joined and the time for evidence is over."
        )
    fact, side = part.fact, side_of(actor, dispute)
    closes, until = window_closes(fact), open_until(fact, str(side), now)
    is_on_turn = not fact.is_settled and not fact.awaits_ruling and fact.bearer == side
    drafts = [e for e in dispute.evidence.all() if (e.fact_id, e.side, e.submission_id) == (fact.pk, side, None)]
    if is_on_turn and closes is not None and now <= closes and not all(item.is_withheld for item in drafts):
        text = _(
            "What you submit can no longer be changed, and it is then no longer for you to show this. You can still "
            "add to it until %(by)s."
        )
    else:
        text = _("What you submit can no longer be changed. You can still add to it until %(by)s.")
    return text % {"by": deadline_text(until, "zone")}


def admit(actor: Actor, dispute: Dispute, now: datetime, part: SideFact) -> str:
    side = side_of(actor, dispute)
    if side is not None and counts_if_admitted(part.fact, side):
        text = _(
            "“%(fact)s” counts as true, which speaks for the other side, and nobody has to prove it. This cannot be "
            "taken back."
        )
    else:
        text = _(
            "“%(fact)s” counts as not true, which speaks for the other side, and nobody has to prove it. This cannot "
            "be taken back."
        )
    return text % {"fact": clean_end(part.fact.row.statement)}


def agree_to_appraisal(actor: Actor, dispute: Dispute, now: datetime) -> str:
    row = next(each for each in dispute.appraisals.all() if each.state == AppraisalState.PROPOSED)
    if row.claimant_agreed_at is None and row.respondent_agreed_at is None:
        text = _(
            "Once the other side agrees too, %(body)s tests the goods, and every clock stands still until that is "
            "over. You cannot take this back."
        )
    else:
        text = _(
            "Both sides then agree: %(body)s tests the goods, and every clock stands still until that is over. You "
            "cannot take this back."
        )
    return text % {"body": row.body}


def ask_identity(actor: Actor, dispute: Dispute, now: datetime) -> str:
    text = _(
        "The platform has to tell you the merchant's true name, address and a contact that works by %(by)s. If it "
        "cannot, you can claim from the platform itself (Consumer Protection Law, article 44)."
    )
    return text % _by(dispute.promised["identity_time"].due(now).at)


# — settling —


def _settled(dispute: Dispute, terms: Terms, now: datetime) -> str:
    """That the dispute ends on these terms; with the sum and its day, where money is owed at once."""
    sums = ((amount, time) for _k, _d, _c, amount, time, waits in owed_under(dispute, terms) if not waits)
    amount, time = next(((amount, time) for amount, time in sums if amount is not None), (None, None))
    if time is None:
        return _("The dispute ends at once on exactly these terms, and what they say is owed, each with its time.")
    text = _("The dispute ends at once on exactly these terms, and %(amount)s is to be paid by %(by)s.")
    return text % {"amount": money(amount, dispute.currency), **_by(time.ends(now))}


def agree(actor: Actor, dispute: Dispute, now: datetime) -> str:
    wanted = terms_claimed(dispute)
    assert wanted is not None  # else the verb is not open
    return _settled(dispute, wanted, now) + _(" ") + _("This cannot be undone; your legal rights stay.")


def accept_offer(actor: Actor, dispute: Dispute, now: datetime, offer: Offer) -> str:
    side = side_of(actor, dispute)
    if side is None or not settles_if_accepted(dispute, offer, side):
        return _(
            "Once the other side has accepted the platform's proposal too, the dispute ends on exactly these terms. "
            "You cannot take this back."
        )
    return (
        _settled(dispute, terms_of(offer), now)
        + _(" ")
        + _("This cannot be undone, and you cannot bring the same issue here again; your legal rights stay.")
    )


def accept_fast_refund(actor: Actor, dispute: Dispute, now: datetime) -> str:
    row = fast_refund_of(dispute)
    assert row is not None  # else the verb is not open
    if row.payer == Payer.PLATFORM:
        text = _("The platform refunds %(amount)s by %(by)s, which is all that you want, and you keep the goods.")
    else:
        text = _("The shop refunds %(amount)s by %(by)s, which is all that you want, and you keep the goods.")
    names = {"amount": money(row.amount_minor, dispute.currency)} | _promised(dispute, "payment_time", now)
    more = _("The dispute ends for good: nobody decides who is right, and nothing counts against the other side.")
    return text % names + _(" ") + more


# — determined, and owed —


def request_review(actor: Actor, dispute: Dispute, now: datetime) -> str:
    text = _(
        "Somebody else, who had no part before, takes it by %(by)s and decides anew on what is on file; until then "
        "nothing is carried out. A review is possible once, cannot be taken back, and can be better or worse for you."
    )
    return text % _promised(dispute, "mediator_join_time", now)


def accept_determination(actor: Actor, dispute: Dispute, now: datetime) -> str:
    if dispute.claimant_accepted_at is not None or dispute.respondent_accepted_at is not None:
        return _(
            "You give up the review by the platform, which cannot be undone. The other side has accepted already, so "
            "what was determined is owed at once."
        )
    if dispute.review_closes_at is None:
        return _(
            "You give up the review by the platform, which cannot be undone. What was determined is owed once the "
            "other side has accepted too."
        )
    text = _(
        "You give up the review by the platform, which cannot be undone. What was determined is owed once the other "
        "side has accepted too, or has asked for no review by %(by)s."
    )
    return text % _by(dispute.review_closes_at)


def report_obligation(actor: Actor, dispute: Dispute, now: datetime, row: Obligation) -> str:
    text = _(
        "The other side is asked to confirm, and can say that it did not arrive. If it says nothing by %(by)s, it "
        "counts as done."
    )
    return text % _promised(dispute, "confirmation_time", now)


def confirm_obligation(actor: Actor, dispute: Dispute, now: datetime, row: Obligation) -> str:
    ended = (ObligationState.DONE, ObligationState.FAILED)
    others = [each for each in dispute.obligations.all() if each.pk != row.pk and each.state not in ended]
    if not others:
        return _("It counts as done and the dispute is closed. This cannot be undone.")
    if any(each.after_id == row.pk and each.due_at is None for each in others):
        text = _("It counts as done, which cannot be undone. What comes after it is due by %(by)s.")
        return text % _promised(dispute, "goods_time", now)
    return _("It counts as done, which cannot be undone. What else is owed stays owed.")


def not_received(actor: Actor, dispute: Dispute, now: datetime, row: Obligation) -> str:
    term = dispute.promised["guarantee_time"]
    names = _by(term.ends(now)) | {"clause": term.clause}
    if is_guaranteed(dispute, row):
        text = _(
            "Who owes it is reminded at once. By %(by)s the platform pays you itself, as clause %(clause)s says, and "
            "takes the money back from who owes it."
        )
    else:
        text = _("Who owes it is reminded at once. By %(by)s a person of the platform steps in, and tells you here.")
    return text % names
