"""The book of channels: what may be written in it, who is reached how, and its secrets."""

from __future__ import annotations

import copy
import pickle
import tomllib
import traceback
from pathlib import Path

import pytest
from pydantic import ValidationError
from temporalio.contrib.pydantic import pydantic_data_converter

from domain.rules import Recipient
from runtime.channels import (
    RECIPIENTS,
    Channel,
    ChannelBook,
    ChannelKind,
    ChannelsUnreadable,
    read_channels,
)

BOOK = """
link = "https://lianban.park.example"

[[channel]]
name = "u20群"
kind = "wecom"
url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=SECRET-WECOM-KEY"
serves = ["unit:U20"]

[[channel]]
name = "all-units"
kind = "dingtalk"
url = "https://oapi.dingtalk.com/robot/send?access_token=SECRET-DING-TOKEN"
secret = "SECRET-SIGN"
serves = ["unit", "committee"]

[[channel]]
name = "sms"
kind = "webhook"
url = "http://gateway.intra.example/sms"
secret = "SECRET-HMAC"
serves = ["chain_leader", "unit:U21"]

[[channel]]
name = "mail"
kind = "email"
host = "smtp.park.example"
username = "lianban"
password = "SECRET-PASSWORD"
sender = "lianban@park.example"

[[preference]]
whom = "account:u20"
channels = ["mail", "u20群"]

[[preference]]
whom = "unit:U22"
channels = ["mail"]

[[preference]]
whom = "squad"
channels = []
"""


def book(source: str = BOOK) -> ChannelBook:
    return ChannelBook.model_validate(tomllib.loads(source))


def test_the_recipients_are_the_domain_s() -> None:
    assert set(RECIPIENTS) == {recipient.value for recipient in Recipient}


@pytest.mark.parametrize(
    ("recipient", "code", "account", "names"),
    [
        ("unit", "U20", "", ["u20群", "all-units", "mail"]),
        ("unit", "U20", "u20", ["mail", "u20群"]),
        ("unit", "U21", "u21", ["all-units", "mail", "sms"]),
        ("unit", "U22", "u22", ["mail"]),
        ("chain_leader", "NE", "l1", ["mail", "sms"]),
        ("committee", "", "", ["all-units", "mail"]),
        ("squad", "S04", "s04", []),
        ("enterprise", "91530181MA6K00072P", "", ["mail"]),
    ],
)
def test_the_way_is_by_preference_else_from_the_group_to_the_person(
    recipient: str, code: str, account: str, names: list[str]
) -> None:
    assert [c.name for c in book().routes(recipient, code, account)] == names


def test_an_empty_book_is_the_inbox_alone(tmp_path: Path) -> None:
    assert read_channels(None).routes("unit", "U20", "u20") == ()
    empty = tmp_path / "channels.toml"
    empty.write_text("", encoding="utf-8")
    assert read_channels(empty) == ChannelBook()


def test_limits_and_ports_are_the_kind_s_unless_given() -> None:
    limits = {channel.name: channel.per_minute for channel in book().channels}
    assert limits == {"u20群": 20, "all-units": 20, "sms": 60, "mail": 60}
    own = Channel.model_validate(
        {"name": "f", "kind": "feishu", "url": "https://f.example/hook", "per_minute": 7}
    )
    assert own.per_minute == 7
    assert {kind for kind in ChannelKind if kind.bot} == {"wecom", "dingtalk", "feishu"}
    mail = book().named("mail")
    assert mail is not None
    assert mail.smtp_port == 465


