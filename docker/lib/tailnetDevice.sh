# shellcheck shell=bash
# What a device needs to be reached: joined, with its name, serving, with a certificate. Every step can be repeated.

# Seconds after the start until a device that has an identity is joined anew.
readonly tailnet_patience=60

# The process that waits for the certificate authority, while one does, and since when there is no certificate.
certificate_job=
certificate_since=

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
      read -r state name < <(tailnet_state)
      ;;
  esac
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
    case $output in
      # Only where nothing was answered does tailscaled know more than that.
      timeout*) output+=" $(tailnet_ask 'status?peers=false' | jq -r '.Health // [] | first // empty')" ;;
      *"requires logging to be enabled"*) tailnet_needs_logs; return 1 ;;
    esac
    echo "cannot join: $output"
    return 1
  fi
  rm -f "$key"
}

# Declares what is served, where the state says something else: it may come from another version, or from before a setting changed.
tailnet_serve() {
  local output facts words scheme=https port=443 wanted
  if [ "${TAILNET_HTTPS:-true}" != true ]; then scheme=http port=80; fi
  wanted="$FLY_APP_NAME.$TAILNET_DNS:$port $(tailnet_target)"
  mapfile -t facts < <(tailnet_facts)
  if [ "${#facts[@]}" -ne 2 ]; then echo "tailscaled does not answer"; return 1; fi
  if [ -n "${facts[1]}" ]; then "tailnet_needs_${facts[1]}"; return 1; fi
  if [ "${facts[0]}" != "$wanted" ]; then
    tailnet_cli serve reset
    output=$(tailnet_cli serve --bg "--$scheme=$port" "$(tailnet_target)" 2>&1)
    # Its exit code says nothing: it is 0 as well where it only prints what somebody has to do first.
    if [[ $(tailnet_ask serve-config) != *"\"${wanted% *}\""*"\"${wanted#* }\""* ]]; then
      read -rd "" -a words <<<"$output"
      echo "cannot serve: ${words[*]}"
      return 1
    fi
  fi
  if [ "$scheme" = https ]; then tailnet_certificate; fi
}

# Has the certificate made, which else the first visitor would wait for, or found: then the answer comes at once.
tailnet_certificate() {
  local log=/run/tailscale/certificate answer=() name=$FLY_APP_NAME.$TAILNET_DNS
  # The authority takes as long as it likes, and a request that is cut off starts anew: so it goes on from one look to the next.
  if [ -z "$certificate_job" ]; then
    : "${certificate_since:=$SECONDS}"
    # Its error is the answer's text, so that an answer which says no is no failure of curl's here.
    tailnet_ask "cert/$name?type=crt" --max-time 600 --no-fail --write-out '%{http_code}\n' >"$log" 2>/dev/null &
    certificate_job=$!
  fi
  if ! wait_until 10 0.1 0 process_ended "$certificate_job"; then
    echo "waiting for the certificate of $name: the certificate authority has not answered yet$(certificate_limit)"
    return 1
  fi
  certificate_job=
  mapfile -t answer <"$log"
  case ${answer[-1]:-} in
    200) certificate_since= ;;
    "" | 000) echo "no certificate yet: the certificate authority does not answer$(certificate_limit)"; return 1 ;;
    *) echo "no certificate yet: ${answer[0]}$(certificate_limit)"; return 1 ;;
  esac
}

# What may be the matter where a certificate takes longer than one does: the authority says so late, or not at all.
certificate_limit() {
  if [ -z "$certificate_since" ] || [ $((SECONDS - certificate_since)) -lt 60 ]; then return 0; fi
  printf '; a name gets five certificates a week, https://crt.sh/?q=%s lists them. Plain HTTP meanwhile: %s' \
    "$FLY_APP_NAME.$TAILNET_DNS" "pulumi config set tailnetHttps false && pulumi up"
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
