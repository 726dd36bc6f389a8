# shellcheck shell=bash
# The tailnet device: tailscaled, and a loop that keeps it joined, named and serving. Nothing here holds Paperclip up or brings it down:
# what is wrong is one line in the log, and is tried again until it is well.

readonly tailscale_socket=/run/tailscale/tailscaled.sock
readonly tailscale_state=/paperclip/tailscale
# What the loop found last, for `paperclip-tailnet`: what keeps the device from being reached, and what only may. Empty when all is well.
readonly tailnet_problem_file=/run/tailscale/problem tailnet_warning_file=/run/tailscale/warning

# Seconds between looks: the first after something went wrong, the longest (each is twice the one before), and while all is well.
readonly tailnet_retry=5 tailnet_longest_retry=30 tailnet_interval=60

# Seconds by which clocks may differ before it is worth a word; certificates are good from an hour before they are made.
readonly tailnet_clock_tolerance=120

# The process that waits for the certificate authority, while one does.
certificate_job=

# Starts tailscaled in the background and sets `tailscaled_pid`, where there is a key or an identity from an earlier start.
tailnet_start() {
  if [ -z "${TAILSCALE_AUTH_KEY:-}" ] && [ ! -s "$tailscale_state/tailscaled.state" ]; then
    log "no TAILSCALE_AUTH_KEY, so the machine joins no tailnet"
    return 0
  fi
  install -d -o root -g root -m 0700 /run/tailscale
  printf starting >"$tailnet_problem_file"
  : >"$tailnet_warning_file"
  local name args=() debug=() known=
  # Before tailscaled writes one.
  if [ -s "$tailscale_state/tailscaled.state" ]; then known=yes; fi
  if [ "${TAILSCALE_USERSPACE:-}" = true ]; then args=(--tun=userspace-networking); fi
  # tailscaled's own debug switches, e.g. another certificate authority.
  for name in "${!TS_DEBUG_@}"; do debug+=("$name=${!name}"); done
  tailnet_firewall
  # Its log stays in the machine: else tailscaled sends it to Tailscale, which is good for support and nothing of a client's.
  # --statedir, not --state: certificates are kept beside the state only when tailscaled knows a directory. The group of its own is what
  # the firewall knows it by.
  (memory_rank -600 && exec setpriv --regid tailscale --clear-groups -- env --ignore-environment PATH="$PATH" HOME=/root "${debug[@]}" \
    tailscaled --statedir="$tailscale_state" --socket="$tailscale_socket" --no-logs-no-support "${args[@]}") &
  tailscaled_pid=$!
  tailnet_keep "$tailscaled_pid" "$known" &
}

tailnet_cli() { env --ignore-environment PATH="$PATH" HOME=/root tailscale --socket="$tailscale_socket" "$@"; }

# Only what is served is open to the tailnet, not what listens in the machine. Agents, who do what they read, get nowhere in the tailnet.
tailnet_firewall() {
  local to failed=
  if [ "${TAILSCALE_USERSPACE:-}" = true ]; then
    # tailscaled hands connections to any other port on to 127.0.0.1; what it serves it hands to 127.0.0.2.
    reject iptables OUTPUT --out-interface lo --destination 127.0.0.1 --protocol tcp --match owner --gid-owner tailscale || failed=yes
  else
    reject iptables INPUT --in-interface tailscale0 --protocol tcp || failed=yes
    # The addresses too: the machine's own are reached without the interface.
    for to in --out-interface=tailscale0 --destination=100.64.0.0/10; do
      reject iptables OUTPUT "$to" --match owner --uid-owner agent || failed=yes
    done
    for to in --out-interface=tailscale0 --destination=fd7a:115c:a1e0::/48; do
      # A kernel without IPv6 has none to close.
      [ ! -e /proc/net/if_inet6 ] || reject ip6tables OUTPUT "$to" --match owner --uid-owner agent || failed=yes
    done
  fi
  if [ -n "$failed" ]; then
    log "a firewall rule cannot be set: let the tailnet's policy allow port 443 to this device, and nothing else to or from it"
  fi
}

# reject PROGRAM CHAIN MATCH...: refuses what matches. Kernels differ in which of the two programs they have.
reject() {
  local program
  for program in "$1-nft" "$1-legacy"; do
    if "$program" --append "${@:2}" --jump REJECT 2>/dev/null; then return 0; fi
  done
  return 1
}

# Where tailscaled hands on what it serves.
tailnet_target() {
  if [ "${TAILSCALE_USERSPACE:-}" = true ]; then printf 'http://127.0.0.2:3100'; else printf 'http://127.0.0.1:3100'; fi
}

# tailnet_keep PID KNOWN: looks after the device as long as tailscaled runs. Each change of what is wrong is one line in the log.
tailnet_keep() {
  local pid=$1 known=$2 found said=starting pause=$tailnet_retry
  set +e # A look that fails must not end the looking.
  # A device that has joined before does so by itself, and the server's start needs the CPU.
  if [ -n "$known" ]; then wait_until 30 0.1 "$pid" server_listens; fi
  while kill -0 "$pid" 2>/dev/null; do
    tailnet_note "$tailnet_problem_file" tailnet_mend
    tailnet_note "$tailnet_warning_file" tailnet_warn
    found=$(cat "$tailnet_problem_file")
    if [ -z "$found" ] || [ -n "$certificate_job" ]; then
      pause=$tailnet_retry
    else
      # A server that refuses is not asked again and again.
      pause=$((pause * 2 < tailnet_longest_retry ? pause * 2 : tailnet_longest_retry))
    fi
    found=${found:-$(cat "$tailnet_warning_file")}
    if [ "$found" != "$said" ]; then log "tailnet: ${found:-open as $(public_url)}"; fi
    said=$found
    if [ -s "$tailnet_problem_file" ]; then sleep "$pause"; else sleep "$tailnet_interval"; fi
  done
}

