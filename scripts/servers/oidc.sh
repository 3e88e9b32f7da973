#!/usr/bin/env bash
# Serves OpenID Connect issuers on loopback with glewlwyd: one server, several issuers, each with an RSA
# key of its own, like Keycloak and its realms.
#
#   scripts/servers/oidc.sh DIR PORT NAME...
#
#   http://localhost:PORT/api/NAME   the issuer; its client is probe-NAME with the secret probe-secret-NAME,
#                                    which gets RS256 tokens with tenant_id=NAME by client credentials
#   DIR/ready                        exists once all of them answer
#   DIR/log                          what glewlwyd says
#
# With CERT_FILE and KEY_FILE in the environment it serves https:// instead. It stays in the foreground,
# and this process becomes glewlwyd: whatever ends this pid ends the server.
set -euo pipefail
umask 077
[ $# -ge 3 ] || { echo 'usage: oidc.sh DIR PORT NAME...' >&2; exit 2; }
mkdir -p "$1"
dir=$(realpath "$1") port=$2 names=("${@:3}")
scheme=http
[ -z "${CERT_FILE:-}" ] || scheme=https
base=$scheme://localhost:$port

main() {
    rm -f "$dir"/{ready,cookies,database}
    write_database
    write_settings
    exec >>"$dir/log" 2>&1
    (trap stop_unless_ready EXIT; configure) &
    exec glewlwyd --config-file="$dir/settings"
}

write_database() {
    # Not the copy in /usr/share/doc, which small images leave out.
    sqlite3 "$dir/database" </usr/share/dbconfig-common/data/glewlwyd/install/sqlite3
    # Lets a client carry a tenant_id, which its tokens then repeat.
    sqlite3 "$dir/database" "UPDATE g_client_module_instance SET gcmi_parameters = json_set(gcmi_parameters,
        '\$.\"data-format\".tenant_id', json('{\"multiple\":false,\"read\":true,\"write\":true}'))"
}

write_settings() {
    cat >"$dir/settings" <<END
bind_address = "127.0.0.1"
port = $port
external_url = "$base"
api_prefix = "api"
log_mode = "console"
log_level = "WARNING"
session_key = "session"
admin_scope = "g_admin"
profile_scope = "g_profile"
user_module_path = "/usr/lib/glewlwyd/user"
client_module_path = "/usr/lib/glewlwyd/client"
user_auth_scheme_module_path = "/usr/lib/glewlwyd/scheme"
plugin_module_path = "/usr/lib/glewlwyd/plugin"
hash_algorithm = "SHA512"
database = { type = "sqlite3"; path = "$dir/database" }
END
    [ $scheme = http ] || cat >>"$dir/settings" <<END
use_secure_connection = true
secure_connection_pem_file = "$(realpath "$CERT_FILE")"
secure_connection_key_file = "$(realpath "$KEY_FILE")"
END
}

# What glewlwyd learns only while it runs. The account is the one its database is delivered with.
configure() {
    local name
    until_it_answers
    post auth/ '{"username": "admin", "password": "password"}'
    post scope/ '{"name": "monitoring", "password_required": false, "scheme": {}}'
    for name in "${names[@]}"; do
        post mod/plugin/ "$(issuer "$name")"
        post client/ "$(client "$name")"
        [ "$(ask "$base/api/$name/.well-known/openid-configuration" | jq -r .issuer)" = "$base/api/$name" ]
    done
    touch "$dir/ready"
}

stop_unless_ready() {
    [ ! -e "$dir/ready" ] || return 0
    echo "oidc: could not be configured"
    ! is_served || kill "$$"
}

# Whether glewlwyd is still the parent of this shell; were it gone, its pid could be somebody else's.
is_served() {
    local parent
    read -r _ _ _ parent _ </proc/self/stat
    [ "$parent" = "$$" ]
}

# --insecure, because tests serve certificates that are meant to be wrong.
ask() { curl --silent --fail --insecure --max-time 5 --cookie "$dir/cookies" --cookie-jar "$dir/cookies" "$@"; }
post() { ask --output "$dir/answer" --header 'content-type: application/json' --data-binary @- "$base/api/$1" <<<"$2"; }

until_it_answers() {
    local deadline=$((SECONDS + 10))
    until ask --output "$dir/answer" "$base/config"; do
        is_served && [ $SECONDS -lt $deadline ] || return 1
        sleep 0.05
    done
}

issuer() {
    local key public
    key=$(openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048)
    public=$(openssl pkey -pubout <<<"$key")
    jq -n --arg name "$1" --arg issuer "$base/api/$1" --arg key "$key" --arg public "$public" '{
        module: "oidc", name: $name, display_name: $name, enabled: true,
        parameters: {
            iss: $issuer, "jwt-type": "rsa", "jwt-key-size": "256", key: $key, cert: $public, "jwks-show": true,
            "access-token-duration": 300, "refresh-token-duration": 1209600, "code-duration": 600,
            "allow-non-oidc": true, "auth-type-code-enabled": true, "auth-type-client-enabled": true,
            "auth-type-id-token-enabled": true, "pkce-allowed": true,
            "additional-parameters": [{"client-parameter": "tenant_id", "token-parameter": "tenant_id"}]
        }
    }'
}

client() {
    jq -n --arg name "$1" '{
        client_id: "probe-\($name)", password: "probe-secret-\($name)", tenant_id: $name,
        confidential: true, enabled: true, scope: ["openid", "monitoring"],
        authorization_type: ["client_credentials"],
        token_endpoint_auth_method: ["client_secret_basic", "client_secret_post"]
    }'
}

main
