"""The decision letter: nine parts in a fixed order, the same on screen, as PDF and over the API."""

from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import PartyKind
from appeals.claims import originals_of
from appeals.models import Appeal, DecidedBy, Decision, Outcome, PointKind, TakenDown
from appeals.queries.explained import KINDS, kinds_of
from archive import letters
from archive.letters import Letter
from archive.translations import shown
from casework.formats import beijing_deadline, money
from casework.models import Event
from notices.arithmetic import lines_of


def letter_of(appeal: Appeal, *, language: str) -> Letter:
    """The letter of a decided appeal (from `appeal_for`) in `zh-hans` or `en`. Raises `Decision.DoesNotExist`."""
    return _letter(appeal, language=language, check_code=appeal.decision.check_code)


def preview_letter(appeal: Appeal, *, language: str) -> Letter:
    """The letter of a rehearsed decision: every word of the one that would be sent, without a check code to verify."""
    return _letter(appeal, language=language, check_code="")


def _letter(appeal: Appeal, *, language: str, check_code: str) -> Letter:
    decision = appeal.decision
    with translation.override(language):
        return letters.write_letter(
            (_("Outcome"), _outcome(decision)),
            (_("What you said"), _statements(appeal, decision)),
            (_("What we found"), _found(appeal, decision)),
            (_("Proof"), list(_proof(decision)) or [_("No fact turned on who had to prove it.")]),
            (_("Rule"), _rule(appeal, decision)),
            (_("How this was decided"), _how(appeal, decision)),
            (_("What happens now"), _now(appeal, decision)),
            (_("If you disagree"), _disagree(appeal, decision)),
            number=appeal.number,
            language=language,
            decided_at=decision.decided_at,
            check_code=check_code,
            translations=shown(appeal, 1, originals_of(decision)) if check_code else (),
        )


def verify_letter(check_code: str) -> Decision | None:
    """The decision that a check code belongs to, for whoever holds the letter."""
    return Decision.objects.filter(check_code=check_code).select_related("appeal").first()


def _outcome(decision: Decision) -> Iterator[str]:
    yield {
        Outcome.OVERTURNED: _("Your appeal succeeds."),
        Outcome.VARIED: _("Your appeal succeeds in part."),
        Outcome.UPHELD: _("Your appeal does not succeed."),
    }[Outcome(decision.outcome)]
    for ruling in decision.rulings.all():
        name = {"measure": ruling.measure.kind.label, "object": ruling.measure.object_label}
        if ruling.outcome == Outcome.OVERTURNED:
            yield _("“%(measure)s” on %(object)s is revoked.") % name
        elif ruling.outcome == Outcome.UPHELD:
            yield _("“%(measure)s” on %(object)s is kept.") % name
        else:
            if ruling.ends_at is not None:
                values = name | {"end": beijing_deadline(ruling.ends_at)}
                yield _("“%(measure)s” on %(object)s now ends on %(end)s.") % values
            if ruling.amount_minor is not None:
                values = name | {"amount": money(ruling.amount_minor)}
                yield _("“%(measure)s” on %(object)s is reduced to %(amount)s.") % values


def _statements(appeal: Appeal, decision: Decision) -> Iterator[str]:
    yield _("You said: %(ground)s.") % {"ground": appeal.get_ground_display()}
    if appeal.statement:
        yield appeal.statement
    filed = Event.objects.values_list("facts", flat=True).get(case_kind=Appeal.KIND, case_id=appeal.pk, sequence=1)
    if "agent" in filed:
        yield _("The appeal was filed for you by an agent.")
    if "for_caller" in filed:
        yield _("An officer of the human line submitted the appeal for you.")
        row = appeal.assisted.get(what=TakenDown.APPEAL)
        if row.correction and row.answered_at is not None and row.answered_at <= decision.decided_at:
            yield _("You corrected what was taken down: %(text)s") % {"text": row.correction}
    for item in appeal.items.all():
        if item.statement or item.ground != appeal.ground:
            said = item.statement or item.get_ground_display()
            yield _("On “%(measure)s”: %(said)s") % {"measure": item.measure.kind.label, "said": said}


def _found(appeal: Appeal, decision: Decision) -> Iterator[str]:
    points = decision.points.all()
    for point in points:
        finding = point.get_finding_display()
        yield letters.found(point.no, point.text, finding=finding, sentence=point.sentence, evidence=point.evidence)
    if decision.departure_reason:
        yield _("The measure stands although no fact was established, because: %(reason)s") % {
            "reason": decision.departure_reason
        }
    used = {n for point in points for n in point.evidence}
    if unused := [item.no for item in appeal.evidence.all() if item.submission_id and item.no not in used]:
        yield letters.not_relied_on(unused)
    yield decision.reasons


