"""What the three group bots have in common: HTTP 200 says nothing, the code in the answer does."""

from __future__ import annotations

import re
from collections.abc import Container

from activities.channels.http import Answer, post
from activities.channels.parcel import Sending, Sent
from activities.channels.saying import sent
from runtime.channels import Channel

_CALLING = re.compile(r"<(?=\s*/?\s*(?:@|at\b))", re.IGNORECASE)


def quiet(text: str) -> str:
    """The text without power to call everybody in the group: `<@all>`, `<at user_id="all">`."""
    return _CALLING.sub("＜", text)


async def ask(
    channel: Channel,
    url: str,
    body: bytes,
    timeout: float,  # noqa: ASYNC109 - see post
    never: Container[int],
    limits: dict[int, float],
) -> Sent:
    """Post it and read the code. Those in `never` are final; `limits` say how long to wait.

    An unknown code means not delivered, and trying again is harmless.
    """
    answer = await post(channel, url, body, timeout)
    if isinstance(answer, Sent):
        return answer
    code, words = _code(answer)
    if code is None:
        return sent(channel, Sending.UNCERTAIN, "an answer without a code")
    if code == 0:
        return sent(channel, Sending.SENT)
    reason = f"errcode {code} {words}"
    if "too many" in words.lower():  # Feishu's 9499 is a bad request or too many of them
        return sent(channel, Sending.FAILED, reason, limits.get(code, 60.0))
    outcome = Sending.REJECTED if code in never else Sending.FAILED
    return sent(channel, outcome, reason, limits.get(code))


def _code(answer: Answer) -> tuple[int | None, str]:
    found = answer.json()
    for key, words in (("errcode", "errmsg"), ("code", "msg"), ("StatusCode", "StatusMessage")):
        code = found.get(key)
        if isinstance(code, int) and not isinstance(code, bool):
            return code, str(found.get(words, "")).partition(", hint")[0]
    return None, ""
