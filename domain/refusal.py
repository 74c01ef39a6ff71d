"""Why a command is refused: a stable code and the facts its message needs.

The sentence a clerk reads is in the translations (`refusal.<code>`), one for each code.
"""

from __future__ import annotations

from enum import StrEnum


class RefusalCode(StrEnum):
    """Every reason the rules know. Codes are promised to callers: add, never rename."""

    NOT_AUTHORIZED = "not_authorized"
    NOT_YET_LISTED = "not_yet_listed"
    ALREADY_LISTED = "already_listed"
    ENDED = "ended"
    WRONG_STATUS = "wrong_status"
    PAUSED = "paused"
    NOT_PAUSED = "not_paused"
    PAUSE_END_NOT_AHEAD = "pause_end_not_ahead"
    SAME_HOLDER = "same_holder"
    HANDLER_NOT_IN_UNIT = "handler_not_in_unit"
    MEMBER_NOT_IN_SQUAD = "member_not_in_squad"
    ALREADY_HANDED = "already_handed"
    UNKNOWN_MILESTONE = "unknown_milestone"
    MILESTONE_DONE = "milestone_done"
    MILESTONES_OPEN = "milestones_open"
    PROGRESS_BACKWARD = "progress_backward"
    REVIEW_DATE_MISSING = "review_date_missing"
    REVIEW_DATE_NOT_AHEAD = "review_date_not_ahead"
    ALREADY_EVALUATED = "already_evaluated"
    CALL_NOTE_MISSING = "call_note_missing"
    NOTHING_TO_AMEND = "nothing_to_amend"
    NOTHING_SUPPLIED = "nothing_supplied"
    CALENDAR_MISSING = "calendar_missing"
    NO_DEADLINES = "no_deadlines"
    RETURN_TOO_LATE = "return_too_late"
    RETURN_BARRED = "return_barred"
    ADJUDICATION_PENDING = "adjudication_pending"
    NO_ADJUDICATION = "no_adjudication"
    PAUSES_EXHAUSTED = "pauses_exhausted"
    PAUSE_TOO_LONG = "pause_too_long"
    REVIEW_TOO_LATE = "review_too_late"
    EXTENSION_PENDING = "extension_pending"
    NO_EXTENSION_PENDING = "no_extension_pending"
    EXTENSIONS_EXHAUSTED = "extensions_exhausted"
    EXTENSION_TOO_LATE = "extension_too_late"
    EXTENSION_TOO_LONG = "extension_too_long"
    CO_HANDLER_IS_LEAD = "co_handler_is_lead"
    CO_HANDLING_OPEN = "co_handling_open"
    CO_HANDLING_ACCEPTED = "co_handling_accepted"
    UNKNOWN_INSTRUCTION = "unknown_instruction"
    INSTRUCTION_ANSWERED = "instruction_answered"
    NO_FOLLOW_UP = "no_follow_up"
    CALENDAR_ADOPTED = "calendar_adopted"
    DEADLINE_TOO_FAR = "deadline_too_far"


class Refused(Exception):
    """Raised by `decide`; the state it was asked about is untouched.

    `facts` are codes and texts for the message: a status, an account, a milestone number.
    """

    def __init__(self, code: RefusalCode, **facts: str) -> None:
        super().__init__(code.value)
        self.code = code
        self.facts = facts
