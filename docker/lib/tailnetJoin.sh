# shellcheck shell=bash
# How the device gets into the tailnet, and back into it after a restart. A device with an identity comes back by itself and is given no key:
# given a dead key, even a device that needs none is logged out by the control server (tailscale#16987). Every key dies in the end, after 90
# days or when an update has renewed it. So only a device that has to log in gets the key.

readonly tailnet_server=${TAILSCALE_LOGIN_SERVER:-https://controlplane.tailscale.com}

# Seconds in which a device with an identity is not hurried, and since when it takes its time.
readonly tailnet_patience=60
tailnet_since=0

# How often the control server refuses the key before it counts as dead; how often it has done so; and the message about a dead key.
readonly tailnet_refusals=3
tailnet_refused=0 tailnet_dead=''

# Whether tailscaled has this start's settings, which one it refuses, and whether the device has forgotten who it was.
tailnet_settled='' tailnet_unsettled='' tailnet_forgotten=''

# tailnet_enter STATE KNOWN: brings a device in this STATE into the tailnet; KNOWN is true where it has an identity. If something is in the
# way, it prints that and fails.
tailnet_enter() {
  local state=$1 known=$2
  if [ "$state" = NeedsLogin ]; then
    # It has no identity, or one that the control server no longer accepts: removed, expired or logged out.
    tailnet_join
    return
  fi
  if [ "$known" = true ]; then tailnet_settle "$state"; fi
  case $state in NoState | Starting) ;; *) tailnet_since=$SECONDS ;; esac
  case $state in
    Running) return 0 ;;
    Stopped)
      case $tailnet_unsettled in *"requires logging to be enabled"*) tailnet_needs_logs; return 1 ;; esac
      # Without a key: tailscaled would log in with the one that it joined with, which can be dead by now.
      tailnet_restart
      echo "the device was stopped, and is started again: $(tailnet_health)"
      ;;
    NeedsMachineAuth) echo "the tailnet has each device approved by hand → approve this one: https://login.tailscale.com/admin/machines" ;;
    *) if [ $((SECONDS - tailnet_since)) -lt "$tailnet_patience" ]; then echo starting; else echo "cannot come back: $(tailnet_health)"; fi ;;
  esac
  return 1
}

# What tailscaled complains of; what it says of the login comes first.
tailnet_health() {
  tailnet_ask 'status?peers=false' | jq -r '(.Health // []) | (map(select(test("login error"))) + .)[0] // "tailscaled gives no reason"'
}

# tailnet_settle STATE: gives a device with an identity this machine's settings, once a start, as tailscaled keeps those of the last one. It
# uses tailscaled's own API: `tailscale up` has to be given all settings, and costs as much as ten of these requests.
tailnet_settle() {
  local prefs field
  if [ -n "$tailnet_settled" ] && [ "$1" != Stopped ]; then return 0; fi
  prefs=$(tailnet_ask prefs) || return 0
  tailnet_settled=yes tailnet_unsettled=''
  for field in "\"ControlURL\": \"$tailnet_server\"" "\"Hostname\": \"${FLY_APP_NAME:-paperclip}\"" '"CorpDNS": false' '"NetfilterMode": 0' \
    '"WantRunning": true' '"ShieldsUp": false' "\"RunSSH\": ${TAILSCALE_SSH:-false}"; do
    if [[ $prefs != *"$field"* ]]; then tailnet_set "$field"; fi
  done
}

# tailnet_set FIELD: changes one of tailscaled's settings, given as it shows it. The device works on where tailscaled refuses one, such as
# Tailscale SSH in a tailnet whose policy has none.
tailnet_set() {
  local answer
  if ! answer=$(tailnet_ask prefs --no-fail --fail-with-body --request PATCH --data "{$1, ${1/\":*/Set\": true}}"); then
    tailnet_unsettled="tailscaled refuses the setting $1: $(jq -r '.Error' <<<"${answer:-{\}}")"
  fi
  # Only a client that is started again asks another control server.
  case $1 in '"ControlURL"'*) tailnet_restart ;; esac
}

# Makes tailscaled log in again with what it knows, and without a key that it was given before.
tailnet_restart() {
  ports_are_first=
  tailnet_ask start --request POST --data '{}'
}

# Joins with the key.
tailnet_join() {
  local key=/run/tailscale/auth-key output
  if [ -z "${TAILSCALE_AUTH_KEY:-}" ]; then
    echo "the device has to join the tailnet anew, and the machine has no TAILSCALE_AUTH_KEY for it"
    return 1
  fi
  # The key stays what it is as long as the machine runs.
  if [ -n "$tailnet_dead" ]; then
    echo "$tailnet_dead"
    return 1
  fi
  # A file that only root can read: an argument would show in the process list.
  (umask 077 && printf '%s' "$TAILSCALE_AUTH_KEY" >"$key")
  # Nothing here routes for others, so tailscaled needs no rules of its own in the kernel; the machine keeps the platform's resolver.
  if output=$(tailnet_cli up --timeout=30s --auth-key="file:$key" --hostname="${FLY_APP_NAME:-paperclip}" \
    --accept-dns=false --netfilter-mode=off --ssh="${TAILSCALE_SSH:-false}" --login-server="$tailnet_server" 2>&1); then
    rm -f "$key"
    tailnet_settled=yes tailnet_refused=0
    return 0
  fi
  rm -f "$key"
  output=$(tail -n 1 <<<"$output")
  case $output in
    *"invalid key"*)
      tailnet_refusal "$output"
      return
      ;;
    *"requires logging to be enabled"*)
      tailnet_needs_logs
      return 1
      ;;
    # tailscaled knows more only where nothing was answered.
    timeout*) output+=" $(tailnet_health)" ;;
  esac
  echo "cannot join: $output"
  return 1
}

# tailnet_refusal WORDS: what to do when the control server has refused the key with these WORDS.
tailnet_refusal() {
  tailnet_refused=$((tailnet_refused + 1))
  # Otherwise tailscaled would go on with the key by itself, for ever.
  tailnet_restart
  if [ "$tailnet_refused" -lt "$tailnet_refusals" ]; then
    echo "cannot join: $1"
    return 1
  elif [ -z "$tailnet_forgotten" ] && [[ $1 != *"does not exist"* ]]; then
    # The server says of an expired or revoked key that it does not exist. It refuses also a good key, in other words, for a device that it
    # removed and that comes back (tailscale#9025). That one is let in only as a new device.
    tailnet_forget
    tailnet_join
  else
    tailnet_dead="the device has to join the tailnet anew, and its key is refused ($1) → pulumi up --refresh"
    echo "$tailnet_dead"
    return 1
  fi
}

# Makes the device forget its identity. A copy stays beside the state, and so do the certificates, which belong to the name.
tailnet_forget() {
  tailnet_forgotten=yes tailnet_refused=0
  cp -p "$tailscale_state/tailscaled.state" "$tailscale_state/tailscaled.state.former"
  tailnet_ask reset-auth --request POST
}
