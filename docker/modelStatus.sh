#!/usr/bin/env bash
# Prints what agents need, as one JSON document, e.g. for `flyctl machine exec MACHINE paperclip-model`: the programs that the image
# lacks, and whether Anthropic accepts their credential. Counting tokens costs nothing.
set -euo pipefail
# shellcheck source=docker/lib/agents.sh
source /usr/local/lib/paperclip-on-fly/agents.sh
readonly url=${ANTHROPIC_BASE_URL:-https://api.anthropic.com}/v1/messages/count_tokens
readonly body='{"model": "claude-haiku-4-5", "messages": [{"role": "user", "content": "Hello"}]}'

main() {
  local missing credential header answer status
  missing=$(agents_missing | jq --null-input --raw-input --compact-output '[inputs]')
  # Claude Code takes the key where there are both.
  if [ -n "${ANTHROPIC_API_KEY:-}" ]; then
    credential=ANTHROPIC_API_KEY header="x-api-key: $ANTHROPIC_API_KEY"
  elif [ -n "${CLAUDE_CODE_OAUTH_TOKEN:-}" ]; then
    credential=CLAUDE_CODE_OAUTH_TOKEN header="authorization: Bearer $CLAUDE_CODE_OAUTH_TOKEN"
  else
    jq --null-input --compact-output --argjson missing "$missing" '{$missing, credential: null, status: 0, message: ""}'
    return 0
  fi
  # The credential goes in by stdin: an argument would show in the process list.
  answer=$(curl --silent --max-time 10 --header @- --header 'content-type: application/json' \
    --header 'anthropic-version: 2023-06-01' --header 'anthropic-beta: oauth-2025-04-20' \
    --data "$body" --write-out '\n%{http_code}' "$url" <<<"$header") || true
  status=$(tail -n 1 <<<"$answer")
  head -n -1 <<<"$answer" | jq --raw-input --slurp --compact-output \
    --argjson missing "$missing" --arg credential "$credential" --argjson status "$((10#$status))" \
    '{$missing, $credential, $status, message: ((fromjson? // {}) | .error.message? // "")}'
}

main
