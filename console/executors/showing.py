"""What compliance's pages show of an executor, as values for templates. People appear by code.

What does not belong here: requests, and any write.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.templatetags.casework_tags import moment_text, money, officer
from executors import words
from executors.events import EVENTS
from executors.measurement import Share
from executors.models import Certification, Executor, Mandate, ProcessingTerms
from executors.queries.figures import decided_text, percent, range_text
from executors.queries.measurement import Standing
from executors.queries.measures import measure_labels
from executors.queries.standing import certificate_state, mandate_in_force, mandate_state

COUNTS = ("VALID", "EXPIRING")


def rows_of(told: Iterable[tuple[Any, Any]]) -> list[dict[str, Any]]:
    """Questions and answers for a summary list; what has no answer is left out."""
    return [{"key": key, "value": value} for key, value in told if value not in ("", None)]


def list_row(
    executor: Executor, held: Sequence[Certification], *, incidents: int, share: Share, now: datetime
) -> dict[str, Any]:
    """One executor in the list."""
    people = {p.pk for p in executor.people.all() if p.is_live}
    states = {(c.person_id, certificate_state(c, now=now)) for c in held}
    certified = {person for person, state in states if state in COUNTS and person in people}
    expiring = {person for person, state in states if state == "EXPIRING"} - {
        person for person, state in states if state == "VALID"
    }
    mandate = mandate_in_force(executor, now=now)
    return {
        "url": reverse("executing:executor", args=[executor.ref]),
        "name": executor.party.name,
        "number": executor.number,
        "kind": executor.get_kind_display(),
        "state": str(executor.state),
        "label": executor.get_state_display(),
        "contract_until": executor.contract_until,
        "contract_is_over": executor.contract_until <= now,
        "mandate": mandate_line(mandate) if mandate is not None else _("none in force"),
        "certified": _("%(n)s of %(of)s") % {"n": len(certified), "of": len(people)},
        "expiring": ngettext("%(n)s expires within 30 days", "%(n)s expire within 30 days", len(expiring))
        % {"n": len(expiring)}
        if expiring
        else "",
        "incidents": incidents,
        "rate": range_text(share),
        "of": decided_text(share),
    }


def mandate_line(row: Mandate) -> str:
    """A version in one line."""
    if row.effective_until is None:
        return _("version %(no)s, open end") % {"no": row.no}
    until = moment_text(row.effective_until, "day")
    return _("version %(no)s, until %(until)s") % {"no": row.no, "until": until}


def executor_head(executor: Executor) -> dict[str, Any]:
    titles = {
        "SUSPENDED": _("Why it is suspended"),
        "REINSTATED": _("Why it was reinstated"),
        "ENDED": _("Why it ended"),
    }
    return {
        "ref": executor.ref,
        "name": executor.party.name,
        "number": executor.number,
        "kind": capfirst(executor.get_kind_display()),
        "state": str(executor.state),
        "label": executor.get_state_display(),
        "contract": _("contract %(number)s, %(from)s – %(until)s")
        % {
            "number": executor.contract_number,
            "from": moment_text(executor.contract_from, "day"),
            "until": moment_text(executor.contract_until, "day"),
        },
        "reason": executor.state_reason,
        "since": executor.state_since if executor.state_reason else None,
        "why_title": titles.get(str(executor.state), _("Why it stands so")),
    }


def lacks(executor: Executor, held: Sequence[Certification], now: datetime) -> list[str]:
    """What keeps notices from being issued in its name, beside its state."""
    found = []
    if not executor.may_act:
        found.append(_("It is not active: %(state)s.") % {"state": executor.get_state_display()})
    if not executor.contract_covers(now):
        found.append(_("Its contract is not in term."))
    terms = newest_terms(executor, now)
    if terms is None or not terms.cover(now):
        found.append(_("No terms for personal data are in force."))
    if mandate_in_force(executor, now=now) is None:
        found.append(_("No mandate is in force."))
    people = {p.pk for p in executor.people.all() if p.is_live}
    if not any(c.person_id in people and c.is_in_force(now) for c in held):
        found.append(_("Nobody there holds a certificate in force."))
    return found


def newest_terms(executor: Executor, now: datetime) -> ProcessingTerms | None:
    """The terms that count: the newest that have begun."""
    begun = [t for t in executor.processing_terms.all() if t.effective_from <= now]
    return max(begun, key=lambda t: t.no, default=None)


def terms_card(executor: Executor, now: datetime) -> dict[str, Any] | None:
    rows = list(executor.processing_terms.all())
    row = newest_terms(executor, now) or max(rows, key=lambda t: t.no, default=None)
    if row is None:
        return None
    state = "VALID" if row.cover(now) else "NOT_YET" if row.effective_from > now else "ENDED"
    return {
        "state": state,
        "label": words.MANDATE[state],
        "title": _("version %(no)s") % {"no": row.no},
        "earlier": ngettext("%(n)s version in all", "%(n)s versions in all", len(rows)) % {"n": len(rows)}
        if len(rows) > 1
        else "",
        "rows": rows_of(
            [
                (_("Purpose"), row.purpose),
                (_("Method"), row.method),
                (_("Kinds of data"), row.data_kinds),
                (_("Protection"), row.protection),
                (_("At the end"), capfirst(row.get_on_end_display())),
                (_("In force"), f"{moment_text(row.effective_from, 'day')} – {moment_text(row.until, 'day')}"),
            ]
        ),
    }


def sub_lines(executor: Executor, *, may_decide: bool) -> list[dict[str, Any]]:
    found = []
    for row in executor.sub_processors.all():
        waits = row.approved is None
        state = "ISSUED" if waits else "VALID" if row.approved else "REFUSED"
        label = _("waits for a decision") if waits else _("approved") if row.approved else _("refused")
        url = reverse("executing:decide-sub", args=[executor.ref, row.ref]) if waits and may_decide else ""
        found.append({"name": row.name, "purpose": row.purpose, "state": state, "label": label, "url": url})
    return found


def pay_lines(executor: Executor) -> list[dict[str, Any]]:
    return [
        {
            "metric": capfirst(row.get_metric_display()),
            "words": row.words,
            "span": span_text(row.starts_at, row.ends_at),
        }
        for row in executor.pay_terms.all()
    ]


def span_text(start: datetime, end: datetime | None) -> str:
    return f"{moment_text(start, 'day')} – {moment_text(end, 'day') if end is not None else _('open end')}"


def mandate_card(executor: Executor, now: datetime) -> dict[str, Any] | None:
    """The version in force, else the next one to come."""
    rows = [m for m in executor.mandates.all() if m.granted_at is not None]
    coming = [m for m in rows if m.effective_from > now and m.effective_until != m.effective_from]
    row = mandate_in_force(executor, now=now) or min(coming, key=lambda m: m.effective_from, default=None)
    if row is None:
        return None
    state = mandate_state(row, now=now)
    labels = measure_labels()
    measures = [
        _("%(measure)s (level %(level)s)") % {"measure": labels.get(m.measure_type, m.measure_type), "level": m.level}
        for m in row.measures.all()
    ]
    ceiling = (
        _("none: no measure that moves money") if row.ceiling_minor is None else money(row.ceiling_minor, row.currency)
    )
    return {
        "state": state,
        "label": words.MANDATE[state],
        "title": _("version %(no)s") % {"no": row.no},
        "rows": rows_of(
            [
                (_("Measures"), _(", ").join(measures)),
                (_("Rules"), _(", ").join(r.rule.name for r in row.rules.all())),
                (_("Categories"), _(", ").join(c.category for c in row.categories.all()) or _("every category")),
                (_("Money of one notice at most"), ceiling),
                (_("In force"), span_text(row.effective_from, row.effective_until)),
                (_("Granted by"), granted_by(row)),
            ]
        ),
        "revoke_url": reverse("executing:revoke-mandate", args=[executor.ref, row.ref]),
    }


def granted_by(row: Mandate) -> str:
    if row.granted_by is not None:
        return officer(row.granted_by.officer_code)
    return _("the platform's back end")


def mandate_rows(executor: Executor) -> list[dict[str, Any]]:
    """Every version with what it covered, newest first."""
    labels = measure_labels()
    found = []
    for row in executor.mandates.all():
        measures = _(", ").join(f"{labels.get(m.measure_type, m.measure_type)} L{m.level}" for m in row.measures.all())
        found.append(
            {
                "no": row.no,
                "from": row.effective_from,
                "until": row.effective_until,
                "scope": measures,
                "by": granted_by(row),
                "why": row.ended_because,
            }
        )
    return found


def person_lines(
    executor: Executor, held: Sequence[Certification], shares: Mapping[int, Share], now: datetime
) -> list[dict[str, Any]]:
    """Its people by code, each with the certificates that say something still."""
    found = []
    for person in sorted(executor.people.all(), key=lambda p: (not p.is_live, p.code)):
        share = shares.get(person.pk, Share(0, 0))
        found.append(
            {
                "code": person.code,
                "is_lead": person.is_lead,
                "team": person.team.name if person.team is not None else "",
                "since": person.started_at,
                "until": person.ended_at,
                "certificates": [certificate_line(executor, c, now) for c in held if c.person_id == person.pk],
                "rate": range_text(share),
                "of": decided_text(share),
                "end_url": reverse("executing:end-person", args=[executor.ref, person.code]) if person.is_live else "",
            }
        )
    return found


def certificate_line(executor: Executor, row: Certification, now: datetime) -> dict[str, Any]:
    state = certificate_state(row, now=now)
    return {
        "state": state,
        "label": words.CERTIFICATE[state],
        "text": _("%(rule)s %(number)s, level %(level)s, until %(until)s")
        % {
            "rule": row.rule_version.rule.name,
            "number": row.rule_version.number,
            "level": row.level,
            "until": moment_text(row.expires_at, "day"),
        },
        "url": reverse("executing:withdraw-certificate", args=[executor.ref, row.ref])
        if state in ("VALID", "EXPIRING", "NOT_YET")
        else "",
    }


def test_card(test: Standing | None) -> dict[str, Any] | None:
    """Where the test that suspends stands, in words and numbers."""
    if test is None:
        return None
    return {
        "text": _(
            "Each decision counts for or against the rate that is accepted. When the evidence reaches %(needed)s, "
            "the executor is suspended by itself. One that keeps to the accepted rate is ever suspended by chance with "
            "a probability of %(alarm)s at most."
        )
        % {"needed": f"{test.needed:.0f}", "alarm": percent(test.false_alarm)},
        "rows": rows_of(
            [
                (_("Accepted rate"), percent(test.accepted)),
                (_("Decisions counted"), str(test.decided)),
                (_("Overturned among them"), str(test.overturned)),
                (
                    _("Evidence now"),
                    _("%(evidence)s of %(needed)s")
                    % {"evidence": f"{test.evidence:.2f}", "needed": f"{test.needed:.0f}"},
                ),
                (_("Counts since"), moment_text(test.since) if test.since is not None else ""),
            ]
        ),
    }


def course(events: Iterable[Any], codes: Mapping[str, str]) -> list[dict[str, Any]]:
    """What happened, newest first; officers and people of executors by code."""
    found = []
    for event in events:
        code = codes.get(event.actor_ref, "")
        kind = {"system": "system", "client": "platform"}.get(event.actor_kind, "other")
        found.append(
            {
                "at": event.at,
                "text": EVENTS[event.type].party,
                "actor": "officer" if event.actor_kind == "staff" else kind,
                "officer": code if event.actor_kind == "staff" else "",
                "who": code or _("Executor") if kind == "other" and event.actor_kind != "staff" else "",
            }
        )
    return list(reversed(found))
