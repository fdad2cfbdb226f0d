"""What an officer of the human line finds for somebody on the phone: one case, by the number that they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policies import may_serve_callers
from accounts.queries import people_of
from accounts.roles import CAN_APPEAL
from appeals.models import Appeal
from appeals.policies import may_file_for_caller
from casework.actor import Actor
from casework.errors import Invalid, require
from helpline.callers import plain_number
from notices.queries import notice_by_number


@dataclass(frozen=True, slots=True)
class CalledAbout:
    """A notice, its rounds of appeal, the first first, who acts for its party, and who of them may appeal."""

    notice: Any
    rounds: Sequence[Appeal]
    people: Sequence[User]
    filers: Sequence[User]

    @property
    def latest(self) -> Appeal | None:
        return self.rounds[-1] if self.rounds else None


def called_about(actor: Actor, number: str) -> CalledAbout:
    """The case with this number of a notice or an appeal, however it was typed; nothing is listed, nothing is browsed.

    Raises `NotAllowed`, `ConflictOfInterest`, and `Invalid` where no case has the number.
    """
    require(may_serve_callers(actor))
    said = plain_number(number)
    appeal = Appeal.objects.filter(number=said).select_related("notice").first()
    notice = notice_by_number(said if appeal is None else appeal.notice.number)
    if notice is None:
        raise Invalid.field("/number", "unknown", _("No case has this number. Have it read to you once more."))
    require(may_file_for_caller(actor, notice.party_id, notice.decided_by_id))
    rounds = Appeal.objects.filter(notice=notice).order_by("round").prefetch_related("items", "assisted")
    people, filers = people_of(notice.party_id), people_of(notice.party_id, CAN_APPEAL)
    return CalledAbout(notice=notice, rounds=list(rounds), people=people, filers=filers)
