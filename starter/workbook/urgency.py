"""How urgent a demand is, in the words of several forms: 紧急程度, 是否紧急, 缓急."""

from __future__ import annotations

from domain.values import Urgency
from starter.workbook.cells import squeezed

_WORDS = {
    Urgency.GENERAL: (
        *("一般", "普通", "不急", "正常", "常规", "低", "中", "否", "不紧急", "非紧急", "缓", "平"),
        *("不是", "n", "no", "false", "0", "×", "general"),
    ),
    Urgency.URGENT: (
        *("紧急", "急", "是", "较急", "加急", "急件", "急需", "高", "较紧急", "比较紧急"),
        *("y", "yes", "true", "1", "√", "✓", "✔", "urgent"),
        *("特急", "特别紧急", "非常紧急", "十分紧急", "特急件"),
    ),
    Urgency.MAJOR: ("重大", "重要", "重大紧急", "重大事项", "major"),
}
_BY_WORD = {squeezed(word): urgency for urgency, words in _WORDS.items() for word in words}
_STRONGER_THAN_URGENT = frozenset({"特急", "特别紧急", "非常紧急", "十分紧急", "特急件"})


def read_urgency(written: str) -> Urgency | None:
    """The urgency that the word stands for, or None."""
    return _BY_WORD.get(squeezed(written))


def may_be_major(written: str) -> bool:
    """Whether the word is stronger than 紧急 and yet does not say 重大."""
    return squeezed(written) in _STRONGER_THAN_URGENT
