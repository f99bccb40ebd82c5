"""Where webhooks may go: every class of address that is not one public machine's is refused, and before it is asked."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest
from django.test import override_settings

from records.webhooks.addresses import TargetRefused, check, is_open, read
from records.webhooks.post import post
from tests.records.webhook_receiver import receiving

INTERNAL = {
    "unspecified": ("0.0.0.0", "::", "0.1.2.3"),  # noqa: S104 - to be refused
    "loopback": ("127.0.0.1", "127.255.0.3", "::1"),
    "private": ("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12::1"),
    "link-local": ("169.254.169.254", "fe80::1"),
    "shared (CGNAT)": ("100.64.0.1", "100.127.255.254"),
    "multicast": ("224.0.0.1", "239.255.255.250", "ff02::1"),
    "reserved": ("240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.0.1", "192.88.99.1"),
    "documentation": ("192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"),
    "mapped": ("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8"),
    "6to4": ("2002:7f00:1::1", "2002:808:808::1"),
    "NAT64": ("64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::a00:1"),
    "Teredo": ("2001:0:4136:e378::1", "2001::1"),
    "site-local": ("fec0::1",),
    "segment routing": ("5f00::1",),
}
OPEN = ("8.8.8.8", "223.5.5.5", "93.184.216.34", "2606:4700::1111", "2400:3200::1")


def answering(monkeypatch: pytest.MonkeyPatch, *answers: tuple[str, ...]) -> list[str]:
    """The resolver says one answer after the other, the last one from then on; returns what it was asked."""
    asked: list[str] = []

    def look_up(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in found]

    monkeypatch.setattr("records.webhooks.addresses.socket.getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize(("kind", "address"), [(kind, one) for kind, found in INTERNAL.items() for one in found])
def test_no_internal_address_is_open(kind: str, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_open(ipaddress.ip_address(address))
    answering(monkeypatch, (address,))
    with pytest.raises(TargetRefused) as refused:
        check(read("https://hook.example/in"))
    assert refused.value.code == "internal_address"


@pytest.mark.parametrize("address", OPEN)
def test_public_addresses_are(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, (address,))
    assert check(read("https://hook.example/in")) == address


def test_one_internal_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, ("93.184.216.34", "10.0.0.1"))
    with pytest.raises(TargetRefused):
        check(read("https://hook.example/in"))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost",
             "LOCALHOST.", "\uff11\uff12\uff17.0.0.1", "\u246027.0.0.1"]
)  # fmt: skip
def test_loopback_by_any_spelling(host: str) -> None:
    """The system's own resolver: whatever it makes of a spelling is what is checked."""
    with pytest.raises(TargetRefused) as refused:
        check(read(f"https://{host}/"))
    assert refused.value.code in {"internal_address", "not_resolved", "not_an_address"}


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hook.example/", "not_https"),
        ("ftp://hook.example/", "not_an_address"),
        ("file:///etc/passwd", "not_an_address"),
        ("//hook.example/", "not_an_address"),
        ("https://", "not_an_address"),
        ("https:///path", "not_an_address"),
        ("", "not_an_address"),
        ("https://user:secret@hook.example/", "has_user"),
        ("https://@hook.example/", "has_user"),
        ("https://hook.example/#part", "has_fragment"),
        ("https://hook.example:25/", "port"),
        ("https://hook.example:80/", "port"),
        ("https://hook.example:99999/", "not_an_address"),
        ("https://hook.example:0/", "port"),
        ("https://hook.example\\@127.0.0.1/", "not_an_address"),
        ("https://hook.example/a b", "not_an_address"),
        ("https://hook.example/a\tb", "not_an_address"),
        ("https://hook.ex\nample/", "not_an_address"),
        ("https://hook.example/\x00", "not_an_address"),
        ("https://hook.example/路径", "not_an_address"),
        ("https://[fe80::1%25eth0]/", "not_an_address"),
        ("https://" + "a" * 64 + ".example/", "not_an_address"),
        ("https://hook.example/" + "a" * 500, "too_long"),
    ],
)
def test_addresses_of_another_shape(url: str, code: str) -> None:
    with pytest.raises(TargetRefused) as refused:
        read(url)
    assert refused.value.code == code


def test_the_parts_of_an_address() -> None:
    target = read("https://例子.example:8443/in?key=1")
    assert (target.host, target.port, target.path) == ("xn--fsqu00a.example", 8443, "/in?key=1")
    assert target.host_header == "xn--fsqu00a.example:8443"
    assert read("https://hook.example").path == "/"


@override_settings(WEBHOOK_HOSTS=frozenset({"oa.example"}))
def test_a_host_allowed_by_name_may_be_internal_but_no_other_name_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, ("10.1.2.3",))
    assert check(read("http://OA.example.:80/in")) == "10.1.2.3"
    for url in ("https://www.oa.example/", "https://oa.example.evil.example/", "https://10.1.2.3/"):
        with pytest.raises(TargetRefused):
            check(read(url))


@override_settings(WEBHOOK_HOSTS=frozenset({"oa.example"}))
@pytest.mark.parametrize("address", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "::ffff:169.254.169.254"])  # noqa: S104
def test_not_even_by_name(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, (address,))
    with pytest.raises(TargetRefused):
        check(read("https://oa.example/"))


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name answers something else the second time: it is never asked a second time."""
    asked = answering(monkeypatch, ("93.184.216.34",), ("127.0.0.1",))
    went: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], *args: Any, **kwargs: Any) -> socket.socket:
        went.append(address)
        raise ConnectionRefusedError("not in a test")

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    answer = post("https://hook.example/in", b"{}", {})
    assert asked == ["hook.example"]
    assert went == [("93.184.216.34", 443)]
    assert answer.code is None
    assert answer.error.startswith("NewConnectionError")


def test_nothing_is_sent_to_a_name_that_became_internal(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as receiver:
        answering(monkeypatch, ("127.0.0.1",))
        answer = post(f"https://hook.example:{receiver.port}/in", b"{}", {})
    assert answer.error.startswith("internal_address")
    assert receiver.came == []


def test_a_name_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: Any, **kwargs: Any) -> list[Any]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("records.webhooks.addresses.socket.getaddrinfo", unknown)
    assert post("https://nowhere.example/", b"{}", {}).error.startswith("not_resolved")
