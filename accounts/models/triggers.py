"""What the database refuses about the people of parties and of the platform, whoever writes."""

from casework.triggers import Trigger, on_write


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
]
