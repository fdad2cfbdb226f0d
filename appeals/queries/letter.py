"""The decision letter: nine parts in a fixed order, the same on screen, as PDF and over the API.

What does not belong here: layout. `lines` are sentences to show in order; the words come from the decision itself.
"""

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appeals.models import Appeal, DecidedBy, Decision, Outcome, PointKind
from appeals.queries.explained import factors_of
from casework.letters import Letter, LetterPart, hash_of, moment, money


def letter_of(appeal: Appeal, *, language: str, help_line: str) -> Letter:
    """The letter of a decided appeal (from `appeal_for`) in `zh-hans` or `en`. Raises `Decision.DoesNotExist`."""
    return _letter(appeal, language=language, help_line=help_line, check_code=appeal.decision.check_code)


def preview_letter(appeal: Appeal, *, language: str, help_line: str) -> Letter:
    """The letter of a rehearsed decision: every word of the one that would be sent, without a check code to verify."""
    return _letter(appeal, language=language, help_line=help_line, check_code="")


def _letter(appeal: Appeal, *, language: str, help_line: str, check_code: str) -> Letter:
    decision = appeal.decision
    with translation.override(language):
        parts = (
            LetterPart(1, _("Outcome"), _outcome(decision)),
            LetterPart(2, _("What you said"), _said(appeal)),
            LetterPart(3, _("What we found"), _found(appeal, decision)),
            LetterPart(4, _("Proof"), _proof(decision)),
            LetterPart(5, _("Rule"), _rule(appeal, decision)),
            LetterPart(6, _("How this was decided"), _how(appeal, decision)),
            LetterPart(7, _("What happens now"), _now(appeal, decision)),
            LetterPart(8, _("If you disagree"), _disagree(appeal, decision)),
            LetterPart(
                9,
                _("Help"),
                (
                    _("Speak to a person: %(line)s. Case number: %(number)s.")
                    % {"line": help_line, "number": appeal.number},
                    _("Check code of this letter: %(code)s.") % {"code": check_code}
                    if check_code
                    else _("The check code of this letter is given when it is sent."),
                ),
            ),
        )
    return Letter(
        number=appeal.number,
        language=language,
        decided_at=decision.decided_at,
        parts=parts,
        check_code=check_code,
        hash=hash_of(parts),
    )


def verify_letter(check_code: str) -> Decision | None:
    """The decision that a check code belongs to, for whoever holds the letter."""
    return Decision.objects.filter(check_code=check_code).select_related("appeal").first()


def _outcome(decision: Decision) -> tuple[str, ...]:
    head = {
        Outcome.OVERTURNED: _("Your appeal succeeds."),
        Outcome.VARIED: _("Your appeal succeeds in part."),
        Outcome.UPHELD: _("Your appeal does not succeed."),
    }[Outcome(decision.outcome)]
    lines = [head]
    for ruling in decision.rulings.all():
        name = {"measure": ruling.measure.type.label, "object": ruling.measure.object_label}
        if ruling.outcome == Outcome.OVERTURNED:
            lines.append(_("“%(measure)s” on %(object)s is revoked.") % name)
        elif ruling.outcome == Outcome.UPHELD:
            lines.append(_("“%(measure)s” on %(object)s is kept.") % name)
        else:
            if ruling.ends_at is not None:
                lines.append(
                    _("“%(measure)s” on %(object)s now ends on %(end)s.") % {**name, "end": moment(ruling.ends_at)}
                )
            if ruling.amount_minor is not None:
                lines.append(
                    _("“%(measure)s” on %(object)s is reduced to %(amount)s.")
                    % {**name, "amount": money(ruling.amount_minor)}
                )
    return tuple(lines)


def _said(appeal: Appeal) -> tuple[str, ...]:
    lines = [_("You said: %(ground)s.") % {"ground": appeal.get_ground_display()}]
    if appeal.statement:
        lines.append(appeal.statement)
    for item in appeal.items.all():
        if item.statement or item.ground != appeal.ground:
            said = item.statement or item.get_ground_display()
            lines.append(_("On “%(measure)s”: %(said)s") % {"measure": item.measure.type.label, "said": said})
    return tuple(lines)


def _cited(numbers: list[int]) -> str:
    return _(" (evidence %(numbers)s)") % {"numbers": _(", ").join(map(str, numbers))} if numbers else ""


def _found(appeal: Appeal, decision: Decision) -> tuple[str, ...]:
    lines = [
        _("%(no)s. %(text)s — %(finding)s. %(sentence)s%(cited)s")
        % {
            "no": point.no,
            "text": point.text,
            "finding": point.get_finding_display(),
            "sentence": point.sentence,
            "cited": _cited(point.evidence),
        }
        for point in decision.points.all()
    ]
    used = {n for point in decision.points.all() for n in point.evidence}
    unused = [item.no for item in appeal.evidence.all() if item.submission_id and item.no not in used]
    if unused:
        lines.append(_("Not relied on: evidence %(numbers)s.") % {"numbers": _(", ").join(map(str, unused))})
    lines.append(decision.reasons)
    return tuple(lines)


