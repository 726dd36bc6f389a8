# shellcheck shell=bash
# /tmp and /run are on the machine's root disk of 8 GB. Fly.io resets it only when the machine is stopped, not when its start ends and begins
# again. server/temporary.js removes what agents leave while the machine runs.

# Moves away what an earlier start has left. Nobody uses it, as the machine runs nothing yet. Where there is nothing, no program starts.
temporary_clean() {
  local left
  shopt -s nullglob dotglob
  left=(/run/paperclip*)
  [ "${#left[@]}" -eq 0 ] || rm --recursive --force -- "${left[@]}" /run/postgresql /run/tailscale
  left=(/tmp/*)
  shopt -u nullglob dotglob
  temporary_left=
  if [ "${#left[@]}" -gt 0 ]; then
    # By a name that nobody can guess: an agent that had taken it would keep the machine from starting.
    temporary_left=$(mktemp --directory /tmp/.left-XXXXXXXXXX)
    find /tmp -mindepth 1 -maxdepth 1 ! -path "$temporary_left" -exec mv --target-directory="$temporary_left" -- {} + || :
  fi
}

# Removes it, when the start has nothing more to do: it may be many files.
temporary_remove() { [ -z "$temporary_left" ] || chrt --idle 0 rm --recursive --force -- "$temporary_left" || :; }
