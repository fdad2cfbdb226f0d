"""Which exits, changes of catalogues, signatures of counsel and work about changed laws are listed.

For pages and the API alike, with their orders.
"""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rules import queries
from rules.counsel import counsel_signatures
from rules.machine import ChangeState, ExitState, SignatureState, WorkState
from rules.models import CatalogueChange, CounselSignature, LawWork, RestsOn, RuleExit, Signed
from surfaces.lists import Choice, Listing, Order, states

EXITS = Listing[RuleExit](
    rows=lambda asked: queries.exits_for(asked.actor),
    orders={"newest": Order(("-created_at", "-id"), ("exit_newest",))},
    filters=[states(ExitState)],
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
