"""Counsel: texts to sign and their signatures, and what rests on laws that changed."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import COUNSEL
from casework import clock
from casework.errors import CaseError, or_not_found
from console.frame import OVERSEES, list_view, show, staff, surface
from rules import commands, queries
from rules.counsel import IN_USE, SignedText, counsel_signatures, is_signed, signatures_under, text_of
from rules.lists import LAW_WORK, SIGNATURES
from rules.models import CounselSignature, LawWork, Signed
from rules.policies import may_sign_as_counsel
from rules.verbs import actions_for
from surfaces.asks import STAFF
from surfaces.lists import Column, Kind, coded, detail, number, since, state, tabs_of
from surfaces.lists.words import in_columns

READS = (COUNSEL, *OVERSEES)


@dataclass(frozen=True, slots=True)
class TextLine:
    """One text that counsel can sign, and whether it is."""

    text: SignedText
    is_signed: bool


def _lines(subject: str) -> Iterator[TextLine]:
    texts_in_use = list(IN_USE[subject]())
    signed = signatures_under(subject, [text.key for text in texts_in_use])
    for text in texts_in_use:
        yield TextLine(text, is_signed(signed.get(text.key, ()), text.sha256))


@surface("GET", "HEAD", roles=READS)
def texts(request: HttpRequest) -> HttpResponse:
    """Every text in use that counsel can sign: grounds, rule versions and texts of laws."""
    groups = [(subject.label, list(_lines(subject))) for subject in Signed if subject in IN_USE]
    unsigned = sum(not line.is_signed for _label, lines in groups for line in lines)
    return show(request, "rules/counsel.html", groups=groups, unsigned=unsigned)


@surface("GET", "HEAD", "POST", roles=READS, keeps=("remark",))
def text(request: HttpRequest) -> HttpResponse:
    """One text, word by word with its hash and the history of its signatures; counsel signs it here."""
    actor, refused = staff(request, *READS), None
    subject, key = request.GET.get("subject", ""), request.GET.get("key", "")
    found = or_not_found(text_of(subject, key))
    if request.method == "POST":
        said = {"text_sha256": request.POST.get("text_sha256", ""), "remark": request.POST.get("remark", "")[:2000]}
        try:
            commands.sign_as_counsel(actor=actor, subject=subject, key=key, now=clock.now(), **said)
        except CaseError as error:
            refused = error
        else:
            messages.success(request, _("Signed. Every page that shows this text says so."))
            return redirect(request.get_full_path())
    history = signatures_under(subject, [key]).get(key, [])
    return show(
        request,
        "rules/counsel_text.html",
        status=refused.status if refused is not None else 200,
        text=found,
        history=history,
        is_signed=is_signed(history, found.sha256),
        may_sign=may_sign_as_counsel(actor) is None,
        refused=refused,
    )


@surface("GET", "HEAD", roles=READS)
def signature(request: HttpRequest, ref: str) -> HttpResponse:
    """One signature of counsel, and taking it back."""
    actor, now = staff(request, *READS), clock.now()
    row = or_not_found(counsel_signatures().filter(ref=ref).first())
    actions = [each for each in actions_for(actor, row, now=now) if each.verb.page_for(STAFF)]
    return show(request, "rules/counsel_signature.html", row=row, rows=[row], actions=actions)


@surface("GET", "HEAD", roles=READS)
def work(request: HttpRequest, ref: str) -> HttpResponse:
    """One thing that rests on a law that changed."""
    actor, now = staff(request, *READS), clock.now()
    row = queries.law_work_one(actor, ref)
    actions = [each for each in actions_for(actor, row, now=now) if each.verb.page_for(STAFF)]
    return show(request, "rules/law_work.html", row=row, actions=actions)


signatures = list_view(
    SIGNATURES.shown(
        title=_("Signatures of counsel"),
        lede=_("Each stands under one very text. Everybody can read them; a text that changed has none."),
        tabs=tabs_of(CounselSignature),
        search=in_columns("number", "key"),
        searched=_("Search by number or entry"),
        columns=[
            number(_("Signature")),
            coded("subject", _("What is signed")),
            Column("key", _("Entry"), lambda line: line.row.key),
            Column("sha256", _("SHA-256 of the text"), lambda line: line.row.text_sha256[:12]),
            Column("signed", _("Signed by"), lambda line: str(line.row.signed_by)),
            state(),
            since(),
        ],
        link=lambda line: reverse("counsel:signature", args=[line.row.ref]),
        test=("counsel-signatures", "signature-row"),
    ),
    roles=READS,
)
"""Every signature, those that were withdrawn on a tab of their own."""


law_work = list_view(
    LAW_WORK.shown(
        title=_("What rests on changed laws"),
        lede=_(
            "A law has a new version or number. Each ground, clause, item and sentence that rests on it is read again."
        ),
        tabs=tabs_of(LawWork),
        search=in_columns("number", "key"),
        searched=_("Search by number or entry"),
        columns=[
            number(_("Work item")),
            Column("law", _("Law"), lambda line: line.row.law.key, note=lambda line: line.row.law.renumbered_from),
            coded("kind", _("What rests on the law")),
            Column("key", _("Entry"), lambda line: line.row.key),
            detail("title", _("What it says"), lambda line: line.row.title),
            Column("settled", _("Looked at by"), lambda line: str(line.row.settled_by or ""), Kind.TEXT),
            state(),
            since(),
        ],
        link=lambda line: reverse("counsel:work", args=[line.row.ref]),
        test=("law-work", "law-work-row"),
    ),
    roles=READS,
)
"""What waits to be looked at, and what was."""
