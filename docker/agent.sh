#!/bin/sh
# An agent's program, under the name that Paperclip starts it by. When memory runs out the kernel ends agents before anything else: a run
# can be begun again. Raising one's own rank needs no privilege, so this works under whatever user an agent has.
echo 500 >/proc/self/oom_score_adj

packages=/usr/local/lib/paperclip/node_modules
case ${0##*/} in
  claude) exec "$packages/@anthropic-ai/claude-agent-sdk-linux-x64/claude" "$@" ;;
  codex) exec node "$packages/@openai/codex/bin/codex.js" "$@" ;;
  *) exec node "$packages/@agentclientprotocol/${0##*/}/dist/index.js" "$@" ;;
esac
