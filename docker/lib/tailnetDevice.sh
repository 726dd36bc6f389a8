# shellcheck shell=bash
# What a device needs to be reached: joined, with its name, serving, with a certificate. Every step can be repeated.

# Seconds after the start until a device that has an identity is joined anew.
readonly tailnet_patience=60

# The process that waits for the certificate authority, while one does.
certificate_job=

# Does what is left to do, and prints what is in the way.
tailnet_mend() {
  local state name
  read -r state name < <(tailnet_state) || { echo "tailscaled does not answer yet"; return 0; }
  case $state in
    Running) ;;
    # A device that has joined before does so by itself, and is not to be hurried: it has its identity, and the key may be dead by now.
    NoState | Starting) if [ "$SECONDS" -lt "$tailnet_patience" ]; then echo starting; return 0; fi ;;&
    *)
      tailnet_join || return 0
      ports_are_first=
      read -r state name < <(tailnet_state)
      ;;
  esac
  tailnet_ports_first
  if [ -n "${TAILNET_DNS:-}" ] && [ "$name" != "$FLY_APP_NAME.$TAILNET_DNS" ]; then
    echo "the device got the name $name instead of $FLY_APP_NAME.$TAILNET_DNS; remove the other device of that name, then restart the machine"
    return 0
  fi
  tailnet_serve || return 0
}

# Prints tailscaled's state and the device's name.
tailnet_state() { tailnet_ask 'status?peers=false' | jq -r '"\(.BackendState) \(.Self.DNSName | rtrimstr("."))"'; }

# Where tailscaled hands on what it serves.
tailnet_target() {
  if [ "${TAILSCALE_USERSPACE:-}" = true ]; then printf 'http://127.0.0.2:3100'; else printf 'http://127.0.0.1:3100'; fi
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
    case $output in timeout*) output+=" $(tailnet_ask 'status?peers=false' | jq -r '.Health // [] | first // empty')" ;; esac
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
  if [ "$(tailnet_ask serve-config | jq -r '.Web // {} | to_entries[] | "\(.key) \(.value.Handlers[].Proxy)"')" != "$wanted" ]; then
    tailnet_cli serve reset
    output=$(tailnet_cli serve --bg "--$scheme=$port" "$(tailnet_target)" 2>&1) || { echo "cannot serve: $(tail -n 1 <<<"$output")"; return 1; }
  fi
  if [ "$scheme" = https ]; then tailnet_certificate; fi
}

# Has the certificate made, which else the first visitor would wait for, or found: then the answer comes at once.
tailnet_certificate() {
  local log=/run/tailscale/certificate answer=()
  # The authority takes as long as it likes, and a request that is cut off starts anew: so it goes on from one look to the next.
  if [ -z "$certificate_job" ]; then
    # Its error is the answer's text, so that an answer which says no is no failure of curl's here.
    tailnet_ask "cert/$FLY_APP_NAME.$TAILNET_DNS?type=crt" --max-time 600 --no-fail --write-out '%{http_code}\n' >"$log" 2>/dev/null &
    certificate_job=$!
  fi
  if ! wait_until 10 0.1 0 process_ended "$certificate_job"; then
    echo "waiting for the certificate of $FLY_APP_NAME.$TAILNET_DNS: the certificate authority has not answered yet"
    return 1
  fi
  certificate_job=
  mapfile -t answer <"$log"
  if [ "${answer[-1]:-}" != 200 ]; then
    echo "no certificate yet: ${answer[0]:-tailscaled does not answer}"
    return 1
  fi
}

# Greets the devices that are online: one that has asked for this device before it was there, or knows it from before a restart, would ask
# again only when WireGuard lets it, after five seconds. No more than twenty, as each greeting is some work. Not in the moment in which
# devices hear of this one and ask for it: when both sides begin at once, neither gets an answer.
tailnet_greet() {
  local peers
  pause 0.4
  mapfile -t peers < <(tailnet_ask status |
    jq -r --arg api "$tailscale_api" '[(.Peer // {})[] | select(.Online).TailscaleIPs[0]][:20][] | "\($api)/ping?type=TSMP&ip=\(.)"')
  if [ "${#peers[@]}" -gt 0 ]; then "${tailscale_curl[@]}" --max-time 5 --request POST --parallel "${peers[@]}" >/dev/null; fi
}
