"""Values for templates: certificates, training, incidents and instructions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from casework.formats import deadline_text, moment_text
from executors import texts
from executors.events import EVENTS
from executors.machine import CONTESTABLE, UNHEARD, ExecutorState, IncidentState
from executors.models import (
    Attempt,
    Certification,
    Curriculum,
    Executor,
    ExecutorPerson,
    Incident,
    IncidentFinding,
    Instruction,
    Mandate,
)
from executors.queries.in_force import certificate_ends_at, certificate_state, mandate_in_force, measures_under
from executors.queries.incidents import masked

RENEWABLE = frozenset({"EXPIRING", "EXPIRED", "REPLACED"})
OVER = frozenset({"EXPIRED", "REPLACED", "RECALLED"})


def profile(person: ExecutorPerson) -> dict[str, Any]:
    """The reader's own name, which nobody else is shown, and the code that others know."""
    return {
        "name": str(person.user),
        "code": person.code,
        "organisation": "" if person.executor.is_individual else person.executor.party.name,
        "team": person.team.name if person.team is not None else "",
        "is_lead": person.is_lead,
    }


def inactive_notice(executor: Executor) -> dict[str, Any] | None:
    """Why nothing can be done in the executor's name now; None where it may act."""
    if executor.may_act:
        return None
    state = str(executor.state)
    titles = {
        "REGISTERED": _("Not active yet"),
        "IN_TRAINING": _("In training"),
        "CERTIFIED": _("Certified, not active yet"),
        "SUSPENDED": _("Suspended"),
        "ENDED": _("Ended"),
    }
    is_suspended = state == ExecutorState.SUSPENDED
    return {
        "state": state,
        "title": titles.get(state, capfirst(executor.get_state_display())),
        "text": executor.state_row.next_step,
        "reason": executor.state_reason,
        "at": executor.state_since if executor.state_reason else None,
        "contest": _(
            "It rests on the reason above; where that is the test of decided appeals and disputes, on the incidents of "
            "your firm. You can contest each finding once, in its time, on its incident's page. Against the suspension "
            "itself call the human line shown on this page and ask for compliance: only a person there ends it. "
            "Training and statements stay open to you meanwhile."
        )
        if is_suspended
        else "",
    }


# — certificates and training —


def certificate_card(
    row: Certification,
    *,
    executor: Executor,
    curricula: Iterable[Curriculum],
    now: datetime,
    labels: Mapping[str, str],
    names_person: bool = False,
) -> dict[str, Any]:
    """One certificate: what it is good for, until when, and what becomes impossible then.

    `labels` name the kinds of measure; the executor comes with its mandates, see `queries.with_mandates`.
    """
    state = certificate_state(row, now=now, is_suspended=str(executor.state) == "SUSPENDED")
    ends_at = certificate_ends_at(row)
    mandate = mandate_in_force(executor, now=now)
    measures = [labels.get(code, code) for code in measures_under(mandate, row)]
    said = _(", ").join(measures)
    again = newer_training(row, curricula, now=now) if state in RENEWABLE else None
    return {
        "state": state,
        "label": texts.CERTIFICATE[state],
        "is_urgent": state in RENEWABLE,
        "rule": row.rule_version.rule.name,
        "version": _("version %(number)s") % {"number": row.rule_version.number},
        "who": row.person.code if names_person else "",
        "level": row.level,
        "measures": said or _("none in your mandate"),
        "categories": categories(mandate),
        "issued_at": row.issued_at,
        "expires_at": row.expires_at,
        "score": _("%(score)s%% (%(needed)s%% needed)")
        % {"score": row.attempt.score, "needed": row.curriculum.pass_percent},
        "hours": _("Renewing takes %(hours)s.") % {"hours": hours(again.hours)} if again is not None else "",
        "why": _why(row, state),
        "due_at": ends_at if state == "EXPIRING" else None,
        "due_label": _("Counts until"),
        "blocked": blocked(state, said, ends_at),
        "renew": _("Renew") if state == "EXPIRING" else _("Train again"),
        "renew_url": reverse("executors:training", args=[again.ref]) if again is not None else "",
    }


def blocked(state: str, measures: str, ends_at: datetime) -> str:
    """What cannot be done once, or since, the certificate counts no more."""
    if not measures:
        return ""
    said = {"at": deadline_text(ends_at), "measures": measures}
    if state in OVER:
        return _("Without it you cannot carry out: %(measures)s.") % said
    if state == "SET_ASIDE":
        return _("Blocked while suspended: %(measures)s.") % said
    if state == "NOT_YET":
        return ""
    return _("From %(at)s on you cannot carry out: %(measures)s.") % said


