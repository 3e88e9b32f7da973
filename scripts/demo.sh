#!/usr/bin/env bash
# Runs Tenantwatch against real servers on this machine: MongoDB, Redis and an OIDC provider, with three
# tenants, one of them in trouble. Ctrl-C stops and removes everything.
#
#   scripts/demo.sh [AGENT]     AGENT is the built tenantwatch, else .build/debug/tenantwatch
#
# Needs what scripts/deps.sh installs. `make demo` sees to both.
# shellcheck disable=SC2317  # It overlooks what traps and `await` call.
set -euo pipefail
umask 077  # The files below hold passwords.
root=$(cd "$(dirname "$0")/.." && pwd)
agent=$(realpath -m "${1:-$root/.build/debug/tenantwatch}")
tenants=(acme_corp globex_inc initech)  # A tenant's place here is its Redis database.

main() {
    [ -x "$agent" ] || fail "there is no $agent; make build makes it"
    [ -e "$root/.deps/mongod.done" ] || fail "the servers are not installed; make deps installs them"
    work=$(mktemp -d "${TMPDIR:-/tmp}/tenantwatch-demo.XXXXXX")
    trap stop_all EXIT
    trap 'exit 0' INT TERM HUP
    choose_ports
    say "starting MongoDB, Redis and two OIDC issuers"
    start_mongod
    start_redis
    start_oidc
    prepare_mongod
    await Redis "$work/redis.log" redis_answers
    await "the OIDC issuers" "$work/oidc/log" test -e "$work/oidc/ready"
    start_webhook_receiver
    start_agent
    explain
    wait "$agent_pid" || true
    fail_with_log "the agent has ended by itself" "$work/agent.log"
}

say() { echo "demo: $*"; }
fail() { say "$*" >&2; exit 1; }
fail_with_log() { tail -n 20 "$2" >&2; fail "$1; above is the end of its log"; }

# await WHAT LOG COMMAND...: waits up to half a minute for the command to succeed.
await() {
    local what=$1 log=$2 deadline=$((SECONDS + 30))
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || fail_with_log "$what did not come up within 30 s" "$log"
        sleep 0.1
    done
}

choose_ports() {
    read -r mongo_port redis_port oidc_port webhook_port agent_port < <(python3 - <<'END'
import socket

def hold(port):
    held = socket.socket()
    # As servers do, so that connections of the demo before this one are no obstacle.
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1 if port else 0)
    held.bind(("127.0.0.1", port))
    return held

# All are held until all are known, so that they differ.
held = [hold(0) for _ in range(4)]
try:
    held.append(hold(9780))
except OSError:
    held.append(hold(0))
print(*(one.getsockname()[1] for one in held))
END
    )
}

# Starts a program whose end this script answers for. Should the script be killed, the kernel ends the
# program as well.
launch() {
    setpriv --pdeathsig KILL "$@" &
    launched=$!
}

start_mongod() {
    mkdir "$work/mongo"
    launch "$root/.deps/bin/mongod" --auth --bind_ip 127.0.0.1 --port "$mongo_port" --dbpath "$work/mongo" \
        --nounixsocket --wiredTigerCacheSizeGB 0.25 >"$work/mongod.log" 2>&1
    mongo_pid=$launched
}

# Each tenant's user may read and write its own database and nothing else.
prepare_mongod() {
    local tenant address=127.0.0.1:$mongo_port
    mongo_admin wait "mongodb://$address/" || fail_with_log "MongoDB did not come up" "$work/mongod.log"
    PASSWORD=root-secret mongo_admin create-user "mongodb://$address/" root root admin
    for tenant in "${tenants[@]}"; do
        PASSWORD=mongo-secret-$tenant mongo_admin create-user "mongodb://root:root-secret@$address/" \
            "$tenant" readWrite "${tenant}_db"
    done
}
mongo_admin() { "$root/.deps/venv/bin/python" "$root/scripts/servers/mongo-admin.py" "$@"; }

