"""What becomes of certifications: one is withdrawn, a new version of a rule comes, one runs out."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.errors import NotYourTurn, or_not_found, require, require_text
from casework.firing import command, fire
from casework.models import Event
from executors.commands.locking import after_acts, lock_executor
from executors.commands.reminders import REMIND_DAYS, reminders
from executors.commands.training import MOMENT, SYSTEM
from executors.machine import LIVE
from executors.models import Act, Certification, Executor
from executors.policies import may_withdraw_certification, people_visible_to
from rules.models import RuleVersion


@command
def withdraw_certification(
    *, actor: Actor, ref: str, reason: str, now: datetime, expected_version: int | None = None
) -> Certification:
    """Withdraws the certification, with the reason; what was done under it stays.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn` when it was withdrawn before, `Invalid` without a reason.
    """
    found = Certification.objects.filter(people_visible_to(actor, path="person"), ref=ref)
    executor_ref = or_not_found(found.values_list("person__executor__ref", flat=True).first())
    executor = lock_executor(actor, executor_ref, expected_version)
    require(may_withdraw_certification(actor, executor))
    row = Certification.objects.select_related("person").get(ref=ref)
    if row.withdrawn_at is not None:
        raise NotYourTurn(_("This certification was withdrawn already."))
    require_text("/reason", reason, _("Say why."))
    done = Act.objects.filter(certifications__certification=row, acted_at__gte=now)
    row.withdrawn_at = after_acts(now, certifications__certification=row) + MOMENT if done.exists() else now
    row.withdrawn_because, row.withdrawn_by_id = reason, actor.person
    row.save(update_fields=["withdrawn_at", "withdrawn_because", "withdrawn_by"])
    fire(
        executor,
        "withdraw_certification",
        actor=actor,
        now=now,
        facts={"certification": row.ref, "person": row.person.code},
        cancels=tuple(f"executor.reminder:{row.pk}:{days}" for days in REMIND_DAYS),
    )
    return row


def note_new_rule_version(*, version_id: int, now: datetime) -> int:
    """Tells every executor with people certified for an earlier version of this rule of the new one, once.

    Its people are told now, and 30, 7 and 0 days before it takes effect unless they are certified for it by then.
    Returns how many executors learned it. A version that nobody is certified for before concerns nobody.
    """
    version = RuleVersion.objects.select_related("rule").get(pk=version_id)
    concerned = Executor.objects.filter(
        state__in=LIVE, people__ended_at__isnull=True, people__certifications__in=_before(version)
    )
    return sum(_note(pk, version, now) for pk in concerned.order_by("pk").values_list("pk", flat=True).distinct())


def _before(version: RuleVersion) -> QuerySet[Certification]:
    """The certifications for earlier versions of the rule which counted until this one, unless they had ended."""
    return Certification.objects.filter(
        rule_version__rule=version.rule_id,
        rule_version__effective_from__lt=version.effective_from,
        withdrawn_at__isnull=True,
    ).exclude(rule_version__effective_to__lt=version.effective_from)


@command
def _note(executor_id: int, version: RuleVersion, now: datetime) -> bool:
    executor = Executor.lock(Q(), pk=executor_id)
    name = f"{version.rule.code}@{version.number}"
    noted = Event.objects.filter(case_kind=Executor.KIND, case_id=executor.pk, type="executor.rule_changed")
    if executor.state not in LIVE or noted.filter(facts__rule=name).exists():
        return False
    fire(
        executor,
        "note_rule_change",
        actor=SYSTEM,
        now=now,
        facts={"rule": name, "version": version.pk, "from": version.effective_from.isoformat()},
        deadlines=reminders("executor.reminder", f"v{version.pk}", now, version.effective_from),
    )
    return True


@command
def remind_of_certification(*, executor_id: int, key: str, effective_at: datetime, now: datetime) -> None:
    """Reminds whoever is certified no more soon, or now; nothing when they are certified beyond that."""
    executor = Executor.lock(Q(), pk=executor_id)
    if executor.state not in LIVE:
        return
    what, _colon, days = key.partition(":")
    if what.startswith("v"):
        version = RuleVersion.objects.select_related("rule").get(pk=int(what.removeprefix("v")))
        people = _untrained(executor, version)
        facts = {"rule": f"{version.rule.code}@{version.number}", "due": version.effective_from.isoformat()}
    else:
        row = Certification.objects.select_related("person", "rule_version__rule").get(pk=int(what))
        people = [row.person.code] if _ends_with(row) else []
        facts = {
            "rule": f"{row.rule_version.rule.code}@{row.rule_version.number}",
            "certification": row.ref,
            "due": row.expires_at.isoformat(),
        }
    if people:
        fire(
            executor,
            "remind",
            actor=SYSTEM,
            now=now,
            effective_at=effective_at,
            facts=facts | {"people": people, "days": int(days)},
        )


def _untrained(executor: Executor, version: RuleVersion) -> list[str]:
    """Codes of those who were certified for the version before and are not for this one."""
    trained = Certification.objects.filter(rule_version=version, withdrawn_at__isnull=True).values("person")
    before = _before(version).filter(person__executor=executor, person__ended_at__isnull=True)
    rows: Iterable[str] = before.exclude(person__in=trained).values_list("person__code", flat=True)
    return sorted(set(rows))


def _ends_with(row: Certification) -> bool:
    """Whether its holder, who still works there, is certified by nothing else for longer."""
    if row.withdrawn_at is not None or row.person.ended_at is not None:
        return False
    if row.rule_version.effective_to is not None and row.rule_version.effective_to <= row.expires_at:
        return False  # the rule version ends first, and that is told by itself
    longer = Certification.objects.filter(
        person=row.person,
        rule_version=row.rule_version,
        level__gte=row.level,
        expires_at__gt=row.expires_at,
        withdrawn_at__isnull=True,
    )
    return not longer.exists()
