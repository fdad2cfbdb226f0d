"""R5: what takes a third party's permission away, and a notice under its act, at the same moment.

Whoever is first: nothing is issued under a lapsed, suspended or exceeded mandate. The ending carries the earlier
moment, so that an act which slipped in after it would show by its time. The control shows that the race is a real one.
"""

import threading
import time
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q

from accounts.models import Party, User
from casework import ledger
from casework.errors import ExecutorNotCertified, Invalid, OutsideMandate
from casework.firing import Move, fire_many, open_cases
from executors import commands
from executors.models import (
    Act,
    ActCertification,
    Attempt,
    Certification,
    Executor,
    ExecutorPerson,
    Mandate,
    MandateMeasure,
    MandateRule,
    ProcessingTerms,
)
from notices import commands as notices
from notices.models import Notice
from rules.models import PlatformRule, RuleVersion
from tests import factories as make
from tests.executors import building as build
from tests.extent import extent
from tests.laws import insert
from tests.races.racing import race

pytestmark = [pytest.mark.races, pytest.mark.usefixtures("postgresql")]

RACES = extent("races of an act and the end of its mandate", everyday=40, ci=40, full=1000)
KINDS = ("suspend", "end", "withdraw", "revoke", "narrow", "leave", "replace", "expire")
EACH_WAY = RACES // 20  # fewer, and the race was not exercised
SECOND = timedelta(seconds=1)
REFUSED = (ExecutorNotCertified, OutsideMandate)


@dataclass
class Racer:
    """One executor that may act, with its one person, and the rule that it acts on."""

    kind: str
    executor: Executor
    person: ExecutorPerson
    mandate: Mandate
    certification: Certification
    rule: str


def fleet(arena, kinds):
    """So many executors, each ready to act; made in batches, by the same steps that the commands take."""
    now = arena.now
    own = [make.publish_rule(arena.platform, now=now) if kind == "replace" else arena.rule for kind in kinds]
    taught = {rule: build.curriculum(arena, now=now, rule=rule) for rule in dict.fromkeys(own)}
    parties = Party.objects.bulk_create(
        Party(kind="EXECUTOR", name=f"甲{i}", client=arena.client, external_ref=f"x-{i}", created_at=now)
        for i in range(len(kinds))
    )
    executors = [
        Executor(
            party=party,
            client=arena.client,
            kind="ORGANISATION",
            contract_number="HT",
            contract_from=now - timedelta(days=1),
            contract_until=now + timedelta(days=99),
            state_since=now,
        )
        for party in parties
    ]
    with transaction.atomic():
        open_cases(
            [Move(case=e) for e in executors],
            state="REGISTERED",
            event="executor.registered",
            actor=arena.platform,
            now=now,
        )
    users = User.objects.bulk_create(User(username=f"racer-{i}") for i in range(len(kinds)))
    heads = User.objects.bulk_create(User(username=f"head-{i}") for i in range(len(kinds)))
    people = ExecutorPerson.objects.bulk_create(
        ExecutorPerson(executor=e, user=u, code=f"Z-{i}", started_at=now)
        for i, (e, u) in enumerate(zip(executors, users, strict=True))
    )
    ExecutorPerson.objects.bulk_create(
        ExecutorPerson(executor=e, user=u, code=f"H-{i}", is_lead=True, started_at=now)
        for i, (e, u) in enumerate(zip(executors, heads, strict=True))
    )
    with transaction.atomic():
        _move(arena, executors, "begin_training")
    attempts = Attempt.objects.bulk_create(
        Attempt(
            ref=f"att_{i}",
            person=person,
            curriculum=taught[rule],
            started_at=now,
            finished_at=now,
            score=100,
            passed=True,
            evidence_hash="h",
        )
        for i, (person, rule) in enumerate(zip(people, own, strict=True))
    )
    certifications = Certification.objects.bulk_create(
        Certification(
            ref=f"ctf_{a.ref}",
            person=a.person,
            curriculum=a.curriculum,
            attempt=a,
            rule_version_id=a.curriculum.rule_version_id,
            level=2,
            issued_at=now,
            expires_at=now + (SECOND if kind == "expire" else timedelta(days=90)),
        )
        for a, kind in zip(attempts, kinds, strict=True)
    )
    ProcessingTerms.objects.bulk_create(
        ProcessingTerms(
            executor=e,
            no=1,
            purpose="审核",
            method="查看",
            data_kinds="商品",
            protection="专用账号",
            on_end="delete",
            effective_from=now,
            until=now + timedelta(days=90),
            recorded_at=now,
            recorded_by_ref="cli_x",
        )
        for e in executors
    )
    mandates = Mandate.objects.bulk_create(
        Mandate(
            ref=f"mdt_{i}", executor=e, no=1, effective_from=now, ceiling_minor=50_000, granted_by_client=arena.client
        )
        for i, e in enumerate(executors)
    )
    MandateMeasure.objects.bulk_create(
        MandateMeasure(mandate=m, measure_type=code, level=level)
        for m in mandates
        for code, level in build.MEASURES.items()
    )
    rules = {r.code: r for r in PlatformRule.objects.all()}
    MandateRule.objects.bulk_create(
        MandateRule(mandate=m, rule=rules[rule]) for m, rule in zip(mandates, own, strict=True)
    )
    Mandate.objects.update(granted_at=now)
    with transaction.atomic():
        _move(arena, executors, "certify")
        _move(arena, executors, "activate")
    return [
        Racer(*row)
        for row in zip(kinds, executors, people, Mandate.objects.order_by("pk"), certifications, own, strict=True)
    ]


