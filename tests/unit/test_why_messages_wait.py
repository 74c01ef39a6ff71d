"""Why a message waits, and what came of sending it, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from starter import message_text

NOW = datetime(2026, 10, 12, 2, tzinfo=UTC)
AHEAD, PAST = NOW + timedelta(hours=1), NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("no answer: ReadTimeout", "对方没有及时回应，可能已送到"),
        ("no answer: SMTPServerDisconnected", "连接中断、没有回应，可能已送到"),
        ("no answer was recorded", "连接中断、没有回应，可能已送到"),
        ("not connected: ConnectError", "没能连上对方，未送出"),
        ("HTTP 403 Forbidden", "HTTP 403 Forbidden"),
        ("", ""),
    ],
)
def test_our_own_reasons_are_told_in_words(kept: str, said: str) -> None:
    assert message_text.reason(kept) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"not_before": AHEAD}, "免打扰时段，2026-10-12 11:00 后发送"),
        ({"next_try": AHEAD}, "免打扰时段，2026-10-12 11:00 后发送"),
        ({"next_try": AHEAD, "attempts": 1}, "上次没有发成，2026-10-12 11:00 再试"),
        ({"next_try": PAST, "attempts": 1}, "已到时间：等待通道频率上限的空额，或分发没有运行"),
        ({"batch": 7}, "即将发送"),
        ({"status": "sent"}, ""),
    ],
)
def test_a_queued_message_says_why_it_waits(changes: dict[str, Any], said: str) -> None:
    row = {"status": "queued", "batch": None, "attempts": 0, "next_try": None, "not_before": PAST}
    assert message_text.waits(row | changes, NOW) == said
