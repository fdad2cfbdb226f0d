"""A marketplace's back end in one file: orders and records for disputes, a payment double, remedies, reconciliation.

    python docs/reference_platform.py http://127.0.0.1:8000 tok_… 9000 SECRET

answers what disputes ask (`PLATFORM_RECORDS_URL=http://127.0.0.1:9000`, `PLATFORM_RECORDS_TOKEN=SECRET` there), follows
`GET events`, does what it owes after a decision, says so, and compares both books every day. Only Python's standard
library. Yours has databases where this has dictionaries.
"""

import json
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

type Send = Callable[[str, str, Any, str], tuple[int, Any]]
"""`send(method, path, body, key)` answers with status and JSON; `key` is the Idempotency-Key of a POST."""

OWING = ("notice.revoked", "notice.reduced")  # after these the platform may owe something


@dataclass
class Order:
    """An order as docs/platform-records.md wants it, with the records that are kept of it, by kind."""

    order_ref: str
    title: str
    amount_minor: int
    buyer: str  # numbers of parties, as sent with POST parties
    seller: str
    placed_at: str
    received_at: str | None = None
    currency: str = "CNY"
    records: dict[str, dict[str, Any]] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "records"}

    def recorded(self, kinds: list[str]) -> dict[str, Any]:
        """The records of these kinds, and a gap for each kind that is not there."""
        known = [kind for kind in kinds if kind in self.records]
        return {
            "order_ref": self.order_ref,
            "records": [
                {"kind": kind, "source": "orders", "recorded_at": self.placed_at, "content": self.records[kind]}
                for kind in known
            ],
            "gaps": [{"kind": kind, "reason": "not-held"} for kind in kinds if kind not in known],
        }


class Payments:
    """A payment service: the same key is paid once, however often it is sent."""

    def __init__(self) -> None:
        self.paid: dict[str, tuple[str, int, str]] = {}  # to whom, fen, currency, by key

    def pay(self, key: str, party: str, amount_minor: int, currency: str) -> None:
        """Raises `ValueError` when the key was used for another payment."""
        if self.paid.setdefault(key, (party, amount_minor, currency)) != (party, amount_minor, currency):
            raise ValueError(f"{key} was another payment")


