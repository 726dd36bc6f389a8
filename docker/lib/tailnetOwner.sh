# shellcheck shell=bash
# What only a person can change: tailscaled refuses, or waits for ever, until somebody changes the tailnet or the stack's settings. Each
# sentence ends with an arrow and what to do; `paperclip-tailnet` splits it there.

# tailnet_facts WANTED: prints `served` where tailscaled serves that, and on a second line, which `tailnet_needs_…` below applies. One question,
# as this is asked at each look.
tailnet_facts() {
  "${tailscale_curl[@]}" --max-time 30 "$tailscale_api/serve-config" "$tailscale_api/status?peers=false" |
    jq --null-input --raw-output --argjson wanted "$1" --arg https "${TAILNET_HTTPS:-true}" --arg logs "${TAILSCALE_LOGS:-}" '
      input as $serve | input as $status |
      (if ($serve | {TCP, Web}) == $wanted then "served" else "" end),
      if $logs != "true" and ($status.Self.CapMap // {} | has("https://tailscale.com/cap/data-plane-audit-logs")) then "logs"
      elif $status.Health // [] | any(contains("locked out")) then "signature"
      elif $https == "true" and ($status.CertDomains // []) == [] then "certificates"
      else "" end'
}

# In a tailnet without HTTPS `tailscale serve` waits for ever, or ends with success, and there are no certificates.
tailnet_needs_certificates() {
  echo "HTTPS certificates are off in the tailnet → turn them on: https://login.tailscale.com/admin/dns" \
    "(or serve plain HTTP inside WireGuard: pulumi config set tailnetHttps false && pulumi up)"
}

# tailscaled without its log upload stops in a tailnet with network flow logs, whoever asks it to run.
tailnet_needs_logs() {
  echo "the tailnet has network flow logs on, so Tailscale refuses a device that keeps tailscaled's log to itself" \
    "→ pulumi config set tailscaleLogs true && pulumi up"
}

# Under Tailnet Lock the device runs, and all others ignore it. The second key lets it renew its own key without being signed again.
tailnet_needs_signature() {
  echo "Tailnet Lock keeps this device out until it is signed → on a signing device: tailscale lock sign" \
    "$(tailnet_ask tka/status | jq -r '"\(.NodeKey) \(.PublicKey | sub("^nlpub:"; "tlpub:"))"')"
}
