# shellcheck shell=bash
# /tmp and /run are on the machine's root disk of 8 GB, which Fly.io sets back only when the machine is stopped, not when its start ends.

# Takes away what an earlier start has left. Nobody uses it: the machine runs nothing yet. Without a program where there is nothing.
temporary_clean() {
  local left
  shopt -s nullglob dotglob
  left=(/tmp/* /run/paperclip*)
  shopt -u nullglob dotglob
  [ "${#left[@]}" -eq 0 ] || rm --recursive --force -- "${left[@]}" /run/postgresql /run/tailscale || :
}