# tailnet_note FILE COMMAND: puts what COMMAND prints into FILE, on one line. Not in a subshell: COMMAND may start a job that goes on.
tailnet_note() {
  "$2" >"$1.new" 2>&1
  tr '\n' ' ' <"$1.new" | sed 's/ *$//' >"$1.line"
  mv "$1.line" "$1"
}

# Does what is left to do for a device that is joined, named and serving, and prints what is in the way. Every step can be repeated.
tailnet_mend() {
  local status name
  status=$(tailnet_cli status --json 2>/dev/null) || { echo "tailscaled does not answer yet"; return 0; }
  if [ "$(jq -r .BackendState <<<"$status")" != Running ]; then
    tailnet_join || return 0
    status=$(tailnet_cli status --json)
  fi
  name=$(jq -r '.Self.DNSName | rtrimstr(".")' <<<"$status")
  if [ -n "${TAILNET_DNS:-}" ] && [ "$name" != "$FLY_APP_NAME.$TAILNET_DNS" ]; then
    echo "the device got the name $name instead of $FLY_APP_NAME.$TAILNET_DNS; remove the other device of that name, then restart the machine"
    return 0
  fi
  tailnet_serve || return 0
}

# Prints what does not keep the device from its work but may: a clock that is off, a lost control server, tailscaled's own complaints.
tailnet_warn() {
  local status
  status=$(tailnet_cli status --json 2>/dev/null) || return 0
  tailnet_clock
  # A newer Tailscale comes with a newer image: nothing is wrong with the device.
  jq -r '[if .Self.Online then empty else "the control server does not see this device, which new devices cannot find then" end,
    ((.Health // [])[] | select(test("[Uu]pdate") | not))] | first // empty' <<<"$status"
}

# Certificates are refused by a machine whose clock is far off, with reasons that name no clock. The control server's is taken as right.
tailnet_clock() {
  local theirs ahead
  theirs=$(curl --silent --head --max-time 5 "${TAILSCALE_LOGIN_SERVER:-https://controlplane.tailscale.com}/key" | sed -n 's/^date: \(.*\)\r$/\1/ip')
  # Without a control server that answers there is nothing to compare with.
  theirs=$(date --date "${theirs:-none}" +%s 2>/dev/null) || return 0
  ahead=$(($(date +%s) - theirs))
  if [ "${ahead#-}" -gt "$tailnet_clock_tolerance" ]; then
    echo "the machine's clock is $((${ahead#-} / 60)) minutes $([ "$ahead" -gt 0 ] && echo ahead of || echo behind) the control server's, so certificates may be refused;"
  fi
}

# Joins with the key. A device that is joined already needs none, so after the first time only the control server has to answer.
tailnet_join() {
  local key=/run/tailscale/auth-key output
  # A file that only root can read: an argument would show in the process list.
  (umask 077 && printf '%s' "${TAILSCALE_AUTH_KEY:-}" >"$key")
  # Nothing here routes for others, so tailscaled needs no rules of its own in the kernel; the machine keeps the platform's resolver.
  if ! output=$(tailnet_cli up --timeout=30s --auth-key="file:$key" --hostname="${FLY_APP_NAME:-paperclip}" \
    --accept-dns=false --netfilter-mode=off --ssh="${TAILSCALE_SSH:-false}" \
    ${TAILSCALE_LOGIN_SERVER:+--login-server="$TAILSCALE_LOGIN_SERVER"} 2>&1); then
    rm -f "$key"
    output=$(tail -n 1 <<<"$output")
    # Only where nothing was answered does tailscaled know more than that.
    case $output in timeout*) output+=" $(tailnet_cli status --json | jq -r '.Health // [] | first // empty')" ;; esac
    echo "cannot join: $output"
    return 1
  fi
  rm -f "$key"
}

# Declares what is served, where the state says something else: it may come from another version, or from before a setting changed.
tailnet_serve() {
  local output scheme=https port=443 wanted
  if [ "${TAILNET_HTTPS:-true}" != true ]; then scheme=http port=80; fi
  wanted="$FLY_APP_NAME.$TAILNET_DNS:$port $(tailnet_target)"
  if [ "$(tailnet_cli serve status --json | jq -r '.Web // {} | to_entries[] | "\(.key) \(.value.Handlers[].Proxy)"')" != "$wanted" ]; then
    tailnet_cli serve reset
    output=$(tailnet_cli serve --bg "--$scheme=$port" "$(tailnet_target)" 2>&1) || { echo "cannot serve: $(tail -n 1 <<<"$output")"; return 1; }
  fi
  if [ "$scheme" = https ]; then tailnet_certificate; fi
}

# Has the certificate made, which else the first visitor would wait for, or found: then the answer comes at once.
tailnet_certificate() {
  local log=/run/tailscale/certificate.log
  # The authority takes as long as it likes, and a request that is cut off starts anew: so it goes on from one look to the next.
  if [ -z "$certificate_job" ]; then
    timeout 600 env --ignore-environment PATH="$PATH" HOME=/root tailscale --socket="$tailscale_socket" cert \
      --cert-file=- --key-file=- "$FLY_APP_NAME.$TAILNET_DNS" 2>"$log" >/dev/null &
    certificate_job=$!
  fi
  if ! wait_until 10 0.05 0 process_ended "$certificate_job"; then
    echo "waiting for the certificate of $FLY_APP_NAME.$TAILNET_DNS: the certificate authority has not answered yet"
    return 1
  fi
  if ! wait "$certificate_job"; then
    certificate_job=
    echo "no certificate yet: $(tail -n 1 "$log")"
    return 1
  fi
  certificate_job=
}
