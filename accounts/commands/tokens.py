"""Tokens of people and clients, and tickets for sockets. A token is shown once; only its digest is kept."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

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
from accounts.policies import may_issue_token, may_name_officers
from casework.actor import Actor
from casework.errors import NotAllowed, require
from casework.firing import command

LISTENERS: list[Callable[[], None]] = []
"""Called after commit when somebody may do less than before, so that open sockets are authorised anew at once."""

TICKET_LIFETIME = timedelta(seconds=60)
MAX_TICKET = 100
PERSON_TOKEN_LIFETIME = timedelta(days=30)
CLIENT_TOKEN_LIFETIME = timedelta(days=365)


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
    plain = new_token()
    row = ApiToken.objects.create(
        digest=token_digest(plain),
        user=user,
        client=client,
        label=label[:120],
        second_factor=second_factor,
        password_mark=user.get_session_auth_hash() if user is not None else "",
        created_at=now,
        expires_at=now + (lasts_for or (PERSON_TOKEN_LIFETIME if user is not None else CLIENT_TOKEN_LIFETIME)),
        issued_by=actor.ref,
    )
    return plain, row


@command
def rotate_token(*, actor: Actor, plain: str, overlap: timedelta, now: datetime) -> tuple[str, ApiToken]:
    """Issues a client's next token and returns it in plain, this once, with its row; the one shown ends after
    `overlap`, unless it ends sooner anyway. Raises `NotAllowed` for a person, whose tokens are had for a password.
    """
    held = ApiToken.objects.filter(digest=token_digest(plain), client_id=actor.client_id, client__isnull=False).first()
    if held is None:
        raise NotAllowed()
    fresh = new_token()
    row = ApiToken.objects.create(
        digest=token_digest(fresh),
        client_id=held.client_id,
        label=held.label,
        created_at=now,
        expires_at=now + CLIENT_TOKEN_LIFETIME,
        issued_by=actor.ref,
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
