#!/usr/bin/env bash
# The rules of the house that the compiler does not know. The build checks who may import whom
# (--explicit-target-dependency-import-check error); this checks the rest.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0

# only PATTERN WHERE WHAT: finds PATTERN in Sources outside the folders that WHERE names.
only() {
    local found
    found=$(grep -rnE --include='*.swift' "$1" Sources | grep -vE "^Sources/($2)/|^[^:]+:[0-9]+: *//" || true)
    [ -n "$found" ] || return 0
    printf '%s belongs in %s alone:\n%s\n' "$3" "$2" "$found" >&2
    failed=1
}

only '^ *[a-z@]* *import Hummingbird' 'StatusServer' 'The HTTP server'
only '^ *[a-z@]* *import CCurl' 'Transport' 'libcurl'
only '^ *[a-z@]* *import CMongoc' 'MongoProbe' 'libmongoc'
only '^ *[a-z@]* *import CHiredis' 'RedisProbe' 'hiredis'
only '^ *[a-z@]* *import CRE2' 'RegularExpressions' 'RE2'
only '^ *[a-z@]* *import CPlatform' 'Platform' 'The C library'
only '\bThread\.(start|detachNewThread)' 'BlockingIO' 'Starting threads'
only '(^|[^`A-Za-z"])unsafe [^"]*[(.]' 'Platform|BlockingIO|Transport|MongoProbe|RedisProbe|RegularExpressions' 'Unsafe code'
only '\bTask(\.detached)? *\{' 'tenantwatch' 'An unstructured task'
# What waits until a time of the wall clock, or past the house's one timed wait: see Sources/Platform/Monitor.swift.
only 'import Dispatch|Dispatch(Semaphore|Time|WallTime|Group|Queue|Source|WorkItem)|\basyncAfter\(' 'none' 'libdispatch'
only '\bNS(Condition|ConditionLock|Lock|RecursiveLock)\b|\bThread\.sleep|\bRunLoop\b|\bTimer\(' 'none' "Foundation's waits"
only '(^|[^.A-Za-z_])(u|nano)?sleep\(|clock_nanosleep|\b(pthread_cond|sem|tw_condition)_' 'Platform' 'Waiting'
only 'try!|fatalError\(' 'none' 'A crash in place of an error'

long=$(find Sources Tests Benchmarks -name '*.swift' -exec wc -l {} + | awk '$2 != "total" && $1 > 400 {print $2 " has " $1 " lines"}')
[ -z "$long" ] || { printf 'Longer than 400 lines:\n%s\n' "$long" >&2; failed=1; }

swift format lint --strict --recursive Sources Tests Benchmarks Package.swift || failed=1
exit $failed
