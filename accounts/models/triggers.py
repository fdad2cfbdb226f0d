"""What the database refuses about the people of parties and of the platform, whoever writes."""

from accounts.roles import SCOPES
from casework.triggers import SEALED, Trigger, kept, on_insert, on_update, on_write, sealed


def _alone(table: str, other: str, name: str) -> Trigger:
    """Refuses a live row of `table` beside a live row of `other` for the same person."""
    return on_write(
        table,
        name,
        f"""
            NEW.ended_at IS NULL
            AND EXISTS (SELECT 1 FROM {other} o WHERE o.user_id = NEW.user_id AND o.ended_at IS NULL)
        """,  # noqa: S608  our own tables
        lock="PERFORM 1 FROM accounts_user WHERE id = NEW.user_id FOR UPDATE;",
        problem="conflict-of-interest",
    )


def _has(scope: str, token: str) -> str:
    return f"CAST({token}.scopes AS TEXT) LIKE '%\"{scope}\"%'"


_WIDER = " OR ".join(f"{_has(scope, 'NEW')} AND m.scopes IS NOT NULL AND NOT {_has(scope, 'm')}" for scope in SCOPES)

PEOPLE_TRIGGERS: list[Trigger] = [
    _alone("accounts_membership", "accounts_staffrole", "member_of_a_party_is_no_staff"),
    _alone("accounts_staffrole", "accounts_membership", "staff_act_for_no_party"),
    kept("accounts_membership", "membership_is_kept"),
    sealed(
        "accounts_membership",
        "membership_stays_as_it_was_granted",
        "user_id party_id role started_at granted_by acts_until cases_named",
        once=("ended_at ended_by",),
    ),
    on_update(
        "accounts_party",
        "another_number_waits",
        """NEW.phone IS DISTINCT FROM OLD.phone AND NEW.phone <> ''
            AND (NEW.phone_from IS NULL OR NEW.phone_from IS NOT DISTINCT FROM OLD.phone_from)""",
        problem=SEALED,
    ),
    on_insert(
        "accounts_apitoken",
        "token_made_with_another_is_no_wider",
        f"""NEW.made_with_id IS NOT NULL AND (NEW.scopes IS NULL OR NOT EXISTS (SELECT 1 FROM accounts_apitoken m
            WHERE m.id = NEW.made_with_id AND m.client_id = NEW.client_id AND m.revoked_at IS NULL
            AND m.expires_at >= NEW.expires_at AND NOT ({_WIDER})))""",  # noqa: S608  our own codes
        problem="not-allowed",
    ),
    sealed("accounts_apitoken", "token_stays_as_wide_as_it_was_made", "scopes made_with_id last_four"),
]
