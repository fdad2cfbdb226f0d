"""A dispute of ninety days in a sandbox, with nothing but its address and the token of a client.

    ./run sandbox --client acme                                     # prints the token
    python docs/sandbox.py http://127.0.0.1:8001 tok_…              # in another terminal

A buyer opens it, the shop never answers, a mediator goes on by script, and what is owed is not paid. Only Python's
standard library.
"""

import json
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

type Send = Callable[[str, str, Any, str], Any]
"""`send(method, path, body, token)` answers with the JSON."""


def over_http(base: str) -> Send:
    def send(method: str, path: str, body: Any, token: str) -> Any:
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        raw = json.dumps(body).encode() if method == "POST" else None
        asked = urllib.request.Request(f"{base}/api/v1/{path}", raw, headers, method=method)  # noqa: S310
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
            return json.load(answer)

    return send


def ninety_days(send: Send, token: str, *, say: Callable[[str], None] = print, wait: float = 0.5) -> list[str]:
    """Plays the dispute; returns the types of its events."""

    def move(days: int) -> None:
        to = datetime.fromisoformat(send("GET", "test/clock", None, token)["now"]) + timedelta(days=days)
        send("POST", "test/clock", {"to": to.isoformat()}, token)
        while send("GET", "test/clock", None, token)["moves_to"] is not None:
            time.sleep(wait)

    password, parties = f"pass-{uuid.uuid4()}", {}
    for name, kind in (("buyer", "CONSUMER"), ("shop", "MERCHANT")):
        user = {
            "username": f"{name}-{uuid.uuid4().hex[:8]}",
            "display_name": name,
            "password": password,
            "role": "owner",
        }
        body = {"kind": kind, "name": name, "external_ref": str(uuid.uuid4()), "users": [user]}
        parties[name] = send("POST", "parties", body, token)["ref"]
        if kind == "CONSUMER":
            signed_in = send("POST", "auth/token", {"username": user["username"], "password": password}, "")
            buyer = signed_in["token"]
    order = f"O-2026-1007:{parties['buyer']}:{parties['shop']}"
    claim = {"remedy": "REFUND", "amount_minor": 12900}
    ref = send("POST", "disputes", {"order_ref": order, "ground": "short_or_wrong", "claim": claim}, buyer)["ref"]
    say(f"opened: {ref}")
    for days in (10, 20):
        move(days)
        send("POST", "test/cases", {"kind": "determine_dispute", "case": ref}, token)
    move(60)
    types = [each["type"] for each in send("GET", f"disputes/{ref}/events", None, token)["items"]]
    say(f"after ninety days: {', '.join(types)}")
    return types


if __name__ == "__main__":
    ninety_days(over_http(sys.argv[1]), sys.argv[2])
