#!/usr/bin/env bash
# Asks Anthropic whether it accepts the agents' credential, and prints the answer as one JSON document, e.g. for
# `flyctl machine exec MACHINE paperclip-model`. Counting tokens costs nothing.
set -euo pipefail
readonly url=${ANTHROPIC_BASE_URL:-https://api.anthropic.com}/v1/messages/count_tokens
readonly body='{"model": "claude-haiku-4-5", "messages": [{"role": "user", "content": "Hello"}]}'

main() {
  local credential header answer status
  # Claude Code takes the key where there are both.
  if [ -n "${ANTHROPIC_API_KEY:-}" ]; then
    credential=ANTHROPIC_API_KEY header="x-api-key: $ANTHROPIC_API_KEY"
  elif [ -n "${CLAUDE_CODE_OAUTH_TOKEN:-}" ]; then
    credential=CLAUDE_CODE_OAUTH_TOKEN header="authorization: Bearer $CLAUDE_CODE_OAUTH_TOKEN"
  else
    echo '{"credential":null,"status":0,"message":""}'
    return 0
  fi
  # The credential goes in by stdin: an argument would show in the process list.
  answer=$(curl --silent --max-time 10 --header @- --header 'content-type: application/json' \
    --header 'anthropic-version: 2023-06-01' --header 'anthropic-beta: oauth-2025-04-20' \
    --data "$body" --write-out '\n%{http_code}' "$url" <<<"$header") || true
  status=$(tail -n 1 <<<"$answer")
  head -n -1 <<<"$answer" | jq --raw-input --slurp --compact-output --arg credential "$credential" --argjson status "$((10#$status))" \
    '{$credential, $status, message: ((fromjson? // {}) | .error.message? // "")}'
}

main
