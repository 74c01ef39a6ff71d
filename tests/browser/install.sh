#!/bin/sh
# Debian's Chromium for tests/browser. Silent where it is there; where it can't be installed, says
# so and goes on: the tests that need it then say themselves that they were left out.
if command -v chromium >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then exit 0; fi

as_root=
if [ "$(id -u)" -ne 0 ]; then as_root="sudo --non-interactive"; fi
export DEBIAN_FRONTEND=noninteractive

# A font comes along: without one Chromium draws no text, and what isn't seen can't be clicked.
echo "installing Debian's chromium for the browser tests"
{ $as_root apt-get update -qq &&
  $as_root apt-get install -qq --yes --no-install-recommends chromium fonts-dejavu-core; } >/dev/null ||
  echo "chromium could not be installed: the browser tests are left out" >&2
