"""The invented marketplace without HTTP, for loading the sample: the same orders and records, at any past `now`.

What does not belong here: anything that a served sample uses; that one is asked over HTTP (sample.web.platform).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from disputes.records import COLLECTOR, FetchedRecord, Gap, OrderRecord, RecordsUnavailable
from disputes.words import Record
from sample.content.orders import ORDERS, SampleOrder


@dataclass(frozen=True, slots=True)
class InProcessPlatform:
    """`told_from` is the moment from which the orders are told, `at` the moment of asking."""

    told_from: datetime
    at: datetime

    def order(self, order_ref: str) -> OrderRecord | None:
        found = ORDERS.get(order_ref)
        if found is None:
            return None
        self._check(found, "slow", "down")
        return OrderRecord(
            ref=found.ref,
            title=found.title_shown,
            amount_minor=found.amount_minor,
            currency="CNY",
            buyer=found.buyer_ref,
            seller=found.seller_ref,
            placed_at=found.placed_at(self.told_from),
            received_at=found.received_at(self.told_from),
            tags=found.tags,
            product_url=found.product_url,
            listing_version=found.listing_version,
        )

    def records(self, order_ref: str, kinds: Sequence[Record]) -> tuple[list[FetchedRecord], list[Gap]]:
        found = ORDERS.get(order_ref)
        if found is None:
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