# Each tenant's user may ask how the server is, and neither read nor write a key. Redis cannot bind a
# user to one database, so it is this and not the database's number that keeps tenants apart.
start_redis() {
    local tenant
    {
        printf '%s\n' 'bind 127.0.0.1' "port $redis_port" "dir $work" 'save ""'
        echo 'user default on >root-secret ~* &* +@all'
        for tenant in "${tenants[@]}"; do
            echo "user $tenant on >redis-secret-$tenant +ping +select +info +hello +client|setname"
        done
    } >"$work/redis.conf"
    launch redis-server "$work/redis.conf" >"$work/redis.log" 2>&1
    redis_pid=$launched
}
redis_answers() { REDISCLI_AUTH=root-secret redis-cli -p "$redis_port" ping | grep -q PONG; }

start_oidc() { launch "$root/scripts/servers/oidc.sh" "$work/oidc" "$oidc_port" acme_corp globex_inc; }

start_webhook_receiver() { launch python3 "$root/scripts/servers/webhook-receiver.py" "$webhook_port"; }

tenant_configs() {
    jq -n --arg mongo "127.0.0.1:$mongo_port" --arg redis "127.0.0.1:$redis_port" \
        --arg issuers "http://localhost:$oidc_port/api" '
        def tenant($id; $name; $index): {
            tenant_id: $id, name: $name,
            mongo_uri: "mongodb://\($id):mongo-secret-\($id)@\($mongo)/\($id)_db", mongo_database: "\($id)_db",
            redis_addr: $redis, redis_db: $index, redis_username: $id, redis_password: "redis-secret-\($id)",
            frontend_url: "https://\($id | gsub("_"; "-")).example"
        };
        def with_oidc: . + {
            oidc_issuer: "\($issuers)/\(.tenant_id)", oidc_client_id: "probe-\(.tenant_id)",
            oidc_client_secret: "probe-secret-\(.tenant_id)", oidc_redirect_url: "\(.frontend_url)/callback"
        };
        [
            (tenant("acme_corp"; "Acme Corporation"; 0) | with_oidc) + {labels: {tier: "gold"}},
            (tenant("globex_inc"; "Globex Inc"; 1) | with_oidc),
            (tenant("initech"; "Initech"; 2)) + {redis_password: "changed-last-night"}
        ]'
}

start_agent() {
    say "starting $agent"
    TENANT_CONFIGS=$(tenant_configs)
    export TENANT_CONFIGS
    export TENANTWATCH_WEBHOOK_URLS=http://127.0.0.1:$webhook_port/
    export TENANTWATCH_STATE_DIR=$work/state
    export TENANTWATCH_INTERVAL=5s
    export TENANTWATCH_LISTEN=127.0.0.1:$agent_port
    mkdir "$work/state"
    launch "$agent" run >"$work/agent.log" 2>&1
    agent_pid=$launched
    local deadline=$((SECONDS + 60))
    until curl -sf -m 2 -o /dev/null "http://$TENANTWATCH_LISTEN/readyz"; do
        kill -0 "$agent_pid" 2>/dev/null || fail_with_log "the agent has ended by itself" "$work/agent.log"
        [ "$SECONDS" -lt "$deadline" ] || fail_with_log "the agent was not ready within 60 s" "$work/agent.log"
        sleep 0.1
    done
}

explain() {
    local address=http://$TENANTWATCH_LISTEN
    cat <<END

Tenantwatch is watching three tenants; every alert is printed here as its webhook arrives.

  all tenants     $address/health
  one tenant      $address/health/initech
  for Prometheus  $address/metrics
  for probes      $address/livez  $address/readyz

initech is down: somebody has changed its Redis password (WRONGPASS). See for yourself:

  curl -s $address/health/initech | jq

Break more, and wait for three rounds of 5 s:

  kill -STOP $redis_pid    Redis accepts and never answers; kill -CONT $redis_pid mends it
  kill $mongo_pid          MongoDB is gone

  audit log       $work/state
  agent's log     $work/agent.log

Ctrl-C stops and removes everything.

END
}

# Only what bash itself still knows as its own running children is signalled.
stop_all() {
    local status=$?
    trap '' INT TERM HUP
    signal_all TERM
    signal_all CONT  # What was frozen for fun must wake up to end.
    local deadline=$((SECONDS + 10))
    while [ -n "$(jobs -pr)" ] && [ "$SECONDS" -lt "$deadline" ]; do sleep 0.1; done
    signal_all KILL
    wait
    rm -rf "$work"
    [ "$status" -ne 0 ] || say "stopped"
    exit "$status"
}
signal_all() {
    local pid
    for pid in $(jobs -pr); do kill -"$1" "$pid" 2>/dev/null || true; done
}

main
