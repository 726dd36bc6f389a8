#!/bin/bash -p
# handOver.sh PATH...: lets the user `agent` at what the server has made with rights for itself only (0600, 0700). Run by the server's user.
# A path may come from an agent's own settings: so it is opened before it is looked at, and cannot be exchanged afterwards for something
# else, and only what is made for runs is ever opened. No key of the server's is in any of these places.
set -eu
readonly instance=/paperclip/instances/default

# Server and agents share by groups here, not by access control lists (see sharing.sh).
by_group=
if [ -e /run/paperclip-shares-by-group ]; then by_group=yes; fi

# give RIGHTS: what is open as 3, with all in it. Once: after that the agent may have put links into it.
give() {
  local entries=user:agent:$1 opened=/proc/self/fd/3
  if [ -n "$by_group" ]; then
    give_to_group "$1"
    return
  fi
  if getfacl --omit-header --absolute-names "$opened" | grep -q "^user:agent:${1%X}[wx-]*\$"; then return 0; fi
  if [ -d "$opened" ]; then entries+=,default:user:agent:$1,default:user:paperclip:rwX opened+=/.; fi
  setfacl --recursive --modify "$entries" "$opened"
}

give_to_group() {
  local opened=/proc/self/fd/3
  case $1-$(stat --dereference --format='%G %A' "$opened") in
    # Characters of the mode: the kind, three for the owner, then the group's.
    rwX-agent\ ????rw* | rX-agent\ ????r*) return 0 ;;
  esac
  if [ -d "$opened" ]; then
    opened+=/.
    chgrp --recursive --no-dereference agent "$opened"
    chmod --recursive "g+$1" "$opened"
    find "$opened" -type d -exec chmod g+s {} +
  else
    chgrp agent "$opened"
    chmod "g+$1" "$opened"
  fi
}

# pass PATH...: lets the agent through folders, and read their names: `rx`, or through only: `x`.
pass() {
  if [ -n "$by_group" ]; then chmod "o+$1" "${@:2}"; else setfacl --modify "user:agent:$1" "${@:2}"; fi
}

# A company's folder is the server's only when the first thing in it was.
shopt -s nullglob
companies=("$instance"/companies/*/)
if [ "${#companies[@]}" -gt 0 ]; then pass rx "${companies[@]}"; fi

for path; do
  if [ ! -O "$path" ] || ! { exec 3<"$path"; } 2>/dev/null; then continue; fi
  # Another name of a file of the server's, which a kernel without fs.protected_hardlinks lets everybody make.
  if [ ! -d /proc/self/fd/3 ] && [ "$(stat --dereference --format=%h /proc/self/fd/3)" != 1 ]; then continue; fi
  case $(readlink /proc/self/fd/3) in
    "$instance"/workspaces/* | "$instance"/projects/* | "$instance"/companies/*/codex-home*) give rwX ;;
    # A run's scratch folder, the home of an account of its own.
    /tmp/paperclip/paperclip-run-* | /tmp/paperclip/paperclip-ai-*) give rwX ;;
    # A run's git and gh, in a folder that is made with the first of them. Its name is the run's, which every agent knows, and it comes first in
    # the run's PATH: so nobody writes there but the server, except what gh keeps.
    /tmp/paperclip/paperclip-github-runtime/*)
      pass x /tmp/paperclip/paperclip-github-runtime
      give rX
      if [ -d /proc/self/fd/3/gh-config ]; then
        exec 3</proc/self/fd/3/gh-config
        give rwX
      fi
      ;;
    # The tool servers of a run.
    "$instance"/companies/*/mcp-config.json) give rX ;;
  esac
  exec 3<&-
done
