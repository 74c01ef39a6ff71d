"""The State Council's holiday notices of 2024-2026, typed from their texts by hand.

Each line: name, first and last day off, how many days the notice says that is, and the make-up
working days with the weekday that the notice gives.
国办发明电〔2023〕7号, 〔2024〕12号, 〔2025〕7号.
"""

from __future__ import annotations

from datetime import date, timedelta

SATURDAY, SUNDAY = 6, 7

NOTICES: dict[
    int, list[tuple[str, tuple[int, int], tuple[int, int], int, list[tuple[int, int, int]]]]
]
NOTICES = {
    2024: [
        ("元旦", (1, 1), (1, 1), 1, []),
        ("春节", (2, 10), (2, 17), 8, [(2, 4, SUNDAY), (2, 18, SUNDAY)]),
        ("清明节", (4, 4), (4, 6), 3, [(4, 7, SUNDAY)]),
        ("劳动节", (5, 1), (5, 5), 5, [(4, 28, SUNDAY), (5, 11, SATURDAY)]),
        ("端午节", (6, 10), (6, 10), 1, []),
        ("中秋节", (9, 15), (9, 17), 3, [(9, 14, SATURDAY)]),
        ("国庆节", (10, 1), (10, 7), 7, [(9, 29, SUNDAY), (10, 12, SATURDAY)]),
    ],
    2025: [
        ("元旦", (1, 1), (1, 1), 1, []),
        ("春节", (1, 28), (2, 4), 8, [(1, 26, SUNDAY), (2, 8, SATURDAY)]),
        ("清明节", (4, 4), (4, 6), 3, []),
        ("劳动节", (5, 1), (5, 5), 5, [(4, 27, SUNDAY)]),
        ("端午节", (5, 31), (6, 2), 3, []),
        ("国庆节、中秋节", (10, 1), (10, 8), 8, [(9, 28, SUNDAY), (10, 11, SATURDAY)]),
    ],
    2026: [
        ("元旦", (1, 1), (1, 3), 3, [(1, 4, SUNDAY)]),
        ("春节", (2, 15), (2, 23), 9, [(2, 14, SATURDAY), (2, 28, SATURDAY)]),
        ("清明节", (4, 4), (4, 6), 3, []),
        ("劳动节", (5, 1), (5, 5), 5, [(5, 9, SATURDAY)]),
        ("端午节", (6, 19), (6, 21), 3, []),
        ("中秋节", (9, 25), (9, 27), 3, []),
        ("国庆节", (10, 1), (10, 7), 7, [(9, 20, SUNDAY), (10, 10, SATURDAY)]),
    ],
}

FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
ALL_DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def days_off() -> dict[date, str]:
    """Every day that a notice gives off, with the name of the holiday."""
    found = {}
    for year, lines in NOTICES.items():
        for name, first, last, _, _ in lines:
            on = date(year, *first)
            while on <= date(year, *last):
                found[on] = name
                on += timedelta(days=1)
    return found


def days_worked() -> dict[date, str]:
    """Every make-up working day, with the name of the holiday it is worked for."""
    return {
        date(year, month, day): name
        for year, lines in NOTICES.items()
        for name, _, _, _, work in lines
        for month, day, _ in work
    }


def working_days() -> set[date]:
    """The days of 2024-2026 that the office works."""
    off, worked = days_off(), days_worked()
    return {d for d in ALL_DAYS if d in worked or (d.weekday() < 5 and d not in off)}
