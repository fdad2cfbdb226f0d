"""Addresses of the pages around an appeal, and of the start page."""

from django.urls import path

from appeals.queries import appeal_for
from appeals.verbs import APPELLANT
from appeals.web.views import cases, decision, filing, help, home, together  # noqa: A004  a page is named by what it is
from surfaces.verb_pages import verb_pages

app_name = "appeals"

urlpatterns = [
    path("appeals/", home.appeals, name="list"),
    path("appeals/export.csv", home.export, name="export"),
    path("appeals/together/", together.choose, name="together"),
    path("appeals/together/say/", together.say, name="together-say"),
    path("appeals/groups/<slug:ref>/", together.group, name="group"),
    path("account-health/", home.account_health, name="account-health"),
    path("notices/<slug:ref>/appeal/", filing.file, name="file"),
    path("notices/<slug:ref>/appeal/check/", filing.check, name="check"),
    path("notices/<slug:ref>/appeal/draft/", filing.draft, name="draft"),
    path("appeals/<slug:ref>/", cases.detail, name="detail"),
    path("appeals/<slug:ref>/submitted/", filing.submitted, name="submitted"),
    path("appeals/<slug:ref>/respond/", cases.respond, name="respond"),
    *verb_pages("appeals/<slug:ref>/", APPELLANT, appeal_for, "appeals:detail"),
    path("appeals/<slug:ref>/evidence/", cases.evidence, name="evidence"),
    path("appeals/<slug:ref>/evidence/submit/", cases.submit_evidence, name="submit-evidence"),
    path("appeals/<slug:ref>/evidence/<int:no>/remove/", cases.remove_evidence, name="remove-evidence"),
    path("appeals/<slug:ref>/case-file.zip", cases.case_file, name="case-file"),
    path("files/appeals/<slug:ref>/<int:no>", cases.evidence_file, name="evidence-file"),
    path("appeals/<slug:ref>/decision/", decision.decision, name="decision"),
    path("appeals/<slug:ref>/decision.pdf", decision.decision_pdf, name="decision-pdf"),
    path("letters/verify/", decision.verify, name="verify"),
    path("l/a/<slug:ref>", home.link, name="link"),
    path("help/times/", help.times, name="help-times"),
    path("help/human/", help.human, name="help-human"),
]
