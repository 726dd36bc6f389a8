# shellcheck shell=bash
# The Paperclip server: an unprivileged user, HOME on the volume, and an environment that is spelled out here.

readonly server=/usr/local/lib/paperclip/node_modules/@paperclipai/server/dist/start.js
readonly server_input=/run/paperclip-input

# Fills `server_env` with what Paperclip needs, and nothing of the platform's or the tailnet's secrets. Agents inherit only what
# PAPERCLIP_ON_FLY_AGENTS_GET names; what Paperclip itself gives to an agent comes on top. Each name is a row of
# components/settings/variables.ts.
server_environment() {
  local name
  server_env=(
    HOME=/paperclip/home
    # What the server makes for a run, and handOver.sh opens to its agent.
    TMPDIR=/tmp/paperclip
    PGHOST=/run/postgresql
    PGUSER=paperclip
    # Each connection costs PostgreSQL 11 MB. Paperclip's default is 10; half of it does in 1 GB.
    DATABASE_POOL_MAX="$((memory_mb < 2000 ? memory_mb / 200 : 10))"
    # Seconds without work after which a connection is closed: longer than from one full minute to the next, when Paperclip looks for work
    # (see server/pace.js), as making one costs PostgreSQL more than what is asked then.
    DATABASE_IDLE_TIMEOUT_SECONDS=150
    # What a page asks is parsed once a connection and not each time.
    DATABASE_PREPARED_STATEMENTS=true
    # Paperclip is behind `tailscale serve`, which says who asks.
    TRUST_PROXY=loopback
    # Address that `tailscale serve` forwards to. Without it the server queries tailscaled at startup and stalls for two seconds.
    PAPERCLIP_TAILNET_BIND_HOST=127.0.0.1
    # Agents call the server from inside the machine, where the tailnet's name does not resolve.
    PAPERCLIP_API_URL=http://127.0.0.1:3100
    PAPERCLIP_PUBLIC_URL="$(public_url)"
    PAPERCLIP_AUTH_BASE_URL_MODE=explicit
    PAPERCLIP_MIGRATION_AUTO_APPLY=true
    PAPERCLIP_DISABLE_CWD_ENV_FILE=true
    PAPERCLIP_AGENT_JWT_DISABLE_LEGACY_FALLBACK=true
    # The agents that people can choose from.
    PAPERCLIP_ADAPTERS="$(agents_offered | jq --null-input --raw-input --compact-output '[inputs | {adapterType: "\(.)_local"}]')"
    # Milliseconds that an agent's program has to start, as in build/connections.mjs: two at a time share a sixteenth of a core.
    ACPX_CLAUDE_ACP_SESSION_CREATE_TIMEOUT_MS=900000
    PAPERCLIP_TELEMETRY_DISABLED=1
    PAPERCLIP_ANNOUNCEMENTS_ENABLED=false
    DO_NOT_TRACK=1
  )
  for name in "${server_variables[@]}"; do
    if [ -n "${!name:-}" ]; then server_env+=("$name=${!name}"); fi
  done
  # The port that the start holds (holdPort.pl), by its number as an open file in the server. Below it comes first of all files, as another one
  # can take the number that it has here.
  server_env+=(PAPERCLIP_ON_FLY_LISTENER=5)
  server_env+=(PAPERCLIP_ON_FLY_AGENTS_GET="${agents_variables[*]} ${PAPERCLIP_EXTRA_SECRETS:-}")
}

# Writes the app's secrets, and those that the stack's settings add (their names are in fly.toml), for server/secrets.js. As variables they
# would show among the arguments of `env` while the server starts, and in /proc/PID/environ as long as it runs.
server_secrets() {
  local name
  for name in "${server_secrets[@]}" ${PAPERCLIP_EXTRA_SECRETS:-}; do
    if [ -n "${!name:-}" ]; then printf '%s=%s\0' "$name" "${!name}"; fi
  done
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

# Starts the server in the background; its process id is $!. It loads, and begins its work at `signal_database_ready`.
server_start() {
  server_environment
  # An answer to paperclip-model is of the credential that the machine had when it was asked.
  rm -f "$server_input" /run/paperclip-model/answer
  mkfifo -m 0600 "$server_input"
  # Where the server says that it is ready, and then that it is alive (see watchdog.sh).
  exec {server_ready}<> <(:)
  own_files+=("$server_ready")
  # The pipe is open in both directions, so that neither side waits for the other to open it. The capability lets the server end agents, who
  # are another user's processes.
  (memory_rank -300 && share_umask && cd /paperclip/home && as paperclip +kill "${server_env[@]}" -- \
    node "${node_flags[@]}" "$server") 5<&"$PAPERCLIP_ON_FLY_LISTENER" 0<>"$server_input" 3>&"$server_ready" 4< <(server_secrets) &
}

signal_database_ready() { echo 1<>"$server_input"; }

# Waits until the server has migrated its database and answers.
server_is_ready() { read -r _ <&"$server_ready"; }

# What has to wait for that.
after_ready() {
  # It ran before the server unless the tables were missing.
  if [ -n "${agents_unlimited:-}" ]; then agents_prepare; fi
  announce_invite
}

# Makes an invitation as long as there is no administrator, and logs the command that prints it. The link itself stays out of the log, which
# Fly.io keeps for a week and shows to everybody who is allowed to read.
announce_invite() {
  # shellcheck disable=SC2119 # There is no hurry.
  if invite && [ "$invite_state" != administered ]; then
    log "nobody administers this Paperclip yet; the first administrator's invitation is open and printed by:" \
      "flyctl machine exec ${FLY_MACHINE_ID:-MACHINE} paperclip-invite --app ${FLY_APP_NAME:-APP}"
  fi
}
