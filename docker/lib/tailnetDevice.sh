# shellcheck shell=bash
# What a device needs to be reached: joined, with its name, serving, with a certificate. Every step can be repeated.

# The process that waits for the certificate authority, while one does, and since when there is no certificate.
certificate_job=
certificate_since=

# Set while the device refuses all connections because the machine's firewall rules are not first.
tailnet_shielded=

# Does what is left to do, and prints what is in the way.
tailnet_fix() {
  local state known name
  read -r state known name < <(tailnet_state) || { echo "tailscaled does not answer yet"; return 0; }
  tailnet_enter "$state" "$known" || return 0
  # The device can have joined just now.
  if [ "$state" != Running ]; then
    ports_are_first=
    read -r state known name < <(tailnet_state)
  fi
  if ! tailnet_ports_first; then
    tailnet_set '"ShieldsUp": true'
    tailnet_shielded=yes
    echo "the kernel no longer takes the rule that closes the machine's other ports to the tailnet, so the device takes no connections"
    return 0
  fi
  if [ -n "$tailnet_shielded" ]; then tailnet_set '"ShieldsUp": false'; fi
  tailnet_shielded=
  tailnet_named "$name" || return 0
  tailnet_serve || return 0
}

# Prints tailscaled's state, whether the device has an identity, and its name.
tailnet_state() { tailnet_ask 'status?peers=false' | jq -r '"\(.BackendState) \(.HaveNodeKey // false) \(.Self.DNSName | rtrimstr("."))"'; }

# tailnet_named NAME: fails where NAME is not the one that people open, and prints what to do. A device never takes over another's name by
# itself, even when the other device is gone.
tailnet_named() {
  local name=$1 wanted=$FLY_APP_NAME.${TAILNET_DNS:-}
  if [ -z "${TAILNET_DNS:-}" ] || [ "$name" = "$wanted" ]; then return 0; fi
  if [ -z "$name" ]; then
    echo "the device has no name yet"
  elif [ "${name#*.}" != "$TAILNET_DNS" ]; then
    echo "the device is $name, not $wanted: this is another tailnet than the stack's → pulumi config set tailnet ${name#*.} && pulumi up"
  else
    echo "the device got the name $name instead of $wanted, which another device has → remove that one and rename this one: https://login.tailscale.com/admin/machines"
  fi
  return 1
}

# Where tailscaled forwards requests to.
tailnet_target() {
  if [ "${TAILSCALE_USERSPACE:-}" = true ]; then printf 'http://127.0.0.2:3100'; else printf 'http://127.0.0.1:3100'; fi
}

# Prints what tailscaled is to serve: Paperclip, and, where that is by HTTPS, the way there from http://APP.TAILNET and http://APP. Browsers
# keep none of these redirects: a 308 would outlive a change of the setting tailnetHttps.
tailnet_wanted() {
  local name=$FLY_APP_NAME.$TAILNET_DNS paperclip
  paperclip="{\"Handlers\":{\"/\":{\"Proxy\":\"$(tailnet_target)\"}}}"
  if [ "${TAILNET_HTTPS:-true}" = true ]; then
    # shellcheck disable=SC2016 # tailscaled replaces it, by the path and the query.
    printf '{"TCP":{"443":{"HTTPS":true},"80":{"HTTP":true}},"Web":{"%s:443":%s,"%s:80":{"Handlers":{"/":{"Redirect":"307:https://%s${REQUEST_URI}"}}}}}' \
      "$name" "$paperclip" "$name" "$name"
  else
    printf '{"TCP":{"80":{"HTTP":true}},"Web":{"%s:80":%s}}' "$name" "$paperclip"
  fi
}

# Declares what is served, where the state differs: it can come from another version, or from before a setting changed. By tailscaled's own API,
# as its command line knows no redirects.
tailnet_serve() {
  local wanted facts answer
  wanted=$(tailnet_wanted)
  mapfile -t facts < <(tailnet_facts "$wanted")
  if [ "${#facts[@]}" -ne 2 ]; then echo "tailscaled does not answer"; return 1; fi
  if [ -n "${facts[1]}" ]; then "tailnet_needs_${facts[1]}"; return 1; fi
  if [ "${facts[0]}" != served ]; then
    # tailscaled does not turn one kind of server into another.
    tailnet_ask serve-config --request POST --data '{}'
    if ! answer=$(tailnet_ask serve-config --no-fail --fail-with-body --request POST --data "$wanted"); then
      echo "cannot serve: $(jq -r '.error' <<<"${answer:-{\}}")"
      return 1
    fi
    mapfile -t facts < <(tailnet_facts "$wanted")
    if [ "${facts[0]:-}" != served ]; then echo "cannot serve: tailscaled has made something else of it"; return 1; fi
  fi
  if [ "${TAILNET_HTTPS:-true}" = true ]; then tailnet_certificate; fi
}

# Gets the certificate, so that the first visitor does not have to wait for it. If there is one already, the answer comes at once.
tailnet_certificate() {
  local log=/run/tailscale/certificate answer=() name=$FLY_APP_NAME.$TAILNET_DNS
  # The authority can take long, and a request that is cut off starts again. So one request goes on from look to look.
  if [ -z "$certificate_job" ]; then
    : "${certificate_since:=$SECONDS}"
    # --no-fail, as the text of a refusal is the reason to print.
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

# Prints the likely reason where a certificate takes unusually long. The authority says so late, or never.
certificate_limit() {
  if [ -z "$certificate_since" ] || [ $((SECONDS - certificate_since)) -lt 60 ]; then return 0; fi
  printf '; a name gets five certificates a week, https://crt.sh/?q=%s lists them. Plain HTTP meanwhile: %s' \
    "$FLY_APP_NAME.$TAILNET_DNS" "pulumi config set tailnetHttps false && pulumi up"
}

# Greets the devices that are online. One that asked for this device too early, or knows it from before a restart, asks again only when
# WireGuard lets it, after five seconds. It greets at most twenty, as each greeting is some work, and waits a moment first: devices that just
# heard of this one ask for it, and when both sides begin at once, neither gets an answer.
tailnet_greet() {
  local peers
  pause 0.4
  mapfile -t peers < <(tailnet_ask status |
    jq -r --arg api "$tailscale_api" '[(.Peer // {})[] | select(.Online).TailscaleIPs[0]][:20][] | "\($api)/ping?type=TSMP&ip=\(.)"')
  if [ "${#peers[@]}" -gt 0 ]; then "${tailscale_curl[@]}" --max-time 5 --request POST --parallel "${peers[@]}" >/dev/null; fi
}
