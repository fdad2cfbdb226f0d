"""What a decision that revoked a measure says of other notices."""

from collections.abc import Sequence

from appeals.models import Appeal, Outcome, Ruling
from notices.commands import ToolCause


def causes_of_overturn(appeal_id: int) -> Sequence[ToolCause]:
    """The tool of the platform that the notice came from, once with each clause of a rule that it rested on.

    None where no measure was revoked, where no tool took part, and where a third party acted: what that says of other
    notices is for the incident of its act.
    """
    appeal = Appeal.objects.select_related("notice").get(pk=appeal_id)
    notice = appeal.notice
    if notice.act_id is not None or notice.executor_name or not notice.tool:
        return []
    if not Ruling.objects.filter(decision__appeal=appeal, outcome=Outcome.OVERTURNED).exists():
        return []
    clauses = notice.bases.filter(clause__isnull=False).order_by("no").values_list("clause_id", flat=True)
    return [ToolCause(notice.tool, clause, appeal.ref, appeal.number) for clause in dict.fromkeys(clauses) if clause]
