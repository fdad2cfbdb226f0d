"""Filing: the form, the draft it keeps, the page that asks once more, the receipt. One ground is enough."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.queries import who_holds
from accounts.roles import CAN_APPEAL, CAN_DRAFT_APPEAL, CAN_FILE
from appeals import commands, queries
from appeals.models import Appeal, ReviewMode
from appeals.verbs import APPEAL_AGAIN, actions_for
from appeals.web.beside import beside_notice
from appeals.web.forms import AppealForm, draft_content, kind_of_filing
from appeals.web.sentences import next_step
from casework import clock
from casework.actor import Actor
from casework.errors import AlreadyAppealed, DeadlinePassed, Invalid, NotAllowed, NotFound
from notices.queries import notice_for
from notices.verbs import NOTICE
from surfaces.web import actor_of, answer_draft, page

TYPED = ("statement", "late_reason", "new_facts")


@page("GET", "HEAD", "POST", keeps=TYPED)
def file(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows the form; sent, it is filed, or kept as a draft and shown once more, as its sender pressed."""
    actor, now = actor_of(request), clock.now()
    desk = _FilingPage(actor, ref, now)
    if request.method != "POST":
        if desk.earlier is not None and desk.earlier.is_open:
            return redirect("appeals:detail", ref=desk.earlier.ref)
        return desk.form_page(request, desk.form_to_fill(request))
    if request.POST.get("to") == "submit" and desk.earlier is not None and desk.earlier.is_open:
        return desk.existing(request)
    form = desk.form_sent(request)
    if desk.role not in CAN_DRAFT_APPEAL:
        raise NotAllowed()
    if not form.is_valid():
        return desk.form_page(request, form, status=400)
    if request.POST.get("to") == "submit":
        return _filed(request, desk, form)
    commands.save_draft(actor=actor, notice_ref=ref, content=draft_content(request.POST), now=now)
    return redirect("appeals:check", ref=ref)