def _proof(decision: Decision) -> tuple[str, ...]:
    bearers = {"platform": _("the platform"), "appellant": _("you")}
    lines = []
    for point in decision.points.all():
        if point.kind == PointKind.FACT and point.burden_on:
            shown = _("shown") if point.finding == "established" else _("not shown")
            lines.append(
                _("%(fact)s: for %(who)s to show; %(shown)s.")
                % {"fact": point.text, "who": bearers[point.burden_on], "shown": shown}
            )
    return tuple(lines) or (_("No fact turned on who had to prove it."),)


def _rule(appeal: Appeal, decision: Decision) -> tuple[str, ...]:
    lines = []
    for basis in appeal.notice.bases.all():
        version = _(" (version %(number)s)") % {"number": basis.version_number} if basis.version_number else ""
        lines.append(
            _("%(name)s, clause %(clause)s%(version)s: “%(text)s”")
            % {"name": basis.name, "clause": basis.clause_number, "version": version, "text": basis.text}
        )
    if decision.rule_application:
        lines.append(decision.rule_application)
    return tuple(lines)


def _how(appeal: Appeal, decision: Decision) -> tuple[str, ...]:
    if decision.by_kind == DecidedBy.SYSTEM:
        return (
            _(
                "This was decided automatically, with no person involved. "
                "You have the right to ask for a person to decide."
            ),
            *_explained(appeal, decision),
        )
    assert decision.reviewer is not None
    view = {
        "not_used": _("The system's view was not used."),
        "agreed": _("The system's view was seen as advice and agreed with this decision."),
        "differed": _("The system's view was seen as advice and differed from this decision."),
    }[decision.system_view]
    who = _("Decided by officer %(code)s, who was not involved before.") % {"code": decision.reviewer.officer_code}
    return (who, view)


def _explained(appeal: Appeal, decision: Decision) -> tuple[str, ...]:
    """What the system suggested, what weighed most, what it did not use, and which model it was."""
    lines = [
        _(
            "The system suggested revoking the measure. It compared your words and the circumstances of the case "
            "with cases that people had decided before."
        )
    ]
    suggestion = appeal.suggestions.filter(model_version=decision.model_version).order_by("-appeal_version").first()
    if suggestion is not None:
        factors = factors_of(appeal, suggestion)
        between = pgettext("between factors", "; ")
        if factors.for_undoing:
            lines.append(_("What spoke most for it: %(factors)s.") % {"factors": between.join(factors.for_undoing)})
        if factors.for_keeping:
            lines.append(_("What spoke most against it: %(factors)s.") % {"factors": between.join(factors.for_keeping)})
    lines += [
        _(
            "Not used: evidence and pictures; your name, address, nationality and sex, beyond what you wrote yourself; "
            "anything that came after you filed."
        ),
        _("Model: %(model)s.") % {"model": decision.model_version},
    ]
    return tuple(lines)


def _now(appeal: Appeal, decision: Decision) -> tuple[str, ...]:
    owed = [r for r in appeal.notice.remedies.all() if r.cause == appeal.ref]
    lines = []
    for remedy in owed:
        what = {
            "RESTORE": remedy.measure.type.restores,
            "REFUND": _("%(amount)s is paid back to you by the platform") % {"amount": money(remedy.amount_minor or 0)},
            "CORRECT_RECORD": _("The entry about “%(measure)s” is taken off your record")
            % {"measure": remedy.measure.type.label},
        }[remedy.kind]
        lines.append(_("%(what)s, by %(due)s at the latest.") % {"what": what, "due": moment(remedy.due_at)})
    if not lines and decision.outcome == Outcome.UPHELD:
        lines.append(_("The measure continues as it was."))
    elif not lines:
        lines.append(_("The measure was already undone by the earlier result; nothing is taken back."))
    return tuple(lines)


def _disagree(appeal: Appeal, decision: Decision) -> tuple[str, ...]:
    lines = []
    if decision.by_kind == DecidedBy.SYSTEM:
        lines.append(_("You can ask for a person to decide, at any time, without a fee and without a reason."))
        lines.append(_("A person then looks at the whole case anew. Until they have decided, this result stands."))
    elif appeal.level == "FIRST" and decision.outcome != Outcome.OVERTURNED:
        lines.append(
            _("You can ask once for a second review by a senior officer until %(until)s.")
            % {"until": moment(appeal.second_round_closes_at)}
        )
    lines.append(
        _("You can also turn to 12315, mediation, arbitration or a court; this letter does not stand in the way.")
    )
    return tuple(lines)
