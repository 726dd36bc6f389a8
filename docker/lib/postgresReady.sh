#!/bin/bash -p
# postgresReady.sh DIRECTORY PID STARTED: waits until the database server answers. Fails when it has ended, and after ten minutes. Run as
# postgres, as root opens nothing in that user's folder.
set -euo pipefail
# shellcheck source=docker/lib/common.sh
source "${BASH_SOURCE%/*}/common.sh"

# answers DIRECTORY PID STARTED: what the server says in its lock file, which is what `pg_ctl --wait` reads: its process id, when it was
# started, and in the eighth line that it is ready. A server that was cut off leaves its own there.
answers() {
  local lines=()
  # Opening a pipe would wait for ever.
  [ -f "$1/postmaster.pid" ] || return 1
  { mapfile -t lines <"$1/postmaster.pid"; } 2>/dev/null || return 1
  [ "${lines[0]:-}" = "$2" ] && [ "${lines[2]:-0}" -ge "$3" ] && [[ "${lines[7]:-}" = ready* ]]
}

# Crash recovery of a large database can take minutes; the check's grace period, not this, says when a start is too slow.
wait_until 600 0.02 "$2" answers "$@"
