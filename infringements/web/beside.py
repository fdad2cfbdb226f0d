"""Shows beside a notice that it rests on a right holder's notice, and that two ways are open against it."""

from dataclasses import replace
from datetime import datetime

from django.urls import reverse

from casework.actor import Actor, ActorKind
from infringements.machine import InfringementState
from infringements.queries import infringement_about
from notices.web.views import AppealSide, Beside, Claim


def with_infringement(beside: Beside) -> Beside:
    """What `beside` says, and the right holder's notice on which the measure rests."""

    def shown(actor: Actor, notice: object, now: datetime) -> AppealSide:
        side = beside(actor, notice, now)  # type: ignore[arg-type]  # a notice, whose model is not ours to import
        case = infringement_about(actor, notice.pk)  # type: ignore[attr-defined]
        if case is None:
            return side
        name = "infringements:detail" if actor.kind is ActorKind.PARTY else "infringing:case"
        can_state = case.state == InfringementState.FORWARDED
        return replace(side, claim=Claim(case.number, case.holder_name, reverse(name, args=[case.ref]), can_state))

    return shown
