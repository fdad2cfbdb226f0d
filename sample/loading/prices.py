"""Prices by class of buyers: a difference that waits for its answer, of goods of an order, and one that was mended."""

from datetime import datetime, timedelta

from rules import commands
from rules.models import PriceFinding
from sample.content.orders import ORDERS
from sample.loading.base import Loaded

DAY = timedelta(days=1)


def load_prices(made: Loaded) -> None:
    """The first in the minute of the order, told of yesterday; the second answered in time."""
    order = next(each for each in ORDERS.values() if each.number == 1033).as_order(made.now)
    placed = datetime.fromisoformat(order["placed_at"])
    told(made, order["product_url"], "便携音箱 Mini3 · 1件", placed, {"NEW": 24900, "RETURNING": 29900}, days=1)
    at = made.now - 9 * DAY
    row = told(
        made, "https://hemart.example/goods/2207", "保温杯 500毫升 · 1件", at, {"NEW": 6900, "MEMBER": 7900}, days=9
    )
    commands.answer_price_finding(
        actor=made.person("yaoning"),
        ref=row.ref,
        reason="会员页价格缓存未随降价更新，已修正；当日按高价付款的会员已退还差价。",
        now=made.now - 8 * DAY,
    )


def told(made: Loaded, goods: str, conditions: str, at: datetime, prices: dict[str, int], *, days: int) -> PriceFinding:
    """What the platform told so many days ago of what it showed at `at`."""
    seen = {"goods": goods, "conditions": conditions, "shown_at": at}
    rows = [{**seen, "audience": audience, "price_minor": price} for audience, price in prices.items()]
    told_at = made.now - days * DAY + timedelta(minutes=5)
    (row,) = commands.record_prices(actor=made.platform, observations=rows, now=told_at)
    return row
