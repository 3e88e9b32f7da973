#!/usr/bin/env bash
# Runs all tests under a sanitizer, in a build of its own beside the usual one.
#
#   scripts/sanitize.sh address|thread
#
# The agents that the tests start are sanitized too: what they report goes to files, and any such file is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:?usage: sanitize.sh address|thread}
build=(--sanitize="$kind" --scratch-path ".build/$kind")
reports=$PWD/.build/$kind/reports

swift build --build-tests "${build[@]}" --explicit-target-dependency-import-check error
rm -rf "$reports"
mkdir -p "$reports"
export ASAN_OPTIONS="log_path=$reports/address"
export LSAN_OPTIONS="suppressions=$PWD/scripts/lsan.supp:print_suppressions=0"
export TSAN_OPTIONS="log_path=$reports/thread"
scripts/test.sh "${build[@]}" --no-parallel --filter AgentTests || failed=1
scripts/test.sh "${build[@]}" --skip AgentTests || failed=1
for report in "$reports"/*; do
    [ -s "$report" ] || continue
    cat "$report"
    failed=1
done
exit "${failed:-0}"
