"""https: the certificate must be the name's, though the connection goes to the checked address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.test import override_settings

from records.webhooks.post import post
from tests.records.test_webhook_addresses import answering
from tests.records.webhook_receiver import receiving

pytestmark = pytest.mark.realtime


def certificate(name: str, folder: Path) -> Path:
    """A certificate that speaks for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    title = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(title).issuer_name(title).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / f"{name}.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture(autouse=True)
def oa_is_here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    answering(monkeypatch, ("127.0.0.1",))
    with override_settings(WEBHOOK_HOSTS=frozenset({"oa.example", "other.example"})):
        yield


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The server's certificate, which this process trusts."""
    path = certificate("oa.example", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


def test_the_name_is_asked_for_and_checked(own: Path) -> None:
    asked: list[str | None] = []
    with receiving(tls=own, asked=asked) as receiver:
        answer = post(f"https://oa.example:{receiver.port}/in", b"{}", {})
        assert (answer.code, answer.error) == (200, "")
        assert receiver.came[0].headers["host"] == f"oa.example:{receiver.port}"
        assert asked == ["oa.example"]
        other = post(f"https://other.example:{receiver.port}/in", b"{}", {})
    assert other.code is None
    assert other.error.startswith("TLS:")
    assert len(receiver.came) == 1


def test_a_certificate_nobody_trusts(own: Path, tmp_path: Path) -> None:
    folder = tmp_path / "stranger"
    folder.mkdir()
    with receiving(tls=certificate("oa.example", folder)) as receiver:
        answer = post(f"https://oa.example:{receiver.port}/in", b"{}", {})
    assert answer.error.startswith("TLS:")
    assert receiver.came == []


def test_the_server_speaks_no_tls(own: Path) -> None:
    with receiving() as receiver:
        answer = post(f"https://oa.example:{receiver.port}/in", b"{}", {})
    assert answer.code is None
    assert receiver.came == []
