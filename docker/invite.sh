#!/usr/bin/env bash
# Prints the invitation URL of the first administrator: the open one if this machine made it, otherwise a new one, good for 72 hours.
# Run it in the machine as root, e.g. `flyctl machine exec MACHINE paperclip-invite`. Fly.io cuts that off after half a minute, even on a
# machine with a sixteenth of a core. So this starts no program that needs more CPU than psql.
set -euo pipefail
lib=/usr/local/lib/paperclip-on-fly
# shellcheck source=docker/lib/common.sh
source "$lib/common.sh"
# shellcheck source=docker/lib/postgres.sh
source "$lib/postgres.sh"
# shellcheck source=docker/lib/agents.sh
source "$lib/agents.sh"
# shellcheck source=docker/lib/server.sh
source "$lib/server.sh"
# shellcheck source=docker/lib/invite.sh
source "$lib/invite.sh"

if ! invite 15; then
  echo "Paperclip's database does not answer yet; try again when the machine is healthy" >&2
  exit 1
fi
if [ "$invite_state" = administered ]; then
  echo "this Paperclip has an administrator already" >&2
  exit 3
fi
cat "$invite_stored"
