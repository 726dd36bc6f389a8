#!/bin/bash -p
# makeDatabase.sh DIRECTORY: makes the database cluster from the image's template: Paperclip's role and its empty, migrated database. Run as
# postgres. It is made beside its place, written to the disk and moved there, so that a start that is cut off, even by the host, leaves no
# half of one.
set -euo pipefail
readonly data=$1 template=/usr/local/share/paperclip-on-fly/template.tar.zst

rm --recursive --force -- "$data.new"
mkdir --mode=0700 -- "$data.new"
if [ -e "$template" ]; then
  tar --extract --zstd --file "$template" --directory "$data.new"
else
  bash "${BASH_SOURCE%/*}/makeCluster.sh" "$data.new"
fi
sync --file-system "$data.new"
mv --no-target-directory "$data.new" "$data"
