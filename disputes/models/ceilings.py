"""The laws of how much money a dispute can be about. `disputes.ceilings` says the same in Python, with its words."""

from casework.triggers import Trigger, on_insert
from disputes.choices import REFUNDS, Beyond
from disputes.statutory import MULTIPLES

LOSS_MOST = 100_000_000
"""¥1,000,000.00: a loss beyond that is for a court."""

_REFUNDS = ", ".join(f"'{remedy}'" for remedy in sorted(map(str, REFUNDS)))


def _returned(claimant: str, order: str, but: str) -> str:
    """SQL: what of the order's price went back to the claimant in other disputes, or is owed."""
    return f"""COALESCE((SELECT SUM(o.amount_minor) FROM disputes_obligation o
        JOIN disputes_dispute e ON e.id = o.dispute_id
        WHERE e.claimant_id = {claimant} AND e.order_ref = {order} AND e.id <> {but} AND o.kind = 'PAY'
        AND o.creditor = 'CLAIMANT' AND o.state <> 'FAILED' AND o.remedy IN ('', {_REFUNDS})), 0)"""  # noqa: S608


def _times(beyond: Beyond, total: str) -> str:
    times, least = MULTIPLES[beyond]
    return f"CASE WHEN {times} * {total} > {least} THEN {times} * {total} ELSE {least} END"


def _gives_more(remedy: str) -> str:
    """SQL over a ground `g`: whether more than the order can be paid under the remedy."""
    return f"""(g.respondent_role = 'PLATFORM' OR {remedy} = 'FREIGHT'
        OR {remedy} = 'COMPENSATE' AND CAST(g.remedies AS TEXT) LIKE '%"COMPENSATE"%')"""


def _most(remedy: str, total: str) -> str:
    """SQL over a ground `g` that gives more under the remedy: the most that it gives."""
    stakes = "CAST(g.stakes AS TEXT)"
    return f"""({total} + CASE
        WHEN g.respondent_role = 'PLATFORM' OR {remedy} = 'FREIGHT' OR {stakes} NOT LIKE '%"punitive"%' THEN {LOSS_MOST}
        WHEN {stakes} LIKE '%"safety"%' THEN {_times(Beyond.TEN, total)} ELSE {_times(Beyond.THREE, total)} END)"""


def _within(name: str, table: str, *, remedy: str, amount: str, reason: str, of_case: bool = False) -> Trigger:
    """The law that a sum is within the order, or within what the ground gives beyond it, which needs a reason."""
    case = "NEW" if of_case else "d"
    rows = "disputes_groundrow g" if of_case else "disputes_dispute d JOIN disputes_groundrow g ON g.id = d.ground_id"
    which = "g.id = NEW.ground_id" if of_case else "d.id = NEW.dispute_id"
    total = f"{case}.order_amount_minor"
    returned = _returned(f"{case}.claimant_id", f"{case}.order_ref", "0" if of_case else "d.id")
    return on_insert(
        table,
        name,
        f"""EXISTS (SELECT 1 FROM {rows} WHERE {which} AND {amount} > {total} - {returned}
            AND NOT ({_gives_more(remedy)} AND {amount} <= {_most(remedy, total)} AND {reason}))""",  # noqa: S608
        only=f"{amount} IS NOT NULL",
        problem="validation",
    )


CEILING_TRIGGERS = [
    _within(
        "claim_is_within_what_the_order_and_its_ground_allow",
        "disputes_dispute",
        remedy="NEW.claim_remedy",
        amount="NEW.claim_amount_minor",
        reason="NEW.statement <> ''",
        of_case=True,
    ),
    # What was claimed has its reason on file, so an offer of no more needs none of its own.
    _within(
        "offer_is_within_what_the_order_and_its_ground_allow",
        "disputes_offer",
        remedy="NEW.remedy",
        amount="NEW.amount_minor",
        reason="(NEW.note <> '' OR NEW.amount_minor <= d.claim_amount_minor)",
    ),
    _within(
        "determination_is_within_what_the_order_and_its_ground_allow",
        "disputes_determination",
        remedy="NEW.remedy",
        amount="NEW.amount_minor",
        reason="NEW.reasons <> ''",
    ),
    # Two disputes about one order can end at the same moment.
    on_insert(
        "disputes_obligation",
        "price_of_an_order_goes_back_once",
        f"""EXISTS (SELECT 1 FROM disputes_dispute d WHERE d.id = NEW.dispute_id AND d.respondent_id IS NOT NULL
            AND NEW.amount_minor > d.order_amount_minor
                - {_returned("d.claimant_id", "d.order_ref", "0")})""",  # noqa: S608  our own constants
        only=f"NEW.kind = 'PAY' AND NEW.creditor = 'CLAIMANT' AND NEW.remedy IN ({_REFUNDS})",
        lock="""PERFORM 1 FROM accounts_party p JOIN disputes_dispute d ON d.claimant_id = p.id
            WHERE d.id = NEW.dispute_id FOR NO KEY UPDATE OF p;""",
        problem="validation",
    ),
    on_insert(
        "disputes_obligation",
        "sum_that_is_owed_was_agreed_or_determined",
        """NOT EXISTS (SELECT 1 FROM disputes_offer o WHERE o.dispute_id = NEW.dispute_id
                AND o.state = 'ACCEPTED' AND o.amount_minor >= NEW.amount_minor)
            AND NOT EXISTS (SELECT 1 FROM disputes_determination t WHERE t.dispute_id = NEW.dispute_id
                AND t.amount_minor >= NEW.amount_minor)
            AND NOT EXISTS (SELECT 1 FROM disputes_fastrefund r WHERE r.dispute_id = NEW.dispute_id
                AND r.accepted_at IS NOT NULL AND r.amount_minor >= NEW.amount_minor)""",
        only="NEW.amount_minor IS NOT NULL",
        problem="validation",
    ),
    on_insert(
        "disputes_advance",
        "advance_is_no_more_than_the_dispute_is_about",
        """EXISTS (SELECT 1 FROM disputes_dispute d WHERE d.id = NEW.dispute_id
            AND NEW.amount_minor > d.order_amount_minor AND NEW.amount_minor > COALESCE(d.claim_amount_minor, 0)
            AND NEW.amount_minor > COALESCE((SELECT MAX(o.amount_minor) FROM disputes_obligation o
                WHERE o.dispute_id = d.id), 0))""",
        problem="validation",
    ),
]
