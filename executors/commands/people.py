"""The people of an executor: somebody new, somebody who leaves."""

from dataclasses import replace
from datetime import datetime
from secrets import choice

from django.utils.translation import gettext_lazy as _

from accounts.commands import end_membership, provide_member
from accounts.models import Membership, Team, User
from accounts.roles import ADMINISTRATOR, MANAGER, STAFF
from casework.actor import Actor, ActorKind
from casework.errors import Invalid, NotYourTurn, or_not_found, require_text
from casework.firing import command, fire
from casework.refs import SPOKEN
from executors.commands.locking import after_acts, lock_managed
from executors.machine import HEARD
from executors.models import ExecutorPerson
from executors.policies import live_leads


@command
def add_person(
    *,
    actor: Actor,
    ref: str,
    username: str,
    now: datetime,
    is_lead: bool = False,
    team: Team | None = None,
    sub_processor: str = "",
    password: str | None = None,
    display_name: str = "",
    email: str = "",
    language: str = "zh-hans",
    expected_version: int | None = None,
) -> ExecutorPerson:
    """Adds somebody who works for the executor, under a new code by which outsiders know them.

    Somebody new can sign in with the password; somebody known keeps name and password. `team` is by default the one
    that the person is in. Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`, `ConflictOfInterest` for staff of
    the platform, and `Invalid` for who works for an executor already.
    """
    executor = lock_managed(actor, ref, expected_version)
    require_text("/username", username, _("Give the name with which the person signs in."))
    passed_on = executor.sub_processors.filter(ref=sub_processor).first() if sub_processor else None
    if sub_processor and (passed_on is None or not passed_on.approved):
        raise Invalid.field("/sub_processor", "not-approved", _("The platform did not agree to this sub-processor."))
    known = User.objects.filter(username__iexact=username).first()
    if known is not None and ExecutorPerson.objects.filter(user=known, ended_at__isnull=True).exists():
        raise Invalid.field("/username", "works-already", _("This person already works for an executor."))
    others = executor.people.filter(ended_at__isnull=True).exclude(user=known)
    if executor.is_individual and others.exists():
        raise Invalid.field("/username", "individual", _("An individual executor is one person."))
    member = provide_member(
        actor=_for_membership(actor),
        party=executor.party,
        username=username,
        role=MANAGER if is_lead else STAFF,
        now=now,
        password=password,
        display_name=display_name,
        email=email,
        language=language,
    )
    person = ExecutorPerson.objects.create(
        executor=executor,
        user=member.user,
        code=_new_code(),
        is_lead=is_lead,
        team=team or member.user.team,
        sub_processor=passed_on,
        started_at=now,
    )
    fire(executor, "add_person", actor=actor, now=now, facts={"person": person.code, "is_lead": is_lead})
    return person


@command
def end_person(
    *, actor: Actor, ref: str, code: str, now: datetime, expected_version: int | None = None
) -> ExecutorPerson:
    """Ends a person's work for the executor and its party; what they did stays under their code.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn` when that ended before, and for the last lead of an
    organisation that may act or is suspended: somebody must be heard for it.
    """
    executor = lock_managed(actor, ref, expected_version)
    person = or_not_found(executor.people.filter(code=code).select_related("user").first())
    if person.ended_at is not None:
        raise NotYourTurn(_("This person does not work there any more."))
    has_to_be_heard = executor.state in HEARD and not executor.is_individual
    if has_to_be_heard and person.is_lead and not live_leads(executor).exclude(pk=person.pk).exists():
        raise NotYourTurn(_("This person is the last lead. Add another lead first: somebody must be heard for it."))
    person.ended_at = after_acts(now, person=person)
    person.save(update_fields=["ended_at"])
    member = Membership.objects.filter(party=executor.party, user=person.user, ended_at__isnull=True).first()
    if member is not None:
        end_membership(actor=_for_membership(actor), membership=member, now=now)
    fire(executor, "end_person", actor=actor, now=now, facts={"person": person.code})
    return person


def _for_membership(actor: Actor) -> Actor:
    """Returns the same actor, allowed what follows from managing an executor: that its people act for its party."""
    if actor.kind is ActorKind.CLIENT:
        return replace(actor, scopes=actor.scopes | {"parties:write"})
    return replace(actor, roles=actor.roles | {ADMINISTRATOR})


def _new_code() -> str:
    """Makes a code that nobody has had: `X-7K2M`. It says nothing about the person."""
    while True:
        code = "X-" + "".join(choice(SPOKEN) for _i in range(4))
        if not ExecutorPerson.objects.filter(code=code).exists():
            return code
