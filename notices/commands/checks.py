"""Checks a notice before it is issued: one error for each hole in it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from casework.errors import BasisNotInForce, CaseError, FieldError, Invalid, SettledBefore, one_of
from casework.formats import moment_text, money
from casework.text import is_visually_blank
from executors.commands import ActEvaluation
from notices.arithmetic import FormulaError, caps_in, work_out
from notices.commands.drafts import BasisDraft, MeasureDraft, NoticeDraft
from notices.commands.formulas import says_nothing
from notices.commands.lookup import Lookup, notices_cited, texts_of
from notices.commands.points import points_errors, threshold_errors
from notices.commands.repeats import contradicted_by
from notices.machine import NoticeState
from notices.models import Axis, BasisKind, BreachKind, DetectionSource, MeasureType
from rules.clearances import wording_errors
from rules.models import article_in_force
from rules.paragraphs import renumbered_words


@dataclass(slots=True)
class _Checked:
    draft: NoticeDraft
    errors: list[FieldError] = field(default_factory=list)
    basis_not_in_force: bool = False
    settled_before: bool = False
    evaluated: ActEvaluation | None = None

    def refuse(self, pointer: str, code: str, message: Any) -> None:
        self.errors.append(FieldError(pointer, code, message))

    def not_in_force(self, pointer: str, message: Any) -> None:
        self.basis_not_in_force = True
        self.refuse(pointer, "basis-not-in-force", message)

    def refusal(self) -> CaseError | None:
        of_executor = self.evaluated.refusal() if self.evaluated is not None else None
        if of_executor is not None and not self.errors:
            return of_executor
        errors = [*self.errors, *(of_executor.errors if of_executor is not None else ())]
        if not errors:
            return None
        if len(errors) > 1:
            return Invalid(errors=errors)
        kind = BasisNotInForce if self.basis_not_in_force else SettledBefore if self.settled_before else Invalid
        return kind(errors=errors)


def check_draft(draft: NoticeDraft, look: Lookup, *, now: datetime) -> CaseError | None:
    checked = _Checked(draft, evaluated=look.evaluated.get(id(draft)))
    if is_visually_blank(draft.external_ref):
        checked.refuse("/external_ref", "required", _("Give the number this has in your own system."))
    if draft.party not in look.parties:
        checked.refuse("/party", "unknown-party", _("We know no such party of yours."))
    _check_wording(checked, look)
    _check_automation(checked, look)
    _check_times(checked, now=now)
    _check_measures(checked, look, now=now)
    _check_basis(checked, look)
    _check_reviews(checked, look)
    _check_evidence(checked, look)
    _check_grounds(checked, look)
    _check_settled(checked, look)
    return checked.refusal()


def holes_in(facts: str, reasons: str) -> list[FieldError]:
    """One error per thing that facts and reasons, of a new notice or an amended one, leave out."""
    errors = []
    for name, text in (("facts", facts), ("reasons", reasons)):
        if is_visually_blank(text):
            errors.append(FieldError(f"/{name}", "required", _("State it: a notice without it cannot be served.")))
        elif says_nothing(text):
            errors.append(
                FieldError(
                    f"/{name}", "says-nothing", _("Say concretely what happened and why it breaches the clause.")
                )
            )
    if facts.strip() and facts.strip() == reasons.strip():
        errors.append(
            FieldError("/reasons", "same-as-facts", _("Reasons are not facts: say why the facts breach the clause."))
        )
    return errors


def _check_wording(checked: _Checked, look: Lookup) -> None:
    checked.errors += holes_in(checked.draft.facts, checked.draft.reasons)
    checked.errors += wording_errors(texts_of(checked.draft), look.found)
    if checked.draft.breach_kind not in BreachKind.values:
        checked.refuse("/breach_kind", "unknown", one_of(BreachKind.values))


def _check_automation(checked: _Checked, look: Lookup) -> None:
    detection, decision = checked.draft.detection, checked.draft.decision
    if detection.source not in DetectionSource.values:
        checked.refuse("/detection/source", "unknown", one_of(DetectionSource.values))
    elif detection.source == DetectionSource.MACHINE and is_visually_blank(detection.tool):
        checked.refuse("/detection/tool", "required", _("Name the tool that found it, with its version."))
    for place in ("office", "order_no"):
        is_named = not is_visually_blank(getattr(detection, place))
        if detection.source == DetectionSource.AUTHORITY and not is_named:
            words = _("Name the authority's office and the number of its document.")
            checked.refuse(f"/detection/{place}", "required", words)
        elif detection.source != DetectionSource.AUTHORITY and is_named:
            words = _("Only a measure that an authority asked for names an authority.")
            checked.refuse(f"/detection/{place}", "contradicts-the-record", words)
    decider = look.decider(checked.draft)
    if decision.officer and decider is None:
        checked.refuse("/decision/officer", "unknown-officer", _("We know no officer with this code."))
    acted = checked.evaluated.person if checked.evaluated is not None else None
    if decider is not None and decider.pk in look.at_work and (acted is None or acted.user_id != decider.pk):
        checked.refuse(
            "/executor/person",
            "decider-not-named",
            _("Who decided works for an executor: name it and that person, so that the act is theirs."),
        )
    for pointer, message in _contradictions(checked.draft):
        checked.refuse(pointer, "contradicts-the-record", message)
    if not decision.officer and is_visually_blank(decision.tool):
        checked.refuse("/decision", "required", _("Say who or what decided: an officer, a tool, or both."))


def _contradictions(draft: NoticeDraft) -> Iterator[tuple[str, Any]]:
    """Where what is stated of automation cannot be, given who and which tools are recorded (个保法 art. 24)."""
    detection, decision = draft.detection, draft.decision
    stated, opened = decision.evidence_was_opened, decision.opened
    if detection.source != DetectionSource.MACHINE and not is_visually_blank(detection.tool):
        yield "/detection/source", _("A tool is on record that found it: that is automatic detection.")
    if (stated or opened) and not decision.officer:
        yield "/decision/officer", _("Nobody is named who could have opened the evidence.")
    if opened is not None and stated is not None and stated != bool(opened):
        yield "/decision/evidence_was_opened", _("The exhibits on record as opened say otherwise.")
    if opened and max(opened) > len(draft.evidence):
        yield "/decision/opened", _("The notice has no exhibit with this number.")
    by = draft.executor
    if by is not None and by.tool_version and is_visually_blank(decision.tool) and by.tool_version == detection.tool:
        yield (
            "/decision/tool",
            _("The tool that found it is on record as the tool of the act: it took part."),
        )


def _check_times(checked: _Checked, *, now: datetime) -> None:
    draft = checked.draft
    if draft.conduct_at > now:
        checked.refuse("/conduct_at", "in-the-future", _("Conduct cannot lie in the future."))
    if draft.decided_at is not None and not draft.conduct_at <= draft.decided_at <= now:
        checked.refuse("/decided_at", "out-of-order", _("The decision lies between the conduct and now."))


def _check_measures(checked: _Checked, look: Lookup, *, now: datetime) -> None:
    draft = checked.draft
    if not draft.measures:
        checked.refuse("/measures", "required", _("A notice is about at least one measure."))
    for i, measure in enumerate(draft.measures):
        at = f"/measures/{i}"
        known = look.types.get(measure.type)
        if known is None:
            checked.refuse(f"{at}/type", "unknown-measure-type", _("We know no such measure type."))
        if is_visually_blank(measure.scope):
            checked.refuse(f"{at}/scope", "required", _("Say what the measure does to the party."))
        if is_visually_blank(measure.object_ref) or is_visually_blank(measure.object_label):
            checked.refuse(f"{at}/object_ref", "required", _("Name the object that the measure is about."))
        if measure.ends_at is not None and measure.ends_at <= measure.starts_at:
            checked.refuse(f"{at}/ends_at", "not-after-start", _("A measure ends after it starts."))
        if draft.is_precautionary:
            most = look.promised(draft)["hold_time"]
            if measure.ends_at is None or measure.ends_at > measure.starts_at + most.length:
                checked.refuse(
                    f"{at}/ends_at",
                    "hold-too-long",
                    _("A precautionary hold needs an end, %(most)s after its start at most.") % {"most": most},
                )
        checked.errors += points_errors(at, measure, draft, look)
        _check_money(checked, at, measure, look, needs_money=known is not None and known.axis == Axis.MONETARY)
    if draft.is_precautionary != (draft.breach_kind == BreachKind.SUSPICION):
        checked.refuse(
            "/breach_kind", "hold-rests-on-suspicion", _("A precautionary hold, and only a hold, rests on suspicion.")
        )


# Consumers' reviews are not deleted (电商法 art. 39(2)) but for content that a law prohibits (网络交易监督管理办法 15).
# The articles under which a review may be hidden, by the beginning of the instrument's code; none but these.
PROHIBITED_CONTENT = (
    ("CN-IIS", "15"),  # 互联网信息服务管理办法
    ("CN-ECO", "6"),  # 网络信息内容生态治理规定
    ("CN-CSL", "12"),  # 网络安全法
    ("CN-CC", "1024"),  # 民法典: reputation
    ("CN-CC", "1032"),  # 民法典: privacy
    ("CN-PIPL", "10"),  # 个人信息保护法
    ("CN-AUCL", "9"),  # 反不正当竞争法: reviews that nobody wrote who bought
    ("CN-OTM", "14"),  # 网络交易监督管理办法: the same
)
REVIEW_KINDS = ("review", "reviews", "rating", "comment", "评价", "评论")
NO_REVIEWS = ("listing", "product", "shop", "account", "live", "campaign", "order", "deposit", "balance")
"""Kinds of object that are no review, whatever their names say."""
_REVIEW = re.compile(r"评价|评论|差评|好评|\b(reviews?|ratings?)\b", re.IGNORECASE)
_HIDES = re.compile(r"删|屏蔽|隐藏|折叠|下架|不展示|不可见|delet|hid(e|den)|remov|tak(e|en) down", re.IGNORECASE)


def _takes_a_review_away(measure: MeasureDraft, known: MeasureType | None) -> bool:
    """Whether the measure hides or deletes a review: by the kind of its object, or by the words of type and object."""
    if known is not None and known.axis == Axis.MONETARY:
        return False
    if measure.object_kind.strip().lower() in REVIEW_KINDS:
        return True
    words = f"{known.code.replace('-', ' ').replace('_', ' ')} {known.label_zh} {known.label_en}" if known else ""
    if _REVIEW.search(words):
        return _HIDES.search(words) is not None
    if measure.object_kind.strip().lower() in NO_REVIEWS or not _REVIEW.search(measure.object_label):
        return False
    return _HIDES.search(f"{words} {measure.scope}") is not None


def _prohibits_content(basis: BasisDraft) -> bool:
    return basis.kind == BasisKind.LAW and any(
        basis.instrument.upper().startswith(code) and basis.article == article for code, article in PROHIBITED_CONTENT
    )


def _check_reviews(checked: _Checked, look: Lookup) -> None:
    draft = checked.draft
    if draft.breach_kind == BreachKind.LAW and any(_prohibits_content(basis) for basis in draft.basis):
        return
    for i, measure in enumerate(draft.measures):
        if _takes_a_review_away(measure, look.types.get(measure.type)):
            checked.refuse(
                f"/measures/{i}/type",
                "review-stays",
                _(
                    "A review is not deleted or hidden, good or bad, unless a law prohibits its content: "
                    "name the illegal act with that article."
                ),
            )


def _check_cap(checked: _Checked, at: str, calculation: Mapping[str, Any], look: Lookup) -> None:
    """A cap comes from a figure that a cited clause, article or agreement states: nobody types one (办法 29).

    Where the source states sums alone, the cap is not above them; a rate, or a sum for each of something, states none.
    """
    cap, named, bases = _minor(calculation.get("cap_minor")), calculation.get("cap_basis"), checked.draft.basis
    if cap is None or not bases or (named is not None and not 1 <= named <= len(bases)):
        return
    texts = [look.text_of(basis, checked.draft) for basis in (bases if named is None else [bases[named - 1]])]
    if any(text is None for text in texts):
        return
    stated = [caps_in(text) for text in texts if text]
    sums, has_rate = {each for found, _rate in stated for each in found}, any(rate for _found, rate in stated)
    if not sums and not has_rate:
        words = _("No cited clause states a figure from which this cap follows: cite the one that does.")
        checked.refuse(f"{at}/calculation/{'cap_minor' if named is None else 'cap_basis'}", "states-no-figure", words)
    elif sums and not has_rate and cap > max(sums):
        most = _("What is cited states %(sum)s at most.") % {"sum": money(max(sums))}
        checked.refuse(f"{at}/calculation/cap_minor", "above-the-stated-cap", most)


def _check_money(checked: _Checked, at: str, measure: MeasureDraft, look: Lookup, *, needs_money: bool) -> None:
    if measure.amount_minor is None:
        if needs_money:
            checked.refuse(f"{at}/amount_minor", "required", _("Money moves: state the amount."))
        return
    if measure.amount_minor < 0:
        checked.refuse(f"{at}/amount_minor", "negative", _("An amount cannot be negative."))
        return
    calculation = measure.calculation
    if not calculation:
        checked.refuse(f"{at}/calculation", "required", _("Money moves: show formula, inputs, cap and result."))
        return
    for error in _calculation_errors(calculation, measure.amount_minor, len(checked.draft.basis)):
        checked.refuse(f"{at}/calculation/{error.at}", error.code, error.message)
    _check_cap(checked, at, calculation, look)


def _calculation_errors(calculation: Mapping[str, Any], amount_minor: int, bases: int) -> Iterator[FormulaError]:
    """Everything against a calculation: it is whole, its result is what its formula comes to, and below its cap."""
    formula, inputs = str(calculation.get("formula", "")), calculation.get("inputs")
    cap, result, loss = (_minor(calculation.get(name)) for name in ("cap_minor", "result_minor", "loss_minor"))
    if is_blank := is_visually_blank(formula):
        yield FormulaError("formula", "required", _("Show the formula."))
    if not isinstance(inputs, dict) or not inputs:
        yield FormulaError("inputs", "required", _("Show what the formula was filled with."))
    if cap is None:
        yield FormulaError("cap_minor", "missing-cap", _("State the cap: the most that the clause allows."))
    if result is None:
        yield FormulaError("result_minor", "required", _("State the result in minor units."))
    elif result != amount_minor:
        yield FormulaError("result_minor", "not-the-amount", _("The result must be the amount taken."))
    if cap is not None and result is not None and result > cap:
        yield FormulaError("cap_minor", "above-cap", _("The result lies above the cap."))
    named = calculation.get("cap_basis")
    if named is not None and not 1 <= named <= bases:
        yield FormulaError("cap_basis", "unknown-basis", _("The notice has no basis with this number."))
    if loss is not None and is_visually_blank(str(calculation.get("loss_basis", ""))):
        yield FormulaError("loss_basis", "required", _("Say what the loss consists of and what shows it."))
    if is_blank or not isinstance(inputs, dict) or not inputs:
        return
    try:
        worked = work_out(formula, inputs)
    except FormulaError as error:
        yield error
        return
    if cap is None or result != amount_minor:
        return
    due = min(worked.rounded_minor, cap)
    if result not in (due, worked.rounded_minor):
        amount = {"amount": money(due)}
        yield FormulaError("result_minor", "wrong-amount", _("The formula comes to %(amount)s.") % amount)


def _minor(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _check_basis(checked: _Checked, look: Lookup) -> None:
    draft = checked.draft
    if not draft.basis:
        checked.refuse("/basis", "required", _("Name the clause or law article that the measure rests on."))
    elif draft.breach_kind == BreachKind.LAW and all(basis.kind != BasisKind.LAW for basis in draft.basis):
        checked.refuse("/basis", "law-without-article", _("Name the article of the law that was broken."))
    for i, basis in enumerate(draft.basis):
        at = f"/basis/{i}"
        if basis.kind == BasisKind.CLAUSE:
            clause = look.clause(basis, draft)
            numbers = look.versions_with(basis)
            if not numbers:
                checked.refuse(f"{at}/clause", "unknown-clause", _("No rule of this code has a clause of this number."))
            elif basis.version not in ("", *numbers):
                checked.refuse(f"{at}/version", "unknown-version", one_of(numbers))
            elif clause is None:
                checked.not_in_force(f"{at}/clause", _("This clause was not in force at the time of the conduct."))
            else:
                checked.errors += threshold_errors(at, clause, draft, look)
        elif basis.kind == BasisKind.LAW:
            recorded, moved = look.recorded(basis), look.renumbered(basis, draft)
            if moved is not None:
                checked.refuse(f"{at}/article", "law-renumbered", renumbered_words(basis.article, recorded, moved))
            elif not recorded:
                checked.refuse(f"{at}/article", "unknown-article", _("We know no such law article."))
            elif not any(row.is_signed for row in recorded):
                checked.refuse(
                    f"{at}/article", "article-not-signed", _("Two people have to sign this article before it is cited.")
                )
            elif article_in_force(recorded, localdate(draft.conduct_at)) is None:
                checked.not_in_force(f"{at}/article", _("This article was not in force at the time of the conduct."))
        elif basis.kind == BasisKind.AGREEMENT:
            if is_visually_blank(basis.name) or is_visually_blank(basis.text) or is_visually_blank(basis.clause):
                checked.refuse(at, "required", _("Name the agreement and its clause, and quote it."))
        else:
            checked.refuse(f"{at}/kind", "unknown", one_of(BasisKind.values))


def _check_evidence(checked: _Checked, look: Lookup) -> None:
    draft = checked.draft
    if not draft.evidence:
        checked.refuse("/evidence", "required", _("Show what was judged, as it was: at least one exhibit."))
    for i, exhibit in enumerate(draft.evidence):
        at = f"/evidence/{i}"
        if is_visually_blank(exhibit.caption):
            checked.refuse(f"{at}/caption", "required", _("Say what this exhibit shows."))
        if exhibit.attachment and exhibit.attachment not in look.files:
            checked.refuse(f"{at}/attachment", "unknown-attachment", _("We know no such file of yours."))
        if not exhibit.attachment and is_visually_blank(exhibit.excerpt):
            checked.refuse(at, "required", _("An exhibit is a file, or a quotation of what was judged."))


def _check_grounds(checked: _Checked, look: Lookup) -> None:
    """What it rests on is there, of this party, and was not revoked."""
    draft, answered = checked.draft, checked.draft.contradicts.notice if checked.draft.contradicts else ""
    standing = {each.pk for each in look.rests_on(draft)}
    for i, ref in enumerate(draft.rests_on):
        earlier = look.earlier.get(ref)
        if earlier is None or earlier.pk not in standing:
            checked.refuse(f"/rests_on/{i}", "unknown-notice", _("We know no such notice to this party."))
    for number in [*draft.rests_on, *notices_cited(draft)]:
        earlier = look.earlier.get(number)
        if earlier is None or earlier.pk not in standing or answered in (earlier.ref, earlier.number):
            continue
        if earlier.state == NoticeState.REVOKED:
            at = f"/rests_on/{list(draft.rests_on).index(number)}" if number in draft.rests_on else "/facts"
            message = _("Notice %(number)s was revoked: nothing can rest on it.") % {"number": earlier.number}
            checked.refuse(at, "rests-on-what-fell", message)


LEAST_NEW = 10
"""Signs that say what is new at least."""


def _check_settled(checked: _Checked, look: Lookup) -> None:
    """What an overturn settled is not said again, unless a named person says what is new and shows it."""
    draft, finding = checked.draft, contradicted_by(checked.draft, look)
    answer = draft.contradicts
    if answer is None:
        if finding is not None:
            words = {"number": finding.notice.number, "moment": moment_text(finding.settled_at)}
            message = _(
                "Notice %(number)s about the same was revoked on %(moment)s. Say in `contradicts` what is new since, "
                "with new evidence and the person who decided."
            )
            checked.settled_before = True
            checked.refuse("/contradicts", "settled-before", message % words)
        return
    was = look.answered(draft)
    if was is None or (finding is not None and finding.notice_id != was.pk):
        checked.refuse("/contradicts/notice", "unknown-notice", _("Name the revoked notice about the same."))
        return
    if look.decider(draft) is None:
        checked.refuse("/decision/officer", "required", _("Name the person who decided against an overturn."))
    if len(re.sub(r"[\W_]+", "", answer.what_is_new)) < LEAST_NEW:
        checked.refuse("/contradicts/what_is_new", "required", _("Say what came to light since the overturn."))
    known = {exhibit.sha256 for exhibit in was.exhibits.all()}
    if all(look.sha256_of(exhibit) in known for exhibit in draft.evidence):
        checked.refuse("/evidence", "nothing-new", _("Show evidence that is new."))
