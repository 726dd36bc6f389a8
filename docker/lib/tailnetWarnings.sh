# shellcheck shell=bash
# Warnings: what may keep the device from its work later.

# Seconds by which clocks may differ before it is worth a word; certificates are good from an hour before they are made.
readonly tailnet_clock_tolerance=120

# Prints the warnings: a setting that is refused, a clock that is off, a lost control server, tailscaled's own complaints.
tailnet_warn() {
  local status
  status=$(tailnet_ask 'status?peers=false') || return 0
  if [ -n "$tailnet_unsettled" ]; then echo "$tailnet_unsettled;"; fi
  tailnet_clock
  # Two complaints of tailscaled's are left out. A newer Tailscale comes with a newer image. That the log stays in the machine is intended, and
  # a tailnet that does not allow it is a problem and no warning (tailnet_needs_logs).
  jq -r '[if .Self.Online then empty else "the control server does not see this device, which new devices cannot find then" end,
    ((.Health // [])[] | select(test("[Uu]pdate|local log is misconfigured") | not))] | first // empty' <<<"$status"
}

# Certificates are refused by a machine whose clock is far off, with reasons that name no clock. The control server's is taken as right.
tailnet_clock() {
  local theirs ahead
  theirs=$(curl --silent --head --max-time 5 "${TAILSCALE_LOGIN_SERVER:-https://controlplane.tailscale.com}/key" | sed -n 's/^date: \(.*\)\r$/\1/ip')
  # Without a control server that answers there is nothing to compare with.
  theirs=$(date --date "${theirs:-none}" +%s 2>/dev/null) || return 0
  ahead=$(($(date +%s) - theirs))
  if [ "${ahead#-}" -gt "$tailnet_clock_tolerance" ]; then
    echo "the machine's clock is $((${ahead#-} / 60)) minutes $([ "$ahead" -gt 0 ] && echo ahead of || echo behind) the control server's, so certificates may be refused;"
  fi
}
