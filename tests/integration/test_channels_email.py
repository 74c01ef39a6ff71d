"""Sending e-mail through a real SMTP server that accepts, delays, refuses, or goes silent."""

from __future__ import annotations

import logging
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from activities.channels.send import Parcel, Sending, send
from tests.support.mail import smtp_server

PARCEL = Parcel(
    key="AN-2026Q4-039/3/unit/u20",
    to="u20@bureau.example",
    subject="【链办】交办：AN-2026Q4-039\r\nBcc: everybody@park.example",
    text="【链办】交办：新增变压器900kVA报装\n.\nhttps://lianban.park.example/d/AN-2026Q4-039",
)


async def test_a_message_arrives_whole() -> None:
    async with smtp_server() as mail:
        done = await send(mail.channel("mail"), PARCEL)
        assert (done.outcome, done.reason) == (Sending.SENT, "")
        (message,) = mail.received
        assert message["Subject"] == "【链办】交办：AN-2026Q4-039 Bcc: everybody@park.example"
        assert message["Bcc"] is None
        assert message["To"] == "u20@bureau.example"
        assert message["From"] == "链办 <lianban@park.example>"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Date"].datetime is not None
        assert message.get_content().replace("\r\n", "\n").rstrip("\n") == PARCEL.text


async def test_every_attempt_has_the_same_message_id_and_every_message_its_own() -> None:
    async with smtp_server() as mail:
        channel = mail.channel("mail")
        for key in ("one", "one", "two"):
            assert (await send(channel, PARCEL.model_copy(update={"key": key}))).outcome == "sent"
        ids = [message["Message-ID"] for message in mail.received]
        assert ids[0] == ids[1] != ids[2]
        assert ids[0].endswith("@park.example>")


@pytest.mark.parametrize(
    ("step", "outcome", "reason"),
    [
        ({"RCPT": "450 4.2.0 greylisted, try later"}, "failed", "SMTP 450 4.2.0 greylisted"),
        ({"RCPT": "550 5.1.1 no such user"}, "rejected", "SMTP 550 5.1.1 no such user"),
        ({"MAIL": "553 5.7.1 not your sender"}, "rejected", "SMTP 553 5.7.1 not your sender"),
        ({"MAIL": "421 4.3.2 going down"}, "failed", "SMTP 421"),
        ({"DATA": "451 4.3.0 disk full"}, "failed", "SMTP 451 4.3.0 disk full"),
        ({"DATA": "554 5.7.1 spam"}, "rejected", "SMTP 554 5.7.1 spam"),
        ({"DATA": "hello"}, "uncertain", "SMTP -1"),
        ({"RCPT": "drop"}, "failed", "not connected: SMTPServerDisconnected"),
        ({"RCPT": "hang"}, "failed", "not connected: "),
        ({"DATA": "drop"}, "uncertain", "no answer: SMTPServerDisconnected"),
        ({"DATA": "hang"}, "uncertain", "no answer: SMTPReadTimeoutError"),
    ],
)
async def test_what_became_of_it_depends_on_the_step(
    step: dict[str, str], outcome: str, reason: str
) -> None:
    async with smtp_server() as mail:
        mail.script.append(step)
        done = await send(mail.channel("mail"), PARCEL, timeout=0.5)
        assert done.outcome == outcome
        assert done.reason.startswith(reason)
        assert mail.received == []
        assert (await send(mail.channel("mail"), PARCEL)).outcome == "sent"


async def test_a_login_is_made_and_a_wrong_one_is_final_and_not_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="asyncio")
    async with smtp_server(login=("bureau", "秘密-open-sesame")) as mail:
        assert (await send(mail.channel("mail"), PARCEL)).outcome == "sent"
        done = await send(mail.channel("mail", password="wrong-password"), PARCEL)
        assert done.outcome == "rejected"
        assert done.reason.startswith("SMTP 535")
        done = await send(mail.channel("mail", username="", password=None), PARCEL)
        assert (done.outcome, done.reason[:8]) == ("rejected", "SMTP 530")
    assert "open-sesame" not in caplog.text + repr(mail.channel("mail"))


@pytest.mark.parametrize("to", ["", "13800000000", "a@b, c@d", "a@b\r\nBcc: c@d", "张@公司.中国"])
async def test_what_is_no_address_is_rejected_before_anything_is_sent(to: str) -> None:
    async with smtp_server() as mail:
        done = await send(mail.channel("mail"), PARCEL.model_copy(update={"to": to}))
        assert (done.outcome, done.reason) == ("rejected", "not an e-mail address")
        assert mail.received == []


async def test_nobody_there_means_not_sent() -> None:
    async with smtp_server() as mail:
        channel = mail.channel("mail")
    done = await send(channel, PARCEL)
    assert (done.outcome, done.reason) == ("failed", "not connected: ConnectionRefusedError")


async def test_what_is_no_mail_server_means_not_sent() -> None:
    async with smtp_server() as mail:
        done = await send(mail.channel("mail", security="tls"), PARCEL, timeout=1)
        assert done.outcome == "failed"
        done = await send(mail.channel("mail", security="starttls"), PARCEL)
        assert done.outcome == "rejected"
        assert "STARTTLS" in done.reason
        assert mail.received == []


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody else vouches for, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the openssl command to make a certificate")
    made, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    kind = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    names = ("-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")
    files = ("-keyout", str(key), "-out", str(made))
    subprocess.run([openssl, *kind, *names, *files], check=True, capture_output=True)
    return made, key


async def test_starttls_wants_a_certificate_that_somebody_vouches_for(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    async with smtp_server(login=("bureau", "secret"), tls=context) as mail:
        channel = mail.channel("mail", security="starttls")
        done = await send(channel, PARCEL, timeout=2)
        assert done.outcome == "failed"
        assert "Cert" in done.reason
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        assert (await send(channel, PARCEL, timeout=2)).outcome == "sent"
        assert len(mail.received) == 1
