"""Addresses of the pages about appeals, and of what the system does alone. Nothing that a party can open."""

from django.urls import path

from appeals.queries import appeal_for
from appeals.verbs import REVIEWER
from console.appeals import (
    ask,
    automation,
    callers,
    case,
    decide,
    learning,
    queue,
    second_looks,
    steps,
    together,
    training,
)
from console.frame import REVIEWS, verb_pages

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
    path("certificates/<str:ref>/", automation.certificate, name="certificate"),
    path("certificates/<str:ref>/sign/", automation.sign, name="sign-certificate"),
    path("certificates/<str:ref>/revoke/", automation.revoke, name="revoke-certificate"),
    path("second-looks/", second_looks.start, name="second-looks"),
    path("second-looks/<str:ref>/", second_looks.second_look, name="second-look"),
    path("second-looks/<str:ref>/file/<str:subject>/", second_looks.file, name="second-look-file"),
    path("triage-models/", learning.triage_models, name="triage-models"),
    path("triage-models/train/", training.ask, name="triage-train"),
    path("triage-models/training/<str:ref>/", training.triage_training, name="triage-training"),
    path("triage-models/<str:ref>/", learning.triage_model, name="triage-model"),
    path("triage-models/<str:ref>/<str:step>/", learning.take_step, name="triage-step"),
    path("groups/<str:ref>/", together.group, name="group"),
    path("me/shortcuts/", queue.set_shortcuts, name="shortcuts"),
    path("case/<str:ref>/", case.case, name="case"),
    path("case/<str:ref>/file/<str:subject>/", steps.file, name="file"),
    path("case/<str:ref>/claim/", steps.claim, name="claim"),
    path("case/<str:ref>/release/", steps.release, name="release"),
    path("case/<str:ref>/heartbeat/", steps.heartbeat, name="heartbeat"),
    path("case/<str:ref>/open/", steps.open_piece, name="open"),
    path("case/<str:ref>/edit/", steps.edit, name="edit"),
    path("case/<str:ref>/first-view/", steps.lock_first_view, name="first-view"),
    path("case/<str:ref>/reveal/", steps.reveal, name="reveal"),
    path("case/<str:ref>/check/", decide.check, name="check"),
    path("case/<str:ref>/decide/", decide.decide, name="decide"),
    path("case/<str:ref>/ask/", ask.ask, name="ask"),
    path("case/<str:ref>/late/", ask.answer_late, name="late"),
    *verb_pages("case/<str:ref>/", REVIEWER, appeal_for, "workbench:case", roles=REVIEWS),
]
