#!/bin/bash -p
# What the server starts for an agent, or in a place where an agent has written: Claude Code, git, a workspace's own commands. Installed
# under each program's name, it hands over what the server has prepared and goes on as the user `agent`, who can read neither the
# server's environment, keys and files nor its database, and who has no way into the tailnet. The process stays the one that the server
# knows. (-p: no file that an agent can write is read in before that.)
set -eu
readonly instance=/paperclip/instances/default
readonly as_agent=/usr/local/lib/paperclip-on-fly/asAgent.sh

# hand_over RIGHTS PATH...: lets the agent at what the server has made for itself only (0600, 0700). What is opened cannot be exchanged
# afterwards for something else by an agent that works at the same time, and no key is in any of these places.
hand_over() {
  local rights=$1 path
  shift
  for path; do
    if [ ! -O "$path" ] || ! { exec 3<"$path"; } 2>/dev/null; then continue; fi
    case $(readlink /proc/self/fd/3) in
      "$instance"/workspaces/* | "$instance"/projects/* | "$instance"/companies/* | /tmp/paperclip/*) give "$rights" ;;
    esac
    exec 3<&-
  done
}

# What is open as 3, with all in it. Once: after that the agent may have put links into it.
give() {
  local entries=user:agent:$1 opened=/proc/self/fd/3
  if getfacl --omit-header --absolute-names "$opened" | grep -q '^user:agent:[rwx-]*$'; then return 0; fi
  if [ -d "$opened" ]; then entries+=,default:user:agent:$1,default:user:paperclip:rwX opened+=/.; fi
  setfacl --recursive --modify "$entries" "$opened"
}

main() {
  local program=$1 names
  shift
  # A company's folder is the server's only (0700) when the first thing in it was.
  find "$instance/companies" -mindepth 1 -maxdepth 1 -exec setfacl --modify user:agent:rx {} +
  hand_over rwX "$PWD" "$HOME" "${CODEX_HOME:-}" "${PAPERCLIP_SCRATCH_DIR:-}" "${PAPERCLIP_GITHUB_LAUNCHER_DIR:-}" \
    "$PWD/.claude/settings.local.json"
  # A clone's target, the file of a run's tool servers.
  hand_over "$([ "$program" = git ] && echo rwX || echo rX)" "$@"
  mapfile -t names </run/paperclip-server-only
  unset "${names[@]}"
  exec sudo --preserve-env --user=agent -- "$as_agent" "$program" "$@"
}

if [ "$(id --user --name)" = paperclip ]; then main "${0##*/}" "$@"; fi
exec "$as_agent" "${0##*/}" "$@"