def _move(arena, executors, verb):
    fire_many(
        [Move(case=e, changes={"state_since": arena.now}) for e in executors], verb, actor=arena.platform, now=arena.now
    )


def draft(arena, racer, now):
    return make.draft(
        arena.merchant,
        racer.rule,
        now=now,
        basis=[notices.BasisDraft(kind="CLAUSE", rule=racer.rule, clause="8")],
        measures=[make.deduction(now, 40_000)],
        executor=notices.ExecutorDraft(ref=racer.executor.ref, person=racer.person.code),
        officer=racer.person.code,
    )


def ending(arena, racer, now):
    """What takes the permission away, by its command."""
    ref = racer.executor.ref
    if racer.kind == "suspend":
        return commands.suspend_executor(actor=arena.carl, ref=ref, reason="抽检", now=now)
    if racer.kind == "end":
        return commands.end_executor(actor=arena.carl, ref=ref, reason="终止", now=now)
    if racer.kind == "withdraw":
        return commands.withdraw_certification(actor=arena.carl, ref=racer.certification.ref, reason="代考", now=now)
    if racer.kind == "revoke":
        return commands.revoke_mandate(actor=arena.carl, ref=ref, mandate=racer.mandate.ref, reason="收回", now=now)
    if racer.kind == "narrow":
        narrower = build.mandate(arena, rules=[racer.rule], ceiling_minor=100)
        return commands.grant_mandate(actor=arena.carl, ref=ref, mandate=narrower, now=now)
    if racer.kind == "leave":
        return commands.end_person(actor=arena.carl, ref=ref, code=racer.person.code, now=now)
    if racer.kind == "replace":
        return make.publish_rule_again(arena.platform, racer.rule, number="2026-12", start=now, now=now)
    return None


def unlawful():
    """Acts that lie outside what allowed them, by what the rows say in the end. Asks no code of the gate."""
    over = F("acted_at")
    stopped = Q(executor__state__in=["SUSPENDED", "ENDED"], executor__state_since__lt=over)
    lapsed = (
        Q(mandate__effective_until__lte=over)
        | Q(mandate__effective_from__gt=over)
        | Q(person__ended_at__lt=over)
        | Q(certifications__certification__expires_at__lte=over)
        | Q(certifications__certification__withdrawn_at__lte=over)
        | Q(certifications__certification__rule_version__effective_to__lte=over)
        | Q(certifications__isnull=True)
    )
    exceeded = Q(notice__measures__amount_minor__gt=F("mandate__ceiling_minor"))
    return list(Act.objects.filter(stopped | lapsed | exceeded).values_list("pk", flat=True).distinct())


