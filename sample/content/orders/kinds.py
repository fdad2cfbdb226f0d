"""One function per kind of record: its content as the invented marketplace's systems keep it, in their own Chinese.

What does not belong here: the stories, and how a record is sealed (disputes.records).
"""

from typing import Any

from disputes.words import Record
from sample.content.bilingual import Both
from sample.content.orders.shape import RECEIVERS, At, GapPlan, RecordPlan, SampleOrder
from sample.content.people import PARTY_BY_KEY

SEVEN_DAYS = "支持七天无理由退货"

Step = tuple[At, str]
Line = tuple[At, str, str]


def at(day: int, hour: int = 10, minute: int = 0) -> At:
    return At(day, hour, minute)


def not_kept(kind: Record, detail: str) -> GapPlan:
    return GapPlan(kind, "not-kept", detail)


def not_held(kind: Record, detail: str) -> GapPlan:
    return GapPlan(kind, "not-held", detail)


def way(number: str, grams: int, *steps: Step, carrier: str = "顺禾速运", weighed: int | None = None) -> RecordPlan:
    """The parcel's way. `grams` is its weight when it was picked up, `weighed` that of the last weighing."""
    return RecordPlan(
        Record.LOGISTICS,
        {
            "carrier": carrier,
            "waybill": f"SH{number}01",
            "weight_at_pickup_g": grams,
            "weight_last_g": grams if weighed is None else weighed,
            "events": [{"at": when, "event": what} for when, what in steps],
        },
        steps[-1][0],
    )


def price(*history: tuple[At, int, str], rule: str = "") -> RecordPlan:
    """What the goods cost and when, in fen, and the rule of the promotion."""
    content: dict[str, Any] = {
        "history": [{"from": when, "price_minor": minor, "label": label} for when, minor, label in history]
    }
    if rule:
        content["rule"] = rule
    return RecordPlan(Record.PRICE, content, history[0][0])


def paid(method: str, number: str, minor: int, when: At, *refunds: tuple[At, int, str], **more: Any) -> RecordPlan:
    return RecordPlan(
        Record.PAYMENT,
        {
            "method": method,
            "transaction": f"PAY{number}{minor % 997:03d}",
            "paid_minor": minor,
            "paid_at": when,
            "refunds": [{"at": day, "amount_minor": back, "status": status} for day, back, status in refunds],
            **more,
        },
        when,
    )


def chat(*lines: Line) -> RecordPlan:
    """What buyer and seller wrote before the dispute: when, who (`buyer` or `seller`), words."""
    return RecordPlan(
        Record.CHAT,
        {"messages": [{"at": when, "from": who, "text": text} for when, who, text in lines]},
        lines[-1][0],
    )


def tickets(number: str, *rows: tuple[At, str, str, str]) -> RecordPlan:
    """After-sale tickets: when, what was asked for, how it stands, words."""
    return RecordPlan(
        Record.AFTER_SALE,
        {
            "tickets": [
                {"no": f"AS-{number}-{n}", "at": when, "kind": kind, "status": status, "text": text}
                for n, (when, kind, status, text) in enumerate(rows, start=1)
            ]
        },
        rows[-1][0],
    )


def sent_back(number: str, sent: int, arrived: int | None, *steps: Step, note: str = "", fee: int = 0) -> RecordPlan:
    """The way back: grams when handed in and on arrival, the events, the seller's note on opening, the freight."""
    return RecordPlan(
        Record.RETURN,
        {
            "waybill": f"RT{number}09",
            "weight_at_pickup_g": sent,
            "weight_at_arrival_g": arrived,
            "freight_minor": fee,
            "events": [{"at": when, "event": what} for when, what in steps],
            "inspection": note,
        },
        steps[-1][0],
    )


def warranty(starts: At, months: int, terms: str, **more: Any) -> RecordPlan:
    return RecordPlan(Record.WARRANTY, {"starts_at": starts, "months": months, "terms": terms, **more}, starts)


def licences(*documents: tuple[str, str, str]) -> RecordPlan:
    """Papers of the seller on file: name, number, what is to be said about it."""
    return RecordPlan(
        Record.LICENCE,
        {"documents": [{"name": name, "number": number, "note": note} for name, number, note in documents]},
    )


