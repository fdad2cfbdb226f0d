"""Renders a platform record as lines: names in words, sums as money, moments in Beijing time.

A platform may hold more than is named here; such a name is shown as it came. The sealed content is never changed.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from casework.formats import moment_text, money

NAMES: Mapping[str, str | Promise] = {
    "action": pgettext_lazy("record", "step taken"),
    "address": pgettext_lazy("record", "address"),
    "amount": pgettext_lazy("record", "amount"),
    "at": pgettext_lazy("record", "time"),
    "buyer_note": pgettext_lazy("record", "buyer's note"),
    "captured_at": pgettext_lazy("record", "captured"),
    "carrier": pgettext_lazy("record", "carrier"),
    "clause": pgettext_lazy("record", "clause"),
    "decided_at": pgettext_lazy("record", "decided"),
    "decided_by": pgettext_lazy("record", "decided by"),
    "device": pgettext_lazy("record", "device"),
    "documents": pgettext_lazy("record", "document"),
    "event": pgettext_lazy("record", "event"),
    "events": pgettext_lazy("record", "event"),
    "freight": pgettext_lazy("record", "freight"),
    "from": pgettext_lazy("record", "from"),
    "inspection": pgettext_lazy("record", "inspection"),
    "items": pgettext_lazy("record", "item"),
    "kind": pgettext_lazy("record", "kind"),
    "label": pgettext_lazy("record", "label"),
    "marks": pgettext_lazy("record", "mark"),
    "measure": pgettext_lazy("record", "measure"),
    "messages": pgettext_lazy("record", "message"),
    "method": pgettext_lazy("record", "method"),
    "name": pgettext_lazy("record", "name"),
    "no": pgettext_lazy("record", "number"),
    "note": pgettext_lazy("record", "note"),
    "number": pgettext_lazy("record", "number"),
    "order_no": pgettext_lazy("record", "order number"),
    "paid": pgettext_lazy("record", "paid"),
    "paid_at": pgettext_lazy("record", "paid on"),
    "placed_at": pgettext_lazy("record", "ordered"),
    "price": pgettext_lazy("record", "price"),
    "quantity": pgettext_lazy("record", "quantity"),
    "reason": pgettext_lazy("record", "reason"),
    "received_at": pgettext_lazy("record", "received"),
    "receiver": pgettext_lazy("record", "receiver"),
    "refunds": pgettext_lazy("record", "refund"),
    "reported_at": pgettext_lazy("record", "reported"),
    "returns": pgettext_lazy("record", "returns"),
    "score": pgettext_lazy("record", "score"),
    "shipped_at": pgettext_lazy("record", "sent"),
    "sold_by": pgettext_lazy("record", "sold by"),
    "status": pgettext_lazy("record", "status"),
    "text": pgettext_lazy("record", "text"),
    "tickets": pgettext_lazy("record", "case"),
    "title": pgettext_lazy("record", "title"),
    "transaction": pgettext_lazy("record", "transaction"),
    "unit_price": pgettext_lazy("record", "price of one"),
    "version": pgettext_lazy("record", "version"),
    "waybill": pgettext_lazy("record", "waybill"),
    "weight_at_arrival_g": pgettext_lazy("record", "weight on arrival (g)"),
    "weight_at_pickup_g": pgettext_lazy("record", "weight at pick-up (g)"),
    "weight_last_g": pgettext_lazy("record", "last weight (g)"),
}
MINOR = "_minor"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")


def record_lines(content: Any, currency: str) -> list[tuple[str, str]]:
    """Each value of the record with the way to it, in the record's own order."""
    return list(_lines(content, "", "", currency))


def _lines(value: Any, way: str, key: str, currency: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _lines(inner, f"{way} · {_name(name)}" if way else _name(name), str(name), currency)
    elif isinstance(value, list):
        for no, inner in enumerate(value, start=1):
            yield from _lines(inner, f"{way} {no}".strip(), key, currency)
    else:
        yield way, _value(value, key, currency)


def _name(key: object) -> str:
    plain = str(key).removesuffix(MINOR)
    return str(NAMES.get(plain, plain.replace("_", " ")))


def _value(value: Any, key: str, currency: str) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int) and key.endswith(MINOR):
        return money(value, currency)
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return moment_text(datetime.fromisoformat(value))
    return str(value)
