"""The marketplace's own systems as disputes use them: one order, and the records that the platform holds about it.

Everything that comes from there is checked by shape before anybody uses it, within one time limit and one size limit.
The interface is told to a platform's engineers in docs/platform-records.md.
"""

import json
import logging
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http.client import HTTPResponse
from typing import Any, NoReturn, Protocol
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from casework import clock
from casework.canonical import canonical, digest
from casework.errors import CaseError
from disputes.choices import BoughtAs, PaidBy, Record
from disputes.conditions import Order
from operations.outgoing import CallFailed, Deadline, Host, Message, answer_to

logger = logging.getLogger(__name__)

COLLECTOR = "appeals"
MAX_BODY = 1_000_000
MAX_REF = 100
MOST_ORDERS = 20
"""Recent orders of one party that are shown."""
MAX_DEPTH = 40
MAX_INTEGER = 2**53 - 1  # beyond it JSON readers disagree about the value (RFC 8785)

_CURRENCY = re.compile(r"[A-Z]{3}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_TOKEN = re.compile(r"[\x21-\x7e]*")
_URL = re.compile(r"[\x21-\x7e]+")


class RecordsUnavailable(CaseError):  # noqa: N818  named as in casework.errors
    """The platform's system gave no usable answer; nothing was stored.

    `reason` is for logs and statistics: `not-configured`, `timeout`, `refused` (no connection), `tls`, `broken` (the
    connection ended early), `too-large`, `malformed`, or `http-` with the status (a redirect is never followed).
    """

    code, status = "unavailable", 503
    title = _("The order system cannot be reached right now. Nothing was changed; please try again shortly.")

    def __init__(self, reason: str) -> None:
        super().__init__(retry_after=None if reason == "not-configured" else 60)
        self.reason = reason

    def __str__(self) -> str:
        return f"platform records: {self.reason}"


class GapReason(models.TextChoices):
    """Why the platform cannot give a record that was asked for."""

    NOT_KEPT = "not-kept", _("it should exist but was not kept")
    NOT_HELD = "not-held", _("the platform never held it")
    UNREACHABLE = "unreachable", _("the system that holds it could not be reached")
    REFUSED = "refused", _("the platform declined to give it")


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """One order as the platform knows it. `buyer` and `seller` are its own party numbers, or our party refs.

    `tags` say what the law looks at: durable, food, service, prepaid, live, second_hand and others of the platform's.
    """

    ref: str
    title: str
    amount_minor: int
    currency: str
    buyer: str
    seller: str
    placed_at: datetime
    received_at: datetime | None = None
    tags: tuple[str, ...] = ()
    product_url: str = ""
    listing_version: str = ""
    warranty_until: date | None = None
    best_before: date | None = None
    paid_by: str = ""
    bought_as: str = ""

    def says(self, opened_at: datetime) -> Order:
        """What it says about the conditions of a table, for a dispute opened then."""
        dates = (opened_at, self.placed_at, self.warranty_until, self.best_before)
        return Order(self.tags, self.received_at, *dates, self.paid_by, self.bought_as)


@dataclass(frozen=True, slots=True)
class FetchedRecord:
    """One record as the platform's system gave it, with how it was had; `sha256` covers its canonical content."""

    kind: Record
    content: Any
    source: str
    collector: str
    method: str
    recorded_at: datetime | None
    collected_at: datetime

    @property
    def sha256(self) -> str:
        return digest(canonical(self.content))


@dataclass(frozen=True, slots=True)
class Gap:
    """A kind of record that was asked for and cannot be given, and why, in the platform's own words."""

    kind: Record
    reason: str
    detail: str = ""


class PlatformRecords(Protocol):
    """What disputes need of a marketplace. Every method may raise `RecordsUnavailable`."""

    def order(self, order_ref: str) -> OrderRecord | None:
        """The order; None when there is no such order."""

    def orders_of(self, party: str) -> list[OrderRecord]:
        """The newest orders in which this party, by its number on the platform, bought or sold; the newest first."""

    def records(self, order_ref: str, kinds: Sequence[Record]) -> tuple[list[FetchedRecord], list[Gap]]:
        """Every kind asked for is answered: by at least one record, by a gap, or by both."""


def current() -> PlatformRecords:
    """The marketplace of the settings. Raises `RecordsUnavailable` without an address: nothing is guessed then.

    A setting, which only a sandbox has, names an invented one to ask instead.
    """
    if not settings.PLATFORM_RECORDS_URL:
        named = settings.INVENTED_MARKETPLACE
        invented: PlatformRecords | None = import_string(named)() if named else None
        if invented is not None:
            return invented
        raise RecordsUnavailable("not-configured")
    return HttpPlatformRecords(
        settings.PLATFORM_RECORDS_URL, settings.PLATFORM_RECORDS_TOKEN, settings.PLATFORM_RECORDS_TIMEOUT
    )


def order_named(typed: str) -> OrderRecord | None:
    """The order with this number, however its letters were typed: as it stands, else in plain capitals.

    Raises `RecordsUnavailable`.
    """
    known = current()
    found = known.order(typed)
    capitals = unicodedata.normalize("NFKC", typed).upper()
    return known.order(capitals) if found is None and capitals != typed else found


class HttpPlatformRecords:
    """The platform's systems over HTTP: three GET addresses below `base_url`, a bearer token, JSON.

    `timeout` holds for the whole call: name look-up, connection, TLS, and every byte of the answer. No redirect is
    followed and no proxy of the environment is used, so that the token goes to this one host and nowhere else.
    """

    def __init__(self, base_url: str, token: str, timeout: float = 5.0) -> None:
        parts = urlsplit(base_url) if _URL.fullmatch(base_url) else urlsplit("")
        host, self._scheme = parts.hostname or "", parts.scheme
        if self._scheme not in ("http", "https") or not host or parts.username or parts.query or parts.fragment:
            raise ValueError("the address of the platform's records must look like https://trade.example.com/records/")
        if not _TOKEN.fullmatch(token):
            raise ValueError("the token of the platform's records must be visible ASCII characters")
        self._host = Host(self._scheme, host, parts.port or (443 if self._scheme == "https" else 80))
        self._netloc = parts.netloc
        self._path = quote(parts.path.rstrip("/"), safe="/%~")
        self._token = token
        self._timeout = timeout

    def __repr__(self) -> str:
        return f"HttpPlatformRecords({self._scheme}://{self._netloc}{self._path}/)"

    def order(self, order_ref: str) -> OrderRecord | None:
        """The order; None when the platform answers 404. Raises `RecordsUnavailable`."""
        if not _is_possible(order_ref):
            return None
        body = self._get(f"/orders/{quote(order_ref, safe='')}")
        if body is None:
            return None
        with _Reading() as read:
            return read.order(body, order_ref)

    def orders_of(self, party: str) -> list[OrderRecord]:
        """The party's newest orders; none where the platform answers 404, as one that does not offer them.

        An order of somebody else is left out, whatever the platform says. Raises `RecordsUnavailable`.
        """
        if not _is_possible(party):
            return []
        body = self._get(f"/parties/{quote(party, safe='')}/orders?limit={MOST_ORDERS}")
        if body is None:
            return []
        with _Reading() as read:
            items = [item for _at, item in read.objects(body, "orders")][:MOST_ORDERS]
            orders = [read.order(item, read.text(item, "order_ref", most=MAX_REF)) for item in items]
        own = [order for order in orders if party in (order.buyer, order.seller)]
        return sorted(own, key=lambda order: order.placed_at, reverse=True)

    def records(self, order_ref: str, kinds: Sequence[Record]) -> tuple[list[FetchedRecord], list[Gap]]:
        """The records and gaps of these kinds. Raises `RecordsUnavailable`.

        A kind of which the answer says nothing counts as unreachable; without such an order nothing is held.
        """
        asked = list(dict.fromkeys(Record(kind) for kind in kinds))
        if not asked:
            return [], []
        body = None
        if _is_possible(order_ref):
            body = self._get(f"/orders/{quote(order_ref, safe='')}/records?kinds={','.join(asked)}")
        if body is None:
            return [], [Gap(kind, GapReason.NOT_HELD) for kind in asked]
        with _Reading() as read:
            read.same_order(body, order_ref)
            records = self._records_in(read, body, asked)
            gaps = read.gaps(body, asked)
        answered = {record.kind for record in records} | {gap.kind for gap in gaps}
        return records, gaps + [Gap(kind, GapReason.UNREACHABLE) for kind in asked if kind not in answered]

    def _records_in(self, read: "_Reading", body: Mapping[str, Any], asked: Sequence[Record]) -> list[FetchedRecord]:
        collected_at = clock.now()
        found = []
        for at, item in read.objects(body, "records"):
            kind = read.text(item, "kind", at=at, most=12)
            system = read.text(item, "source", at=at, most=60, default="")
            recorded_at = read.moment_or_none(item, "recorded_at", at=at)
            content = read.content(item, at=at)
            if kind not in asked:
                continue
            found.append(
                FetchedRecord(
                    kind=Record(kind),
                    content=content,
                    source=(f"{system} ({self._netloc})" if system else self._netloc)[:120],
                    collector=COLLECTOR,
                    method=f"{self._scheme}-pull (UTC)",
                    recorded_at=recorded_at,
                    collected_at=collected_at,
                )
            )
        return found

    def _get(self, path: str) -> Mapping[str, Any] | None:
        """The JSON object at this path, None for 404. Raises `RecordsUnavailable`."""
        body = self._body_of(path)
        if body is None:
            return None
        with _Reading() as read:
            return read.json(body)

    def _body_of(self, path: str) -> bytes | None:
        message = Message(
            "GET", self._path + path, {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        )
        try:
            with answer_to(message, self._host, Deadline(self._timeout)) as response:
                return _answer(response)
        except CallFailed as failed:
            _unavailable(failed.reason)


def _is_possible(order_ref: str) -> bool:
    """Whether it can be an order's ref at all; a path of dots would name another address."""
    return 0 < len(order_ref) <= MAX_REF and order_ref not in (".", "..") and _is_clean(order_ref)


def _is_clean(text: str) -> bool:
    """Whether every database can store the text: no NUL, no half of a surrogate pair."""
    return not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text)


def _unavailable(reason: str, at: str = "") -> NoReturn:
    logger.warning("platform records: %s%s", reason, f" at {at}" if at else "")
    raise RecordsUnavailable(reason) from None


def _answer(response: HTTPResponse) -> bytes | None:
    """The body of a 200, None for a 404. Raises `RecordsUnavailable` for every other status and for too much."""
    if response.status == 404:
        return None
    if response.status != 200:
        _unavailable(f"http-{response.status}")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        _unavailable("malformed", "Content-Encoding")
    if (response.length or 0) > MAX_BODY:
        _unavailable("too-large")
    body = bytearray()
    while chunk := response.read(64 * 1024):
        body += chunk
        if len(body) > MAX_BODY:
            _unavailable("too-large")
    if response.length:
        _unavailable("broken")
    return bytes(body)


# — what the answer may be —


class _Malformed(ValueError):  # noqa: N818
    """The answer is not what the interface says; the text is the place, never the content."""


class _Reading:
    """Reads an answer by shape. Leaving it, whatever did not fit has become `RecordsUnavailable`: malformed."""

    def __enter__(self) -> "_Reading":
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, _Malformed):
            _unavailable("malformed", str(error))

    def json(self, body: bytes) -> Mapping[str, Any]:
        """One JSON object in UTF-8 without floats, repeated members, or text that no database can store."""
        try:
            value = json.loads(
                body.decode(),
                parse_float=_refuse,
                parse_constant=_refuse,
                object_pairs_hook=_members,
            )
            _check(value, MAX_DEPTH)
        except (ValueError, RecursionError):
            raise _Malformed("the body") from None
        if not isinstance(value, dict):
            raise _Malformed("the body")
        return value

    def same_order(self, body: Mapping[str, Any], order_ref: str) -> None:
        if self.text(body, "order_ref", most=MAX_REF) != order_ref:
            raise _Malformed("/order_ref")

    def order(self, body: Mapping[str, Any], order_ref: str) -> OrderRecord:
        self.same_order(body, order_ref)
        amount = body.get("amount_minor")
        if type(amount) is not int or amount < 0:
            raise _Malformed("/amount_minor")
        currency = self.text(body, "currency", most=3)
        if not _CURRENCY.fullmatch(currency):
            raise _Malformed("/currency")
        placed_at = self.moment_or_none(body, "placed_at")
        if placed_at is None:
            raise _Malformed("/placed_at")
        url = self.text(body, "product_url", most=500, default="")
        if url and not url.startswith(("https://", "http://")):
            raise _Malformed("/product_url")
        return OrderRecord(
            ref=order_ref,
            title=self.text(body, "title", most=300),
            amount_minor=amount,
            currency=currency,
            buyer=self.text(body, "buyer", most=100),
            seller=self.text(body, "seller", most=100),
            placed_at=placed_at,
            received_at=self.moment_or_none(body, "received_at"),
            tags=self._tags(body),
            product_url=url,
            listing_version=self.text(body, "listing_version", most=100, default=""),
            warranty_until=self.day_or_none(body, "warranty_until"),
            best_before=self.day_or_none(body, "best_before"),
            paid_by=self.code(body, "paid_by", PaidBy),
            bought_as=self.code(body, "bought_as", BoughtAs),
        )

    def gaps(self, body: Mapping[str, Any], asked: Sequence[Record]) -> list[Gap]:
        found = []
        for at, item in self.objects(body, "gaps"):
            kind = self.text(item, "kind", at=at, most=12)
            reason = self.text(item, "reason", at=at, most=20)
            if reason not in GapReason.values:
                raise _Malformed(f"{at}/reason")
            detail = self.text(item, "detail", at=at, most=500, default="")
            if kind in asked:
                found.append(Gap(Record(kind), reason, detail))
        return found

    def objects(self, body: Mapping[str, Any], name: str) -> list[tuple[str, Mapping[str, Any]]]:
        """The objects of a list that must be there, each with its place."""
        items = body.get(name)
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise _Malformed(f"/{name}")
        return [(f"/{name}/{number}", item) for number, item in enumerate(items)]

    def text(self, item: Mapping[str, Any], name: str, *, most: int, at: str = "", default: str | None = None) -> str:
        """A text of at most so many characters; without a default it must be there and not be blank."""
        value = item.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or len(value) > most or (default is None and not value.strip()):
            raise _Malformed(f"{at}/{name}")
        return value

    def moment_or_none(self, item: Mapping[str, Any], name: str, *, at: str = "") -> datetime | None:
        """A time with its zone, in UTC; None when it is null or missing."""
        value = item.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not _MOMENT.fullmatch(value):
            raise _Malformed(f"{at}/{name}")
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            raise _Malformed(f"{at}/{name}") from None

    def day_or_none(self, item: Mapping[str, Any], name: str) -> date | None:
        """A calendar day, as 2026-11-30; None when it is null or missing."""
        said = self.text(item, name, most=10, default="")
        try:
            return date.fromisoformat(said) if said else None
        except ValueError:
            raise _Malformed(f"/{name}") from None

    def code(self, item: Mapping[str, Any], name: str, choices: type[models.TextChoices]) -> str:
        """One of the choices; empty when it is null or missing."""
        said = self.text(item, name, most=20, default="")
        if said and said not in choices:
            raise _Malformed(f"/{name}")
        return said

    def content(self, item: Mapping[str, Any], *, at: str) -> Mapping[str, Any]:
        value = item.get("content")
        if not isinstance(value, dict) or not value:
            raise _Malformed(f"{at}/content")
        return value

    def _tags(self, body: Mapping[str, Any]) -> tuple[str, ...]:
        tags = body.get("tags", [])
        if not isinstance(tags, list) or len(tags) > 20:
            raise _Malformed("/tags")
        if not all(isinstance(tag, str) and 0 < len(tag) <= 40 for tag in tags):
            raise _Malformed("/tags")
        return tuple(tags)


def _refuse(_number: str) -> NoReturn:
    raise ValueError("no floats")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is there twice")
    return members


def _check(value: Any, depth: int) -> None:
    """Raises `ValueError` for text or numbers that are not stored the same everywhere, and for too deep a nesting."""
    if depth == 0:
        raise ValueError("too deep")
    if isinstance(value, str):
        if not _is_clean(value):
            raise ValueError("NUL or surrogate")
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise ValueError("too large a number")
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check(name, depth)
            _check(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth - 1)
