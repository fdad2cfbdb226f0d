"""Addresses of the pages about rules: in the making, what counsel signs, exits on old terms, wording, questions."""

from django.urls import path

from accounts.roles import COUNSEL
from casework.actor import Actor
from casework.errors import or_not_found
from console.frame import OVERSEES, verb_pages
from console.rules import counsel, exits, laws, lists, making, prices, questions, wording
from rules.counsel import counsel_signatures
from rules.models import CounselSignature
from rules.prices import price_finding_for
from rules.queries import exit_for, law_work_one
from rules.verbs import PLATFORM, PRICES, SIGNATURE, WORK


def _signature(actor: Actor, ref: str) -> CounselSignature:
    del actor  # everybody sees every signature
    return or_not_found(counsel_signatures().filter(ref=ref).first())


in_the_making = [
    path("", lists.makings, name="list"),
    path("new/", making.draft, name="new"),
    path("import/", making.import_draft, name="import"),
    path("laws/", laws.laws, name="laws"),
    path("talks/", lists.planned, name="talks"),
    path("<slug:ref>/", making.version, name="version"),
    path("<slug:ref>/talks/<int:no>/minutes", making.minutes, name="minutes"),
    path("<slug:ref>/edit/", making.draft, name="edit"),
    path("<slug:ref>/import/", making.import_draft, name="import-into"),
]
of_counsel = [
    path("", counsel.texts, name="list"),
    path("text/", counsel.text, name="text"),
    path("signatures/", counsel.signatures, name="signatures"),
    path("signatures/<slug:ref>/", counsel.signature, name="signature"),
    path("work/", counsel.law_work, name="law-work"),
    path("work/<slug:ref>/", counsel.work, name="work"),
    *verb_pages("signatures/<slug:ref>/", SIGNATURE, _signature, "counsel:signature", roles=(COUNSEL,)),
    *verb_pages("work/<slug:ref>/", WORK, law_work_one, "counsel:work", roles=OVERSEES),
]
on_old_terms = [
    path("", lists.exits, name="list"),
    path("<slug:ref>/", exits.one, name="exit"),
    *verb_pages("<slug:ref>/", PLATFORM, exit_for, "exits:exit", roles=OVERSEES),
]
of_members = [path("", lists.memberships, name="list")]
of_prices = [
    path("", prices.prices, name="list"),
    path("<slug:ref>/", prices.one, name="finding"),
    *verb_pages("<slug:ref>/", PRICES, price_finding_for, "prices:finding", roles=OVERSEES, shows=prices.difference),
]
of_wording = [path("", wording.wording, name="page")]
of_readers = [
    path("", lists.questions, name="list"),
    path("<slug:ref>/", questions.question, name="question"),
]
