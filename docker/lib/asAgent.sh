#!/bin/bash -p
# Starts an agent's program, under the name that the server knows it by, as the user `agent` (see agent.sh).
set -eu
readonly packages=/usr/local/lib/paperclip/node_modules
program=$1
shift

# When memory runs out the kernel ends agents before anything else: a run can be begun again. Raising one's own rank needs no privilege.
echo 500 >/proc/self/oom_score_adj

unset "${!SUDO_@}"
# The server's, unless this agent has an account of its own with a home of its own.
if [ "$HOME" = /paperclip/home ]; then HOME=/paperclip/agent; fi
export HOME SHELL=/bin/bash
# The server cannot tidy up what programs put into temporary folders of their own (0700) when a run is over, so it is not in the run's.
for name in TMPDIR TEMP TMP; do
  case ${!name:-} in /tmp/paperclip*) unset "$name" ;; esac
done

case $program in
  claude) command=("$packages/@anthropic-ai/claude-agent-sdk-linux-x64/claude") ;;
  codex) command=(node "$packages/@openai/codex/bin/codex.js") ;;
  # Workspaces belong to the server's user as well as to the agent's; git takes the one for a stranger to the other.
  git) command=(/usr/bin/git -c safe.directory='*') ;;
  agent-shell) command=(/bin/bash) ;;
  *) command=(node "$packages/@agentclientprotocol/$program/dist/index.js") ;;
esac
exec setpriv --no-new-privs -- "${command[@]}" "$@"
