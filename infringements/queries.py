"""Right holders' notices as their readers see them, and what everybody reads of them (电子商务法 44)."""

from django.db.models import Prefetch, QuerySet

from accounts.models import Party, PartyKind
from casework.actor import Actor, ActorKind
from casework.errors import or_not_found
from casework.models import Event
from casework.todo import Todo
from files.models import Attachment
from infringements.machine import S
from infringements.models import Infringement, InfringementFile
from infringements.policies import is_of_holder, is_of_merchant, may_see_file, visible_to

MOST = 50
"""Cards of a kind."""


def infringements_for(actor: Actor) -> QuerySet[Infringement]:
    """The notices of right holders that this actor may see."""
    return Infringement.objects.filter(visible_to(actor)).select_related("holder", "merchant", "notice")


def infringement_for(actor: Actor, ref: str) -> Infringement:
    """One of them with its files. Raises `NotFound` alike for missing and foreign."""
    files = InfringementFile.objects.select_related("attachment", "infringement")
    rows = infringements_for(actor).select_related("decided_by", "found_by", "finding_notice")
    return or_not_found(rows.prefetch_related(Prefetch("files", files)).filter(ref=ref).first())


def files_of(actor: Actor, case: Infringement) -> list[InfringementFile]:
    """Those that this reader may see."""
    return [file for file in case.files.all() if may_see_file(actor, file)]


def infringement_file(actor: Actor, ref: str, no: int) -> Attachment:
    """One of them. Raises `NotFound` alike for missing and foreign."""
    files = files_of(actor, infringement_for(actor, ref))
    return or_not_found(next((each for each in files if each.no == no), None)).attachment


def events_of(actor: Actor, case: Infringement) -> list[Event]:
    """What happened, oldest first; the merchant reads of it from the forwarding on."""
    rows = Event.objects.filter(case_kind=case.KIND, case_id=case.pk).order_by("sequence")
    if is_of_merchant(actor, case) and case.decided_at is not None:
        rows = rows.filter(at__gte=case.decided_at)
    return list(rows)


def infringement_about(actor: Actor, notice_id: int) -> Infringement | None:
    """The right holder's notice on which this measure rests, for whoever may see it."""
    return infringements_for(actor).filter(notice_id=notice_id).first()


def found_before(case: Infringement) -> list[Infringement]:
    """The earlier notices of the same right holder that were found wrong or made in bad faith, newest first."""
    rows = Infringement.objects.filter(holder=case.holder_id).exclude(finding="").exclude(pk=case.pk)
    return list(rows.order_by("-created_at", "-id")[:MOST])


def published() -> QuerySet[Infringement]:
    """What everybody reads: each notice that was decided, with statement and result."""
    return Infringement.objects.filter(decided_at__isnull=False).select_related("holder", "merchant")


def public_name(party: Party, legal_name: str) -> str:
    """As what a side stands in public: a natural person by the family name alone."""
    return legal_name if party.kind == PartyKind.MERCHANT else f"{legal_name[:1]}**"


def todo_for(actor: Actor) -> list[Todo]:
    """What a side must or may do now."""
    if actor.kind is not ActorKind.PARTY:
        return []
    cards = []
    rows = (
        infringements_for(actor).filter(state__in=[S.INCOMPLETE, S.FORWARDED, S.STATED]).order_by("-created_at", "-id")
    )
    for case in rows[:MOST]:
        verb = {S.INCOMPLETE: "complete", S.STATED: "report-proceedings"}.get(S(case.state), "state")
        is_theirs = is_of_merchant(actor, case) if case.state == S.FORWARDED else is_of_holder(actor, case)
        if is_theirs:
            cards.append(
                Todo("infringement", verb, case.ref, case.number, verb, case.due_at, case.right_title or case.number)
            )
    return cards
