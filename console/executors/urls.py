"""Addresses of compliance's pages about executors."""

from django.urls import path

from console.executors import (
    agreements,
    incident_steps,
    incidents,
    instructions,
    mandates,
    people,
    recourses,
    registry,
)
from console.frame import OVERSEES, verb_pages
from executors.queries import executor_for
from executors.verbs import EXECUTOR

app_name = "executing"

urlpatterns = [
    path("", registry.executors, name="list"),
    path("register/", registry.register, name="register"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/<slug:ref>/", incidents.incident, name="incident"),
    path("incidents/<slug:ref>/find/", incident_steps.find, name="find"),
    path("incidents/<slug:ref>/compensate/", incident_steps.compensate, name="compensate"),
    path("incidents/<slug:ref>/close/", incident_steps.close, name="close"),
    path("incidents/<slug:ref>/claim/", incident_steps.claim, name="claim"),
    path("incidents/<slug:ref>/files/<int:no>/", incidents.file, name="file"),
    path("instructions/", instructions.instructions, name="instructions"),
    path("instructions/<slug:ref>/", instructions.instruction, name="instruction"),
    path("instructions/<slug:ref>/acknowledge/", instructions.acknowledge, name="acknowledge-instruction"),
    path("instructions/<slug:ref>/complete/", instructions.complete, name="complete-instruction"),
    path("instructions/<slug:ref>/withdraw/", instructions.withdraw, name="withdraw-instruction"),
    path("recourses/", recourses.recourses, name="recourses"),
    path("recourses/<slug:ref>/", recourses.recourse, name="recourse"),
    path("recourses/<slug:ref>/<slug:step>/", recourses.take_step, name="recourse-step"),
    path("<slug:ref>/", registry.executor, name="executor"),
    path("<slug:ref>/instructions/", instructions.give, name="give-instruction"),
    path("<slug:ref>/mandate/", mandates.grant_mandate, name="grant-mandate"),
    path("<slug:ref>/mandates/<slug:mandate>/revoke/", mandates.revoke_mandate, name="revoke-mandate"),
    path("<slug:ref>/terms/", agreements.record_terms, name="record-terms"),
    path("<slug:ref>/contract/", agreements.extend_contract, name="extend-contract"),
    path("<slug:ref>/sub-processors/", agreements.propose_sub, name="propose-sub"),
    path("<slug:ref>/sub-processors/<slug:sub>/", agreements.decide_sub, name="decide-sub"),
    path("<slug:ref>/pay/", agreements.add_pay, name="add-pay"),
    path("<slug:ref>/people/", people.add_person, name="add-person"),
    path("<slug:ref>/people/<str:code>/end/", people.end_person, name="end-person"),
    path(
        "<slug:ref>/certificates/<slug:certificate>/withdraw/", people.withdraw_certificate, name="withdraw-certificate"
    ),
    *verb_pages(
        "<slug:ref>/step/",
        EXECUTOR,
        executor_for,
        "executing:executor",
        roles=OVERSEES,
        template="executors/confirm.html",
    ),
]
