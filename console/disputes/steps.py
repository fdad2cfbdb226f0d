"""The mediator's steps before the determination: talk, rule, move a burden, close, hand over, pause, propose."""

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from casework.actor import Actor
from casework.errors import Invalid, NotFound
from console.disputes.case import act
from console.disputes.forms import FactWork, Work
from console.disputes.frame import DESK
from console.frame import surface, version_of
from disputes import commands, queries
from disputes.choices import Lane
from disputes.machine import DisputeState
from disputes.models import Dispute

# — talk —


@surface("POST", **DESK)
def post_message(request: HttpRequest, ref: str, lane: str) -> HttpResponse:
    """Posts the mediator's words in one lane of the room."""
    if lane not in Lane.values:
        raise NotFound()
    field = f"say-{lane}"

    def post(actor: Actor, work: Work, now: datetime) -> None:
        commands.post_message(
            actor=actor,
            ref=ref,
            lane=lane,
            client_id=request.POST.get(f"once-{lane}", "")[:64] or uuid.uuid4().hex,
            text=work.v.get(f"say_{lane}", ""),
            now=now,
        )

    return act(
        request,
        ref,
        post,
        done=_("Sent."),
        only=field,
        forget=(field,),
    )


# — facts —


@surface("POST", **DESK)
def rule(request: HttpRequest, ref: str, no: int) -> HttpResponse:
    """Rules on this fact, with reasons, on stated evidence."""

    def run(actor: Actor, work: Work, now: datetime) -> None:
        row = _fact_of(work, no)
        if row.v.get("proved") not in ("yes", "no"):
            work.wrong_at_fact(no, _("Choose whether it is proved."), "proved")
            if not row.v.get("reasons", "").strip():
                work.wrong_at_fact(no, _("Write why."), "reasons")
            raise Invalid()
        commands.rule_fact(
            actor=actor,
            ref=ref,
            fact_no=no,
            proved=row.v["proved"] == "yes",
            reasons=row.v.get("reasons", ""),
            evidence=row.evidence,
            now=now,
            expected_version=version_of(request),
        )

    return act(
        request,
        ref,
        run,
        done=_("The ruling on fact %(no)s is on file.") % {"no": no},
        fact=no,
        prefix="rule",
        forget=("proved", "reasons"),
        was_done=lambda actor, work, dispute: _is_ruled(actor, work, dispute, no),
    )


def _is_ruled(actor: Actor, work: Work, dispute: Dispute, no: int) -> bool:
    """Whether the newest ruling on this fact is the typed one."""
    fact = next(f for f in dispute.facts.all() if f.no == no)
    newest = max(fact.rulings.all(), key=lambda ruling: ruling.pk, default=None)
    row = work.facts[no]
    return (
        newest is not None
        and newest.mediator_id == actor.user_id
        and ("yes" if newest.proved else "no", newest.reasons) == (row.v.get("proved"), row.v.get("reasons"))
        and {each.item.no for each in newest.reliance.all()} == set(row.evidence)
    )


def _fact_of(work: Work, no: int) -> FactWork:
    if no not in work.facts:
        raise NotFound()
    return work.facts[no]


@surface("POST", **DESK)
def shift(request: HttpRequest, ref: str, no: int) -> HttpResponse:
    """Shifts the burden of this fact; where evidence was closed, it is open again for it."""

    def run(actor: Actor, work: Work, now: datetime) -> None:
        row = _fact_of(work, no)
        dispute = queries.dispute_for(actor, ref)
        move = commands.reopen_evidence if dispute.state == DisputeState.DELIBERATING else commands.shift_burden
        hours = row.v.get("hours", "").strip()
        move(
            actor=actor,
            ref=ref,
            fact_no=no,
            bearer=row.v.get("bearer", ""),
            basis=row.v.get("basis", ""),
            reasons=row.v.get("shift_reasons", ""),
            hours=int(hours) if hours.isascii() and hours.isdecimal() and len(hours) < 6 else 0,
            now=now,
            expected_version=version_of(request),
        )

    return act(
        request,
        ref,
        run,
        done=_("The burden of proof on fact %(no)s moved; both sides are told.") % {"no": no},
        fact=no,
        prefix="shift",
        forget=("bearer", "basis", "shift_reasons", "hours"),
        was_done=lambda _actor, work, dispute: _is_shifted(work, dispute, no),
    )


def _is_shifted(work: Work, dispute: Dispute, no: int) -> bool:
    """Whether the burden of this fact lies where and why it was typed."""
    fact = next(f for f in dispute.facts.all() if f.no == no)
    row = work.facts[no]
    basis = f"{row.v.get('basis', '')}\n{row.v.get('shift_reasons', '')}"[:1000]
    return (fact.bearer, fact.shift_basis) == (row.v.get("bearer"), basis)
