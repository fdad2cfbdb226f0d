"""Addresses of the pages about disputes."""

from django.urls import path

from console.disputes import case, determine, files, oversight, queue, steps
from console.frame import OVERSEES, verb_pages
from disputes.queries import dispute_for
from disputes.verbs import VERB

app_name = "mediation"

urlpatterns = [
    path("", queue.queue, name="queue"),
    path("next/", queue.join_next, name="next"),
    path("reports/", oversight.reports, name="reports"),
    path("outages/", oversight.outage_ledger, name="outages"),
    path("<str:ref>/", case.case, name="case"),
    path("<str:ref>/join/", queue.join, name="join"),
    path("<str:ref>/edit/", case.edit, name="edit"),
    path("<str:ref>/evidence/<int:no>/", files.file, name="file"),
    path("<str:ref>/case-file/", files.case_file, name="case-file"),
    path("<str:ref>/letter/", files.letter, name="letter"),
    path("<str:ref>/say/<str:lane>/", steps.post_message, name="say"),
    path("<str:ref>/facts/<int:no>/rule/", steps.rule, name="rule"),
    path("<str:ref>/facts/<int:no>/shift/", steps.shift, name="shift"),
    path("<str:ref>/close-evidence/", steps.close_evidence, name="close-evidence"),
    path("<str:ref>/hand-over/", steps.hand_over, name="hand-over"),
    path("<str:ref>/pause/", steps.pause, name="pause"),
    path("<str:ref>/resume/", steps.resume, name="resume"),
    *verb_pages(
        "<str:ref>/",
        [VERB[name] for name in ("propose-appraisal", "record-custody", "end-appraisal")],
        dispute_for,
        "mediation:case",
        roles=("mediator",),
    ),
    *verb_pages(
        "<str:ref>/",
        [VERB[name] for name in ("give-identity", "refuse-identity")],
        dispute_for,
        "mediation:case#identity",
        roles=OVERSEES,
    ),
    path("<str:ref>/read-identity/", oversight.read_identity, name="read-identity"),
    path("<str:ref>/propose/", steps.propose, name="propose"),
    path("<str:ref>/withdraw-proposal/", steps.withdraw_proposal, name="withdraw-proposal"),
    path("<str:ref>/check/", determine.check, name="check"),
    path("<str:ref>/determine/", determine.determine, name="determine"),
    path("<str:ref>/obligations/<int:no>/confirm/", oversight.confirm, name="confirm"),
    path("<str:ref>/obligations/<int:no>/fail/", oversight.fail, name="fail"),
    path("<str:ref>/advance/", oversight.advance, name="advance"),
    path("<str:ref>/advances/<int:no>/settle/", oversight.settle_advance, name="settle-advance"),
]