def live(room: str, marks: str, *lines: tuple[At, str]) -> RecordPlan:
    return RecordPlan(
        Record.LIVE,
        {"room": room, "marks_on_screen": marks, "words": [{"at": when, "text": text} for when, text in lines]},
        lines[0][0],
    )


def prepaid(total: int, *entries: tuple[At, str, int]) -> RecordPlan:
    """A card's ledger: when, what happened, how many visits were left."""
    return RecordPlan(
        Record.PREPAID,
        {
            "visits_bought": total,
            "entries": [{"at": when, "event": event, "visits_left": left} for when, event, left in entries],
        },
        entries[-1][0],
    )


def risk(when: At, **signals: Any) -> RecordPlan:
    return RecordPlan(Record.RISK, {"at": when, **signals}, when)


def also(kind: Record, when: At, **content: Any) -> RecordPlan:
    """One more record of a kind that every order has."""
    return RecordPlan(kind, content, when)


def measure(when: At, kind: str, reason: str, clause: str, **more: Any) -> RecordPlan:
    return RecordPlan(
        Record.MEASURE, {"decided_at": when, "measure": kind, "reason": reason, "clause": clause, **more}, when
    )


def order(
    number: int,
    grounds: str,
    buyer: str,
    seller: str,
    title: tuple[str, str],
    yuan: str,
    when: tuple[int, int, int],
    about: tuple[str, str],
    *more: RecordPlan | GapPlan,
    text: str,
    received: At | None = None,
    tags: str = "",
    quantity: int = 1,
    freight: int = 0,
    returns: str = SEVEN_DAYS,
    marks: tuple[str, ...] = (),
    shipped: At | None = None,
    note: str = "",
    without: str = "",
    trouble: str = "",
) -> SampleOrder:
    """An order with the records that every order has (order, page, price, payment) and `more` of its own.

    A price or a payment among `more` takes the place of the usual one. `without` names usual records that are missing.
    """
    whole, _dot, fen = yuan.replace(",", "").partition(".")
    minor = int(whole) * 100 + int(fen.ljust(2, "0") or "0")
    ref, digits = f"O-2026-{number}", f"2026{number}"
    days_ago, hour, minute = when
    placed = At(0, hour, minute)
    receiver, place = RECEIVERS[buyer]
    usual = (
        RecordPlan(
            Record.ORDER,
            {
                "order_no": ref,
                "status": "已收货" if received else ("已发货" if shipped else "待发货"),
                "items": [{"name": title[0], "quantity": quantity, "unit_price_minor": (minor - freight) // quantity}],
                "freight_minor": freight,
                "paid_minor": minor,
                "placed_at": placed,
                "shipped_at": shipped,
                "received_at": received,
                "receiver": receiver,
                "address": f"{place}（详细地址已遮盖）",
                "buyer_note": note,
            },
            placed,
        ),
        RecordPlan(
            Record.LISTING,
            {
                "version": f"L-{number}-3",
                "title": title[0],
                "text": text,
                "price_minor": (minor - freight) // quantity,
                "sold_by": PARTY_BY_KEY[seller].name.zh,
                "marks": list(marks),
                "returns": returns,
                "captured_at": placed,
            },
            placed,
        ),
        price((At(-20, 0, 0), (minor - freight) // quantity, "日常价")),
        paid("禾市支付·借记卡", digits, minor, placed),
    )
    own = tuple(part for part in more if isinstance(part, RecordPlan))
    gaps = tuple(part for part in more if isinstance(part, GapPlan))
    taken = {part.kind for part in own} & {Record.PRICE, Record.PAYMENT} | set(without.split())
    return SampleOrder(
        ref=ref,
        grounds=tuple(grounds.split()),
        buyer=buyer,
        seller=seller,
        title=Both(*title),
        amount_minor=minor,
        days_ago=days_ago,
        placed=placed,
        received=received,
        about=Both(*about),
        tags=tuple(tags.split()),
        records=tuple(part for part in usual if part.kind not in taken) + own,
        gaps=gaps,
        trouble=trouble,
    )
