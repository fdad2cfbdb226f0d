"""Blind second looks at a share of acts drawn by chance: an error rate that does not wait for somebody to appeal."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from casework import drawing
from casework.actor import Actor
from casework.errors import Invalid, NotYourTurn, or_not_found, require, require_text
from casework.firing import command
from casework.refs import new_ref
from executors.models import Act, ActOutcome, DoubleReview, ErrorClass
from executors.policies import double_reviews_visible_to, may_give_second_look


def is_drawn(act_ref: str) -> bool:
    """Whether chance draws this act."""
    return drawing.is_drawn("second-look", act_ref, permille=settings.EXECUTOR_DOUBLE_REVIEW_PERMILLE)


@command
def draw_second_look(*, act_id: int, now: datetime) -> DoubleReview | None:
    """Opens a second look at the act if chance draws it; None if not. Repeated, the answer is the same."""
    act = Act.objects.get(pk=act_id)
    if not is_drawn(act.ref):
        return None
    row, _is_new = DoubleReview.objects.get_or_create(act=act, defaults={"ref": new_ref("sec_"), "drawn_at": now})
    return row


@command
def give_second_look(
    *, actor: Actor, ref: str, same_measure: bool, note: str, now: datetime, error_class: str = ""
) -> DoubleReview:
    """Records whether somebody who knew nothing of the outcome would have done the same, and in what it was wrong.

    Raises `NotFound`, `NotAllowed`, `NotYourTurn` once given or once a decision about the act is known, `Invalid`.
    """
    require(may_give_second_look(actor))
    rows = DoubleReview.objects.filter(double_reviews_visible_to(actor)).select_for_update(of=("self",))
    row = or_not_found(rows.filter(ref=ref).first())
    if row.given_at is not None:
        raise NotYourTurn()
    if ActOutcome.objects.filter(act=row.act_id).exists():
        raise NotYourTurn(_("A decision about this act is known; a second look would not be blind any more."))
    require_text("/note", note, _("Give the reason in a sentence."))
    if same_measure == bool(error_class) or (error_class and error_class not in ErrorClass.values):
        raise Invalid.field("/error_class", "required", _("Say in what it was wrong, and only where it was."))
    row.given_at, row.reviewer_id, row.note = now, actor.person, note
    row.same_measure, row.error_class = same_measure, error_class
    row.save(update_fields=["given_at", "reviewer", "note", "same_measure", "error_class"])
    return row
