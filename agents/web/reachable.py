"""Which network addresses a page may be fetched from: public ones on ports 80 and 443, and what the setting adds. Pure.

Only the address that a connection goes to is judged, never a name or the way somebody wrote a number. Python's own
`is_global` is not enough: it calls NAT64 and 6to4 forms of private addresses public, and multicast too.
"""

from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

PORTS = frozenset({80, 443})

NOT_PUBLIC = tuple(
    IPv4Network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        # Azure's host answers its virtual machines here, and serves their credentials
        "168.63.129.16/32",
    )
)
"""IANA's special-purpose registry for IPv4, multicast and the reserved end, and one cloud's own."""

GLOBAL_UNICAST = IPv6Network("2000::/3")
NOT_PUBLIC_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20")))
"""IANA's special-purpose registry for IPv6 within 2000::/3, all that is handed out; Teredo is in 2001::/23."""

MAPPED, NAT64, SIX_TO_FOUR = IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"), IPv6Network("2002::/16")


def may_reach(address: str, port: int, private: Collection[str]) -> bool:
    """Whether a connection may go to an address and port.

    Args:
        address: as the resolver gave it.
        private: what may be reached beyond the public web, each as `address:port`, IPv6 in brackets.
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if f"[{ip}]:{port}" in private or f"{ip}:{port}" in private:
        return True
    return port in PORTS and public(ip)


def public(ip: IPv4Address | IPv6Address) -> bool:
    """Whether an address belongs to the public internet; one that carries another is judged by that."""
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in NOT_PUBLIC)
    carried = _carried(ip)
    if carried is not None:
        return public(carried)
    return ip in GLOBAL_UNICAST and not any(ip in network for network in NOT_PUBLIC_6)


def _carried(ip: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 address stands for."""
    if ip in MAPPED or ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return IPv4Address(int(ip) >> 80 & 0xFFFF_FFFF) if ip in SIX_TO_FOUR else None
