from django.urls import path

from appeals.queries import appeal_for
from appeals.verbs import APPELLANT
from appeals.web import lists
from appeals.web.views import cases, decision, filing, help, home, together  # noqa: A004  a page is named by what it is
from surfaces.verb_pages import verb_page, verb_pages

app_name = "appeals"
SUBMIT = next(verb for verb in APPELLANT if verb.name == "submit-evidence")
OTHERS = [verb for verb in APPELLANT if verb is not SUBMIT]

urlpatterns = [
    path("appeals/", lists.appeals, name="list"),
    path("appeals/together/", together.choose, name="together"),
    path("appeals/together/say/", together.say, name="together-say"),
    path("appeals/groups/<slug:ref>/", together.group, name="group"),
    path("account-health/", home.account_health, name="account-health"),
    path("notices/<slug:ref>/appeal/", filing.file, name="file"),
    path("notices/<slug:ref>/appeal/check/", filing.check, name="check"),
    path("notices/<slug:ref>/appeal/draft/", filing.draft, name="draft"),
    path("appeals/<slug:ref>/", cases.detail, name="detail"),
    path("appeals/<slug:ref>/submitted/", filing.submitted, name="submitted"),
    path(
        "appeals/<slug:ref>/evidence/submit/",
        verb_page(SUBMIT, appeal_for, "appeals:evidence"),
        name="submit-evidence",
    ),
    *verb_pages("appeals/<slug:ref>/", OTHERS, appeal_for, "appeals:detail", within=cases.show_detail),
    path("appeals/<slug:ref>/evidence/", cases.evidence, name="evidence"),
    path("appeals/<slug:ref>/evidence/<int:no>/remove/", cases.remove_evidence, name="remove-evidence"),
    path("appeals/<slug:ref>/receipts/<int:no>.json", cases.receipt, name="receipt"),
    path("appeals/<slug:ref>/case-file.zip", cases.case_file, name="case-file"),
    path("files/appeals/<slug:ref>/<int:no>", cases.evidence_file, name="evidence-file"),
    path("appeals/<slug:ref>/decision/", decision.decision, name="decision"),
    path("appeals/<slug:ref>/decision.pdf", decision.decision_pdf, name="decision-pdf"),
    path("letters/verify/", decision.verify, name="verify"),
    path("l/a/<slug:ref>", home.link, name="link"),
    path("help/times/", help.times, name="help-times"),
    path("help/human/", help.human, name="help-human"),
]