def test_nothing_is_issued_by_whom_it_was_taken_from_whoever_comes_first(arena):
    racers = fleet(arena, [KINDS[i % len(KINDS)] for i in range(RACES)])
    ends, acts = arena.now + SECOND / 2, arena.now + SECOND
    drafts = [draft(arena, racer, acts) for racer in racers]

    def end(i):
        time.sleep(0.03 * (i // len(KINDS) % 5))  # an issue has the longer way to its locks: it gets a lead, or none
        return ending(arena, racers[i], ends)

    def issue(i):
        if racers[i].kind == "expire" and i // len(KINDS) % 2:
            return make.issue(arena.platform, draft(arena, racers[i], ends), now=ends)
        return make.issue(arena.platform, drafts[i], now=acts)

    results = race([end, issue], times=RACES, jitter=0.01, patience=900)

    first = dict.fromkeys(KINDS, (0, 0))
    for racer, (ended, issued) in zip(racers, results, strict=True):
        acted, stopped = first[racer.kind]
        if isinstance(issued, Notice):
            first[racer.kind] = (acted + 1, stopped)
            # A rule version cannot be replaced before what was done under it: whoever publishes says a later moment.
            assert not isinstance(ended, Exception) or (racer.kind == "replace" and isinstance(ended, Invalid)), ended
        else:
            first[racer.kind] = (acted, stopped + 1)
            assert isinstance(issued, REFUSED), f"the issue ended strangely: {issued!r}"
            assert not isinstance(ended, Exception), f"the ending ended strangely: {ended!r}"
    assert not unlawful()
    assert Act.objects.count() == Notice.objects.count() == sum(acted for acted, _stopped in first.values())
    assert list(ledger.verify()) == []
    both = [sum(way) for way in zip(*first.values(), strict=True)]
    assert min(both) >= EACH_WAY, f"not exercised: {first}"
    assert RACES < 1000 or all(min(way) > 0 for way in first.values()), f"not exercised both ways: {first}"
    print(f"R5 by commands, issued and refused: {first}")


# — the tables alone —


def raw_ending(racer, now):
    """The same, as a bare UPDATE."""
    if racer.kind in ("suspend", "end"):
        state = "SUSPENDED" if racer.kind == "suspend" else "ENDED"
        Executor.objects.filter(pk=racer.executor.pk).update(state=state, state_reason="x", state_since=now)
    elif racer.kind == "withdraw":
        Certification.objects.filter(pk=racer.certification.pk).update(withdrawn_at=now, withdrawn_because="x")
    elif racer.kind in ("revoke", "narrow"):
        Mandate.objects.filter(pk=racer.mandate.pk).update(effective_until=now)
    elif racer.kind == "leave":
        ExecutorPerson.objects.filter(pk=racer.person.pk).update(ended_at=now)
    else:
        RuleVersion.objects.filter(rule__code=racer.rule).update(effective_to=now)
    return True


def raw_issue(racer, pattern, now):
    act = Act.objects.create(
        ref=f"act_{racer.executor.pk}",
        executor=racer.executor,
        person=racer.person,
        mandate=racer.mandate,
        acted_at=now,
    )
    ActCertification.objects.create(act=act, certification=racer.certification)
    numbered = {"ref": f"ntc_{act.pk}", "number": f"N-{act.pk}", "external_ref": f"raw-{act.pk}"}
    row = insert(pattern, **numbered, act_id=act.pk, served_at=now)
    insert(pattern.measures.get(), notice_id=row.pk)
    return row


def slowly(write):
    def side(i):
        with transaction.atomic():
            row = write(i)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.001)")  # hold it open, as a longer command would
            return row

    return side


@pytest.fixture
def pattern(arena):
    return arena.notice(measures=[make.measure(arena.now)])


def test_the_tables_alone_keep_the_promise(arena, pattern):
    """No policy, no command: two plain writes, and the triggers decide."""
    kinds = [kind for kind in KINDS if kind != "expire"]
    racers = fleet(arena, [kinds[i % len(kinds)] for i in range(RACES)])
    ends, acts = arena.now + SECOND / 2, arena.now + SECOND

    def end(i):
        time.sleep(0.004 * (i // len(kinds) % 2))
        return slowly(lambda i: raw_ending(racers[i], ends))(i)

    results = race(
        [end, slowly(lambda i: raw_issue(racers[i], pattern, acts))], times=RACES, jitter=0.002, patience=900
    )

    issued = sum(isinstance(row, Notice) for _ended, row in results)
    for ended, row in results:
        # Exactly one of the two: an ending that would lie before an act done meanwhile is refused as well.
        assert isinstance(ended, IntegrityError) == isinstance(row, Notice), (ended, row)
        assert isinstance(row, Notice | IntegrityError), row
    assert not unlawful()
    assert Notice.objects.filter(act__isnull=False).count() == issued
    assert min(issued, RACES - issued) >= EACH_WAY, f"not exercised: {issued} of {RACES}"
    print(f"R5 by triggers alone: issued {issued} of {RACES}")


GUARDS = {
    "executors_act": ("act_is_of_an_active_executor",),
    "executors_executor": ("executor_stops_after_its_last_act",),
    "notices_notice": ("notice_of_an_executor_rests_on_an_act_of_that_moment",),
    "notices_measure": ("executed_measure_is_within_the_mandate",),
}


def switch(how):
    with connection.cursor() as cursor:
        for table, names in GUARDS.items():
            for name in names:
                cursor.execute(f"ALTER TABLE {table} {how} TRIGGER {name}")


def test_control_without_the_guards_the_promise_breaks_every_time(arena, pattern):
    """Plain read, check and write, with the laws of the tables switched off: every single race goes wrong."""
    trials = 20
    racers = fleet(arena, ["suspend"] * trials)
    ends, acts = arena.now + SECOND / 2, arena.now + SECOND
    checked = threading.Barrier(2)

    def end(i):
        with transaction.atomic():
            idle = not Act.objects.filter(executor=racers[i].executor).exists()
            checked.wait(10)
            return raw_ending(racers[i], ends) if idle else None

    def issue(i):
        with transaction.atomic():
            free = Executor.objects.get(pk=racers[i].executor.pk).may_act
            checked.wait(10)
            return raw_issue(racers[i], pattern, acts) if free else None

    switch("DISABLE")
    try:
        race([end, issue], times=trials)
        assert len(unlawful()) == trials
    finally:
        switch("ENABLE")


def test_at_the_moment_a_certification_ends_nothing_is_issued_by_any_road(arena, pattern):
    """The last microsecond before is in time, the moment itself is not; by the command and by the tables alone."""
    by_command, by_row = fleet(arena, ["expire", "expire"])
    end = arena.now + SECOND

    with pytest.raises(ExecutorNotCertified):
        make.issue(arena.platform, draft(arena, by_command, end), now=end)
    with pytest.raises(IntegrityError), transaction.atomic():
        raw_issue(by_row, pattern, end)
    last = end - timedelta(microseconds=1)
    assert make.issue(arena.platform, draft(arena, by_command, last), now=last).act is not None
    with transaction.atomic():
        assert raw_issue(by_row, pattern, last)
    assert not unlawful()
