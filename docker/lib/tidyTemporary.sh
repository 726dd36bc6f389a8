#!/bin/bash -p
# tidyTemporary.sh MINUTES: removes what agents' programs have left in /tmp, and the homes of programs that were started for no agent (see
# agentHome.sh), where nothing has changed for so many minutes. An agent works on a task in several runs, with a night between them at times, so
# the server says 1440. When less than a fifth of the disk is free, it is at most an hour. Run as the user `agent`, who can remove nothing else.
set -eu
shopt -s nullglob dotglob
minutes=$1

read -r free all < <(stat --file-system --format='%a %b' /tmp)
if ((free * 5 < all && minutes > 60)); then minutes=60; fi

# By the time of the last change (ctime), which no program can set. An archive sets the time of modification.
mapfile -d '' old < <(find /tmp /run/paperclip-homes -mindepth 1 -maxdepth 1 -user "$EUID" -cmin "+$minutes" -print0)
for entry in "${old[@]}"; do
  # A program can be waiting at a socket or a pipe.
  if [ -z "$(find "$entry" \( -cmin "-$minutes" -o -type s -o -type p \) -print -quit 2>/dev/null)" ]; then
    /usr/local/lib/paperclip-on-fly/removeOwn.sh "$entry"
  fi
done
