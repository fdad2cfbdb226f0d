"""Opens every page that a person of each role can reach, and says what each costs: for `bench/scale.py`.

The pages are found by following links from where the role begins, one address for each view (and each tab of it), and
with them every address of the API that takes nothing. Prints JSON: by page its statements, the milliseconds in SQL and
in all, and the slowest statement.
"""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve

LINK = re.compile(r'<a [^>]*?href="(/[^"#]*|\?[^"#]*)', re.DOTALL)
LEFT_OUT = ("account_", "set_", "sample", "logout", "headless", "javascript", "admin:auth", "mfa_")
TIMES = 2
SLOW_MS = 20
LINES = 30
"""So much of a plan is kept: the top, where the time comes together."""


class Meter:
    """Counts what a connection is asked, and for how long."""

    def __init__(self) -> None:
        self.spent: list[tuple[float, str, Any]] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.spent.append((time.perf_counter() - started, sql, params))


def pages_of(client: Client, starts: list[str]) -> dict[str, str]:
    """An address for each page that can be reached, by its name."""
    found: dict[str, str] = {}
    waiting = [*starts, *_api()]
    while waiting:
        address = waiting.pop(0)
        name = name_of(address)
        if not name or name in found:
            continue
        answer = client.get(address, follow=True)
        if answer.status_code != 200:
            continue
        found[name] = address
        if answer.redirect_chain:
            waiting.append(answer.redirect_chain[-1][0])
        if "html" in answer["Content-Type"]:
            base = urlsplit(address).path
            links = [link.replace("&amp;", "&") for link in LINK.findall(answer.content.decode())]
            waiting += [base + link if link.startswith("?") else link for link in links]
    return found


def name_of(address: str) -> str:
    """The view behind an address, with its tab and the names of what else is asked; empty where it is left out."""
    parts = urlsplit(address)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return ""
    if not match.view_name or any(match.view_name.startswith(each) for each in LEFT_OUT):
        return ""
    asked = [f"{key}={value}" if key in ("tab", "queue") else key for key, value in parse_qsl(parts.query)]
    if match.namespace == "admin" and not (match.view_name.endswith(("changelist", ":index")) and not parts.query):
        return ""
    where = "api " if parts.path.startswith("/api/") else ""
    return where + match.view_name + ("?" + "&".join(sorted(asked)) if asked else "")


def _api() -> Iterator[str]:
    for pattern in get_resolver().url_patterns:
        if str(pattern.pattern) == "api/v1/":
            yield from (f"/api/v1/{end}" for end in _ends(pattern) if "<" not in end)


def _ends(resolver: Any) -> Iterator[str]:
    for each in resolver.url_patterns:
        if hasattr(each, "url_patterns"):
            yield from (str(each.pattern) + end for end in _ends(each))
        else:
            yield str(each.pattern)


def cost_of(client: Client, address: str) -> dict[str, Any]:
    """The least of some openings, after one that is not counted."""
    client.get(address)
    took, meters = [], []
    for _ in range(TIMES):
        meter = Meter()
        with connection.execute_wrapper(meter):
            started = time.perf_counter()
            answer = client.get(address)
            if answer.streaming:
                b"".join(answer.streaming_content)
            took.append(time.perf_counter() - started)
        meters.append(meter)
    meter = min(meters, key=lambda each: sum(spent for spent, *_ in each.spent))
    spent, sql, params = max(meter.spent, key=lambda each: each[0], default=(0.0, "", ()))
    return {
        "address": address,
        "statements": len(meter.spent),
        "sql_ms": round(1000 * sum(spent for spent, *_ in meter.spent), 1),
        "all_ms": round(1000 * min(took), 1),
        "slowest_ms": round(1000 * spent, 1),
        "plan": plan_of(sql, params) if 1000 * spent > SLOW_MS else "",
    }


def plan_of(sql: str, params: Any) -> str:
    if not sql.startswith("SELECT"):
        return sql[:200]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) " + sql, params)
        return "\n".join(line[:200] for (line,) in cursor.fetchall()[:LINES])


def measure(people: dict[str, str], only: str = "") -> dict[str, Any]:
    """By role and page what it costs."""
    from accounts.models import User

    found = {}
    for role, username in people.items():
        client = Client(raise_request_exception=False, HTTP_HOST="127.0.0.1")
        user = User.objects.get(username=username)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        print(f"  {role}", flush=True)
        starts = [
            "/",
            "/notices/",
            "/appeals/",
            "/disputes/",
            "/notifications/",
            "/workbench/",
            "/workbench/executors/",
        ]
        starts += ["/workbench/disputes/", "/workbench/queue/?tab=mine", settings.ADMIN_PATH]
        for name, address in pages_of(client, starts).items():
            if only in f"{role} {name}" and (role == "administrator" or "admin:" not in name):
                found[f"{role} {name}"] = cost_of(client, address)
    return found
