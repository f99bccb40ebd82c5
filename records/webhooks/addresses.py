"""Where webhooks may go: to addresses of the open internet, and to hosts the operator has allowed by name.

The portal stands inside the offices' network; whoever may enter an address here must not reach what only it can
reach. So a host is resolved once, every address it has is checked, and the connection goes to the address that was
checked: a second look-up could answer something else.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.errors import BadInput, Finding, type_text

LONGEST_URL = 500
ALLOWED_PORTS_FROM = 1024
AMBIGUOUS = re.compile(r"[\x00-\x20\x7f\\]")
"""Blanks, line breaks and backslashes: readers of addresses do not agree on what they mean."""
SCHEMES = {"https": 443, "http": 80}

NOT_AN_ADDRESS = _("This is no address of the form https://host/path.")
NOT_RESOLVED = _("No such host is known. Check how its name is written.")
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NEVER = tuple(
    ipaddress.ip_network(block)
    for block in (
        "192.88.99.0/24",  # relays of 6to4
        "2001::/23",  # Teredo and other protocols' own
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",  # documentation; unknown to older Pythons
    )
)
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class TargetRefused(Exception):
    """An address nothing is sent to: a stable code, and why in words."""

    def __init__(self, code: str, message: type_text) -> None:
        super().__init__(code)
        self.code, self.message = code, message

    def as_bad_input(self, field: str = "url") -> BadInput:
        return BadInput(self.message, findings=(Finding(self.code, self.message, field),))


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart: `host` as the resolver and the certificate know it, `path` with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def by_name(self) -> bool:
        """Whether the operator allows this host whatever its address."""
        return self.host in settings.WEBHOOK_HOSTS

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == SCHEMES[self.scheme] else f"{host}:{self.port}"


def read(url: str) -> Target:
    """The parts of an address of the right shape; raises TargetRefused."""
    if len(url) > LONGEST_URL:
        raise TargetRefused("too_long", _("The address is too long: at most 500 characters."))
    try:
        parts = urlsplit(url)
        host = _ascii_host(parts.hostname or "")
        port = SCHEMES[parts.scheme] if parts.port is None else parts.port
    except (ValueError, KeyError) as error:
        raise TargetRefused("not_an_address", NOT_AN_ADDRESS) from error
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    if not host or AMBIGUOUS.search(url) or not path.isascii():
        raise TargetRefused("not_an_address", NOT_AN_ADDRESS)
    if parts.username is not None or parts.password is not None:
        raise TargetRefused("has_user", _("Leave user name and password out of the address: messages are signed."))
    if parts.fragment:
        raise TargetRefused("has_fragment", _("Leave out what follows the # in the address: it is never sent."))
    target = Target(parts.scheme, host, port, path)
    if not target.by_name:
        _open_internet(target)
    return target


def _ascii_host(name: str) -> str:
    """As it goes on the wire, in lower case and without a last dot. Raises ValueError (UnicodeError) if it cannot."""
    if "%" in name:
        raise ValueError("a zone of the portal's own machine")
    if ":" in name:  # IPv6, from brackets
        return str(ipaddress.IPv6Address(name))
    return name.rstrip(".").encode("idna").decode("ascii").lower()


def _open_internet(target: Target) -> None:
    if target.scheme != "https":
        raise TargetRefused("not_https", _("Only https:// addresses: messages must not travel in the clear."))
    if target.port != 443 and target.port < ALLOWED_PORTS_FROM:
        raise TargetRefused("port", _("Only port 443 or a port from 1024 on can be used."))


def check(target: Target) -> str:
    """The numeric address to connect to. Raises TargetRefused unless every address of the host may be reached."""
    found = resolve(target.host, target.port)
    for address in found:
        if not (may_be_named(address) if target.by_name else is_open(address)):
            raise TargetRefused(
                "internal_address",
                _("This host is not on the open internet. The operator of the portal can allow it by name."),
            )
    return str(found[0])


def resolve(host: str, port: int) -> Sequence[IPAddress]:
    """Every address of the host, IPv4 first: few offices reach IPv6. TargetRefused when there is none."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found = {ipaddress.ip_address(str(answer[4][0])) for answer in answers}
    except (OSError, ValueError) as error:  # ValueError: an address with a zone
        raise TargetRefused("not_resolved", NOT_RESOLVED) from error
    if not found:
        raise TargetRefused("not_resolved", NOT_RESOLVED)
    return sorted(found, key=lambda address: (address.version, int(address)))


def is_open(address: IPAddress) -> bool:
    """A public address of one machine. What carries an IPv4 address inside (mapped, 6to4, NAT64, Teredo) is not."""
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    if any(address in block for block in _NEVER if block.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def may_be_named(address: IPAddress) -> bool:
    """Of a host allowed by name: private and loopback too, but nothing that is no machine's own address."""
    mapped = isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None
    return not (mapped or address.is_multicast or address.is_unspecified or address.is_link_local)