@page("GET", "HEAD", "POST", keeps=TYPED)
def check(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows what will be filed, row by row; the button files it. Filing twice shows the appeal that exists."""
    desk = _FilingPage(actor_of(request), ref, clock.now())
    if desk.earlier is not None and desk.earlier.is_open:
        return desk.existing(request)
    if request.method != "POST":
        if desk.draft is None:
            return redirect("appeals:file", ref=ref)
        form = desk.form(desk.draft.content)
        return desk.check_page(request, form) if form.is_valid() else redirect("appeals:file", ref=ref)
    form = desk.form_sent(request)
    if not form.is_valid():
        return desk.form_page(request, form, status=400)
    return _filed(request, desk, form)


def _filed(request: HttpRequest, desk: "_FilingPage", form: AppealForm) -> HttpResponse:
    """Files what the form says and shows the receipt; a refusal comes back on the form, with what was typed."""
    actor, ref, now = desk.actor, desk.notice.ref, desk.now
    try:
        appeal = commands.file_appeal(actor=actor, notice_ref=ref, filing=form.filing(), now=now)
    except AlreadyAppealed:
        return _FilingPage(actor, ref, now).existing(request)
    except (DeadlinePassed, Invalid) as error:
        late = _FilingPage(actor, ref, now, is_late=isinstance(error, DeadlinePassed) and desk.earlier is None)
        form = late.form_sent(request)
        form.is_valid()
        form.add_refusal(error)
        return late.form_page(request, form, status=error.status)
    return redirect("appeals:submitted" if appeal.is_open else "appeals:detail", ref=appeal.ref)


@require_POST
def draft(request: HttpRequest, ref: str) -> JsonResponse:
    """Saves the unfinished form while somebody types; answered as JSON for the page's script."""
    now = clock.now()

    def save() -> datetime:
        content = draft_content(request.POST)
        return commands.save_draft(actor=actor_of(request), notice_ref=ref, content=content, now=now).saved_at

    return answer_draft(save)


@page("GET", "HEAD")
def submitted(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows the receipt: number, time, what happens next and when, how to add evidence. Can be bookmarked."""
    actor, now = actor_of(request), clock.now()
    appeal = queries.appeal_for(actor, ref)
    context = {
        "appeal": appeal,
        "next": next_step(appeal),
        "has_receipt": queries.acts_of(actor, appeal).filter(sequence=1).exists(),
        "may_add": any(a.name == "evidence" for a in actions_for(actor, appeal, now=now)),
        "now": now,
    }
    return render(request, "appeals/submitted.html", context)


class _FilingPage:
    """One notice as its filing pages need it: the earlier round, the draft, the forms."""

    def __init__(self, actor: Actor, ref: str, now: datetime, *, is_late: bool = False) -> None:
        self.actor, self.now = actor, now
        self.notice = notice_for(actor, ref)
        self.role = actor.role_in(self.notice.party_id, self.notice.matter)
        if self.role is None:
            raise NotFound()
        rounds = list(queries.appeals_of_notice(actor, self.notice.pk))
        self.earlier: Appeal | None = rounds[-1] if rounds else None
        self.draft = queries.draft_for(actor, self.notice.pk)
        self.kind = kind_of_filing(self.notice, rounds, now=now)
        self.kind["is_late"] |= is_late

    def form(self, data: Any) -> AppealForm:
        return AppealForm(
            data if isinstance(data, QueryDict) else _AsPosted(data),
            measures=list(self.notice.measures.all()),
            **self.kind,
        )

    def form_sent(self, request: HttpRequest) -> AppealForm:
        return self.form(request.POST)

    def form_to_fill(self, request: HttpRequest) -> AppealForm:
        """Returns the form as the draft left it, or blank with the measures ticked that were ticked on the notice."""
        numbers = [str(m.no) for m in self.notice.measures.all()]
        asked = [n for n in request.GET.getlist("items") if n in numbers]
        initial: dict[str, Any] = {"items": asked or numbers, "review": ReviewMode.HUMAN}
        if self.draft is not None:
            initial |= self.draft.content | ({"items": asked} if asked else {})
        return AppealForm(
            initial=initial,
            measures=list(self.notice.measures.all()),
            **self.kind,
        )

    def form_page(self, request: HttpRequest, form: AppealForm, *, status: int = 200) -> HttpResponse:
        side = beside_notice(self.actor, self.notice, self.now)
        can_be_filed = (
            self.kind["is_anew"]
            or bool(side.late_url)
            or bool(side.step and side.step.url == request.path.replace("check/", ""))
        )
        by_other = self.draft is not None and self.draft.saved_by_id != self.actor.user_id
        context = self._context(form) | {
            "side": side,
            "can_be_filed": can_be_filed,
            "may_stage": self.role in CAN_DRAFT_APPEAL,
            "draft": self.draft,
            "draft_by": self.draft.saved_by if self.draft is not None and by_other else None,
            "review": form["review"].value(),
            "evidence_until": self.notice.promised["evidence_time"].ends(self.now),
        }
        return render(request, "appeals/file.html", context, status=status)

    def check_page(self, request: HttpRequest, form: AppealForm) -> HttpResponse:
        return render(request, "appeals/check.html", self._context(form) | {"rows": self._rows(form)})

    def existing(self, request: HttpRequest) -> HttpResponse:
        """Redirects to the appeal that is open already; to its receipt where the very same was sent again."""
        if self.earlier is None:
            raise AlreadyAppealed()
        said = (request.POST.get("ground"), request.POST.get("statement", "").replace("\r\n", "\n"))
        if said == (self.earlier.ground, self.earlier.statement):
            return redirect("appeals:submitted", ref=self.earlier.ref)
        messages.info(request, _("This appeal was already submitted. Here it is."))
        return redirect("appeals:detail", ref=self.earlier.ref)

    def _context(self, form: AppealForm) -> dict[str, Any]:
        may_file = self.role in CAN_APPEAL
        return {
            "notice": self.notice,
            "form": form,
            **self.kind,
            "follows": self._follows(),
            "may_file": may_file,
            "holders": [] if may_file else who_holds(self.notice.party_id, CAN_FILE),
            "now": self.now,
        }

    def _follows(self) -> str:
        """What filing does, as the API says it of the same verb."""
        if self.kind["is_anew"] and self.earlier is not None:
            return APPEAL_AGAIN.consequence(self.actor, self.earlier, self.now)
        name = "request-late-appeal" if self.kind["is_late"] else "appeal"
        return next(verb for verb in NOTICE if verb.name == name).consequence(self.actor, self.notice, self.now)

    def _rows(self, form: AppealForm) -> list[dict[str, Any]]:
        return [
            {"key": key, "value": value, "change_url": self._change(name, form)}
            for name, key, value in form.shown(is_second=self.kind["is_second"])
            if not (name == "review" and self.kind["is_second"])
        ]

    def _change(self, name: str, form: AppealForm) -> str:
        if name == "items" and not form.has_several:
            return ""
        return f"../#id_{name}" + ("_0" if name == "ground" else "")


class _AsPosted(dict[str, Any]):
    """A kept draft that reads like a form that was sent."""

    def getlist(self, key: str, default: Any = None) -> list[Any]:
        value = self.get(key, default or [])
        return value if isinstance(value, list) else [value]
