"""Every invented order, with the records that the invented marketplace keeps about it.

Times are told as days after the order, so that the same story fits any `now`. What does not belong here: the disputes
about them, and how the records are served (sample.web.platform).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from disputes.choices import Record
from disputes.records import COLLECTOR, FetchedRecord, Gap, OrderRecord, RecordsUnavailable
from sample.content.bilingual import Both
from sample.content.files import rows, tables
from sample.content.people import PARTY_BY_KEY

BEIJING = ZoneInfo("Asia/Shanghai")
_MOMENT = re.compile(r"day (-?\d+) (\d\d):(\d\d)")
_MARKETPLACE = tables("orders/marketplace")
SYSTEMS: dict[str, str] = _MARKETPLACE["systems"]
"""The system of the marketplace that keeps each kind of record."""
RECEIVERS: dict[str, dict[str, str]] = _MARKETPLACE["receivers"]
"""How a buyer's name and place stand on an order."""


@dataclass(frozen=True, slots=True)
class At:
    """A moment of an order's story: so many days after the day of the order, at this time in Beijing."""

    day: int
    hour: int = 10
    minute: int = 0

    @classmethod
    def parsed(cls, text: str) -> "At":
        """From `day 2 09:30`."""
        if (found := _MOMENT.fullmatch(text)) is None:
            raise ValueError(f"not a moment: {text!r}")
        return cls(*map(int, found.groups()))


@dataclass(frozen=True, slots=True)
class RecordPlan:
    """One record; `content` is JSON in which a text like `day 2 09:30` stands for that moment."""

    kind: str
    content: Mapping[str, Any]
    recorded: At | None = None


@dataclass(frozen=True, slots=True)
class GapPlan:
    """A kind of record that cannot be given: `not-kept` or `not-held`, and why."""

    kind: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleOrder:
    """One invented order. `grounds` are slugs of the burden table that its story fits; `buyer` and `seller` are keys
    of sample.content.people; `text` is what the page said; `without` names usual records that are missing; `trouble`
    is `records-slow`, `records-down`, `slow` or `down` where a system fails."""

    number: int
    grounds: tuple[str, ...]
    buyer: str
    seller: str
    title: Both
    about: Both
    text: str
    amount_minor: int
    days_ago: int
    placed: At
    shipped: At | None = None
    received: At | None = None
    tags: tuple[str, ...] = ()
    warranty_until: At | None = None
    best_before: At | None = None
    paid_by: str = ""
    bought_as: str = ""
    quantity: int = 1
    freight_minor: int = 0
    returns: str = "支持七天无理由退货"
    marks: tuple[str, ...] = ()
    note: str = ""
    without: tuple[str, ...] = ()
    trouble: str = ""
    own_records: tuple[RecordPlan, ...] = ()
    gaps: tuple[GapPlan, ...] = ()

    @property
    def ref(self) -> str:
        return f"O-2026-{self.number}"

    @property
    def listing_version(self) -> str:
        return f"L-{self.number}-3"

    @property
    def records(self) -> tuple[RecordPlan, ...]:
        """Those that every order has, and its own; a price or payment of its own takes the usual one's place."""
        replaced = {record.kind for record in self.own_records} & {Record.PRICE, Record.PAYMENT}
        usual = (RecordPlan(kind, content, at) for kind, content, at in self._usual())
        return tuple(r for r in usual if r.kind not in {*replaced, *self.without}) + self.own_records

    def _usual(self) -> tuple[tuple[str, dict[str, Any], At], ...]:
        unit_price = (self.amount_minor - self.freight_minor) // self.quantity
        receiver = RECEIVERS[self.buyer]
        ordered = {
            "order_no": self.ref,
            "status": "已收货" if self.received else ("已发货" if self.shipped else "待发货"),
            "items": [{"name": self.title.zh, "quantity": self.quantity, "unit_price_minor": unit_price}],
            "freight_minor": self.freight_minor,
            "paid_minor": self.amount_minor,
            "placed_at": self.placed,
            "shipped_at": self.shipped,
            "received_at": self.received,
            "receiver": receiver["name"],
            "address": f"{receiver['place']}（详细地址已遮盖）",
            "buyer_note": self.note,
        }
        page = {
            "version": self.listing_version,
            "title": self.title.zh,
            "text": self.text,
            "price_minor": unit_price,
            "sold_by": PARTY_BY_KEY[self.seller].name.zh,
            "marks": list(self.marks),
            "returns": self.returns,
            "captured_at": self.placed,
        }
        long_before = At(-20, 0, 0)
        paid = {
            "method": "禾市支付·借记卡",
            "transaction": f"PAY2026{self.number}{self.amount_minor % 997:03d}",
            "paid_minor": self.amount_minor,
            "paid_at": self.placed,
            "refunds": [],
        }
        return (
            (Record.ORDER, ordered, self.placed),
            (Record.LISTING, page, self.placed),
            (
                Record.PRICE,
                {"history": [{"from": long_before, "price_minor": unit_price, "label": "日常价"}]},
                long_before,
            ),
            (Record.PAYMENT, paid, self.placed),
        )

    def moment(self, at: At, now: datetime) -> datetime:
        """When that was, seen from `now`, in UTC."""
        day = now.astimezone(BEIJING).date() - timedelta(days=self.days_ago) + timedelta(days=at.day)
        return datetime.combine(day, time(at.hour, at.minute), BEIJING).astimezone(UTC)

    def as_order(self, now: datetime) -> dict[str, Any]:
        """The answer to `GET orders/{ref}`; its title is in the buyer's language, as the order page showed it."""
        return {
            "order_ref": self.ref,
            "title": self.title.of(PARTY_BY_KEY[self.buyer].language),
            "amount_minor": self.amount_minor,
            "currency": "CNY",
            "buyer": PARTY_BY_KEY[self.buyer].external_ref,
            "seller": PARTY_BY_KEY[self.seller].external_ref,
            "placed_at": self._filled(self.placed, now),
            "received_at": self._filled(self.received, now),
            "tags": list(self.tags),
            "warranty_until": self._day(self.warranty_until, now),
            "best_before": self._day(self.best_before, now),
            "paid_by": self.paid_by or None,
            "bought_as": self.bought_as or None,
            "product_url": f"https://hemart.example/goods/{self.number}",
            "listing_version": self.listing_version,
        }

    def as_records(self, kinds: Sequence[str], now: datetime) -> dict[str, Any]:
        """The answer to `GET orders/{ref}/records`: what is kept of these kinds, and a gap for every other."""
        records = [
            {
                "kind": str(plan.kind),
                "source": SYSTEMS[plan.kind],
                "recorded_at": self._filled(plan.recorded, now),
                "content": self._filled(plan.content, now),
            }
            for plan in self.records
            if plan.kind in kinds
        ]
        gaps = [{"kind": g.kind, "reason": g.reason, "detail": g.detail} for g in self.gaps if g.kind in kinds]
        told = {item["kind"] for item in [*records, *gaps]}
        nothing = "这笔订单没有这类记录。"
        gaps += [{"kind": kind, "reason": "not-held", "detail": nothing} for kind in kinds if kind not in told]
        return {"order_ref": self.ref, "records": records, "gaps": gaps}

    def _day(self, at: At | None, now: datetime) -> str | None:
        return None if at is None else self.moment(at, now).astimezone(BEIJING).date().isoformat()

    def _filled(self, value: Any, now: datetime) -> Any:
        """The same with every moment as the marketplace's systems write it: UTC, to the second."""
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            value = At.parsed(value)
        if isinstance(value, At):
            return self.moment(value, now).strftime("%Y-%m-%dT%H:%M:%SZ")
        if isinstance(value, Mapping):
            return {name: self._filled(inner, now) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._filled(inner, now) for inner in value]
        return value


