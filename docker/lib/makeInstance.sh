#!/bin/bash -p
# makeInstance.sh FILE...: makes and fixes the server's part of the volume and of /tmp. A FILE has a second name, and becomes one of its own.
# Run by the server's user, so that nothing but its own is ever touched. The exit status says how agents share in it: 0 by access control
# lists, 3 by groups, 4 by groups where lists have been (see sharing.sh).
set -euo pipefail
# shellcheck source=docker/lib/sharing.sh
source "${BASH_SOURCE%/*}/sharing.sh"

install -d -m 0700 "$instance" "$instance/secrets" "$instance/logs" "$instance/data" "$instance/data/storage" "$instance/data/backups" \
  "$instance/workspaces" "$instance/projects" "$instance/companies" "$instance/skills"
# What the server makes for a run.
install -d -m 0711 /tmp/paperclip
# The mount hides whatever the image has under /paperclip, so the image keeps its config elsewhere. A config that is there already
# is the operator's and stays as it is.
if [ ! -e "$instance/config.json" ]; then
  install -m 0600 /usr/local/share/paperclip-on-fly/config.json "$instance/config.json"
fi
for file; do
  cp --preserve=mode,timestamps --remove-destination --no-target-directory "$file" "$file.own"
  mv --no-target-directory "$file.own" "$file"
done

if share_by_lists; then exit 0; fi
share_by_group
# Instructions and skills are all the server's.
find "$instance/companies" "$instance/skills" -mindepth 1 ! -type l -perm /g+r ! -perm -o+r -exec chmod o+rX {} +
if ! has_lists; then exit 3; fi
share_what_had_lists
exit 4
