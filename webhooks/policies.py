"""Who may set endpoints up and read what was sent; which cases an endpoint is told of; which addresses are allowed."""

import re
from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.queries import actor_of_client
from accounts.roles import ADMINISTRATOR, COMPLIANCE
from appeals.queries import appeals_for
from casework.actor import Actor, ActorKind
from casework.errors import CaseError, Invalid, NotAllowed
from casework.models import Event
from disputes.queries import disputes_for
from executors.queries import executors_for, incidents_for, instructions_for, recourses_for
from infringements.queries import infringements_for
from notices.queries import notices_for
from operations.outgoing import IpAddress
from rules.queries import exits_for, publicised_makings
from tips.queries import tips_for
from webhooks.models import WebhookEndpoint

READS = ("webhooks:read", "webhooks:write")
OVERSEES = (COMPLIANCE, ADMINISTRATOR)
MAX_ENDPOINTS = 20  # active ones of one client

Rows = Callable[[Actor], "QuerySet[Any]"]


# — who —


def visible_to(actor: Actor) -> Q:
    """A client sees its own endpoints, compliance and administrators all."""
    if actor.kind is ActorKind.CLIENT:
        return Q(client_id=actor.client_id) if any(map(actor.has_scope, READS)) else Q(pk=None)
    return Q() if actor.has_role(*OVERSEES) or actor.kind is ActorKind.SYSTEM else Q(pk=None)


def may_create_endpoint(actor: Actor) -> CaseError | None:
    """An API client with the scope: an endpoint hears of what its client may see."""
    return None if actor.has_scope("webhooks:write") else NotAllowed()


def may_read_events(actor: Actor) -> CaseError | None:
    """Every API client: it reads what happened in the cases that it may see."""
    return None if actor.kind is ActorKind.CLIENT else NotAllowed()


def may_rotate_secret(actor: Actor, endpoint: WebhookEndpoint) -> CaseError | None:
    """The owner alone: nobody else is shown a secret."""
    return None if _owns(actor, endpoint) else NotAllowed()


def may_steer(actor: Actor, endpoint: WebhookEndpoint) -> CaseError | None:
    """To switch it on and off, try it, and send again: its owner, compliance, an administrator."""
    return None if _owns(actor, endpoint) or actor.has_role(*OVERSEES) else NotAllowed()


def _owns(actor: Actor, endpoint: WebhookEndpoint) -> bool:
    return actor.has_scope("webhooks:write") and endpoint.client_id == actor.client_id


# — of which cases —

CASES: Mapping[str, Rows] = {
    "notice": notices_for,
    "appeal": appeals_for,
    "dispute": disputes_for,
    "infringement": infringements_for,
    "tip": tips_for,
    "executor": executors_for,
    "instruction": instructions_for,
    "incident": incidents_for,
    "recourse": recourses_for,
    "rulemaking": publicised_makings,
    "exit": exits_for,
}
"""Where the REST API reads a kind of case from, for a reader."""


def cases_visible_to(endpoint: WebhookEndpoint, events: Sequence[Event]) -> dict[tuple[str, int], dict[str, Any]]:
    """What the endpoint's client sees of the events' cases at this moment, by kind and key; those it may not see are
    missing.

    It is asked exactly as the REST API is by that client.
    """
    return cases_seen_by(actor_of_client(endpoint.client), events) if endpoint.client.is_active else {}


def cases_seen_by(actor: Actor, events: Sequence[Event]) -> dict[tuple[str, int], dict[str, Any]]:
    """As `cases_visible_to`, for a client that asks itself."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for kind in {event.case_kind for event in events} & CASES.keys():
        keys = {event.case_id for event in events if event.case_kind == kind}
        rows = CASES[kind](actor).filter(pk__in=keys)
        columns = ("number", "external_ref") if kind == "notice" else ("number",)
        found |= {(kind, row.pop("pk")): row for row in rows.order_by().values("pk", *columns)}
    return found


# — where —

_NAME = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
# No space or control, no quotation mark, none of # < > \ ^ ` { | }.
_URL = re.compile(r"(?i:https?)://[\x21\x24-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]*")
_INSIDE = (".local", ".internal", ".home.arpa", ".lan", ".intranet", ".corp")
_REFUSED = tuple(
    ip_network(text)
    for text in (
        "168.63.129.16/32",  # what a cloud tells its machines, at an address that looks public
        "192.88.99.0/24",  # relays to 6to4
        "2001::/23",  # Teredo, ORCHID and other special purposes
        "2002::/16",  # 6to4: an IPv4 address inside
        "5f00::/16",  # segment routing
        "::/96",  # IPv4 addresses in the shape of IPv6 that mean nothing any more
        "::ffff:0:0:0/96",
        "64:ff9b:1::/48",  # translation inside one network
    )
)
_TRANSLATED = ip_network("64:ff9b::/96")


def admits(address: IpAddress) -> bool:
    """Whether a connection to this address is admitted: public ones, networks of the settings, and while developing
    this machine itself.
    """
    plain = _embedded(address)
    if plain.is_loopback:
        return bool(settings.WEBHOOK_LOOPBACK) and plain == address
    if plain.is_link_local or plain.is_unspecified:
        return False
    if any(plain in network for network in settings.WEBHOOK_NETWORKS):
        return True
    if any(plain in network for network in _REFUSED):
        return False
    return plain.is_global and not (plain.is_multicast or plain.is_reserved or plain.is_unspecified or _is_site(plain))


def _embedded(address: IpAddress) -> IpAddress:
    """The IPv4 address that an IPv6 address stands for, else itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _TRANSLATED:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_site(address: IpAddress) -> bool:
    return isinstance(address, IPv6Address) and address.is_site_local


def split(url: str) -> SplitResult:
    """The parts of an endpoint's address. Raises `Invalid` for what can be none, saying why.

    A name is not looked up here: where it leads is asked at every sending, and what it says today binds nobody.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _bad("malformed", _("This is not a web address.")) from None
    if not _URL.fullmatch(url):
        raise _bad("malformed", _("Give the address as https://, in ASCII; names in other scripts as xn--."))
    if parts.fragment or "@" in parts.netloc or not host or parts.netloc.endswith(":"):
        raise _bad("malformed", _("Give the address without user name, password and fragment."))
    address = _literal(host)
    if address is None:
        _check_name(host)
    elif not admits(address):
        raise _bad("address-refused", _("This address lies in a network that is not called."))
    here = settings.WEBHOOK_LOOPBACK and (address.is_loopback if address is not None else host == "localhost")
    if here:
        return parts
    if parts.scheme != "https":
        raise _bad("https-required", _("The address must begin with https://."))
    if (443 if port is None else port) not in settings.WEBHOOK_PORTS:
        ports = ", ".join(map(str, settings.WEBHOOK_PORTS))
        raise _bad("port-refused", _("Only these ports are called: %(ports)s.") % {"ports": ports})
    return parts


def _literal(host: str) -> IpAddress | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _check_name(host: str) -> None:
    """A name of the public DNS; none of the numbers and short names that resolvers understand in their own ways."""
    if host == "localhost" and settings.WEBHOOK_LOOPBACK:
        return
    is_inside = host.endswith(_INSIDE) and not settings.WEBHOOK_NETWORKS
    if not _NAME.fullmatch(host) or host.endswith(".localhost") or is_inside:
        raise _bad("address-refused", _("Give the full public name of the host."))


def _bad(code: str, message: str | Promise) -> Invalid:
    return Invalid.field("/url", code, message)