def _why(row: Certification, state: str) -> str:
    version = row.rule_version
    if state == "RECALLED":
        return _("Withdrawn on %(at)s: %(reason)s") % {
            "at": moment_text(row.withdrawn_at, "day"),
            "reason": row.withdrawn_because,
        }
    if state == "NOT_YET":
        return _("It counts from %(at)s, when this version takes effect.") % {"at": moment_text(version.effective_from)}
    if version.effective_to is not None and version.effective_to < row.expires_at:
        text = (
            _("The rule was replaced on %(at)s, and this certificate lapsed with it.")
            if state in OVER
            else _("The rule is replaced on %(at)s, and this certificate lapses with it.")
        )
        return text % {"at": moment_text(version.effective_to)}
    return ""


def categories(mandate: Mandate | None) -> str:
    if mandate is None:
        return _("no mandate in force")
    return _(", ").join(c.category for c in mandate.categories.all()) or _("every category")


def newer_training(row: Certification, curricula: Iterable[Curriculum], *, now: datetime) -> Curriculum | None:
    """The training that renews it: for the rule as it will read last, at this level or the next above."""
    fitting = [
        c
        for c in curricula
        if c.rule_version.rule_id == row.rule_version.rule_id
        and c.level >= row.level
        and (c.rule_version.effective_to is None or c.rule_version.effective_to > now)
    ]
    return max(fitting, key=lambda c: (c.rule_version.effective_from, -c.level, c.no), default=None)


def hours(n: int) -> str:
    return ngettext("%(n)d hour", "%(n)d hours", n) % {"n": n}


def days(n: int) -> str:
    return ngettext("%(n)d day", "%(n)d days", n) % {"n": n}


def training_line(
    row: Curriculum, *, held: Iterable[Certification], open_attempt: Attempt | None, now: datetime
) -> dict[str, Any]:
    """One training in the list, with where the reader stands in it."""
    mine = [c for c in held if c.rule_version_id == row.rule_version_id and c.level >= row.level]
    states = {certificate_state(c, now=now) for c in mine}
    state, label = "", ""
    if open_attempt is not None:
        state, label = "EXPIRING", _("test begun")
    elif states & {"VALID", "NOT_YET", "EXPIRING"}:
        state, label = "VALID", _("passed")
    return {
        "url": reverse("executors:training", args=[row.ref]),
        "title": row.title,
        "text": _("%(rule)s, version %(number)s · level %(level)s · %(hours)s")
        % {
            "rule": row.rule_version.rule.name,
            "number": row.rule_version.number,
            "level": row.level,
            "hours": hours(row.hours),
        },
        "state": state,
        "label": label,
    }


def curriculum_head(row: Curriculum) -> dict[str, Any]:
    return {
        "ref": row.ref,
        "title": row.title,
        "rule": _("%(rule)s, version %(number)s")
        % {"rule": row.rule_version.rule.name, "number": row.rule_version.number},
        "level": row.level,
        "hours": hours(row.hours),
        "pass_text": _("%(percent)s%% of %(n)s questions right")
        % {"percent": row.pass_percent, "n": len(row.questions.all())},
        "valid": days(row.valid_days),
    }


def language_of_material(row: Curriculum) -> str:
    """The `lang` of the material as this reader is shown it."""
    return "en" if (get_language() or "").startswith("en") and row.material_en else "zh-Hans"


def questions(row: Curriculum, attempt: Attempt | None, *, missing: Sequence[int] = ()) -> list[dict[str, Any]]:
    """The test; which answer is right is told only once the attempt is finished."""
    given: Mapping[str, Any] = attempt.answers if attempt is not None else {}
    is_over = attempt is not None and attempt.finished_at is not None
    language = get_language() or ""
    found = []
    for question in row.questions.all():
        chosen = given.get(str(question.no))
        found.append(
            {
                "no": question.no,
                "id": f"question-{question.no}",
                "text": question.text,
                "is_missing": question.no in missing,
                "is_right": is_over and chosen == question.right,
                "explanation": question.explanation if is_over else "",
                "options": [
                    {
                        "value": place,
                        "text": text,
                        "is_chosen": chosen == place,
                        "is_right": is_over and place == question.right,
                    }
                    for place, text in enumerate(question.option_texts(language))
                ],
            }
        )
    return found


# — incidents and instructions —


def incident_title(row: Incident) -> str:
    return _("Notice %(number)s was overturned") % {"number": row.subject_number}


