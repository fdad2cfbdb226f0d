from collections.abc import Callable
from typing import Any

from django.urls import path, reverse

from disputes.models import Dispute
from disputes.queries import case_of_offer, dispute_for
from disputes.verbs import VERB
from disputes.web import lists
from disputes.web.context.outcome import owed_effect
from disputes.web.views import (
    acts,
    decision,
    evidence,
    fast_refunds,
    listing,
    notifications,
    offers,
    opening,
    public,
    room,
)
from surfaces.verb_pages import verb_page

app_name = "disputes"


def act(name: str, back: str | Callable[..., str] = "disputes:room", **more: Any) -> Any:
    """The page of a declared verb."""
    return verb_page(VERB[name], more.pop("case_for", dispute_for), back, **more)


def fact(dispute: Dispute, no: int) -> str:
    return reverse("disputes:fact", args=[dispute.ref, no])


urlpatterns = [
    path("disputes/", lists.disputes, name="list"),
    path("disputes/new/", opening.new, name="new"),
    path("disputes/open/", opening.deep_link, name="open-link"),
    path("disputes/new/draft/", opening.draft, name="draft"),
    path("disputes/<slug:ref>/", room.room, name="room"),
    path("disputes/<slug:ref>/opened/", opening.opened, name="opened"),
    path("disputes/<slug:ref>/case/", room.case, name="case"),
    path("disputes/<slug:ref>/entries/", room.more_entries, name="entries"),
    path("disputes/<slug:ref>/messages/", room.post, name="post"),
    path("disputes/<slug:ref>/messages/<int:sequence>/recall/", room.recall, name="recall"),
    path("disputes/<slug:ref>/messages/<int:sequence>/report/", room.report, name="report-message"),
    path("disputes/<slug:ref>/messages/<int:sequence>/evidence/", room.use_message, name="use-message"),
    path("disputes/<slug:ref>/messages/<int:sequence>/receipt.json", room.receipt, name="message-receipt"),
    path("disputes/<slug:ref>/receipts/<int:no>.json", decision.receipt, name="receipt"),
    path("disputes/<slug:ref>/answer/", acts.answer, name="answer"),
    path(
        "disputes/<slug:ref>/agree/",
        act("agree", template="disputes/agree.html", shows=offers.agreeing),
        name="agree",
    ),
    path(
        "disputes/<slug:ref>/fast-refund/",
        act("accept-fast-refund", "disputes:room#owed"),
        name="accept-fast-refund",
    ),
    path("disputes/<slug:ref>/escalate/", act("escalate"), name="escalate"),
    path("disputes/<slug:ref>/demand-human/", act("demand-human"), name="demand-human"),
    path("disputes/<slug:ref>/withdraw/", act("withdraw"), name="withdraw"),
    path("disputes/<slug:ref>/confirm-filing/", act("confirm-filing"), name="confirm-filing"),
    path(
        "disputes/<slug:ref>/review/", act("request-review", "disputes:decision", then="disputes:room"), name="review"
    ),
    path(
        "disputes/<slug:ref>/accept/",
        act("accept-determination", "disputes:decision", then="disputes:room"),
        name="accept-determination",
    ),
    path("disputes/<slug:ref>/agree-to-appraisal/", act("agree-to-appraisal"), name="agree-to-appraisal"),
    path("disputes/<slug:ref>/refuse-appraisal/", act("refuse-appraisal"), name="refuse-appraisal"),
    path("disputes/<slug:ref>/ask-identity/", act("ask-identity", "disputes:room#identity"), name="ask-identity"),
    path("disputes/<slug:ref>/identity/", acts.read_identity, name="read-identity"),
    path("disputes/<slug:ref>/consent/", act("consent-no-return"), name="consent"),
    path(
        "disputes/<slug:ref>/owed/<int:no>/report/",
        act("report-obligation", "disputes:room#owed", first_effect=owed_effect),
        name="report",
    ),
    path("disputes/<slug:ref>/owed/<int:no>/confirm/", act("confirm-obligation", "disputes:room#owed"), name="confirm"),
    path(
        "disputes/<slug:ref>/owed/<int:no>/not-received/",
        act("not-received", "disputes:room#owed", first_effect=owed_effect),
        name="not-received",
    ),
    path("disputes/<slug:ref>/evidence/", evidence.evidence, name="evidence"),
    path("disputes/<slug:ref>/evidence/<int:no>/remove/", evidence.remove, name="remove-evidence"),
    path("disputes/<slug:ref>/evidence/<int:no>/object/", evidence.object_to, name="object"),
    path("disputes/<slug:ref>/facts/<int:no>/", evidence.fact, name="fact"),
    path("disputes/<slug:ref>/facts/<int:no>/submit/", act("submit-evidence", fact), name="submit-evidence"),
    path("disputes/<slug:ref>/facts/<int:no>/records/", act("platform-records", fact), name="ask-records"),
    path(
        "disputes/<slug:ref>/facts/<int:no>/nothing-to-add/",
        act("nothing-to-add", fact, template="disputes/nothing_more.html", shows=evidence.nothing_more),
        name="nothing-to-add",
    ),
    path(
        "disputes/<slug:ref>/facts/<int:no>/admit/",
        act("admit", fact, then="disputes:room"),
        name="admit",
    ),
    path("files/disputes/<slug:ref>/<int:no>", evidence.evidence_file, name="evidence-file"),
    path("disputes/<slug:ref>/offers/new/", offers.make, name="offer"),
    path("disputes/<slug:ref>/offers/<slug:offer_ref>/accept/", offers.accept, name="accept-offer"),
    path("offers/<slug:ref>/refuse/", act("refuse-offer", case_for=case_of_offer), name="refuse-offer"),
    path("offers/<slug:ref>/withdraw/", act("withdraw-offer", case_for=case_of_offer), name="withdraw-offer"),
    path("disputes/<slug:ref>/case-file.zip", decision.case_file, name="case-file"),
    path("disputes/<slug:ref>/decision/", decision.decision, name="decision"),
    path("disputes/<slug:ref>/decision.pdf", decision.decision_pdf, name="decision-pdf"),
    path("account/parties/<slug:ref>/fast-refunds/", fast_refunds.opt_in, name="fast-refunds"),
    path("account/parties/<slug:ref>/fast-refunds/end/", fast_refunds.opt_out, name="end-fast-refunds"),
    path("l/d/<slug:ref>", listing.link, name="link"),
    path("burden/", public.burden, name="burden"),
    path("outages/", lists.outages, name="outages"),
    path("notifications/", lists.notifications, name="notifications"),
    path("notifications/<slug:ref>/", notifications.open_one, name="open-notification"),
]
