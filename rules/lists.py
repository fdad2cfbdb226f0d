"""Which exits, changes of catalogues, signatures of counsel and work about changed laws are listed.

For pages and the API alike, with their orders.
"""

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rules import memberships, prices, queries
from rules.counsel import counsel_signatures
from rules.machine import ChangeState, ExitState, PriceState, SignatureState, WorkState
from rules.models import (
    CatalogueChange,
    CounselSignature,
    LawWork,
    PaidMembership,
    PriceFinding,
    RestsOn,
    RuleExit,
    Signed,
)
from surfaces.lists import Choice, Listing, Order, states

TOLD_LATE = Q(tell_by__isnull=False) & (Q(told_at=None) | Q(told_at__gt=F("tell_by")))
EXITS = Listing[RuleExit](
    rows=lambda asked: queries.exits_for(asked.actor),
    orders={"newest": Order(("-created_at", "-id"), ("exit_newest",))},
    filters=[states(ExitState)],
)
MEMBERSHIPS = Listing[PaidMembership](
    rows=lambda asked: memberships.memberships_for(asked.actor),
    orders={"newest": Order(("-recorded_at", "-id"), ("paid_membership_newest",))},
    filters=[
        Choice(
            "about",
            _("What happened"),
            {"stopped": _("the service became impossible"), "late": _("told too late of a renewal")},
            lambda code: Q(refund_minor__isnull=False) if code == "stopped" else TOLD_LATE,
        )
    ],
)
PRICES = Listing[PriceFinding](
    rows=lambda asked: prices.price_findings_for(asked.actor),
    orders={
        "newest": Order(("-created_at", "-id"), ("price_finding_newest",)),
        "due": Order(("answer_by", "id"), ("price_finding_by_due",)),
    },
    filters=[states(PriceState)],
)
CHANGES = Listing[CatalogueChange](
    rows=lambda asked: queries.changes_for(asked.actor),
    orders={"newest": Order(("-created_at", "-id"), ("catalogue_change_newest",))},
    filters=[states(ChangeState)],
)
SIGNATURES = Listing[CounselSignature](
    rows=lambda asked: counsel_signatures(),
    orders={"newest": Order(("-created_at", "-id"), ("counsel_signature_newest",))},
    filters=[
        states(SignatureState),
        Choice("subject", _("What is signed"), dict(Signed.choices), lambda code: Q(subject=code)),
    ],
)
LAW_WORK = Listing[LawWork](
    rows=lambda asked: queries.law_work_for(asked.actor),
    orders={"newest": Order(("-created_at", "-id"), ("law_work_newest",))},
    filters=[
        states(WorkState),
        Choice("kind", _("What rests on the law"), dict(RestsOn.choices), lambda code: Q(kind=code)),
    ],
)
