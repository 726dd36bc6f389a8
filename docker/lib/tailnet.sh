# shellcheck shell=bash
# The tailnet device: tailscaled, and a loop that keeps it joined, named and serving. Nothing here delays or ends Paperclip: a problem is one
# line in the log, and the loop tries again until it is solved. The loop sleeps until tailscaled reports a change.

readonly tailscale_socket=/run/tailscale/tailscaled.sock
readonly tailscale_state=/paperclip/tailscale
# What the loop found last, for `paperclip-tailnet`: what keeps the device from being reached, and what may do so later. Otherwise empty.
readonly tailnet_problem_file=/run/tailscale/problem tailnet_warning_file=/run/tailscale/warning

# Then only the tailnet's policy can close them, and a person has to confirm that it does.
readonly tailnet_needs_policy="the kernel cannot close the machine's other ports to the tailnet, so the device stays out of it \
→ let the tailnet's policy allow ports 443 and 80 to the device and nothing else (pulumi stack output tailnetPolicy), then: \
pulumi config set --path imageBuildArgs.TAILNET_PORTS policy && pulumi up"

# Seconds between looks: the first after a problem, the longest after one (each is twice the one before), and the longest without a problem, as
# tailscaled does not report a clock that is off. A look costs 60 ms of CPU.
readonly tailnet_retry=5 tailnet_longest_retry=30 tailnet_interval=180

# Starts tailscaled in the background and sets `tailscaled_pid`, where there is a key or an identity from an earlier start.
tailnet_start() {
  if [ -z "${TAILSCALE_AUTH_KEY:-}" ] && [ ! -s "$tailscale_state/tailscaled.state" ]; then
    log "no TAILSCALE_AUTH_KEY, so the machine joins no tailnet"
    return 0
  fi
  install -d -o root -g root -m 0700 /run/tailscale
  printf starting >"$tailnet_problem_file"
  : >"$tailnet_warning_file"
  local name args=() debug=()
  tailnet_firewall
  # ../tailnetStatus.sh prints this, as there is no tailscaled to ask.
  if [ "$kernel_ports" = open ] && [ "${TAILNET_PORTS:-}" != policy ]; then
    log "tailnet: $tailnet_needs_policy"
    printf '%s' "$tailnet_needs_policy" >"$tailnet_problem_file"
    return 0
  fi
  if [ "${TAILSCALE_USERSPACE:-}" = true ]; then args=(--tun=userspace-networking); fi
  # tailscaled's own debug switches, e.g. another certificate authority.
  for name in "${!TS_DEBUG_@}"; do debug+=("$name=${!name}"); done
  # Otherwise tailscaled sends its log to Tailscale, for support; a client's log stays in the machine. A tailnet with network flow logs
  # insists on it.
  if [ "${TAILSCALE_LOGS:-}" != true ]; then args+=(--no-logs-no-support); fi
  # TS_PORTLIST=false: otherwise tailscaled looks every second which ports are open, for a list in the admin console.
  # --statedir instead of --state: tailscaled keeps certificates beside the state only when it knows a directory. The firewall knows
  # tailscaled by its group.
  (memory_rank -600 && exec setpriv --regid tailscale --clear-groups -- env --ignore-environment PATH="$PATH" HOME=/root TS_PORTLIST=false \
    "${debug[@]}" tailscaled --statedir="$tailscale_state" --socket="$tailscale_socket" "${args[@]}") &
  tailscaled_pid=$!
  tailnet_keep "$tailscaled_pid" &
}

# Tailscale's own program, only to join: it is 30 MB of Go, and starting it costs as much as starting curl ten times. Some of its commands
# wait for ever, and the loop must go on.
tailnet_cli() { timeout 45 env --ignore-environment PATH="$PATH" HOME=/root tailscale --socket="$tailscale_socket" "$@"; }

# tailnet_ask PATH WORDS...: asks tailscaled itself. WORDS are arguments of curl's.
tailnet_ask() { "${tailscale_curl[@]}" --max-time 30 "$tailscale_api/$1" "${@:2}"; }
readonly tailscale_curl=(curl --silent --fail --unix-socket "$tailscale_socket") tailscale_api=http://local-tailscaled.sock/localapi/v0

# tailnet_keep PID: looks after the device as long as tailscaled runs. Each change of what is wrong is one line in the log.
tailnet_keep() {
  local pid=$1 found said=starting wait=$tailnet_retry changes='' greeted=''
  set +e # A look that fails must not end the looking.
  wait_until 60 0.05 "$pid" [ -S "$tailscale_socket" ]
  while kill -0 "$pid" 2>/dev/null; do
    tailnet_listen
    tailnet_note "$tailnet_problem_file" tailnet_fix
    tailnet_note "$tailnet_warning_file" tailnet_warn
    found=$(<"$tailnet_problem_file")
    if [ -z "$found" ] || [ -n "$certificate_job" ]; then
      wait=$tailnet_retry
    else
      # A server that refuses is not asked again and again.
      wait=$((wait * 2 < tailnet_longest_retry ? wait * 2 : tailnet_longest_retry))
    fi
    found=${found:-$(<"$tailnet_warning_file")}
    if [ "$found" != "$said" ]; then log "tailnet: ${found:-open as $(public_url)}"; fi
    said=$found
    if [ -z "$greeted" ] && [ ! -s "$tailnet_problem_file" ]; then
      tailnet_greet &
      greeted=yes
    fi
    case $(<"$tailnet_problem_file") in
      "") tailnet_hear "$tailnet_interval" ;;
      starting) tailnet_hear "$tailnet_retry" ;;
      *) pause "$wait" ;;
    esac
  done
}

# Opens tailscaled's reports of changes as `changes`, and skips those from before the next look.
tailnet_listen() {
  if [ -z "$changes" ]; then
    exec {changes}< <(exec "${tailscale_curl[@]}" --no-buffer "$tailscale_api/watch-ipn-bus?mask=0")
  fi
  while read -rt 0.01 <&"$changes"; do :; done
}

# tailnet_hear SECONDS: waits for a change, at most so long, and then a moment for changes that belong to it.
tailnet_hear() {
  if read -rt "$1" <&"$changes"; then
    pause 0.2
  elif [ $? -le 128 ]; then
    # tailscaled has ended, or wants to be asked anew.
    exec {changes}<&-
    changes=
    pause "$tailnet_retry"
  fi
}

# tailnet_note FILE COMMAND: puts what COMMAND prints into FILE, on one line. It runs in this shell, as COMMAND can start a job that goes on.
tailnet_note() {
  local lines=()
  "$2" >"$1.new" 2>&1
  mapfile -t lines <"$1.new"
  printf '%s' "${lines[*]}" >"$1.new"
  mv "$1.new" "$1"
}
