#!/bin/bash -p
# asAgent.sh PROGRAM ARGUMENTS: what server/programs.js starts every program with, already as the user `agent`.
set -eu

# When memory runs out the kernel ends agents before anything else: a run can be begun again. Raising one's own rank needs no privilege.
echo 500 >/proc/self/oom_score_adj

unset "${!SUDO_@}"
# The server's, unless this agent has an account of its own with a home of its own.
if [ "${HOME:-/paperclip/home}" = /paperclip/home ]; then HOME=/paperclip/agent; fi
export HOME SHELL="${SHELL:-/bin/bash}"
# The server cannot tidy up what programs put into temporary folders of their own (0700) when a run is over, so it is not in the run's.
for name in TMPDIR TEMP TMP; do
  case ${!name:-} in /tmp/paperclip*) unset "$name" ;; esac
done
exec /usr/bin/setpriv --no-new-privs -- "$@"