class Platform:
    """The marketplace: what it knows, and what it does when a decision says so."""

    def __init__(self, send: Send, orders: list[Order]) -> None:
        self.send, self.orders, self.payments = send, {order.order_ref: order for order in orders}, Payments()
        self.undone: dict[str, str] = {}  # what else was done, by the remedy's ref
        self.after = ""  # keep it: how far the events were read

    # — what disputes ask —

    def asked(self, path: str) -> dict[str, Any] | None:
        """The answer to GET `path`; None where there is none."""
        place = urllib.parse.urlsplit(path)
        parts = [urllib.parse.unquote(part) for part in place.path.strip("/").split("/")]
        if parts[0] == "parties" and parts[2:] == ["orders"]:
            theirs = [each for each in self.orders.values() if parts[1] in (each.buyer, each.seller)]
            return {"orders": [each.shown() for each in sorted(theirs, key=lambda each: each.placed_at, reverse=True)]}
        order = self.orders.get(parts[1]) if parts[0] == "orders" and len(parts) > 1 else None
        if order is None or parts[2:] not in ([], ["records"]):
            return None
        kinds = urllib.parse.parse_qs(place.query).get("kinds", [""])[0].split(",")
        return order.recorded([kind for kind in kinds if kind]) if parts[2:] else order.shown()

    # — what it owes —

    def catch_up(self) -> list[str]:
        """Reads every event since the last one, and does what is owed; the types. An outage of any length ends so."""
        types: list[str] = []
        more = True
        while more:
            query = urllib.parse.urlencode({"after": self.after} if self.after else {})
            page = self._get(f"events?{query}")
            types += [event["type"] for event in page["items"]]
            self.after, more = page["after"] or self.after, page["has_more"]
        if any(kind in OWING for kind in types):
            self.settle()
        return types

    def settle(self) -> int:
        """Nothing is owed that this platform can do: each remedy is done, then confirmed; how many were.

        Whatever stops in between is done again with the same key: paid once, confirmed once.
        """
        owed = list(self._all("remedies?state=PENDING"))
        for remedy in owed:
            verb, note = "confirm", "Done by the platform's back end."
            try:
                self._undo(remedy)
            except ValueError as trouble:
                verb, note = "fail", str(trouble)
            self._post(f"remedies/{remedy['ref']}/{verb}", {"note": note}, key=f"{remedy['ref']}-{verb}")
        return len(owed)

    def _undo(self, remedy: dict[str, Any]) -> None:
        amount = remedy["amount"]
        if remedy["kind"]["code"] == "REFUND":
            self.payments.pay(remedy["ref"], remedy["party"], amount["amount_minor"], amount["currency"])
        else:  # your listing, search or record of breaches is changed here
            self.undone[remedy["ref"]] = remedy["kind"]["code"]

    def reconcile(self) -> list[str]:
        """What differs between the two books, to be looked at by a person; empty on a good day."""
        found: list[str] = []
        confirmed: set[str] = set()
        for remedy in self._all("remedies"):
            ref, state, amount = remedy["ref"], remedy["state"]["code"], remedy["amount"]
            if state == "CONFIRMED":
                confirmed.add(ref)
                paid = self.payments.paid.get(ref)
                if remedy["kind"]["code"] != "REFUND":
                    if ref not in self.undone:
                        found.append(f"{ref} is confirmed and was not done")
                elif paid != (remedy["party"], amount["amount_minor"], amount["currency"]):
                    found.append(f"{ref} is confirmed over {amount['amount_minor']}, the payment service has {paid}")
            elif remedy["is_late"]:
                found.append(f"{ref} is late since {remedy['due_at']}")
        return found + [f"{ref} was paid and is not confirmed" for ref in sorted(self.payments.paid.keys() - confirmed)]

    # — how it calls —

    def _all(self, path: str) -> Iterator[dict[str, Any]]:
        """The rows of a list, page by page."""
        cursor = ""
        while cursor is not None:
            joint = "&" if "?" in path else "?"
            page = self._get(f"{path}{joint}limit=100{cursor and f'&cursor={urllib.parse.quote(cursor)}'}")
            yield from page["items"]
            cursor = page["next_cursor"]

    def _get(self, path: str) -> Any:
        status, answer = self.send("GET", path, None, "")
        if status != 200:
            raise RuntimeError(f"GET {path}: {status} {answer}")
        return answer

    def _post(self, path: str, body: Any, *, key: str) -> None:
        status, answer = self.send("POST", path, body, key)
        if status >= 300:
            raise RuntimeError(f"POST {path}: {status} {answer}")


def records_server(platform: Platform, token: str, port: int) -> ThreadingHTTPServer:
    """Answers what disputes ask, to whoever shows the token."""

    class Asked(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shown = self.headers.get("Authorization", "").encode()
            answer = platform.asked(self.path) if compare_digest(shown, f"Bearer {token}".encode()) else None
            body = json.dumps(answer or {"error": "no such thing"}, ensure_ascii=False).encode()
            self.send_response(404 if answer is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            """Numbers of orders are in no log."""

    return ThreadingHTTPServer(("127.0.0.1", port), Asked)


def over_http(site: str, token: str) -> Send:
    def send(method: str, path: str, body: Any, key: str) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Accept-Language": "en"}
        if key:
            headers["Idempotency-Key"] = key
        raw = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"{site}/api/v1/{path}", raw, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, json.load(refusal)

    return send


def main(site: str, token: str, port: str, secret: str) -> None:
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")
    platform = Platform(
        over_http(site, token), [Order("O-1", "Tea, 500 g", 12900, "U-500121", "S-11087", yesterday, yesterday)]
    )
    threading.Thread(target=records_server(platform, secret, int(port)).serve_forever, daemon=True).start()
    day = None
    while True:
        for kind in platform.catch_up():
            sys.stdout.write(f"{kind}\n")
        if day != (day := datetime.now(UTC).date()):
            sys.stdout.writelines(f"to look at: {line}\n" for line in platform.reconcile())
        time.sleep(10)


if __name__ == "__main__":
    main(*sys.argv[1:])
