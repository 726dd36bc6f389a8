#!/bin/bash -p
# Makes Claude Code ask Anthropic for one word, and prints its events and its log. Run as the user `agent`.
set -eu
# When memory runs out the kernel kills this before any agent at work.
echo 1000 >/proc/self/oom_score_adj
# A home of its own: no setting, tool or memory of an agent's, and nothing left on the volume.
HOME=$(mktemp --directory /tmp/paperclip-model-XXXXXX)
trap 'rm -rf "$HOME"' EXIT
cd "$HOME"
export HOME CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 CLAUDE_CODE_MAX_RETRIES=0
# Its own instructions stay, some 7000 tokens of the cheapest model: with others, Anthropic has taken Claude Code for another program.
claude --print "Say ok." --model haiku --max-turns 1 --tools "" --disable-slash-commands \
  --setting-sources "" --strict-mcp-config --no-session-persistence --output-format stream-json --verbose --debug-to-stderr </dev/null