@dataclass(frozen=True, slots=True)
class InProcessPlatform:
    """The marketplace without HTTP, for loading: `told_from` is when the orders are told, `at` the moment of asking."""

    told_from: datetime
    at: datetime

    def order(self, order_ref: str) -> OrderRecord | None:
        if (found := ORDERS.get(order_ref)) is None:
            return None
        self._check(found, "slow", "down")
        answer = found.as_order(self.told_from)
        for name in ("placed_at", "received_at"):
            answer[name] = answer[name] and datetime.fromisoformat(answer[name])
        for name in ("warranty_until", "best_before"):
            answer[name] = answer[name] and date.fromisoformat(answer[name])
        for name in ("paid_by", "bought_as"):
            answer[name] = answer[name] or ""
        return OrderRecord(ref=answer.pop("order_ref"), tags=tuple(answer.pop("tags")), **answer)

    def orders_of(self, party: str) -> list[OrderRecord]:
        own = [self.order(order.ref) for order in orders_with(party)]
        return [order for order in own if order is not None]

    def records(self, order_ref: str, kinds: Sequence[Record]) -> tuple[list[FetchedRecord], list[Gap]]:
        if (found := ORDERS.get(order_ref)) is None:
            return [], [Gap(kind, "not-held") for kind in kinds]
        self._check(found, "slow", "down", "records-slow", "records-down")
        answer = found.as_records(kinds, self.told_from)
        records = [
            FetchedRecord(
                kind=Record(item["kind"]),
                content=item["content"],
                source=f"{item['source']} (127.0.0.1)",
                collector=COLLECTOR,
                method="http-pull (UTC)",
                recorded_at=item["recorded_at"] and datetime.fromisoformat(item["recorded_at"]),
                collected_at=self.at,
            )
            for item in answer["records"]
        ]
        return records, [Gap(Record(gap["kind"]), gap["reason"], gap["detail"]) for gap in answer["gaps"]]

    def _check(self, order: SampleOrder, *troubles: str) -> None:
        if order.trouble in troubles:
            raise RecordsUnavailable("timeout" if order.trouble.endswith("slow") else "http-503")


_READ: tuple[SampleOrder, ...] = rows(
    SampleOrder, "orders", *(f"orders/{name}" for name in ("delivery", "quality", "returns", "special", "tea"))
)
ORDERS: dict[str, SampleOrder] = {order.ref: order for order in sorted(_READ, key=lambda order: order.number)}


def orders_with(party: str) -> list[SampleOrder]:
    """The orders in which the party with this number of the platform bought or sold; those that are there to show a
    fault are found by their own number alone.
    """
    sides = {order.ref: {PARTY_BY_KEY[key].external_ref for key in (order.buyer, order.seller)} for order in _READ}
    return [order for order in ORDERS.values() if party in sides[order.ref] and not order.trouble]
