"""Counsel signs a text, or takes a signature back; the only writer of counsel's signatures."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest
from casework.errors import Invalid, NotYourTurn, Stale, require, require_text
from casework.firing import command, fire, locked, open_case
from rules.counsel import text_of
from rules.machine import SignatureState
from rules.models import CounselSignature
from rules.policies import may_sign_as_counsel, may_withdraw_signature, signatures_visible_to


@command
def sign_as_counsel(
    *, actor: Actor, subject: str, key: str, text_sha256: str, now: datetime, remark: str = ""
) -> CounselSignature:
    """The text with this hash is signed, and no other; everybody can read by whom and when.

    Raises `NotAllowed`, `Invalid` for what cannot be signed, `Stale` where the text reads otherwise by now, and
    `NotYourTurn` where the actor signed it already.
    """
    require(may_sign_as_counsel(actor))
    text = text_of(subject, key)
    if text is None:
        raise Invalid.field("/key", "unknown", _("There is no such text to sign."))
    if text.sha256 != text_sha256:
        raise Stale()
    mine = CounselSignature.objects.filter(subject=subject, key=key, text_sha256=text_sha256, signed_by_id=actor.person)
    if mine.filter(state=SignatureState.GIVEN).exists():
        raise NotYourTurn(_("You signed this text already."))
    signature = CounselSignature(
        subject=subject, key=key, text_sha256=text_sha256, remark=remark, signed_by_id=actor.person
    )
    open_case(
        signature,
        state=SignatureState.GIVEN,
        event="counsel_signature.given",
        actor=actor,
        now=now,
        verb="sign",
        facts={"subject": subject, "key": key, "text": text_sha256, "remark": digest(remark)},
    )
    return signature


@command
def withdraw_signature(
    *, actor: Actor, ref: str, reason: str, now: datetime, expected_version: int | None = None
) -> CounselSignature:
    """The text is signed by this counsel no more; what was decided meanwhile stays. Raises `NotAllowed`, `Invalid`."""
    signature = locked(CounselSignature, signatures_visible_to(actor), ref, expected_version)
    require(may_withdraw_signature(actor, signature))
    require_text("/reason", reason, _("Say why it is withdrawn."))
    fire(signature, "withdraw", actor=actor, now=now, facts={"reason": digest(reason)}, withdrawn_reason=reason)
    return signature
