#!/usr/bin/env bash
# Prints what agents need, as one JSON document, e.g. for `flyctl machine exec MACHINE paperclip-model`: the programs and tools that the image
# lacks, and whether Anthropic accepts their credential. That question runs in the background: a machine with no CPU saved needs longer for it
# than Fly.io gives a command. With `asking` true there is no answer yet, and the same command waits for it again.
set -euo pipefail
lib=/usr/local/lib/paperclip-on-fly
# shellcheck source=docker/lib/variables.sh
source "$lib/variables.sh"
# shellcheck source=docker/lib/agents.sh
source "$lib/agents.sh"
# shellcheck source=docker/lib/model.sh
source "$lib/model.sh"

# Seconds: Fly.io cuts a command off after 30.
readonly patience=20

main() {
  local missing tools name credential='' both=false asking=false answer none='{"status":0,"kind":"","message":"","until":0}'
  keep_environment
  missing=$(agents_missing | jq --null-input --raw-input --compact-output '[inputs]')
  tools=$(tools_missing | jq --null-input --raw-input --compact-output '[inputs]')
  # Claude Code takes the first where there are both.
  for name in "${credential_variables[@]}"; do
    if [ -z "${!name:-}" ]; then continue; fi
    if [ -n "$credential" ]; then both=true; else credential=$name; fi
  done
  if [ -n "$credential" ]; then
    model_ask "$credential"
    answer=$(model_answer "$patience") || asking=true
  fi
  jq --null-input --compact-output --argjson missing "$missing" --argjson missingTools "$tools" --arg credential "$credential" \
    --argjson asking "$asking" --argjson both "$both" --argjson answer "${answer:-$none}" \
    '{$missing, $missingTools, credential: (if $credential == "" then null else $credential end), $both, $asking} + $answer'
}

main
