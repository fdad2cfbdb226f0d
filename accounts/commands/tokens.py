"""Tokens of people and clients, and tickets for sockets. A token is shown once; only its digest is kept."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.commands.records import note_token
from accounts.models import (
    TICKET_PREFIX,
    ApiClient,
    ApiToken,
    SocketTicket,
    User,
    new_ticket,
    new_token,
    token_digest,
)
from accounts.policies import may_end_token, may_issue_token, may_name_officers
from casework.actor import Actor, ActorKind
from casework.errors import Invalid, NotAllowed, NotFound, errors_in, one_of, require
from casework.firing import command

LISTENERS: list[Callable[[], None]] = []
"""Called after commit when somebody may do less than before, so that open sockets are authorised anew at once."""

TICKET_LIFETIME = timedelta(seconds=60)
MAX_TICKET = 100
PERSON_TOKEN_LIFETIME = timedelta(days=30)
CLIENT_TOKEN_LIFETIME = timedelta(days=365)
MOST = 100
"""Tokens that a client has at most where it makes them itself."""
NOTED_EACH = timedelta(hours=1)


@command
def issue_token(
    *,
    actor: Actor,
    now: datetime,
    user: User | None = None,
    client: ApiClient | None = None,
    label: str = "",
    second_factor: bool = False,
    lasts_for: timedelta | None = None,
) -> tuple[str, ApiToken]:
    """Issues a token and returns it in plain, this once, with its row. A new password ends a person's tokens.

    `second_factor` says that the person has given one just now. Raises `NotAllowed`.
    """
    require(may_issue_token(actor, user=user, client=client))
    return _made(
        actor,
        now,
        user=user,
        client=client,
        label=label[:120],
        second_factor=second_factor,
        password_mark=user.get_session_auth_hash() if user is not None else "",
        expires_at=now + (lasts_for or (PERSON_TOKEN_LIFETIME if user is not None else CLIENT_TOKEN_LIFETIME)),
    )


def _made(actor: Actor, now: datetime, **said: Any) -> tuple[str, ApiToken]:
    plain = new_token()
    digest, last_four = token_digest(plain), plain[-4:]
    row = ApiToken.objects.create(digest=digest, last_four=last_four, created_at=now, issued_by=actor.ref, **said)
    if actor.kind is not ActorKind.SYSTEM:
        note_token("make_token", row, actor=actor, now=now)
    return plain, row


@command
def restrict_token(
    *, actor: Actor, held: ApiToken, scopes: Collection[str], expires_at: datetime | None, label: str, now: datetime
) -> tuple[str, ApiToken]:
    """Makes with a client's token `held` another that may no more and lasts no longer; returns it in plain, this once,
    with its row. Raises `Invalid`.
    """
    ends = expires_at or held.expires_at
    others = ApiToken.objects.filter(client=held.client, revoked_at=None, expires_at__gt=now)
    wrong = errors_in(
        (not actor.scopes.issuperset(scopes), "/scopes", "unknown", one_of(sorted(actor.scopes))),
        (ends <= now, "/expires_at", "in-the-past", _("The token would have ended already.")),
        (ends > held.expires_at, "/expires_at", "out-of-range", _("It can last as long as yours at most.")),
        (others.count() >= MOST, "", "too-many", _("You have too many tokens. End some.")),
    )
    if wrong:
        raise Invalid(errors=wrong)
    return _made(
        actor, now, client=held.client, made_with=held, scopes=sorted(set(scopes)), expires_at=ends, label=label
    )


@command
def end_token(*, actor: Actor, token: ApiToken, now: datetime) -> None:
    """The token opens nothing any more. Raises `NotAllowed`, and `NotFound` where it was ended before."""
    require(may_end_token(actor, token))
    if revoke(pk=token.pk, now=now) != 1:
        raise NotFound()
    note_token("end_token", token, actor=actor, now=now)


def note_token_used(token: ApiToken, *, now: datetime) -> None:
    """Says when a client's token was used last, to the hour: no request but the first of an hour writes it."""
    if token.client_id is not None and (token.last_used_at is None or token.last_used_at <= now - NOTED_EACH):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


@command
def rotate_token(*, actor: Actor, held: ApiToken, overlap: timedelta, now: datetime) -> tuple[str, ApiToken]:
    """Issues a client's next token and returns it in plain, this once, with its row; `held` ends after `overlap`,
    unless it ends sooner anyway. The next of a restricted one may no more and lasts no longer.
    """
    fresh, row = _made(
        actor,
        now,
        client=held.client,
        label=held.label,
        scopes=held.scopes,
        made_with=held if held.is_restricted else None,
        expires_at=held.expires_at if held.is_restricted else now + CLIENT_TOKEN_LIFETIME,
    )
    ApiToken.objects.filter(pk=held.pk, expires_at__gt=now + overlap).update(expires_at=now + overlap)
    return fresh, row


@command
def revoke_token(*, actor: Actor, plain: str, now: datetime) -> bool:
    """Revokes a token; False when it was revoked before. Whoever holds a token may end it."""
    return revoke(digest=token_digest(plain), now=now) == 1


@command
def revoke_tokens(*, actor: Actor, now: datetime, user: User | None = None, client: ApiClient | None = None) -> int:
    """Revokes every token of a person or client; returns how many. Raises `NotAllowed`."""
    if may_issue_token(actor, user=user, client=client):
        require(may_name_officers(actor))
    if client is not None:
        for token in ApiToken.objects.filter(client=client, revoked_at=None, expires_at__gt=now):
            note_token("end_token", token, actor=actor, now=now)
    return revoke(user=user, now=now) if user is not None else revoke(client=client, now=now)


@command
def issue_socket_ticket(
    *, actor: Actor, now: datetime, token_id: int | None = None, session_key: str = ""
) -> tuple[str, SocketTicket]:
    """Issues a ticket that opens one socket as this person; returns it in plain, this once, with its row.

    It opens nothing once the token or session, one of which is given, has ended. Raises `NotAllowed` for a client.
    """
    if actor.user_id is None:
        raise NotAllowed()
    SocketTicket.objects.filter(user_id=actor.person, expires_at__lt=now - TICKET_LIFETIME).delete()
    plain = new_ticket()
    row = SocketTicket.objects.create(
        digest=token_digest(plain),
        user_id=actor.person,
        token_id=token_id,
        session_key=session_key,
        created_at=now,
        expires_at=now + TICKET_LIFETIME,
    )
    return plain, row


@command
def use_socket_ticket(*, plain: str, now: datetime) -> SocketTicket | None:
    """Uses a ticket up and returns its row; None when it is not valid any more."""
    if not plain.startswith(TICKET_PREFIX) or len(plain) > MAX_TICKET:
        return None
    unused = SocketTicket.objects.filter(digest=token_digest(plain), used_at__isnull=True, expires_at__gt=now)
    if unused.update(used_at=now) != 1:  # of two that show it at once, one is let in
        return None
    return SocketTicket.objects.get(digest=token_digest(plain))


def revoke(*, now: datetime, **whose: object) -> int:
    transaction.on_commit(notify_listeners)
    return ApiToken.objects.filter(revoked_at__isnull=True, **whose).update(revoked_at=now)


def notify_listeners() -> None:
    for listener in LISTENERS:
        listener()
