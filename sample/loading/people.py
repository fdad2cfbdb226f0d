"""The sample's people, and what they need to sign in: one password for all of them, and API tokens."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.utils.crypto import salted_hmac

from accounts import commands as accounts
from accounts.models import ApiClient, Party, PartyStatus, User
from appeals import commands as appeals
from sample.content.people import (
    ACTORS,
    CLOSED,
    PARTIES,
    PARTY_BY_KEY,
    PLATFORM_CLIENT,
    PLATFORM_SCOPES,
    ROUTING,
    TEAMS,
    USERS,
    WORK,
    UserPlan,
)
from sample.loading.base import CONSOLE, START, Loaded, Progress


def load_people(made: Loaded, *, progress: Progress) -> None:
    """Teams, parties, users and the marketplace's API client are there."""
    start = made.now - START
    made.client = accounts.create_client(
        actor=CONSOLE,
        name=PLATFORM_CLIENT,
        scopes=[*PLATFORM_SCOPES, "appeals:read", "figures:read", "parties:read"],
        now=start,
    )
    for team in TEAMS:
        made.teams[team.key] = accounts.create_team(
            actor=CONSOLE, name=team.name.zh, organisation=team.organisation.zh, is_external=team.is_external
        )
    for party in PARTIES:
        made.parties[party.key], _new = accounts.create_party(
            actor=CONSOLE,
            kind=party.kind,
            name=party.name.of(party.language),
            external_ref=party.external_ref,
            client=made.client,
            language=party.language,
            phone=party.phone,
            now=start,
        )
    for step, plan in enumerate(USERS, start=1):
        progress("people", step, len(USERS))
        _user(made, plan, start)
    # One password for everybody in the sample, hashed once: fifty hashes would take half a minute.
    User.objects.update(password=make_password(password()))
    made.users = {user.username: user for user in User.objects.select_related("team")}


def close_shops(made: Loaded) -> None:
    """The shops that are closed: the accounts of their people are blocked, and what was open goes on."""
    for plan in CLOSED:
        party = accounts.set_party_status(actor=CONSOLE, party=made.parties[plan.key], status=PartyStatus.CLOSED)
        for user in User.objects.filter(memberships__party=party):
            user.is_active = False
            user.save(update_fields=["is_active"])


def load_routing(made: Loaded) -> None:
    """What the reviewers can do and how much of it, and the rules by which appeals go; the last is tried as yet."""
    lead = made.person("guwen")
    for work in WORK:
        about = {name: value for name, value in work.items() if name != "username"}
        accounts.set_work(actor=lead, user=made.users[work["username"]], now=made.now, **about)
    for place, plan in enumerate(ROUTING, start=1):
        said = {**plan, "team": made.teams[plan["team"]] if "team" in plan else None}
        rule = appeals.draft_rule(actor=lead, now=made.now, place=place, **said)
        if place < len(ROUTING):
            appeals.enforce_rule(actor=lead, no=rule.pk, now=made.now)


def _user(made: Loaded, plan: UserPlan, start: datetime) -> None:
    at_work: dict[str, Any] = {
        name: made.teams[value] if name == "team" else value for name, value in plan.at_work.items()
    }
    user = accounts.create_user(
        actor=CONSOLE,
        username=plan.username,
        display_name=plan.display_name.of(plan.language),
        language=plan.language,
        large_text=plan.large_text,
        now=start,
        **at_work,
    )
    if plan.party:
        accounts.add_member(actor=CONSOLE, party=made.parties[plan.party], user=user, role=plan.membership, now=start)
    for role in plan.staff_roles:
        accounts.grant_staff_role(actor=CONSOLE, user=user, role=role, now=start)


def password() -> str:
    """The password of every sample person: made from this installation's secret key, so it need not be stored."""
    return (
        "sample-" + salted_hmac("sample.password", "", secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()[:12]
    )


def described(*, base_url: str, database: str, now: datetime) -> dict[str, object]:
    """What `demo --json` writes: the sample's actors with the password and a token each.

    Tokens are stored only as hashes, so new ones are issued; earlier ones stay as they are.
    """
    people = {user.actor: user for user in USERS if user.actor}
    _restore_password([user.username for user in people.values()])
    return {
        "base_url": base_url,
        "database": database,
        "actors": {name: _described(people.get(name), now=now) for name in ACTORS},
    }


def _described(plan: UserPlan | None, *, now: datetime) -> dict[str, str | None]:
    """One person of the sample; without a plan the marketplace's API client."""
    if plan is None:
        client = ApiClient.objects.get(name=PLATFORM_CLIENT)
        token, _row = accounts.issue_token(actor=CONSOLE, client=client, label="demo", now=now)
        return {"role": "platform", "username": None, "password": None, "token": token, "party": None}
    user = User.objects.get(username=plan.username)
    token, _row = accounts.issue_token(actor=CONSOLE, user=user, label="demo", now=now)
    external_ref = PARTY_BY_KEY[plan.party].external_ref if plan.party else ""
    party = Party.objects.filter(external_ref=external_ref).first() if plan.party else None
    return {
        "role": plan.role,
        "username": plan.username,
        "password": password(),
        "token": token,
        "party": party.ref if party else None,
    }


def _restore_password(usernames: list[str]) -> None:
    """The password is the one that is told, also where somebody has changed it or the secret key meanwhile."""
    for stored in User.objects.filter(username__in=usernames).values_list("password", flat=True).distinct():
        if not check_password(password(), stored):
            User.objects.filter(username__in=usernames, password=stored).update(password=make_password(password()))
