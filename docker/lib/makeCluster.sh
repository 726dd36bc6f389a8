#!/usr/bin/env bash
# makeCluster.sh DIRECTORY: makes a database cluster with Paperclip's role and its empty database, which Paperclip's migrations then fill. Run
# as postgres: by the build of the image, for the template, and by a machine whose image was built without one.
set -euo pipefail
# What is started here must be able to read the folder that it is in.
cd /
bin=$(echo /usr/lib/postgresql/*/bin)
"$bin/initdb" --pgdata "$1" --auth=peer --encoding=UTF8 --locale=C.UTF-8 --no-instructions --no-sync >/dev/null
# Peer only: the role is open to the operating system's user of its name, so there is no password that could be in the image.
"$bin/postgres" --single -D "$1" -c exit_on_error=on postgres >/dev/null <<'SQL'
CREATE ROLE paperclip LOGIN
CREATE DATABASE paperclip OWNER paperclip
SQL
