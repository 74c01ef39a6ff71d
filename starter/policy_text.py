"""A rule set as sentences that a clerk would sign, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from domain.duration import Duration
from domain.policy import Policy
from domain.rules import NOT_CHASED, Clock, Handling, Rules, Rung, Special
from domain.values import Urgency
from runtime.text import language, text
from starter.deadline_text import duration_text


def explain_policy(policy: Policy | Rules, lang: str | None = None) -> tuple[str, ...]:
    """Everything that the rule set says, one sentence a rule; its title comes first."""
    if isinstance(policy, Rules):
        return tuple(_Sentences(policy, lang or language()).all())
    return tuple(_of_format_1(policy, lang or language()))


def notices(policy: Policy | Rules) -> tuple[str, ...]:
    """Text keys of what is allowed, and so rare that something may have been forgotten."""
    return ("no_ladder",) if isinstance(policy, Rules) and not policy.ladder else ()


def _of_format_1(policy: Policy, lang: str) -> Iterator[str]:
    yield text("rules.title", lang, title=policy.name, version=policy.version)
    yield text("rules.source", lang, source=policy.source)
    yield text("rules.dissatisfied_any_round", lang, score=policy.dissatisfied_at_most)
    yield text("rules.no_deadlines", lang)


class _Sentences:
    def __init__(self, rules: Rules, lang: str) -> None:
        self._rules = rules
        self._lang = lang

    def all(self) -> Iterator[str]:
        yield from self.heading()
        yield from (self.clock(clock, within) for clock, within in self._rules.clocks.given())
        yield from (self.special(one) for one in self._rules.special)
        yield from self.reminders()
        yield from (self.rung(rung) for rung in self._rules.ladder)
        yield from (self.say(notice) for notice in notices(self._rules))
        yield from self.returns()
        yield from self.extensions()
        yield from self.pauses()
        yield from self.evaluation()
        yield from self.messages()

    def say(self, key: str, /, **facts: object) -> str:
        return text(f"rules.{key}", self._lang, **facts)

    def within(self, duration: Duration) -> str:
        return duration_text(duration, self._lang)

    def words(self, prefix: str, codes: Iterable[StrEnum]) -> str:
        return self.listed(self.say(f"{prefix}_{code.value}") for code in codes)

    def listed(self, words: Iterable[str]) -> str:
        found = tuple(words)
        return self.say("and").join([*found[:-2], self.say("and_last").join(found[-2:])])

    def urgencies(self, urgencies: Iterable[Urgency]) -> str:
        return self.listed(text(f"word.{urgency.value}", self._lang) for urgency in urgencies)

    def clocks(self, clocks: tuple[Clock, ...]) -> str:
        if clocks:
            return self.words("name", clocks)
        return self.say("all_clocks", but=self.words("name", NOT_CHASED))

    def heading(self) -> Iterator[str]:
        rules = self._rules
        yield self.say("title", title=rules.title, version=rules.version)
        yield self.say("source", source=rules.source)
        if rules.notes:
            yield self.say("notes", notes=rules.notes)
        if rules.office.never_closes:
            yield self.say("never_closes")
        if rules.handling != tuple(Handling):
            yield self.say("handling", modes=self.words("handling", rules.handling))

    def clock(self, clock: Clock, within: Duration) -> str:
        start = getattr(self._rules.starts, clock.value, None)
        return self.say(
            f"clock_{clock.value}",
            within=self.within(within),
            start=self.say(f"start_{start.value}") if start else "",
            score=self._rules.evaluation.silent_score,
        )

    def special(self, special: Special) -> str:
        whom = self.say("special_all")
        if special.categories:
            named = self.listed(special.categories)
            whom = self.say("special_categories", categories=named)
        if special.urgencies:
            urgent = self.urgencies(special.urgencies)
            whom = self.say("special_urgencies", urgencies=urgent, categories=whom)
        times = self.say("comma").join(
            self.say("special_time", clock=self.clocks((clock,)), within=self.within(within))
            for clock, within in special.clocks.given()
        )
        return self.say("special", whom=whom, times=times)

    def reminders(self) -> Iterator[str]:
        for reminder in self._rules.reminders:
            to = self.words("to", reminder.to) if reminder.to else self.say("reminder_whoever")
            clocks, before = self.clocks(reminder.clocks), self.within(reminder.before)
            yield self.say("reminder", clocks=clocks, before=before, to=to)

    def rung(self, rung: Rung) -> str:
        key = ("rung" if rung.after else "rung_at_once") + ("_copy" if rung.copy_to else "")
        said = self.say(
            key,
            clocks=self.clocks(rung.clocks),
            after=self.within(rung.after) if rung.after else "",
            step=self.say(f"step_{rung.step.value}"),
            to=self.words("to", rung.to),
            copy_to=self.words("to", rung.copy_to),
        )
        if rung.every is None:
            return said
        return said + self.say("rung_again", every=self.within(rung.every))

    def returns(self) -> Iterator[str]:
        returns = self._rules.returns
        if returns.within:
            yield self.say("return_within", within=self.within(returns.within))
        yield self.say("return_adjudicate", count=returns.adjudicate_at)

    def extensions(self) -> Iterator[str]:
        extensions = self._rules.extensions
        if not extensions.at_most:
            yield self.say("extension_none")
            return
        yield self.say("extension_often", count=extensions.at_most)
        if extensions.ask_before:
            yield self.say("extension_before", before=self.within(extensions.ask_before))
        if extensions.longest:
            yield self.say("extension_longest", longest=self.within(extensions.longest))

    def pauses(self) -> Iterator[str]:
        pauses = self._rules.pauses
        if not pauses.at_most:
            yield self.say("pause_none")
            return
        yield self.say("pause_often", count=pauses.at_most)
        if pauses.longest:
            yield self.say("pause_longest", longest=self.within(pauses.longest))

    def evaluation(self) -> Iterator[str]:
        evaluation = self._rules.evaluation
        score, rounds = evaluation.dissatisfied_at_most, evaluation.rounds
        yield self.say("dissatisfied", score=score, rounds=rounds)
        if evaluation.follow_up == 100:
            yield self.say("follow_up_all")
        elif evaluation.follow_up:
            yield self.say("follow_up_some", percent=evaluation.follow_up)

    def messages(self) -> Iterator[str]:
        messages = self._rules.messages
        if not messages.hours:
            yield self.say("message_always")
        else:
            yield self.say("message_hours", hours=self.listed(messages.hours))
            if messages.any_time_for:
                yield self.say("message_urgent", urgencies=self.urgencies(messages.any_time_for))
        if messages.digest:
            yield self.say("message_digest")
        yield self.say("message_tries", count=messages.tries)