WECOM = {"name": "w", "kind": "wecom", "url": "https://w.example/send?key=SECRET-KEY"}
MAIL = {"name": "m", "kind": "email", "host": "smtp.example", "sender": "a@b.example"}


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (WECOM | {"name": "a b"}, "channel.name_unfit"),
        (WECOM | {"name": ""}, "channel.name_unfit"),
        (WECOM | {"kind": "sms"}, "enum"),
        (WECOM | {"kind": ["wecom"]}, "enum"),
        (WECOM | {"url": None}, "channel.no_url"),
        (WECOM | {"url": "qyapi.weixin.qq.com?key=SECRET"}, "channel.no_url"),
        (WECOM | {"url": "https://[SECRET"}, "channel.no_url"),
        (WECOM | {"url": "https://w.example:SECRET/"}, "channel.no_url"),
        (WECOM | {"url": "https://w.example/SECRET key"}, "channel.no_url"),
        (WECOM | {"url": "http://w.example/send?key=SECRET"}, "channel.key_in_clear"),
        (WECOM | {"url": 12345}, "string_type"),
        (WECOM | {"serves": ["units"]}, "channel.whom_unknown"),
        (WECOM | {"serves": ["unit:"]}, "channel.whom_unknown"),
        (WECOM | {"serves": ["account:u20"]}, "channel.whom_unknown"),
        (WECOM | {"per_minute": -1}, "greater_than_equal"),
        (WECOM | {"kind": "webhook"}, "channel.no_secret"),
        (WECOM | {"kind": "webhook", "secret": ""}, "channel.no_secret"),
        (MAIL | {"host": ""}, "channel.no_host"),
        (MAIL | {"sender": "链办 <a@b>"}, "channel.no_sender"),
        (MAIL | {"username": "a"}, "channel.no_password"),
        (
            MAIL | {"username": "a", "password": "SECRET", "security": "none"},
            "channel.password_in_clear",
        ),
        (MAIL | {"port": 70000}, "less_than_equal"),
    ],
)
def test_what_cannot_work_is_refused_without_showing_it(
    given: dict[str, object], problem: str
) -> None:
    with pytest.raises(ValidationError) as found:
        Channel.model_validate(given)
    assert [error["type"] for error in found.value.errors()] == [problem]
    assert "SECRET" not in str(found.value) + repr(found.value)


@pytest.mark.parametrize(
    ("added", "problem"),
    [
        (
            '[[channel]]\nname = "sms"\nkind = "wecom"\nurl = "https://SECRET.example"\n',
            "name_twice",
        ),
        ('[[preference]]\nwhom = "squad"\nchannels = ["mail"]\n', "whom_twice"),
        ('[[preference]]\nwhom = "bureau"\nchannels = ["fax"]\n', "channel_unknown"),
    ],
)
def test_the_book_must_agree_with_itself(tmp_path: Path, added: str, problem: str) -> None:
    path = tmp_path / "channels.toml"
    path.write_text(BOOK + added, encoding="utf-8")
    with pytest.raises(ChannelsUnreadable) as found:
        read_channels(path)
    assert f"channel.{problem}" in str(found.value)
    assert "SECRET" not in "".join(traceback.format_exception(found.value))


@pytest.mark.parametrize(
    "link", ["lianban", "ftp://a", "https://a b", "https://u:SECRET@a", "x" * 9]
)
def test_a_link_is_an_address_without_a_login(link: str) -> None:
    with pytest.raises(ValidationError):
        ChannelBook(link=link)
    assert ChannelBook(link="http://10.0.0.8:8080/lianban").link


@pytest.mark.parametrize(
    "source", [b"\xff", b"key = SECRET", b"[[channel]]\nname = 'SECRET'\n", None]
)
def test_a_file_that_cannot_be_read_says_so_without_showing_it(
    tmp_path: Path, source: bytes | None
) -> None:
    path = tmp_path / "channels.toml"
    if source is not None:
        path.write_bytes(source)
    with pytest.raises(ChannelsUnreadable) as found:
        read_channels(path)
    shown = "".join(traceback.format_exception(found.value))
    assert "channels.toml" in shown
    assert "SECRET" not in shown


async def test_secrets_stay_where_they_are() -> None:
    known = book()
    encoded = await pydantic_data_converter.encode([known, *known.channels])
    seen = [repr(known), str(known), known.model_dump_json(), f"{known.model_dump()}"]
    seen += [channel.shown for channel in known.channels]
    seen += [payload.data.decode() for payload in encoded]
    assert "SECRET" not in "".join(seen)
    assert [channel.shown for channel in known.channels] == [
        *("qyapi.weixin.qq.com", "oapi.dingtalk.com", "gateway.intra.example"),
        "smtp.park.example:465",
    ]


def test_a_channel_knows_what_must_not_be_shown() -> None:
    for channel in book().channels:
        assert any("SECRET" in secret for secret in channel.secrets())
        assert channel.secrets() == tuple(sorted(channel.secrets(), key=len, reverse=True))
    again = copy.deepcopy(book())
    assert again == book() == pickle.loads(pickle.dumps(book()))
