"""One command by a process of its own, as any client of ours gives it; made to be killed.

caller.py DEMAND WHO KIND FIELDS, with FIELDS as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys

from runtime.settings import Settings
from starter.connections import connections


async def main() -> None:
    demand, who, kind, fields = sys.argv[1:5]
    async with connections(Settings()) as to:
        await to.gateway.act(demand, who, kind, json.loads(fields))


if __name__ == "__main__":
    asyncio.run(main())
