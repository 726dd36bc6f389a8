#!/bin/bash -p
# tidyTemporary.sh MINUTES: takes away what programs of agents have left in /tmp, and the homes of programs that were started for no agent (see
# agentHome.sh), where nothing in it has changed for so many minutes. An agent works on a task in several runs, which may lie a night apart, so
# the server says 1440; where the disk has less than a fifth left, it is an hour at most. Run as the user `agent`, who can remove nothing else.
set -eu
shopt -s nullglob dotglob
minutes=$1

read -r free all < <(stat --file-system --format='%a %b' /tmp)
if ((free * 5 < all && minutes > 60)); then minutes=60; fi

# What an entry says of its last change no program can set, unlike its time of modification, which an archive brings with it.
mapfile -d '' old < <(find /tmp /run/paperclip-homes -mindepth 1 -maxdepth 1 -user "$EUID" -cmin "+$minutes" -print0)
for entry in "${old[@]}"; do
  # A socket or a pipe may be what a program waits at.
  if [ -z "$(find "$entry" \( -cmin "-$minutes" -o -type s -o -type p \) -print -quit 2>/dev/null)" ]; then
    /usr/local/lib/paperclip-on-fly/removeOwn.sh "$entry"
  fi
done
