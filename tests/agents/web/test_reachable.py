"""Only public addresses on two ports are reached, in whatever form a private one is written."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.web.reachable import may_reach, public

FOUR = st.integers(0, 2**32 - 1).map(IPv4Address)
SIX = st.integers(0, 2**128 - 1).map(IPv6Address)


@given(FOUR)
def test_an_address_is_no_more_public_in_another_form(address: IPv4Address) -> None:
    # given an IPv4 address, when it is carried by an IPv6 one, then that is reached only if it itself is
    number = int(address)
    for carrier in (
        IPv6Address((0xFFFF << 32) | number),
        IPv6Address((0x64FF9B << 96) | number),
        IPv6Address((0x2002 << 112) | (number << 80) | 1),
    ):
        assert public(carrier) == public(address)
    # and the old "compatible" form and the local NAT64 prefix never are
    assert not public(IPv6Address(number))
    assert not public(IPv6Address((0x64FF9B0001 << 88) | number))


@given(st.one_of(FOUR, SIX), st.integers(0, 65535))
def test_nothing_is_reached_that_python_calls_private(address: IPv4Address | IPv6Address, port: int) -> None:
    # given any address and port, when it may be reached, then it is global for Python too, and the port is the web's
    if may_reach(str(address), port, ()):
        carried = getattr(address, "sixtofour", None) or getattr(address, "ipv4_mapped", None)
        assert (carried or address).is_global
        assert not address.is_multicast
        assert port in (80, 443)


@given(SIX)
def test_outside_what_is_handed_out_there_is_nothing(address: IPv6Address) -> None:
    # given an IPv6 address outside 2000::/3 that carries no other, when judged, then it is not public
    carries = int(address) >> 32 in (0xFFFF, 0x64FF9B << 64)
    if int(address) >> 125 != 1 and not carries:
        assert not public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("100.100.100.200", "192.0.0.8", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "168.63.129.16"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "fc00::1", "ff02::1", "2001::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:a9fe:a9fe::1"),
        *("::169.254.169.254", "3fff::1", "100::1", "5f00::1", "not an address", ""),
    ],
)
def test_traps(address: str) -> None:
    # given an address that others were led to, when judged, then it is not reached
    assert not may_reach(address, 443, ())


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_the_public_web_is_reached_on_its_two_ports(address: str) -> None:
    # given a public address, when judged, then on 80 and 443 only
    assert [port for port in (22, 80, 443, 6379, 8080) if may_reach(address, port, ())] == [80, 443]


def test_a_private_address_is_reached_where_the_setting_names_it_with_its_port() -> None:
    # given a setting, when judged, then exactly that address and port
    private = ("127.0.0.1:8080", "[fd00::1]:443")
    assert may_reach("127.0.0.1", 8080, private)
    assert may_reach("fd00:0::1", 443, private)
    assert not may_reach("127.0.0.1", 8081, private)
    assert not may_reach("127.0.0.2", 8080, private)
    assert ip_address("::ffff:127.0.0.1") not in (ip_address("127.0.0.1"),)
    assert not may_reach("::ffff:127.0.0.1", 8080, private)
