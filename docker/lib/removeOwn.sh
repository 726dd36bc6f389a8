#!/bin/bash -p
# removeOwn.sh PATH...: removes what belongs to the user who runs it, with all in it. A folder of another user's stays, empty.
set -u
shopt -s nullglob dotglob
own=()
for path; do
  if [ -O "$path" ] || [ -L "$path" ]; then own+=("$path"); else own+=("$path"/*); fi
done
[ "${#own[@]}" -gt 0 ] || exit 0
rm --recursive --force -- "${own[@]}" 2>/dev/null && exit 0
# Folders that their owner has closed to itself, as Go's cache of modules does.
find "${own[@]}" -type d -user "$EUID" -exec chmod u+rwx {} \; 2>/dev/null
rm --recursive --force -- "${own[@]}"
