"""Addresses of the pages about appeals, and of what the system does alone. Nothing that a party can open."""

from django.urls import path

from appeals import commands
from appeals.queries import appeal_for
from appeals.verbs import REVIEWER
from console.appeals import (
    ask,
    automation,
    callers,
    case,
    context,
    decide,
    learning,
    queue,
    second_looks,
    steps,
    together,
    training,
)
from console.frame import REVIEWS, verb_pages
from console.translations import translation_page

app_name = "workbench"

urlpatterns = [
    path("", queue.start, name="start"),
    path("queue/", queue.queue, name="queue"),
    path("queue/next/", queue.claim_next, name="next"),
    path("me/", queue.own_work, name="me"),
    path("phone/", callers.phone, name="phone"),
    path("automation/", automation.automation, name="automation"),
    path("automation/policy/", automation.set_policy, name="automation-policy"),
    path("automation/attempt/", automation.attempt, name="certification-attempt"),
    path("certificates/<slug:ref>/", automation.certificate, name="certificate"),
    path("certificates/<slug:ref>/sign/", automation.sign, name="sign-certificate"),
    path("certificates/<slug:ref>/revoke/", automation.revoke, name="revoke-certificate"),
    path("second-looks/", second_looks.start, name="second-looks"),
    path("second-looks/<slug:ref>/", second_looks.second_look, name="second-look"),
    path("second-looks/<slug:ref>/file/<str:subject>/", second_looks.file, name="second-look-file"),
    path("triage-models/", learning.triage_models, name="triage-models"),
    path("triage-models/train/", training.ask, name="triage-train"),
    path("triage-models/training/<slug:ref>/", training.triage_training, name="triage-training"),
    path("triage-models/<slug:ref>/", learning.triage_model, name="triage-model"),
    path("triage-models/<slug:ref>/<str:step>/", learning.take_step, name="triage-step"),
    path("groups/<slug:ref>/", together.group, name="group"),
    path("me/shortcuts/", queue.set_shortcuts, name="shortcuts"),
    path("case/<slug:ref>/", case.case, name="case"),
    path("case/<slug:ref>/file/<str:subject>/", steps.file, name="file"),
    path("case/<slug:ref>/claim/", steps.claim, name="claim"),
    path("case/<slug:ref>/release/", steps.release, name="release"),
    path("case/<slug:ref>/heartbeat/", steps.heartbeat, name="heartbeat"),
    path("case/<slug:ref>/open/", steps.open_piece, name="open"),
    path("case/<slug:ref>/edit/", steps.edit, name="edit"),
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
        REVIEWER,
        appeal_for,
        "workbench:case",
        roles=REVIEWS,
        changes=context.changes_since,
    ),
]
