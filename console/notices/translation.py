"""Adding a translation of a notice's facts and reasons, beside its words."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from casework import clock
from casework.errors import require
from console.frame import TRANSLATED, staff, surface, translation_page
from notices import commands
from notices.claims import originals_of
from notices.policies import READS_ALL, acted_for_addressee, may_translate_notice
from notices.queries import notice_for, translations_of


@surface("GET", "HEAD", "POST", keeps=TRANSLATED)
def translation(request: HttpRequest, ref: str) -> HttpResponse:
    """Asks for facts and reasons in the other language, beside the original, and adds them."""
    actor, now = staff(request, *READS_ALL), clock.now()
    notice = notice_for(actor, ref)
    require(may_translate_notice(actor, notice) or acted_for_addressee(actor, notice))
    return translation_page(
        request,
        notice,
        originals=originals_of(notice),
        earlier=translations_of(notice),
        act=lambda language, texts: commands.add_translation(
            actor=actor, ref=ref, language=language, texts=texts, now=now
        ),
        back_url=reverse("notices:detail", args=[ref]),
    )
