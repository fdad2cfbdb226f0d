"""Disputes in lists, narrowed as their addresses say."""

from django.db.models import Q, QuerySet

from accounts.roles import DISPUTE, MEDIATOR
from casework.actor import Actor, ActorKind
from disputes.machine import FINAL, HOLDER, OPEN, DisputeState
from disputes.models import Determination, Dispute
from disputes.policies import OVERSEES, visible_to
from disputes.searching import DISPUTES, words_for
from surfaces.filters import ListFilter, stands_in

FEW = 1_000
"""Disputes of a mediator that are found by their keys."""


def disputes_listed_for(actor: Actor) -> QuerySet[Dispute]:
    """As `disputes_for`, with only what a line in a list needs."""
    rows = Dispute.objects.filter(_listed_to(actor)).order_by("-created_at", "-id")
    related = ("ground", "claimant", "respondent", "mediator", "triage")
    return rows.select_related(*related).prefetch_related("facts", "obligations")


def determinations_in(disputes: QuerySet[Dispute]) -> QuerySet[Determination]:
    """What was determined in these disputes, each with what a line about its dispute needs."""
    rows = Determination.objects.filter(dispute__in=disputes.select_related(None).order_by().values("pk"))
    return rows.select_related("dispute__ground", "dispute__claimant", "dispute__respondent")


DONE = [DisputeState.DETERMINED, DisputeState.SETTLED, DisputeState.CARRYING_OUT]
STATES_LISTED = {
    "talking": [DisputeState.NEGOTIATING],
    "platform": [state for state in OPEN if state not in (DisputeState.NEGOTIATING, *DONE)],
    "done": DONE,
    "closed": FINAL,
}
"""The states of disputes by which a list is narrowed; together they are all."""


def disputes_narrowed_for(actor: Actor, asked: ListFilter) -> QuerySet[Dispute]:
    """As `disputes_listed_for`, narrowed: `state` is a key of `STATES_LISTED`, `kind` `brought` or `answered`."""
    rows = disputes_listed_for(actor).filter(asked.days("created_at"))
    if asked.state:
        none = asked.state == "talking" and _sees_own_alone(actor)  # no mediator is there yet: nothing to look for
        rows = rows.filter(state__in=[] if none else STATES_LISTED[asked.state])
    if asked.kind:
        side = "claimant_id" if asked.kind == "brought" else "respondent_id"
        theirs = Q(**{f"{side}__in": list(actor.parties)})
        for kind, pk, party_id in actor.cases:
            theirs |= Q(pk=pk, **{side: party_id}) if kind == DISPUTE else Q()
        rows = rows.filter(theirs)
    return rows.filter(saying(actor, asked))


def saying(actor: Actor, asked: ListFilter) -> Q:
    """The condition that a dispute has the words that are asked for: its own, its order's or its ground's."""

    def where(word: str) -> Q:
        columns = ("number", "order_ref", "order_title", "statement", "ground__title_zh", "ground__title_en")
        return stands_in(word, *columns)

    return asked.said(actor, where, searched=DISPUTES, words_for=words_for)


def _sees_own_alone(actor: Actor) -> bool:
    """Whether of all disputes this member of staff sees those that they mediate or determined."""
    return actor.kind is ActorKind.STAFF and actor.has_role(MEDIATOR) and not actor.has_role(*OVERSEES)


def _listed_to(actor: Actor) -> Q:
    """As `visible_to`. A mediator who has few is shown them by their keys, since the database would look for them among
    all disputes; of one who has more, the newest are soon found there.
    """
    if not _sees_own_alone(actor):
        return visible_to(actor)
    held = Dispute.objects.filter(HOLDER.where(actor)).order_by().values_list("pk")
    determined = Determination.objects.filter(mediator_id=actor.user_id).order_by().values_list("dispute")
    # Twice as many, since one may be both; their order would have all of them read.
    keys = {pk for (pk,) in held.union(determined, all=True).order_by()[: 2 * FEW]}
    return Q(pk__in=keys) if len(keys) < FEW else visible_to(actor)
