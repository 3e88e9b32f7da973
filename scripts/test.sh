#!/usr/bin/env bash
# Runs the tests that were built, and repeats at the end what failed: among thousands of lines nobody finds it.
#
#   scripts/test.sh OPTIONS-OF-SWIFT-TEST
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT

swift test --skip-build --disable-xctest "$@" 2>&1 | tee "$log" && exit
# The runner's own lines, its summary the last of them, or how it crashed.
grep -aE '^(✘|↳|error:)|Fatal error' "$log" | grep -avE '^↳ (Testing Library Version|Target Platform)' || true
exit 1
