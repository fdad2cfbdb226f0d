"""Addresses of counsel's texts and signatures, and of the work that changed laws make."""

from django.urls import path

from accounts.roles import COUNSEL
from casework.actor import Actor
from casework.errors import or_not_found
from console.frame import OVERSEES, verb_pages
from console.rules import counsel
from rules.counsel import counsel_signatures
from rules.models import CounselSignature
from rules.queries import law_work_one
from rules.verbs import SIGNATURE, WORK

app_name = "counsel"


def _signature(actor: Actor, ref: str) -> CounselSignature:
    del actor  # everybody sees every signature
    return or_not_found(counsel_signatures().filter(ref=ref).first())


urlpatterns = [
    path("", counsel.texts, name="list"),
    path("text/", counsel.text, name="text"),
    path("signatures/", counsel.signatures, name="signatures"),
    path("signatures/<slug:ref>/", counsel.signature, name="signature"),
    path("work/", counsel.law_work, name="law-work"),
    path("work/<slug:ref>/", counsel.work, name="work"),
    *verb_pages("signatures/<slug:ref>/", SIGNATURE, _signature, "counsel:signature", roles=(COUNSEL,)),
    *verb_pages("work/<slug:ref>/", WORK, law_work_one, "counsel:work", roles=OVERSEES),
]
