"""Whom a limit counts: a network, a phone number, a device that somebody has signed in from. What does not belong here:
how many are too many.

A person who is signed in is counted by their account alone, so that no stranger can shut their door.
"""

import re
import unicodedata
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac

NETWORK = 64
"""One subscriber has as many IPv6 addresses as they like, all with the same first 64 bits."""
HARD = 10
"""So many times the usual number of strangers are taken when each comes from another network."""


def network_of(address: str) -> str:
    """The address, or for IPv6 the first of its network; empty for what is no address."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((found, NETWORK), strict=False).network_address)


def mark_of_network(purpose: str, address: str) -> str:
    """A keyed digest of the network, by which requests from it are counted and no address is kept."""
    return salted_hmac(purpose, network_of(address), algorithm="sha256").hexdigest()


_PHONE = re.compile(r"\+?\(?[0-9][0-9 ()-]{3,30}")
_FEWEST_DIGITS, _MOST_DIGITS = 5, 21


def plain_phone(typed: str) -> str:
    """A phone number with full-width digits and signs, as a Chinese keyboard types them, made plain; empty for what is
    none.
    """
    plain = unicodedata.normalize("NFKC", typed).replace("–", "-").strip()
    digits = sum(each.isdigit() for each in plain)
    return plain if _PHONE.fullmatch(plain) and _FEWEST_DIGITS <= digits <= _MOST_DIGITS else ""


_MAINLAND_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_ABROAD = re.compile(r"[1-9][0-9]{6,14}")


def mobile_number(typed: str) -> str:
    """The number to which a text message goes, `+8613800000000`; empty for what can be none.

    Without a country's code it is of mainland China.
    """
    plain = plain_phone(typed)
    digits = re.sub(r"[^0-9]", "", plain)
    if digits.startswith("00"):
        plain, digits = f"+{digits[2:]}", digits[2:]
    if _MAINLAND_MOBILE.fullmatch(digits) and not plain.startswith("+"):
        return f"+86{digits}"
    if digits.startswith("86"):
        return f"+{digits}" if _MAINLAND_MOBILE.fullmatch(digits[2:]) else ""
    return f"+{digits}" if plain.startswith("+") and _ABROAD.fullmatch(digits) else ""


def number_of(phone: str) -> str:
    """The number that is dialled, the same however it is written: digits without the code of mainland China and zeros.

    `+86 138 0000 0000`, `0086-138-0000-0000` and `(138) 0000 0000` are one number, so are `0571 …` and `+86 571 …`.
    """
    plain = unicodedata.normalize("NFKC", phone)
    digits = "".join(str(unicodedata.digit(each)) for each in plain if each.isdigit()).removeprefix("00")
    if digits.startswith("86") and len(digits) > 9:
        digits = digits[2:]
    return digits.lstrip("0")


def mark_of_number(purpose: str, phone: str) -> str:
    """A keyed digest of the number, by which requests that name it are counted."""
    return salted_hmac(purpose, number_of(phone), algorithm="sha256").hexdigest()


def is_crowded(recent: Any, source: str, *, of_one: int, of_all: int, is_known: bool = False) -> bool:
    """Whether another of these `recent` requests of strangers is too many, from this `source`.

    Beyond `of_all` only whoever has asked for something already has to wait: many requests from some networks do not
    shut the door for the others. A source that `is_known` is counted by itself alone, whatever strangers did.
    """
    own: int = recent.filter(source=source).count()
    if own >= of_one or is_known:
        return own >= of_one
    total: int = recent.count()
    return total >= HARD * of_all or (own > 0 and total >= of_all)


# — devices —

DEVICE = "device"
"""The cookie of a device that somebody has signed in from."""
KNOWN_FOR = 365 * 24 * 60 * 60
"""Seconds for which the device is known."""
_BESIDE, _PEOPLE = "~", 5
"""Between the parts of the cookie, one for each of the people who sign in on the device, and the most of them."""


def sign_in_name(typed: str) -> str:
    """The name that sign-ins are counted under and a device is known for: sign-in ignores its case."""
    return typed.strip().casefold()[:150]


def device_for(name: str, ref: str) -> str:
    """What a device keeps from which this name was signed in."""
    return f"{ref}.{_proof(name, ref)}"


def shown_by_device(cookie: str, name: str) -> str:
    """The part of the cookie that is for this name, of the people who sign in on the device; empty where none is."""
    for each in cookie.split(_BESIDE)[:_PEOPLE] if name else ():
        ref, _dot, proof = each.partition(".")
        if ref and constant_time_compare(proof, _proof(name, ref)):
            return each
    return ""


def beside_others(own: str, cookie: str, name: str) -> str:
    """The cookie with `own` first, and what it had for other names."""
    mine = shown_by_device(cookie, name)
    others = [each for each in cookie.split(_BESIDE) if each and each not in (own, mine)]
    return _BESIDE.join([own, *others][:_PEOPLE])


def address_of_device(cookie: str, name: str) -> str | None:
    """An address of no network (RFC 4193) for a device from which this name was signed in; None for any other.

    Failures from it are counted by themselves: those of others at the same network do not lock it out.
    """
    shown = shown_by_device(cookie, name)
    if not shown:
        return None
    ref = shown.partition(".")[0]
    digest = salted_hmac("operations.limits.device", f"{ref} {name}", algorithm="sha256").digest()
    return str(IPv6Address(b"\xfd" + digest[:15]))


def _proof(name: str, ref: str) -> str:
    return salted_hmac("operations.limits.proof", f"{ref} {name}", algorithm="sha256").hexdigest()
