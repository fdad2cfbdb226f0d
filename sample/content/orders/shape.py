"""The shape of an invented order: who, what, when, and the records that the invented marketplace keeps about it.

Times are told as days after the order, so that the same story fits any `now`. What does not belong here: the stories.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from disputes.words import Record
from sample.content.bilingual import Both
from sample.content.people import PARTY_BY_KEY

BEIJING = ZoneInfo("Asia/Shanghai")
SYSTEMS: dict[Record, str] = {
    Record.ORDER: "交易系统",
    Record.LISTING: "商品快照库",
    Record.PRICE: "价格与促销系统",
    Record.PAYMENT: "收付系统",
    Record.LOGISTICS: "物流轨迹库",
    Record.CHAT: "客服会话库",
    Record.AFTER_SALE: "售后系统",
    Record.RETURN: "退货系统",
    Record.WARRANTY: "保修登记",
    Record.LICENCE: "资质库",
    Record.PREPAID: "预付卡台账",
    Record.LIVE: "直播回放库",
    Record.RISK: "风控日志",
    Record.MEASURE: "处置系统",
}
RECEIVERS: dict[str, tuple[str, str]] = {
    "wangmin": ("王*", "浙江省杭州市西湖区"),
    "zhaolei": ("赵*", "江苏省南京市鼓楼区"),
    "sunguiying": ("孙**", "山东省济南市历下区"),
    "chenyuxin": ("陈**", "广东省广州市天河区"),
    "liudawei": ("刘**", "四川省成都市武侯区"),
    "huangjing": ("黄*", "湖北省武汉市洪山区"),
    "maokai": ("毛*", "湖南省长沙市岳麓区"),
    "xuyan": ("徐*", "陕西省西安市雁塔区"),
    "emma": ("L***", "上海市徐汇区"),
    "fengjun": ("冯*", "河北省石家庄市长安区"),
    "dingxia": ("丁*", "福建省厦门市思明区"),
    "heqiang": ("何*", "重庆市渝北区"),
    "beichuan": ("贝**", "浙江省温州市鹿城区"),
}


@dataclass(frozen=True, slots=True)
class At:
    """A moment of an order's story: so many days after the day of the order, at this time in Beijing."""

    day: int
    hour: int = 10
    minute: int = 0


@dataclass(frozen=True, slots=True)
class RecordPlan:
    """One record; `content` is JSON in which an `At` stands for the moment it names."""

    kind: Record
    content: Mapping[str, Any]
    recorded: At | None = None


@dataclass(frozen=True, slots=True)
class GapPlan:
    """A kind of record that cannot be given: `not-kept` or `not-held`, and why."""

    kind: Record
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class SampleOrder:
    """One invented order. `grounds` are slugs of the burden table that its story fits; `buyer` and `seller` are keys
    of sample.content.people; `trouble` is `records-slow`, `records-down`, `slow` or `down` where a system fails."""

    ref: str
    grounds: tuple[str, ...]
    buyer: str
    seller: str
    title: Both
    amount_minor: int
    days_ago: int
    placed: At
    received: At | None
    about: Both
    tags: tuple[str, ...] = ()
    records: tuple[RecordPlan, ...] = ()
    gaps: tuple[GapPlan, ...] = ()
    trouble: str = ""

    def moment(self, at: At, now: datetime) -> datetime:
        """When that was, seen from `now`, in UTC."""
        day = now.astimezone(BEIJING).date() - timedelta(days=self.days_ago) + timedelta(days=at.day)
        return datetime.combine(day, time(at.hour, at.minute), BEIJING).astimezone(UTC)

    def placed_at(self, now: datetime) -> datetime:
        return self.moment(self.placed, now)

    def received_at(self, now: datetime) -> datetime | None:
        return None if self.received is None else self.moment(self.received, now)

    @property
    def buyer_ref(self) -> str:
        """The buyer's number in the marketplace's own system."""
        return PARTY_BY_KEY[self.buyer].external_ref

    @property
    def seller_ref(self) -> str:
        return PARTY_BY_KEY[self.seller].external_ref

    @property
    def title_shown(self) -> str:
        """The title in the buyer's language, as the order page showed it."""
        return self.title.of(PARTY_BY_KEY[self.buyer].language)

    @property
    def listing_version(self) -> str:
        return f"L-{self.ref[-4:]}-3"

    @property
    def product_url(self) -> str:
        return f"https://hemart.example/goods/{self.ref[-4:]}"

    def as_order(self, now: datetime) -> dict[str, Any]:
        """The answer to `GET orders/{ref}`."""
        return {
            "order_ref": self.ref,
            "title": self.title_shown,
            "amount_minor": self.amount_minor,
            "currency": "CNY",
            "buyer": self.buyer_ref,
            "seller": self.seller_ref,
            "placed_at": stamp(self.placed_at(now)),
            "received_at": None if self.received is None else stamp(self.moment(self.received, now)),
            "tags": list(self.tags),
            "product_url": self.product_url,
            "listing_version": self.listing_version,
        }

    def as_records(self, kinds: Sequence[str], now: datetime) -> dict[str, Any]:
        """The answer to `GET orders/{ref}/records`: what is kept of these kinds, and a gap for every other."""
        records = [
            {
                "kind": str(plan.kind),
                "source": SYSTEMS[plan.kind],
                "recorded_at": None if plan.recorded is None else stamp(self.moment(plan.recorded, now)),
                "content": self._filled(plan.content, now),
            }
            for plan in self.records
            if plan.kind in kinds
        ]
        gaps = [
            {"kind": str(gap.kind), "reason": gap.reason, "detail": gap.detail}
            for gap in self.gaps
            if gap.kind in kinds
        ]
        told = {item["kind"] for item in [*records, *gaps]}
        nothing = "这笔订单没有这类记录。"
        gaps += [{"kind": kind, "reason": "not-held", "detail": nothing} for kind in kinds if kind not in told]
        return {"order_ref": self.ref, "records": records, "gaps": gaps}

    def _filled(self, value: Any, now: datetime) -> Any:
        if isinstance(value, At):
            return stamp(self.moment(value, now))
        if isinstance(value, Mapping):
            return {name: self._filled(inner, now) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._filled(inner, now) for inner in value]
        return value


def stamp(value: datetime) -> str:
    """A time as the marketplace's systems write it: UTC, to the second."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
