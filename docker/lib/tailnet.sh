# shellcheck shell=bash
# The tailnet device. Without a key the machine comes up all the same, on the platform's network only.

readonly tailscale_socket=/run/tailscale/tailscaled.sock

# Starts tailscaled in the background, sets `tailscaled_pid`, and joins the tailnet beside the rest of the start: a control server that
# is down must not keep Paperclip from starting.
tailnet_start() {
  if [ -z "${TAILSCALE_AUTH_KEY:-}" ]; then
    log "no TAILSCALE_AUTH_KEY, so the machine joins no tailnet"
    return 0
  fi
  install -d -o root -g root -m 0700 /run/tailscale
  # --statedir, not --state: certificates are kept beside the state only when tailscaled knows a directory.
  (exec env --ignore-environment PATH="$PATH" HOME=/root \
    tailscaled --statedir=/paperclip/tailscale --socket="$tailscale_socket") &
  tailscaled_pid=$!
  tailnet_join "$tailscaled_pid" &
}

# Joins with the key (only the first time: later starts find the identity on the volume) and declares what the device serves.
tailnet_join() {
  wait_until 60 "$1" tailnet_cli status --json >/dev/null || return 0
  # The key goes through a file that only root can read: an argument would show in the process list.
  local key=/run/tailscale/auth-key
  (umask 077 && printf '%s' "$TAILSCALE_AUTH_KEY" >"$key")
  tailnet_cli up --auth-key="file:$key" --hostname="${FLY_APP_NAME:-paperclip}" --accept-dns=false ${TAILSCALE_LOGIN_SERVER:+--login-server="$TAILSCALE_LOGIN_SERVER"}
  rm -f "$key"
  tailnet_cli serve --bg --https=443 http://127.0.0.1:3100
}

tailnet_cli() { env --ignore-environment PATH="$PATH" HOME=/root tailscale --socket="$tailscale_socket" "$@"; }
