# shellcheck shell=bash
# Kills a server that hangs, and leaves alone one that only has no CPU.
#
# The server writes a line when it has answered a health check (server/pulse.js). Fly.io asks for one every 30 s, so normally nothing is done
# here. When no line comes, this asks the server itself. The server hangs when it still has not answered after a long time and after enough CPU
# of the machine's for a hundred answers. The server comes first: agents get only the CPU that it leaves. A machine that has no CPU saved gets
# 5 ms in 80; the rest is steal and does not count, and neither does waiting for a disk.
#
# Seconds are counted in pauses instead of read off a clock, so that setting the clock or suspending the machine changes nothing.

# Seconds without an answer until the server is asked from here, and between two looks then.
readonly watch_silence=40 watch_pause=15
# The server hangs after so many pauses without an answer and so many hundredths of a CPU second in them. Together this is two minutes, and two
# and a half at a sixteenth of a core.
readonly watch_pauses=5 watch_cpu=600
# The same for a server that stops: seconds without a line, and hundredths of a CPU second. Five more seconds are the database's.
readonly stop_silence=10 stop_cpu=120

# hangs PAUSES CPU: whether a server hangs that has not answered for so long.
hangs() { [ "$1" -ge "$watch_pauses" ] && [ "$2" -ge "$watch_cpu" ]; }

# hangs_in_stop SECONDS CPU: whether a server hangs that was told to stop and has said nothing for so long.
hangs_in_stop() { [ "$1" -ge "$stop_silence" ] && [ "$2" -ge "$stop_cpu" ]; }

# read_given FILE: sets `given`, the hundredths of a second of CPU that the machine has had since its start, used or not, without steal and
# waiting for a disk.
read_given() {
  local user nice system idle irq softirq
  read -r _ user nice system idle _ irq softirq _ <"$1"
  given=$((user + nice + system + idle + irq + softirq))
}

# read_process PID: sets `used`, the hundredths of a second of CPU that a process has had, and `state`, the letter of what it does. The name
# in between can have blanks and brackets.
read_process() {
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  # shellcheck disable=SC2206
  stat=(${stat##*) })
  state=${stat[0]}
  used=$((stat[11] + stat[12]))
}

# measure PID: sets `given`, `used` and `state`. Fails when the process has ended.
measure() { read_given /proc/stat && read_process "$1"; }

# Sets `clock`, in hundredths of a second, to a time that is never set.
read_clock() {
  read -r clock _ </proc/uptime
  clock=$((10#${clock/./}))
}

# heard SECONDS: waits for a line of the server's, at most so long.
heard() { read -rt "$1" _ <&"$server_ready"; }

# Asks for the server's health, in the background, as connecting takes minutes when many already wait for the server. The server itself reports
# its answer (see above). This process only stays to keep the connection open.
ask_server() {
  {
    exec {asked}<>"/dev/tcp/127.0.0.1/${PORT:-3100}" &&
      printf 'GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&"$asked" &&
      read -r _ <&"$asked"
  } 2>/dev/null &
}

# watch_server PID: kills the server when it hangs. That ends the machine, which is then started again (see ../start.sh).
watch_server() {
  local pid=$1 pauses given used state given_before used_before
  set +e # Whatever cannot be read, the watch goes on.
  while ! process_ended "$pid"; do
    if heard "$watch_silence"; then continue; fi
    measure "$pid" || continue
    given_before=$given used_before=$used pauses=0
    ask_server
    until heard "$watch_pause"; do
      pauses=$((pauses + 1))
      measure "$pid" || break
      if hangs "$pauses" "$((given - given_before))"; then
        log "Paperclip hangs and is ended: it has not answered for $((watch_silence + pauses * watch_pause)) s. Since it was asked last the" \
          "machine has had $(((given - given_before) / 100)) s of CPU, of which it has used $(((used - used_before) / 100)) s;" \
          "it is $(doing "$state")"
        kill -KILL "$pid"
        return
      fi
    done
  done
}

# doing LETTER: what the kernel's letter for the state of a process means.
doing() {
  case $1 in
    R) echo computing ;;
    D) echo waiting for a disk ;;
    T | t) echo stopped by a signal ;;
    *) echo waiting ;;
  esac
}

# stop_server PID SECONDS: stops the server. It gets so many seconds to end its runs, as long as it says every second that it is working.
stop_server() {
  local pid=$1 seconds=$2 clock given deadline heard_at given_before
  [ -n "$pid" ] || return 0
  kill -TERM "$pid" 2>/dev/null || return 0
  read_clock
  read_given /proc/stat
  deadline=$((clock + seconds * 100)) heard_at=$clock given_before=$given
  until process_ended "$pid"; do
    if heard 0.05; then
      read_clock
      read_given /proc/stat
      heard_at=$clock given_before=$given
    fi
    read_clock
    if [ "$clock" -ge "$deadline" ]; then
      log "Paperclip did not stop within $seconds s and is ended"
      break
    fi
    if [ $((clock - heard_at)) -ge $((stop_silence * 100)) ]; then
      read_given /proc/stat
      if hangs_in_stop "$(((clock - heard_at) / 100))" "$((given - given_before))"; then
        log "Paperclip hangs and is ended: told to stop, it has done nothing for $(((clock - heard_at) / 100)) s"
        break
      fi
    fi
  done
  kill -KILL "$pid" 2>/dev/null || return 0
}
