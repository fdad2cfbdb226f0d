"""What this database is: real, a sample or a sandbox, and the clock of a sandbox."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from casework.constraints import check
from casework.triggers import Trigger, changed, kept, on_insert, on_update

CLOCK_AHEAD_AT_MOST = timedelta(days=730)
"""Of a sandbox; less than the years after which keys of requests may end, which the database counts for itself."""


class Installation(models.Model):
    """What this database is. At most one row; `is_sample` and `is_sandbox` can only be said of a database in which
    nobody is yet, and stay. A database without a row is a real one.

    The clock of a sandbox is `clock_ahead` of the wall clock, and on its way to `clock_moves_to`.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    is_sample = models.BooleanField(default=False, editable=False)
    is_sandbox = models.BooleanField(default=False, db_default=False, editable=False)
    created_at = models.DateTimeField(editable=False)
    clock_ahead = models.DurationField(default=timedelta, db_default=timedelta(), editable=False)
    clock_moves_to = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = (
            check("installation_is_single", Q(id=1)),
            check("installation_is_a_sample_or_a_sandbox", Q(is_sample=False) | Q(is_sandbox=False)),
            check(
                "clock_is_moved_in_a_sandbox_alone",
                Q(is_sandbox=True) | Q(clock_ahead=timedelta(), clock_moves_to__isnull=True),
            ),
            check("clock_is_ahead_by_two_years_at_most", Q(clock_ahead__lte=CLOCK_AHEAD_AT_MOST)),
        )


INSTALLATION_TRIGGERS: list[Trigger] = [
    on_insert(
        "accounts_installation",
        "sample_is_marked_before_anybody_joins",
        "NEW.is_sample AND EXISTS (SELECT 1 FROM accounts_user)",
        problem="not-allowed",
    ),
    on_insert(
        "accounts_installation",
        "sandbox_is_marked_before_anything_is_in_it",
        """
            NEW.is_sandbox AND (
                EXISTS (SELECT 1 FROM accounts_user) OR EXISTS (SELECT 1 FROM accounts_party)
                OR EXISTS (SELECT 1 FROM accounts_apiclient) OR EXISTS (SELECT 1 FROM casework_event)
            )
        """,
        problem="not-allowed",
    ),
    on_update(
        "accounts_installation",
        "installation_is_marked_once",
        changed("id is_sample is_sandbox created_at"),
        problem="not-allowed",
    ),
    on_update("accounts_installation", "clock_never_goes_back", "NEW.clock_ahead < OLD.clock_ahead"),
    kept("accounts_installation", "installation_stays_what_it_is"),
]