def _proof(decision: Decision) -> Iterator[str]:
    bearers = {"platform": _("the platform"), "appellant": _("you")}
    for point in decision.points.all():
        if point.kind == PointKind.FACT and point.burden_on:
            shown = _("shown") if point.finding == "established" else _("not shown")
            values = {"fact": point.text, "who": bearers[point.burden_on], "shown": shown}
            yield _("%(fact)s: for %(who)s to show; %(shown)s.") % values


def _rule(appeal: Appeal, decision: Decision) -> Iterator[str]:
    yield from (basis.sentence_at(decision.decided_at) for basis in appeal.notice.bases.all())
    for measure in appeal.notice.measures.all():
        if lines := lines_of(measure.calculation):
            values = {"measure": measure.kind.label, "calculation": "; ".join(lines)}
            yield _("How the amount of “%(measure)s” came about: %(calculation)s.") % values
    if decision.rule_application:
        yield decision.rule_application


def _how(appeal: Appeal, decision: Decision) -> Iterator[str]:
    if decision.by_kind == DecidedBy.SYSTEM:
        yield _(
            "This was decided automatically, with no person involved. You have the right to ask for a person to decide."
        )
        yield from _explained(appeal, decision)
        yield _of_the_measure(appeal, decision)
        return
    assert decision.reviewer is not None
    yield _("Decided by officer %(code)s, who was not involved before.") % {"code": decision.reviewer.officer_code}
    yield {
        "not_used": _("The system's view was not used."),
        "agreed": _("The system's view was seen as advice and agreed with this decision."),
        "differed": _("The system's view was seen as advice and differed from this decision."),
    }[decision.system_view]
    yield _of_the_measure(appeal, decision)


def _of_the_measure(appeal: Appeal, decision: Decision) -> str:
    """How far it was known who had decided the measure, as the notice said it at the decision."""
    said = appeal.notice.disclosed_at(decision.decided_at)
    return _("Of the notice that was appealed: %(said)s") % {"said": said}


def _explained(appeal: Appeal, decision: Decision) -> Iterator[str]:
    """Explains what the system suggested, what kind of thing weighed and how to answer it, and which model it was."""
    yield _(
        "The system suggested revoking the measure. It compared your words and the circumstances of the case "
        "with cases that people had decided before."
    )
    suggestion = appeal.suggestions.filter(model_version=decision.model_version).order_by("-appeal_version").first()
    if suggestion is not None:
        kinds = kinds_of(suggestion)
        between = pgettext("between factors", "; ")
        if kinds.for_undoing:
            said = between.join(str(KINDS[kind][0]) for kind in kinds.for_undoing)
            yield _("What spoke most for it: %(factors)s.") % {"factors": said}
        if kinds.for_keeping:
            said = between.join(str(KINDS[kind][0]) for kind in kinds.for_keeping)
            yield _("What spoke most against it: %(factors)s.") % {"factors": said}
            yield from (str(KINDS[kind][1]) for kind in kinds.for_keeping)
        yield _(
            "The single words are not listed, so that nobody can write for the system. "
            "A person who looks at the case anew can see them."
        )
    yield _(
        "Not used: evidence and pictures; your name, address, nationality and sex, beyond what you wrote yourself; "
        "anything that came after you filed."
    )
    yield _("Model: %(model)s.") % {"model": decision.model_version}


def _now(appeal: Appeal, decision: Decision) -> Iterator[str]:
    owed = [r for r in appeal.notice.remedies.all() if r.cause == appeal.ref]
    for remedy in owed:
        label = remedy.measure.kind.label
        what = {
            "RESTORE": remedy.measure.kind.restores,
            "REFUND": _("%(amount)s is paid back to you by the platform") % {"amount": money(remedy.amount_minor or 0)},
            "CORRECT_RECORD": _("The entry about “%(measure)s” is taken off your record") % {"measure": label},
        }[remedy.kind]
        yield _("%(what)s, by %(due)s at the latest.") % {"what": what, "due": beijing_deadline(remedy.due_at)}
    if not owed and decision.outcome == Outcome.UPHELD:
        yield _("The measure continues as it was.")
    elif not owed:
        yield _("The measure was already undone by the earlier result; nothing is taken back.")


def _disagree(appeal: Appeal, decision: Decision) -> Iterator[str]:
    if decision.by_kind == DecidedBy.SYSTEM:
        yield _("You can ask for a person to decide, at any time, without a fee and without a reason.")
        yield _("A person then looks at the whole case anew. Until they have decided, this result stands.")
    elif appeal.level == "FIRST" and decision.outcome != Outcome.OVERTURNED:
        until = beijing_deadline(appeal.second_round_closes_at)
        yield _("You can ask once for a second review by a senior officer until %(until)s.") % {"until": until}
    yield letters.elsewhere(consumer=appeal.party.kind == PartyKind.CONSUMER)
