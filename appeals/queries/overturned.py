"""What a decision that revoked a measure says of other notices."""

from collections.abc import Sequence

from appeals.models import Appeal, Outcome, Ruling
from notices.commands import ToolCause, causes_in


def causes_of_overturn(appeal_id: int) -> Sequence[ToolCause]:
    """The tool and the clauses of the notice of which a measure was revoked; none where every measure stands."""
    appeal = Appeal.objects.select_related("notice").get(pk=appeal_id)
    if not Ruling.objects.filter(decision__appeal=appeal, outcome=Outcome.OVERTURNED).exists():
        return []
    return causes_in(appeal.notice, origin=appeal)
