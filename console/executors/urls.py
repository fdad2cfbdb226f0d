"""Addresses of compliance's pages about executors. What does not belong here: what an executor's staff can open."""

from django.urls import path

from console.executors import incidents, instructions, money, registry, steps

app_name = "executing"

urlpatterns = [
    path("", registry.executors, name="list"),
    path("register/", registry.register, name="register"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/<slug:ref>/", incidents.incident, name="incident"),
    path("incidents/<slug:ref>/find/", incidents.find, name="find"),
    path("incidents/<slug:ref>/compensate/", incidents.compensate, name="compensate"),
    path("incidents/<slug:ref>/close/", incidents.close, name="close"),
    path("incidents/<slug:ref>/claim/", incidents.claim, name="claim"),
    path("incidents/<slug:ref>/files/<int:no>/", incidents.file, name="file"),
    path("instructions/", instructions.instructions, name="instructions"),
    path("instructions/<slug:ref>/", instructions.instruction, name="instruction"),
    path("instructions/<slug:ref>/acknowledge/", instructions.acknowledge, name="acknowledge-instruction"),
    path("instructions/<slug:ref>/complete/", instructions.complete, name="complete-instruction"),
    path("instructions/<slug:ref>/withdraw/", instructions.withdraw, name="withdraw-instruction"),
    path("recourses/", money.recourses, name="recourses"),
    path("recourses/<slug:ref>/", money.recourse, name="recourse"),
    path("recourses/<slug:ref>/<slug:step>/", money.take_step, name="recourse-step"),
    path("<slug:ref>/", registry.executor, name="executor"),
    path("<slug:ref>/instructions/", instructions.give, name="give-instruction"),
    path("<slug:ref>/mandate/", steps.grant_mandate, name="grant-mandate"),
    path("<slug:ref>/mandates/<slug:mandate>/revoke/", steps.revoke_mandate, name="revoke-mandate"),
    path("<slug:ref>/terms/", steps.record_terms, name="record-terms"),
    path("<slug:ref>/contract/", steps.extend_contract, name="extend-contract"),
    path("<slug:ref>/sub-processors/", steps.propose_sub, name="propose-sub"),
    path("<slug:ref>/sub-processors/<slug:sub>/", steps.decide_sub, name="decide-sub"),
    path("<slug:ref>/pay/", steps.add_pay, name="add-pay"),
    path("<slug:ref>/people/", steps.add_person, name="add-person"),
    path("<slug:ref>/people/<str:code>/end/", steps.end_person, name="end-person"),
    path(
        "<slug:ref>/certificates/<slug:certificate>/withdraw/", steps.withdraw_certificate, name="withdraw-certificate"
    ),
    path("<slug:ref>/step/<slug:step>/", steps.take_step, name="step"),
]
