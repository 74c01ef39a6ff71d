"""Signed tokens that name a row, and keyed hashes of what must not be kept as it is.

The secrets are made once and kept in the ledger's database, so that every process has the same.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from itsdangerous import BadData, URLSafeSerializer

from ledger.pool import Pool
from ledger.sql import sql

SECRET_BYTES = 32


async def secret(pool: Pool, name: str) -> bytes:
    """The secret of that name; made where there is none yet, by whoever comes first."""
    found = await pool.fetchval(sql("web_secret"), name)
    if found is None:
        await pool.execute(sql("web_secret_add"), name, secrets.token_bytes(SECRET_BYTES))
        found = await pool.fetchval(sql("web_secret"), name)
    return bytes(found)


class Signer:
    """Makes and reads the tokens of links. `purpose` keeps one kind from passing for another."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, purpose: str, row: str) -> str:
        """A token for a URL that names the row."""
        made = self._serializer(purpose).dumps(row)
        return made if isinstance(made, str) else made.decode()

    def row(self, purpose: str, token: str) -> str | None:
        """The row that a token names; None where we never made it for this purpose."""
        try:
            named = self._serializer(purpose).loads(token)
        except BadData:
            return None
        return named if isinstance(named, str) else None

    def keyed(self, purpose: str, value: str) -> str:
        """A hash of a name or an address that says nothing to whoever lacks the secret."""
        return hmac.digest(self._key, f"{purpose}:{value}".encode(), "sha256").hex()

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._key, salt=purpose, signer_kwargs={"digest_method": hashlib.sha256}
        )


async def signer(pool: Pool) -> Signer:
    """The signer of this ledger."""
    return Signer(await secret(pool, "links"))
