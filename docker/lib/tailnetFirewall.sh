# shellcheck shell=bash
# The machine's own rules for the tailnet's device, whatever the tailnet's policy says.

readonly tailnet_v4=100.64.0.0/10 tailnet_v6=fd7a:115c:a1e0::/48
# What refuses connections that come by the device, for each of these protocols, and the programs, protocols and targets that have it (see
# tailnet_ports_first).
readonly firewall_ports=(INPUT --in-interface tailscale0 --protocol) firewall_protocols=(udp tcp)
firewall_has_ports=()
ports_are_first=

# Only what is served is open to the tailnet, not what listens in the machine. Agents do what they read, so they reach nothing in the tailnet.
# Where the kernel can keep them from the device neither by netfilter nor by rules for routes, tailscaled runs without a device, and the
# machine has no route into the tailnet.
tailnet_firewall() {
  local protocol
  if [ "${TAILSCALE_USERSPACE:-}" != true ]; then
    if agents_kept_out iptables -4 "$tailnet_v4" && agents_kept_out ip6tables -6 "$tailnet_v6"; then
      tailnet_ports_close
    else
      log "the kernel cannot keep agents from the tailnet's device, so tailscaled runs without one"
      TAILSCALE_USERSPACE=true
    fi
  fi
  if [ "${TAILSCALE_USERSPACE:-}" = true ]; then
    kernel_agents=userspace
    # tailscaled hands connections to any other port on to 127.0.0.1; what it serves it hands to 127.0.0.2.
    for protocol in "${firewall_protocols[@]}"; do
      reject iptables OUTPUT --out-interface lo --destination 127.0.0.1 --protocol "$protocol" --match owner --gid-owner tailscale ||
        kernel_ports=open
    done
  fi
}

# agents_kept_out PROGRAM FAMILY ADDRESSES: refuses agents' packets to the device and to the addresses, as the machine's own are reached
# without the device. Otherwise it takes away agents' routes there, which needs nothing of the kernel that tailscaled does not need, too.
agents_kept_out() {
  has_family "$2" || return 0
  if reject "$1" OUTPUT --out-interface tailscale0 --match owner --uid-owner agent &&
    reject "$1" OUTPUT --destination "$3" --match owner --uid-owner agent; then
    [ "$kernel_agents" = routes ] || kernel_agents=netfilter
    return 0
  fi
  local agent
  agent=$(id -u agent)
  kernel_agents=routes
  # Ahead of tailscaled's rules (5210 to 5270), and of the machine's own addresses, which are the first rule until they are moved.
  ip "$2" rule add priority 100 uidrange "$agent-$agent" to "$3" prohibit &&
    ip "$2" rule add priority 200 lookup local && ip "$2" rule del priority 0 lookup local
} 2>/dev/null

# A kernel without IPv6 has none to close.
has_family() { [ "$1" = -4 ] || [ -e /proc/net/if_inet6 ]; }

# What is served does not come by the device: tailscaled answers that itself.
tailnet_ports_close() {
  local program protocol
  for program in iptables ip6tables; do
    if [ "$program" = ip6tables ] && ! has_family -6; then continue; fi
    for protocol in "${firewall_protocols[@]}"; do
      if reject "$program" "${firewall_ports[@]}" "$protocol"; then
        firewall_has_ports+=("$firewall_program $protocol $firewall_target")
      else
        kernel_ports=open
      fi
    done
  done
}

# Puts the rules for ports first again, and fails where it cannot. When tailscaled starts, it adds rules before it reads that it must not, and
# they let in all that comes by its device (tailscale/tailscale#19204).
tailnet_ports_first() {
  [ -z "$ports_are_first" ] || return 0
  local rule program protocol target asked='' rules=()
  for rule in "${firewall_has_ports[@]}"; do
    read -r program protocol target <<<"$rule"
    if [ "$asked" != "$program" ]; then
      mapfile -t -n 3 rules < <("$program" --list-rules INPUT)
      asked=$program
    fi
    # After the chain's own policy.
    if [[ ${rules[1]:-} != *"-i tailscale0 "* || ${rules[2]:-} != *"-i tailscale0 "* ]]; then
      "$program" --insert "${firewall_ports[@]}" "$protocol" --jump "$target" || return 1
    fi
  done
  ports_are_first=yes
} 2>/dev/null

# reject PROGRAM CHAIN MATCH...: refuses what matches, before all other rules. Kernels differ in which of the two programs they have, and in
# whether they can tell who is refused. Sets `firewall_program` and `firewall_target`.
reject() {
  for firewall_target in REJECT DROP; do
    for firewall_program in "$1-nft" "$1-legacy"; do
      if "$firewall_program" --insert "${@:2}" --jump "$firewall_target" 2>/dev/null; then return 0; fi
    done
  done
  firewall_program=
  return 1
}
