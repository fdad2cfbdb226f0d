"""Addresses of the pages about appeals. Nothing that a party can open."""

from django.urls import path

from appeals import commands
from appeals.queries import appeal_for
from appeals.verbs import REVIEWER
from console.appeals import ask, callers, case, context, decide, lists, queue, routing, steps, team
from console.frame import REVIEWS, verb_pages
from console.translations import translation_page

app_name = "workbench"

urlpatterns = [
    path("", queue.start, name="start"),
    path("queue/", lists.queue, name="queue"),
    path("queue/next/", queue.claim_next, name="next"),
    path("cases/", lists.cases, name="cases"),
    path("me/", lists.own_work, name="me"),
    path("team/", team.appeals, name="team"),
    path("routing/", routing.rules, name="routing"),
    path("routing/new/", routing.draft, name="new-rule"),
    path("routing/<int:no>/", routing.rule, name="rule"),
    path("phone/", callers.phone, name="phone"),
    path("groups/<slug:ref>/", lists.group, name="group"),
    path("me/shortcuts/", queue.choose, {"name": "shortcuts"}, name="shortcuts"),
    path("me/pictures/", queue.choose, {"name": "pictures"}, name="pictures"),
    path("case/<slug:ref>/", case.case, name="case"),
    path("case/<slug:ref>/file/<str:subject>/", steps.file, name="file"),
    path("case/<slug:ref>/claim/", steps.claim, name="claim"),
    path("case/<slug:ref>/release/", steps.release, name="release"),
    path("case/<slug:ref>/heartbeat/", steps.heartbeat, name="heartbeat"),
    path("case/<slug:ref>/open/", steps.open_piece, name="open"),
    path("case/<slug:ref>/edit/", steps.edit, name="edit"),
    path("case/<slug:ref>/draft/", steps.draft, name="draft"),
    path("case/<slug:ref>/first-view/", steps.lock_first_view, name="first-view"),
    path("case/<slug:ref>/reveal/", steps.reveal, name="reveal"),
    path("case/<slug:ref>/check/", decide.check, name="check"),
    path("case/<slug:ref>/decide/", decide.decide, name="decide"),
    path("case/<slug:ref>/ask/", ask.ask, name="ask"),
    path(
        "case/<slug:ref>/translation/",
        translation_page(case.reader, appeal_for, commands.translatable, commands.add_translation, "workbench:case"),
        name="translation",
    ),
    *verb_pages(
        "case/<slug:ref>/",
        [each for each in REVIEWER if each.name != "assign"],
        appeal_for,
        "workbench:case",
        roles=REVIEWS,
        changes=context.changes_since,
    ),
    *verb_pages(
        "case/<slug:ref>/",
        [each for each in REVIEWER if each.name == "assign"],
        appeal_for,
        "workbench:case",
        roles=REVIEWS,
        changes=context.changes_since,
        template="assign.html",
        shows=team.shows_takers,
    ),
]
