# shellcheck shell=bash
# What every part of the start uses.

log() { printf 'start: %s\n' "$*"; }

# as USER NAME=VALUE... -- COMMAND...: runs COMMAND as USER with the named variables and nothing else of this environment, which holds
# every secret of the app. USER may be followed by `+CAPABILITY`, e.g. `paperclip +kill`.
as() {
  local user=$1 env=() may=() file
  shift
  while [ "$1" != -- ]; do
    case $1 in +*) may=(--inh-caps="$1" --ambient-caps="$1") ;; *) env+=("$1") ;; esac
    shift
  done
  shift
  for file in "${own_files[@]}"; do exec {file}>&-; done
  exec setpriv --reuid "$user" --regid "$user" --init-groups "${may[@]}" -- \
    env --ignore-environment PATH="$PATH" LANG=C.UTF-8 "${env[@]}" "$@"
}

# memory_rank N: whom the kernel ends when memory runs out, of this process and what it starts: the highest first. Agents have 500 (see
# asAgent.sh), as their runs are begun again; the database -900, as all the others need it. Where the machine may not, all stay at 0.
memory_rank() { { echo "$1" >"/proc/$BASHPID/oom_score_adj"; } 2>/dev/null || true; }

# Has the kernel compare the scheduling class of agents' programs (see asAgent.sh) with that of every other process, for all that is
# started from here on. With autogroups, which many kernels have on, it compares within a session only, and sessions share the CPU evenly;
# a shell that an agent opens is a session of its own. They are only for processes in the root control group, as in a virtual machine: a
# container, where this is not writable, has none.
agents_come_last() { { echo 0 >/proc/sys/kernel/sched_autogroup_enabled; } 2>/dev/null || true; }

# Sets `memory_mb`, the megabytes of memory: the machine's, or the limit of the container it is in.
measure_memory() {
  local bytes limit file
  while read -r file limit _; do
    if [ "$file" = MemTotal: ]; then bytes=$((limit * 1024)); fi
  done </proc/meminfo
  for file in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
    if [ -r "$file" ] && read -r limit <"$file" && [ "$limit" != max ] && [ "$limit" -lt "$bytes" ]; then bytes=$limit; fi
  done
  memory_mb=$((bytes / 1024 / 1024))
}

# pause SECONDS: waits. Without a program, of which each costs a millisecond or two: a start waits for many things.
pause() { read -rt "$1" <&"$silence" || :; }
# Nobody ever writes here. Open in both directions, so that reading waits.
exec {silence}<> <(:)

# Numbers of open files that are the start's alone: another user who had `silence` could wake it up for ever.
own_files=("$silence")

# wait_until SECONDS PAUSE PID COMMAND...: repeats COMMAND, with pauses of PAUSE seconds, until it succeeds. Gives up when PID is gone
# (0: no process to watch) or the seconds are over.
wait_until() {
  local deadline=$((SECONDS + $1)) between=$2 pid=$3
  shift 3
  until "$@"; do
    if [ "$pid" -ne 0 ] && ! kill -0 "$pid" 2>/dev/null; then return 1; fi
    if [ "$SECONDS" -ge "$deadline" ]; then return 1; fi
    pause "$between"
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
