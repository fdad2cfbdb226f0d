"""Checks what a notice says of points: they are those of a clause, and a step waits for its sum."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from casework.errors import FieldError
from casework.formats import deadline_text
from notices.commands.drafts import MeasureDraft, NoticeDraft
from notices.commands.lookup import Lookup
from notices.points import points_now
from rules.models import Clause


def points_errors(at: str, measure: MeasureDraft, draft: NoticeDraft, look: Lookup) -> Iterator[FieldError]:
    """What is wrong with the points of one measure."""
    if measure.points_basis is None:
        return
    points, ends_at = look.points(measure, draft)
    if points is None or ends_at is None:
        yield FieldError(f"{at}/points_basis", "sets-no-points", _("The clause of this basis sets no points."))
    elif measure.ends_at not in (None, ends_at):
        words = _("Points end when their clause says: leave this out, or say %(moment)s.")
        yield FieldError(f"{at}/ends_at", "points-end", words % {"moment": deadline_text(ends_at)})
    if points is not None and [look.points(each, draft)[0] for each in draft.measures].count(points) > 1:
        yield FieldError(f"{at}/points_basis", "points-twice", _("The points of a clause count once in a notice."))
    if draft.is_precautionary:
        yield FieldError(f"{at}/points_basis", "points-on-suspicion", _("A suspicion costs no points."))


def threshold_errors(at: str, clause: Clause, draft: NoticeDraft, look: Lookup) -> Iterator[FieldError]:
    """That the party's points, with those of this notice, do not reach the sum at which the clause applies."""
    least, party = clause.points_threshold, look.parties.get(draft.party)  # type: ignore[attr-defined]
    if not least or party is None:
        return
    own = [look.points(each, draft)[0] for each in draft.measures if each.starts_at <= look.now]
    have = points_now(party.pk, look.now) + sum(each.amount for each in own if each)
    if have < least:
        words = _("This clause applies from %(least)s points; the party has %(have)s.")
        yield FieldError(f"{at}/clause", "below-threshold", words % {"least": least, "have": have})
