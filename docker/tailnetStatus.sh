#!/usr/bin/env bash
# Prints what the machine knows of its tailnet device, as one JSON document, e.g. for `flyctl machine exec MACHINE paperclip-tailnet`.
set -euo pipefail
readonly socket=/run/tailscale/tailscaled.sock

ask() { curl --silent --fail --max-time 10 --unix-socket "$socket" "http://local-tailscaled.sock/localapi/v0/$1"; }

if ! status=$(ask status); then
  # Where the start has left the device out of the tailnet, it says why.
  problem=$(cat /run/tailscale/problem 2>/dev/null || :)
  if [[ $problem != *" → "* ]]; then problem="tailscaled does not run"; fi
  jq --null-input --compact-output --arg problem "$problem" '($problem / " → ") as [$what, $fix] | {state: "NotRunning", problem: $what} +
    if $fix then {fix: $fix} else {} end'
  exit 0
fi
# The relays' cities, where somebody may be using one.
relays='{}'
if [[ $status == *'"Active": true'* ]]; then relays=$(ask derpmap) || relays='{}'; fi
# Where a person has to do something about a problem, that follows behind an arrow. Peers are the devices that exchange packets with this one,
# at most twenty, and by which way.
jq --compact-output --rawfile problem /run/tailscale/problem --rawfile warning /run/tailscale/warning --slurpfile map <(echo "$relays") '
($problem / " → ") as [$what, $fix] | {
  state: .BackendState,
  name: (.Self.DNSName | rtrimstr(".")),
  addresses: .Self.TailscaleIPs,
  online: .Self.Online,
  problem: ($what // ""),
  fix: ($fix // ""),
  warning: $warning,
  peers: [[(.Peer // {})[] | select(.Active)][:20][] | {
    name: (.DNSName | split(".")[0]),
    way: (if .CurAddr != "" then "direct"
      elif (.PeerRelay // "") != "" then "by another device"
      else .Relay as $code | "relay " + (first(($map[0].Regions // {})[] | select(.RegionCode == $code).RegionName) // $code) end)
  }]
}' <<<"$status"
