"""Where a request comes from, as limits count it."""

from ipaddress import IPv6Address, ip_address, ip_network

NETWORK = 64
"""One subscriber has as many IPv6 addresses as they like, all with the same first 64 bits."""


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
