#!/usr/bin/env bash
# What the machine runs: PostgreSQL, tailscaled and Paperclip. They start side by side. When one of them ends, the machine ends with an
# error, and Fly's restart policy brings it back. SIGTERM stops all of them in order.
set -euo pipefail
lib=/usr/local/lib/paperclip-on-fly
# First of all, and for as long as this runs.
if [ -z "${PAPERCLIP_ON_FLY_LISTENER:-}" ]; then exec perl "$lib/holdPort.pl" "$0"; fi
# shellcheck source=docker/lib/common.sh
source "$lib/common.sh"
# shellcheck source=docker/lib/variables.sh
source "$lib/variables.sh"
# shellcheck source=docker/lib/kernel.sh
source "$lib/kernel.sh"
# shellcheck source=docker/lib/temporary.sh
source "$lib/temporary.sh"
# shellcheck source=docker/lib/sharing.sh
source "$lib/sharing.sh"
# shellcheck source=docker/lib/volume.sh
source "$lib/volume.sh"
# shellcheck source=docker/lib/postgres.sh
source "$lib/postgres.sh"
# shellcheck source=docker/lib/volumeCheck.sh
source "$lib/volumeCheck.sh"
# shellcheck source=docker/lib/agents.sh
source "$lib/agents.sh"
# shellcheck source=docker/lib/tailnetFirewall.sh
source "$lib/tailnetFirewall.sh"
# shellcheck source=docker/lib/tailnetJoin.sh
source "$lib/tailnetJoin.sh"
# shellcheck source=docker/lib/tailnetOwner.sh
source "$lib/tailnetOwner.sh"
# shellcheck source=docker/lib/tailnetDevice.sh
source "$lib/tailnetDevice.sh"
# shellcheck source=docker/lib/tailnetWarnings.sh
source "$lib/tailnetWarnings.sh"
# shellcheck source=docker/lib/tailnet.sh
source "$lib/tailnet.sh"
# shellcheck source=docker/lib/nodeFlags.sh
source "$lib/nodeFlags.sh"
# shellcheck source=docker/lib/server.sh
source "$lib/server.sh"
# shellcheck source=docker/lib/watchdog.sh
source "$lib/watchdog.sh"
# shellcheck source=docker/lib/invite.sh
source "$lib/invite.sh"

# shellcheck disable=SC2206
own_files+=(${PAPERCLIP_ON_FLY_HELD:-})

declare -A pids=() # what has to stay alive: name -> process id
declare stopping=
declare watchdog= # process id

stop_all() {
  # Fly.io sends the signal again when its patience is over. A trap that does nothing, as an ignored signal is ignored by all that starts from
  # here on, and `timeout` uses it to end what takes too long.
  trap : TERM INT
  stopping=yes
  log "stopping"
  if [ -n "$watchdog" ]; then kill "$watchdog" 2>/dev/null || :; fi
  stop_process "${pids[tailscaled]:-}" TERM 3 &
  # Before PostgreSQL: the server needs the database to end its runs.
  stop_server "${pids[Paperclip]:-}" "$((${PAPERCLIP_STOP_SECONDS:-110} - 10))"
  # SIGINT is PostgreSQL's fast shutdown: it ends sessions and writes a checkpoint, so that the next start needs no recovery.
  stop_process "${pids[PostgreSQL]:-}" INT 7
  log "stopped"
}

# Waits for the first of the processes to end and returns its name in `ended` and its exit status in `status`.
wait_for_any() {
  local pid='' name
  status=0
  wait -n -p pid "${pids[@]}" || status=$?
  ended=
  for name in "${!pids[@]}"; do
    if [ "${pids[$name]}" = "$pid" ]; then ended=$name; fi
  done
}

# signal_of STATUS: the signal that ended a process, where it was one.
signal_of() {
  local name
  if [ "$1" -gt 128 ] && name=$(kill -l "$(($1 - 128))" 2>/dev/null); then echo " (SIG$name)"; fi
}

# Keeps the app's secrets in this shell: what it starts inherits none of them, and gets what it needs by name.
keep_secrets() {
  # shellcheck disable=SC2086,SC2163
  export -n "${secret_variables[@]}" ${PAPERCLIP_EXTRA_SECRETS:-}
}

main() {
  # A signal interrupts bash's `wait`, so that the trap runs at once and not when a process happens to end.
  trap 'stop_all; exit 0' TERM INT

  memory_rank -900
  agents_come_last
  measure_memory
  keep_secrets
  shut_out_agents
  kernel_close
  temporary_clean
  kernel_confine
  prepare_volume
  server_start
  pids[Paperclip]=$!
  # Also before the database: joining and getting a certificate are mostly waiting.
  tailnet_start
  if [ -n "${tailscaled_pid:-}" ]; then pids[tailscaled]=$tailscaled_pid; fi
  kernel_report
  postgres_init
  postgres_start
  pids[PostgreSQL]=$!

  agents_check
  if postgres_ready "${pids[PostgreSQL]}"; then
    agents_prepare
    signal_database_ready
    { server_is_ready && { { after_ready && temporary_remove; } & watch_server "${pids[Paperclip]}"; }; } &
    watchdog=$!
  fi

  wait_for_any
  [ -z "$stopping" ] || exit 0
  log "${ended:-a process} ended with status $status$(signal_of "$status"), so the machine stops; its restart policy starts it again"
  stop_all
  exit $((status == 0 ? 1 : status))
}

main
