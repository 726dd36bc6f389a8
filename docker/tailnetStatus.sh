#!/usr/bin/env bash
# Prints what the machine knows of its tailnet device, as one JSON document, e.g. for `flyctl machine exec MACHINE paperclip-tailnet`.
set -euo pipefail
readonly socket=/run/tailscale/tailscaled.sock

if ! status=$(curl --silent --fail --max-time 10 --unix-socket "$socket" 'http://local-tailscaled.sock/localapi/v0/status?peers=false'); then
  echo '{"state":"NotRunning","problem":"tailscaled does not run"}'
  exit 0
fi
# A problem that a person has to do something about has that behind an arrow.
jq --compact-output --rawfile problem /run/tailscale/problem --rawfile warning /run/tailscale/warning '
($problem / " → ") as [$what, $mend] | {
  state: .BackendState,
  name: (.Self.DNSName | rtrimstr(".")),
  addresses: .Self.TailscaleIPs,
  online: .Self.Online,
  problem: ($what // ""),
  mend: ($mend // ""),
  warning: $warning
}' <<<"$status"
