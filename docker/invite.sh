#!/usr/bin/env bash
# Prints the invitation URL of the first administrator: the open one if this machine made it, else a new one, good for 72 hours.
# Run it in the machine as root, e.g. `flyctl machine exec MACHINE paperclip-invite`.
set -euo pipefail
lib=/usr/local/lib/paperclip-on-fly
# shellcheck source=docker/lib/common.sh
source "$lib/common.sh"
# shellcheck source=docker/lib/volume.sh
source "$lib/volume.sh"
# shellcheck source=docker/lib/agents.sh
source "$lib/agents.sh"
# shellcheck source=docker/lib/server.sh
source "$lib/server.sh"

readonly stored=/paperclip/operator/invite-url

main() {
  local state
  # One at a time: a new invitation revokes the one before, and the start asks for it too.
  exec 9>/run/paperclip-invite.lock
  flock 9
  state=$(server_health) || { echo "Paperclip does not answer on $health yet; try again when the machine is healthy" >&2; exit 1; }
  if [ "$(jq -r .bootstrapStatus <<<"$state")" != bootstrap_pending ]; then
    echo "this Paperclip has an administrator already" >&2
    exit 3
  fi
  if [ "$(jq -r .bootstrapInviteActive <<<"$state")" != true ] || [ ! -s "$stored" ]; then
    (umask 077 && create_invite >"$stored.new")
    mv "$stored.new" "$stored"
  fi
  cat "$stored"
}

create_invite() {
  server_environment
  (as paperclip "${server_env[@]}" NO_COLOR=1 -- \
    node /usr/local/lib/paperclip/node_modules/paperclipai/dist/index.js auth bootstrap-ceo --base-url "$(public_url)") |
    grep -oE 'https?://[^[:space:]]+/invite/[A-Za-z0-9_]+'
}

main
