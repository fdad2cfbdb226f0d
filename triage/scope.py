"""Which appeals are of one kind of measure and one ground: what a policy and a certificate are about."""

from django.db.models import Exists, OuterRef, Q

from appeals.models import Appeal, AppealItem, ReviewMode


def of_scope(measure_type: str, ground: str) -> Q:
    """Returns the appeals given to the system first, against this measure alone, on this ground alone, without a
    demand.

    These are the ones that it could close; no others may prove anything about closing them.
    """
    otherwise = AppealItem.objects.filter(~Q(measure__type_id=measure_type) | ~Q(ground=ground), appeal=OuterRef("pk"))
    return (
        Q(round=1, ground=ground, review=ReviewMode.SYSTEM_FIRST, human_demanded=False)
        & Q(Exists(AppealItem.objects.filter(appeal=OuterRef("pk"))))
        & ~Q(Exists(otherwise))
    )


def scope_of(appeal: Appeal) -> tuple[str, str] | None:
    """The one kind of measure and the one ground of a first appeal; None when there are several, or in a later round.

    A later round looks at what a person decided, and no such case ever proved anything (`of_scope`).
    """
    if appeal.round != 1:
        return None
    found = {(i.measure.type_id, i.ground) for i in appeal.items.select_related("measure")}
    found |= {(kind, appeal.ground) for kind, _ground in found}
    return found.pop() if len(found) == 1 else None
