# shellcheck shell=bash
# What every part of the start uses.

log() { printf 'start: %s\n' "$*"; }

# as USER NAME=VALUE... -- COMMAND...: runs COMMAND as USER with the named variables and nothing else of this environment, which holds
# every secret of the app.
as() {
  local user=$1 env=()
  shift
  while [ "$1" != -- ]; do
    env+=("$1")
    shift
  done
  shift
  exec setpriv --reuid "$user" --regid "$user" --init-groups -- \
    env --ignore-environment PATH="$PATH" LANG=C.UTF-8 "${env[@]}" "$@"
}

# wait_until SECONDS PID COMMAND...: repeats COMMAND until it succeeds. Gives up when PID is gone (0: no process to watch) or the
# seconds are over.
wait_until() {
  local deadline=$((SECONDS + $1)) pid=$2
  shift 2
  until "$@"; do
    if [ "$pid" -ne 0 ] && ! kill -0 "$pid" 2>/dev/null; then return 1; fi
    if [ "$SECONDS" -ge "$deadline" ]; then return 1; fi
    sleep 0.1
  done
}

process_ended() { ! kill -0 "$1" 2>/dev/null; }

# stop_process PID SIGNAL SECONDS: ends a process, kindly for so many seconds.
stop_process() {
  local pid=$1 signal=$2 seconds=$3
  [ -n "$pid" ] || return 0
  kill -"$signal" "$pid" 2>/dev/null || return 0
  if ! timeout "$seconds" tail --sleep-interval=0.05 --pid="$pid" -f /dev/null; then
    log "process $pid did not stop within $seconds s"
    kill -KILL "$pid" 2>/dev/null || return 0
  fi
}
