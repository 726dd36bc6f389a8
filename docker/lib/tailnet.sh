# shellcheck shell=bash
# The tailnet device: tailscaled, and a loop that keeps it joined, named and serving. Nothing here holds Paperclip up or brings it down:
# what is wrong is one line in the log, and is tried again until it is well.

readonly tailscale_socket=/run/tailscale/tailscaled.sock
readonly tailscale_state=/paperclip/tailscale
# What the loop found last, for `paperclip-tailnet`; empty when all is well.
readonly tailnet_problem_file=/run/tailscale/problem

# Seconds between looks, while something is wrong and while all is well.
readonly tailnet_retry=5 tailnet_interval=60

# Starts tailscaled in the background and sets `tailscaled_pid`, where there is a key or an identity from an earlier start.
tailnet_start() {
  if [ -z "${TAILSCALE_AUTH_KEY:-}" ] && [ ! -s "$tailscale_state/tailscaled.state" ]; then
    log "no TAILSCALE_AUTH_KEY, so the machine joins no tailnet"
    return 0
  fi
  install -d -o root -g root -m 0700 /run/tailscale
  local name args=() debug=()
  if [ "${TAILSCALE_USERSPACE:-}" = true ]; then args=(--tun=userspace-networking); fi
  # tailscaled's own debug switches, e.g. another certificate authority.
  for name in "${!TS_DEBUG_@}"; do debug+=("$name=${!name}"); done
  tailnet_firewall
  # --statedir, not --state: certificates are kept beside the state only when tailscaled knows a directory. The group of its own is what
  # the firewall knows it by.
  (memory_rank -600 && exec setpriv --regid tailscale --clear-groups -- env --ignore-environment PATH="$PATH" HOME=/root "${debug[@]}" \
    tailscaled --statedir="$tailscale_state" --socket="$tailscale_socket" "${args[@]}") &
  tailscaled_pid=$!
  tailnet_keep "$tailscaled_pid" &
}

tailnet_cli() { env --ignore-environment PATH="$PATH" HOME=/root tailscale --socket="$tailscale_socket" "$@"; }

# Only what is served is open to the tailnet, not what listens in the machine: Paperclip's port also answers Fly's checks, in clear.
tailnet_firewall() {
  local rule
  if [ "${TAILSCALE_USERSPACE:-}" = true ]; then
    # tailscaled hands connections to any other port on to 127.0.0.1; what it serves it hands to 127.0.0.2.
    rule="OUTPUT --out-interface lo --destination 127.0.0.1 --protocol tcp --match owner --gid-owner tailscale --jump REJECT"
  else
    rule="INPUT --in-interface tailscale0 --protocol tcp --jump REJECT"
  fi
  # Kernels differ in which of the two they have.
  # shellcheck disable=SC2086
  if ! iptables-nft --append $rule 2>/dev/null && ! iptables-legacy --append $rule 2>/dev/null; then
    log "no firewall rule can be set: let the tailnet's policy allow nothing but port 443 to this device"
  fi
}

# Where tailscaled hands on what it serves.
tailnet_target() {
  if [ "${TAILSCALE_USERSPACE:-}" = true ]; then printf 'http://127.0.0.2:3100'; else printf 'http://127.0.0.1:3100'; fi
}

# Looks after the device as long as tailscaled runs. Each change of what is wrong is one line in the log.
tailnet_keep() {
  local pid=$1 problem='' said=starting
  while kill -0 "$pid" 2>/dev/null; do
    problem=$(tailnet_mend 2>&1 | tr '\n' ' ')
    printf '%s' "$problem" >"$tailnet_problem_file"
    if [ "$problem" != "$said" ]; then
      if [ -n "$problem" ]; then log "tailnet: $problem"; else log "tailnet: open as $(public_url)"; fi
    fi
    said=$problem
    if [ -n "$problem" ]; then sleep "$tailnet_retry"; else sleep "$tailnet_interval"; fi
  done
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
  jq -r '.Health // [] | first // empty' <<<"$(tailnet_cli status --json)"
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
    echo "cannot join: $(tail -n 1 <<<"$output") $(tailnet_cli status --json | jq -r '.Health // [] | first // empty')"
    return 1
  fi
  rm -f "$key"
}

# Declares what is served where the state says something else (it may come from another version), then has the certificate made, which
# else the first visitor would wait for.
tailnet_serve() {
  local output port=--https=443 target
  if [ "${TAILNET_HTTPS:-true}" != true ]; then port=--http=80; fi
  target=$(tailnet_target)
  if ! tailnet_cli serve status --json | jq --exit-status --arg target "$target" '[.Web[]?.Handlers[]?.Proxy] == [$target]' >/dev/null; then
    tailnet_cli serve reset
    output=$(tailnet_cli serve --bg "$port" "$target" 2>&1) || { echo "cannot serve: $(tail -n 1 <<<"$output")"; return 1; }
  fi
  [ "$port" = --https=443 ] || return 0
  output=$(timeout 30 env --ignore-environment PATH="$PATH" HOME=/root tailscale --socket="$tailscale_socket" cert \
    --cert-file=- --key-file=- "$FLY_APP_NAME.$TAILNET_DNS" 2>&1 >/dev/null) ||
    { echo "no certificate yet: $(tail -n 1 <<<"${output:-the certificate authority has not answered within 30 s}")"; return 1; }
}
