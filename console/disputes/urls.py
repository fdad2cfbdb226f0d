from django.urls import path, reverse_lazy

from accounts.roles import MEDIATOR
from console.disputes import callers, case, determine, files, lists, oversight, queue, steps, team
from console.disputes.frame import mediator
from console.frame import OVERSEES, verb_pages
from console.translations import translation_page
from disputes import commands
from disputes.queries import case_of_offer, dispute_for
from disputes.verbs import VERB

app_name = "mediation"
MEDIATES = (MEDIATOR, *OVERSEES)
STEPS = ("close-evidence", "propose", "pause", "resume", "confirm-obligation", "fail-obligation")
QUEUE = reverse_lazy("mediation:queue")

urlpatterns = [
    path("", lists.queue, name="queue"),
    path("phone/", callers.phone, name="phone"),
    path("next/", queue.join_next, name="next"),
    path("reports/", lists.reports, name="reports"),
    path("owed/", lists.overdue, name="overdue"),
    path("team/", team.disputes, name="team"),
    path("outages/", oversight.outage_ledger, name="outages"),
    path("outages/<int:no>/", oversight.outage, name="outage"),
    path("<slug:ref>/", case.case, name="case"),
    path("<slug:ref>/join/", queue.join, name="join"),
    path("<slug:ref>/edit/", case.edit, name="edit"),
    path("<slug:ref>/draft/", case.draft, name="draft"),
    path("<slug:ref>/leave/", case.leave, name="leave"),
    path("<slug:ref>/evidence/<int:no>/", files.file, name="file"),
    path("<slug:ref>/case-file/", files.case_file, name="case-file"),
    path("<slug:ref>/letter/", files.letter, name="letter"),
    path(
        "<slug:ref>/translation/",
        translation_page(mediator, dispute_for, commands.translatable, commands.add_translation, "mediation:case"),
        name="translation",
    ),
    path("<slug:ref>/say/<str:lane>/", steps.post_message, name="say"),
    path("<slug:ref>/facts/<int:no>/rule/", steps.rule, name="rule"),
    path("<slug:ref>/facts/<int:no>/shift/", steps.shift, name="shift"),
    *verb_pages(
        "<slug:ref>/",
        [VERB[name] for name in ("propose-appraisal", "record-custody", "end-appraisal")],
        dispute_for,
        "mediation:case",
        roles=("mediator",),
    ),
    *verb_pages(
        "<slug:ref>/",
        [VERB[name] for name in STEPS],
        dispute_for,
        "mediation:case",
        roles=MEDIATES,
    ),
    *verb_pages(
        "<slug:ref>/",
        [VERB["assign"]],
        dispute_for,
        "mediation:case",
        roles=OVERSEES,
        template="assign.html",
        shows=team.shows_takers,
    ),
    *verb_pages(
        "<slug:ref>/",
        [VERB[name] for name in ("advance", "settle-advance", "record-payment")],
        dispute_for,
        "mediation:case",
        roles=OVERSEES,
    ),
    *verb_pages(
        "<slug:ref>/", [VERB["hand-over"]], dispute_for, "mediation:case", roles=MEDIATES, then=lambda _dispute: QUEUE
    ),
    *verb_pages("", [VERB["withdraw-offer"]], case_of_offer, "mediation:case", roles=MEDIATES),
    *verb_pages(
        "<slug:ref>/",
        [VERB[name] for name in ("give-identity", "refuse-identity")],
        dispute_for,
        "mediation:case#identity",
        roles=OVERSEES,
    ),
    path("<slug:ref>/read-identity/", oversight.read_identity, name="read-identity"),
    path("<slug:ref>/check/", determine.check, name="check"),
    path("<slug:ref>/determine/", determine.determine, name="determine"),
]
