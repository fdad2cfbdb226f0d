"""What the database refuses about the people of parties and of the platform, whoever writes."""

from casework.triggers import SEALED, Trigger, kept, on_update, on_write, sealed


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
]
