# shellcheck shell=bash
# Who gets where by the tailnet's device: the machine's own rules, whatever the tailnet's policy says.

# Only what is served is open to the tailnet, not what listens in the machine. Agents, who do what they read, get nowhere in the tailnet.
tailnet_firewall() {
  local to failed=
  if [ "${TAILSCALE_USERSPACE:-}" = true ]; then
    # tailscaled hands connections to any other port on to 127.0.0.1; what it serves it hands to 127.0.0.2.
    reject iptables OUTPUT --out-interface lo --destination 127.0.0.1 --protocol tcp --match owner --gid-owner tailscale || failed=yes
  else
    reject iptables INPUT --in-interface tailscale0 --protocol tcp || failed=yes
    # The addresses too: the machine's own are reached without the interface.
    for to in --out-interface=tailscale0 --destination=100.64.0.0/10; do
      reject iptables OUTPUT "$to" --match owner --uid-owner agent || failed=yes
    done
    for to in --out-interface=tailscale0 --destination=fd7a:115c:a1e0::/48; do
      # A kernel without IPv6 has none to close.
      [ ! -e /proc/net/if_inet6 ] || reject ip6tables OUTPUT "$to" --match owner --uid-owner agent || failed=yes
    done
  fi
  if [ -n "$failed" ]; then
    log "a firewall rule cannot be set: let the tailnet's policy allow port 443 to this device, and nothing else to or from it"
  fi
}

# reject PROGRAM CHAIN MATCH...: refuses what matches. Kernels differ in which of the two programs they have.
reject() {
  local program
  for program in "$1-nft" "$1-legacy"; do
    if "$program" --append "${@:2}" --jump REJECT 2>/dev/null; then return 0; fi
  done
  return 1
}
