"""Curricula, tests, and the certifications that they give; reminders before one lapses, and withdrawing one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest
from casework.errors import FieldError, Invalid, NotAllowed, NotYourTurn, TooManyRequests, or_not_found, require
from casework.firing import command, fire
from casework.named import named
from casework.refs import new_ref
from casework.text import is_visually_blank
from executors.commands.reminders import reminders
from executors.machine import ExecutorState
from executors.models import Attempt, Certification, Curriculum, Executor, ExecutorPerson, Question
from executors.policies import may_publish_curriculum, may_take_test, person_of
from rules.models import RuleVersion

LEVELS = (1, 2, 3)
MIN_OPTIONS, MAX_OPTIONS = 2, 8
MOMENT = timedelta(microseconds=1)
SYSTEM = Actor.system("training")


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A question with its options (Chinese, English), the place of the right one from 0, and why that one."""

    text_zh: str
    options: Sequence[tuple[str, str]]
    right: int
    explanation_zh: str
    text_en: str = ""
    explanation_en: str = ""


@dataclass(frozen=True, slots=True)
class CurriculumDraft:
    """What to know of one version of a rule (by code or ref) at one level, and the test of it."""

    rule: str
    version: str
    level: int
    title_zh: str
    material_zh: str
    questions: Sequence[QuestionDraft]
    title_en: str = ""
    material_en: str = ""
    hours: int = 1
    pass_percent: int = 80
    valid_days: int = 365


# — curricula —


@command
def publish_curriculum(*, actor: Actor, curriculum: CurriculumDraft, now: datetime) -> Curriculum:
    """Publishes a curriculum, which is fixed and replaces an earlier one of the same rule version and level.

    Raises `NotAllowed`, and `Invalid` with one error per hole.
    """
    require(may_publish_curriculum(actor))
    version = _version(curriculum.rule, curriculum.version)
    errors = _errors(curriculum)
    if version is None:
        errors.insert(0, FieldError("/version", "unknown-version", _("We know no such version of a rule.")))
    if errors or version is None:
        raise Invalid(errors=errors)
    RuleVersion.objects.select_for_update().get(pk=version.pk)  # editions of one version are numbered in turn
    row = Curriculum.objects.create(
        ref=new_ref("cur_"),
        rule_version=version,
        no=Curriculum.objects.filter(rule_version=version, level=curriculum.level).count() + 1,
        **named(curriculum, lambda c: (c.level, c.title_zh, c.title_en, c.material_zh)),
        **named(curriculum, lambda c: (c.material_en, c.hours, c.pass_percent, c.valid_days)),
    )
    questions = [
        Question(
            curriculum=row,
            no=no,
            options=[{"zh": zh, "en": en} for zh, en in question.options],
            **named(question, lambda q: (q.text_zh, q.text_en, q.right, q.explanation_zh, q.explanation_en)),
        )
        for no, question in enumerate(curriculum.questions, start=1)
    ]
    Question.objects.bulk_create(questions)
    row.text_hash = digest(
        {
            "material": [row.title_zh, row.title_en, row.material_zh, row.material_en],
            "questions": [[q.text_zh, q.text_en, q.options, q.right] for q in questions],
            "pass": row.pass_percent,
        }
    )
    row.published_at = now
    row.save(update_fields=["text_hash", "published_at"])
    return row


def _version(rule: str, number: str) -> RuleVersion | None:
    named = Q(rule__code=rule) | Q(rule__ref=rule)
    return RuleVersion.objects.filter(named, number=number, published_at__isnull=False).first()


def _errors(draft: CurriculumDraft) -> list[FieldError]:
    errors = [
        FieldError(f"/{name}", "required", _("Write it in Chinese at least."))
        for name in ("title_zh", "material_zh")
        if is_visually_blank(getattr(draft, name))
    ]
    for name, value, least, most in (
        ("level", draft.level, LEVELS[0], LEVELS[-1]),
        ("hours", draft.hours, 0, 500),
        ("pass_percent", draft.pass_percent, 50, 100),
        ("valid_days", draft.valid_days, 1, 1500),
    ):
        if not least <= value <= most:
            errors.append(
                FieldError(
                    f"/{name}",
                    "out-of-range",
                    _("A number from %(least)d to %(most)d.") % {"least": least, "most": most},
                )
            )
    if not draft.questions:
        errors.append(FieldError("/questions", "required", _("A test has at least one question.")))
    for no, question in enumerate(draft.questions):
        at = f"/questions/{no}"
        if is_visually_blank(question.text_zh) or is_visually_blank(question.explanation_zh):
            errors.append(FieldError(at, "required", _("Write question and explanation in Chinese at least.")))
        if not MIN_OPTIONS <= len(question.options) <= MAX_OPTIONS:
            errors.append(FieldError(f"{at}/options", "options", _("A question has two to eight options.")))
        elif any(is_visually_blank(zh) for zh, _en in question.options):
            errors.append(FieldError(f"{at}/options", "required", _("Write every option in Chinese at least.")))
        if not 0 <= question.right < len(question.options):
            errors.append(FieldError(f"{at}/right", "unknown-option", _("Say which option is right, from 0.")))
    return errors


# — tests —