def incident_line(row: Incident, *, reader: ExecutorPerson, now: datetime) -> dict[str, Any]:
    """One incident in a list, with what it waits for."""
    state = str(row.state)
    due_at, due_label = None, ""
    if state == IncidentState.OPENED:
        due_at, due_label = row.explain_by, _("Explain by")
    elif may_contest(row, now) and row.finding != "NOT_IMPROPER":
        due_at, due_label = row.contest_by, _("Contest until")
    return {
        "ref": row.ref,
        "number": row.number,
        "state": state,
        "label": row.get_state_display(),
        "url": reverse("executors:incident", args=[row.ref]),
        "title": incident_title(row),
        "who": row.act.person.code if reader.pk != row.act.person_id else "",
        "at": row.created_at,
        "due_at": due_at,
        "due_label": due_label,
        "is_yours": row.state in UNHEARD,
        "result": str(capfirst(row.get_finding_display())) if row.finding else "",
    }


def may_contest(row: Incident, now: datetime) -> bool:
    """Whether the finding can still be contested."""
    return row.state in CONTESTABLE and row.may_still_be_contested(now)


def incident_turn(row: Incident, now: datetime) -> dict[str, Any]:
    """Whose turn it is, in one sentence."""
    if may_contest(row, now):
        return {
            "turn": "both",
            "at": row.contest_by,
            "text": _("You can contest the finding. The affected party is made whole meanwhile."),
        }
    state = row.state_row
    whose = {"executor": "you", "": "nobody"}.get(state.turn, state.turn)
    if row.state in UNHEARD:  # late as well, until it is found
        whose = "you"
    elif row.state == IncidentState.COMPENSATED:  # all that is left is to close it
        whose = "nobody"
    return {
        "turn": whose,
        "at": row.explain_by if row.state == IncidentState.OPENED else None,
        "text": state.next_step,
    }


def finding_card(row: IncidentFinding) -> dict[str, Any]:
    return {
        "state": "DECIDED",
        "label": row.get_outcome_display(),
        "reasons": row.reasons,
        "error": row.get_error_class_display(),
        "step": row.corrective_step,
        "at": row.found_at,
        "officer": row.found_by.officer_code,
    }


def act_summary(row: Incident) -> list[dict[str, Any]]:
    """What was done and what became of it, with no more about the party than is needed to explain it."""
    act, outcome = row.act, row.outcome
    told = [
        (
            _("Your decision"),
            capfirst(_("notice %(number)s, %(at)s") % {"number": row.subject_number, "at": moment_text(act.acted_at)}),
        ),
        (_("Person"), act.person.code),
        (_("Affected party"), masked(row.party.external_ref)),
        (_("Category"), act.category),
        (_("Tool"), act.tool_version),
        (_("Queue and shift"), " · ".join(filter(None, (act.queue, act.shift)))),
        (_("Overturned by"), capfirst(f"{outcome.get_source_display()}, {moment_text(outcome.decided_at)}")),
        (_("What was wrong"), capfirst(outcome.get_error_class_display())),
    ]
    return [{"key": key, "value": value} for key, value in told if value]


def rules_of(row: Incident) -> list[dict[str, Any]]:
    """The rule versions under whose certificates it was done, each as it then read."""
    found = []
    for link in row.act.certifications.all():
        version = link.certification.rule_version
        found.append(
            {
                "title": _("%(rule)s, version %(number)s") % {"rule": version.rule.name, "number": version.number},
                "url": reverse("rules:version", args=[version.rule.code, version.number]),
            }
        )
    return found


def instruction_line(row: Instruction, *, labels: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """One instruction in a list: what to do, about what, by when."""
    return {
        "ref": row.ref,
        "number": row.number,
        "state": str(row.state),
        "label": row.get_state_display(),
        "url": reverse("executors:instruction", args=[row.ref]),
        "title": _("%(measure)s: %(subject)s")
        % {"measure": labels.get(row.measure_type, row.measure_type), "subject": row.subject_number},
        "is_reversal": row.kind == "REVERSAL",
        "due_at": row.due_at if row.is_open else None,
        "due_label": _("Do it by"),
        "is_late": row.is_open and row.is_late(now),
    }


def timeline(events: Iterable[Any], *, reader: ExecutorPerson) -> list[dict[str, Any]]:
    """What happened to a case, newest first. Nobody is named: colleagues and officers are what they are."""
    found = []
    for event in events:
        is_own = event.actor_ref == reader.user.ref
        kind = {"system": "system", "staff": "platform", "client": "platform"}.get(event.actor_kind, "other")
        found.append(
            {
                "at": event.at,
                "text": EVENTS[event.type].party,
                "actor": "you" if is_own else kind,
                "who": _("Colleague") if kind == "other" and not is_own else "",
            }
        )
    return list(reversed(found))
