# shellcheck shell=bash
# The Paperclip server: an unprivileged user, HOME on the volume, and an environment that is spelled out here.

readonly server=/usr/local/lib/paperclip/node_modules/@paperclipai/server/dist/start.js
readonly server_input=/run/paperclip-input
readonly health=http://127.0.0.1:3100/api/health

# Fills `server_env` with what Paperclip needs, and nothing of the platform's or the tailnet's secrets. Agents inherit only what
# PAPERCLIP_ON_FLY_AGENTS_GET names; what Paperclip itself gives to an agent comes on top.
server_environment() {
  local name
  server_env=(
    HOME=/paperclip/home
    # What the server makes for a run, and handOver.sh opens to its agent.
    TMPDIR=/tmp/paperclip
    NODE_ENV="${NODE_ENV:-production}"
    PGHOST=/run/postgresql
    PGUSER=paperclip
    # Each connection costs PostgreSQL 11 MB. Paperclip's default is 10; half of it does in 1 GB.
    DATABASE_POOL_MAX="$(at_most 10 "$(($(memory_mb) / 200))")"
    # Behind `tailscale serve`, which tells who asks.
    TRUST_PROXY=loopback
    # Where that finds it. Not told, the server asks tailscaled at its start, who does not answer it, and waits two seconds.
    PAPERCLIP_TAILNET_BIND_HOST=127.0.0.1
    # Agents call the server from inside the machine, where the tailnet's name does not resolve.
    PAPERCLIP_API_URL=http://127.0.0.1:3100
    PAPERCLIP_PUBLIC_URL="$(public_url)"
    PAPERCLIP_AUTH_BASE_URL_MODE=explicit
    PAPERCLIP_MIGRATION_AUTO_APPLY=true
    PAPERCLIP_DISABLE_CWD_ENV_FILE=true
    PAPERCLIP_AGENT_JWT_DISABLE_LEGACY_FALLBACK=true
    # What its picker offers.
    PAPERCLIP_ADAPTERS="$(agents_offered | jq --null-input --raw-input --compact-output '[inputs | {adapterType: "\(.)_local"}]')"
    # Milliseconds until a run that waits for a free place is tried again.
    HEARTBEAT_SCHEDULER_INTERVAL_MS=10000
    PAPERCLIP_TELEMETRY_DISABLED=1
    PAPERCLIP_ANNOUNCEMENTS_ENABLED=false
    DO_NOT_TRACK=1
  )
  # From fly.toml's [env], from the app's secrets, and the secrets that the stack's settings add (their names are in fly.toml).
  for name in PORT HOST SERVE_UI PAPERCLIP_HOME PAPERCLIP_INSTANCE_ID PAPERCLIP_CONFIG PAPERCLIP_DEPLOYMENT_MODE \
    PAPERCLIP_DEPLOYMENT_EXPOSURE BETTER_AUTH_SECRET PAPERCLIP_AGENT_JWT_SECRET CLAUDE_CODE_OAUTH_TOKEN ANTHROPIC_API_KEY \
    ${PAPERCLIP_EXTRA_SECRETS:-}; do
    if [ -n "${!name:-}" ]; then server_env+=("$name=${!name}"); fi
  done
  server_env+=(PAPERCLIP_ON_FLY_AGENTS_GET="PATH LANG HOME TMPDIR PAPERCLIP_API_URL DO_NOT_TRACK CLAUDE_CODE_OAUTH_TOKEN ANTHROPIC_API_KEY\
 ${PAPERCLIP_EXTRA_SECRETS:-}")
}

# The address people use: the app's name in the tailnet.
public_url() {
  if [ -n "${TAILNET_DNS:-}" ] && [ -n "${FLY_APP_NAME:-}" ]; then
    local scheme=https
    if [ "${TAILNET_HTTPS:-true}" != true ]; then scheme=http; fi
    printf '%s://%s.%s' "$scheme" "$FLY_APP_NAME" "$TAILNET_DNS"
  else
    printf 'http://localhost:%s' "${PORT:-3100}"
  fi
}

# Starts the server in the background; its process id is $!. It loads, and begins its work when `server_go` says that the database is there.
server_start() {
  server_environment
  cd /paperclip/home || return 1
  rm -f "$server_input"
  mkfifo -m 0600 "$server_input"
  install -d -o paperclip -g paperclip -m 0711 /tmp/paperclip
  # Young objects get 8 MB instead of V8's 16, which costs no time that could be measured and saves 75 MB. The pipe is open in both
  # directions, so that neither side waits for the other to open it. Agents are another user's processes, which it has to be able to end.
  (memory_rank -300 && as paperclip +kill "${server_env[@]}" -- \
    node --disable-warning=ExperimentalWarning --max-semi-space-size=8 "$server") 0<>"$server_input" &
}

server_go() { echo 1<>"$server_input"; }

server_health() { curl --silent --fail --max-time 5 --header 'Host: localhost' "$health"; }

server_healthy() { server_health >/dev/null; }

# Without a program: what the start does in the meantime needs the CPU.
server_listens() { (: </dev/tcp/127.0.0.1/3100) 2>/dev/null; }

# What needs a server that has migrated its database.
after_first_health() {
  wait_until 600 0.1 "$1" server_listens && wait_until 600 0.5 "$1" server_healthy || return 0
  # Before the server only where an earlier start has made the tables.
  agents_limit
  announce_invite
}

# Prints the invitation of the first administrator as long as there is none and no invitation is open.
announce_invite() {
  if [ "$(server_health | jq -r '.bootstrapStatus == "bootstrap_pending" and (.bootstrapInviteActive | not)')" = true ]; then
    log "nobody administers this Paperclip yet; the first administrator's invitation: $(paperclip-invite)"
  fi
}