@command
def start_attempt(*, actor: Actor, curriculum: str, now: datetime) -> Attempt:
    """Starts a test for the person; one that is open already goes on.

    Raises `NotAllowed` for who works for no executor, `NotFound`, `NotYourTurn` before training began, after the end,
    or for a rule version that was replaced, and `TooManyRequests` after the day's attempts.
    """
    person = _tested(actor)
    row = or_not_found(
        Curriculum.objects.filter(ref=curriculum, published_at__isnull=False).select_related("rule_version").first()
    )
    executor = Executor.lock(Q(), pk=person.executor_id)
    open_one = Attempt.objects.filter(person=person, curriculum=row, finished_at__isnull=True).first()
    if open_one is not None:
        return open_one
    if executor.state in (ExecutorState.REGISTERED, ExecutorState.ENDED):
        raise NotYourTurn()
    if row.rule_version.effective_to is not None and row.rule_version.effective_to <= now:
        raise NotYourTurn(_("This version of the rule was replaced. Train on the new one."))
    if Curriculum.objects.filter(
        rule_version=row.rule_version_id, level=row.level, no__gt=row.no, published_at__isnull=False
    ).exists():
        raise NotYourTurn(_("There is a newer edition of this curriculum."))
    since = now - timedelta(days=1)
    today = Attempt.objects.filter(
        person=person,
        curriculum__rule_version=row.rule_version_id,
        curriculum__level=row.level,
        started_at__gt=since,
    )
    if today.count() >= settings.EXECUTOR_ATTEMPTS_A_DAY:
        first = today.order_by("started_at").values_list("started_at", flat=True)[0]
        raise TooManyRequests(
            _("The attempts of a day are used up. Read the material again, and try tomorrow."),
            retry_after=max(1, int((first - since).total_seconds())),
        )
    return Attempt.objects.create(ref=new_ref("att_"), person=person, curriculum=row, started_at=now)


@command
def save_answers(*, actor: Actor, ref: str, answers: Mapping[int, int], now: datetime) -> Attempt:
    """Saves these answers {question number: option from 0} beside those given before.

    Raises `NotAllowed`, `NotFound`, `NotYourTurn` once it is finished, and `Invalid` for what is no question or option.
    """
    attempt = _open_attempt(actor, ref)
    _keep(attempt, answers, now)
    return attempt


@command
def finish_attempt(*, actor: Actor, ref: str, now: datetime, answers: Mapping[int, int] | None = None) -> Attempt:
    """Finishes and fixes the test, with score and evidence; a passed one gives a certification.

    What was not answered counts as wrong. Raises as `save_answers`, and `NotYourTurn` where the rule version was
    replaced meanwhile.
    """
    attempt = _open_attempt(actor, ref)
    if answers:
        _keep(attempt, answers, now)
    curriculum, person = attempt.curriculum, attempt.person
    executor = person.executor
    version = curriculum.rule_version
    if version.effective_to is not None and version.effective_to <= now:
        raise NotYourTurn(_("This version of the rule was replaced. Train on the new one."))
    questions = list(curriculum.questions.all())
    right = sum(attempt.answers.get(str(q.no)) == q.right for q in questions)
    attempt.score = 100 * right // len(questions)
    attempt.passed = attempt.score >= curriculum.pass_percent
    attempt.finished_at = max(now, attempt.started_at)
    attempt.evidence_hash = digest(
        {
            "curriculum": curriculum.text_hash,
            "person": person.code,
            "answers": attempt.answers,
            "score": attempt.score,
            "from": attempt.started_at.isoformat(),
            "to": attempt.finished_at.isoformat(),
        }
    )
    attempt.save(update_fields=["score", "passed", "finished_at", "evidence_hash"])
    facts = {
        "person": person.code,
        "attempt": attempt.ref,
        "rule": f"{version.rule.code}@{version.number}",
        "level": curriculum.level,
        "score": attempt.score,
        "evidence": attempt.evidence_hash,
    }
    if not attempt.passed:
        fire(executor, "fail_attempt", actor=actor, now=now, facts=facts)
        return attempt
    certification = Certification.objects.create(
        ref=new_ref("ctf_"),
        person=person,
        curriculum=curriculum,
        attempt=attempt,
        rule_version=version,
        level=curriculum.level,
        issued_at=attempt.finished_at,
        expires_at=attempt.finished_at + timedelta(days=curriculum.valid_days),
    )
    fire(
        executor,
        "certify_person",
        actor=actor,
        now=now,
        facts=facts | {"certification": certification.ref, "expires": certification.expires_at.isoformat()},
        deadlines=reminders("executor.reminder", str(certification.pk), now, certification.expires_at),
    )
    return attempt


def _tested(actor: Actor) -> ExecutorPerson:
    require(may_take_test(actor))
    person = person_of(actor)
    if person is None:
        raise NotAllowed()
    return person


def _open_attempt(actor: Actor, ref: str) -> Attempt:
    """Locks the person's own attempt and its executor. Raises `NotAllowed`, `NotFound`, `NotYourTurn`."""
    person = _tested(actor)
    executor = Executor.lock(Q(), pk=person.executor_id)
    attempts = Attempt.objects.select_related("curriculum__rule_version__rule", "person")
    attempt = or_not_found(attempts.filter(ref=ref, person=person).first())
    if attempt.finished_at is not None:
        raise NotYourTurn(_("This test is finished."))
    attempt.person.executor = executor
    return attempt


def _keep(attempt: Attempt, answers: Mapping[int, int], now: datetime) -> None:
    options = {q.no: len(q.options) for q in attempt.curriculum.questions.all()}
    errors = [
        FieldError(f"/answers/{no}", "unknown-option", _("Choose one of the options of this question."))
        for no, option in answers.items()
        if not 0 <= option < options.get(no, 0)
    ]
    if errors:
        raise Invalid(errors=errors)
    attempt.answers = attempt.answers | {str(no): option for no, option in answers.items()}
    attempt.saved_at = now
    attempt.save(update_fields=["answers", "saved_at"])
