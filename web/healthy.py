"""`python -m web.healthy`: asks the application of this machine whether it is ready; 0 if it is."""

from __future__ import annotations

import sys

import httpx2

from runtime.settings import Settings


def main() -> int:
    """0 where it is ready, else 1 and why."""
    address = f"http://127.0.0.1:{Settings().web_port}/readyz"
    try:
        answer = httpx2.get(address, timeout=8, trust_env=False)
    except httpx2.HTTPError as error:
        sys.stderr.write(f"{address}: {error or type(error).__name__}\n")
        return 1
    if not answer.is_success:
        sys.stderr.write(answer.text + "\n")
    return 0 if answer.is_success else 1


if __name__ == "__main__":
    sys.exit(main())
