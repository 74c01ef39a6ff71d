"""Who acts: an account with what the directory said of it at that moment."""

from __future__ import annotations

from domain.values import Person, Plain, Role, Value

ENTERPRISE_PREFIX = "enterprise:"


class Actor(Value):
    """The one behind a command, as the gateway resolved it from the directory.

    `secretary_of` holds the codes of the chains whose secretary unit the actor belongs to, `leads`
    those of the chains the actor leads, or, for an auditor, is limited to; a park-wide leader has
    `park_wide` set.
    """

    account: Plain
    role: Role
    post: Plain
    unit: str | None = None
    squad: str | None = None
    captain: bool = False
    secretary_of: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    park_wide: bool = False
    enterprise: str | None = None

    def person(self) -> Person:
        """The actor as somebody to whom a demand can be handed."""
        return Person(account=self.account, post=self.post, unit=self.unit, squad=self.squad)


CLOCK = Actor(account="clock", role=Role.CLOCK, post="clock")


def operator(os_user: str) -> Actor:
    """Whoever runs the command line on the machine itself, by the operating system's name."""
    return Actor(account=f"operator:{os_user}", role=Role.OPERATOR, post=os_user)
