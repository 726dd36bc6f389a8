#!/usr/bin/env bash
# Makes what the first start would make with the same result on every machine: the database cluster with Paperclip's tables, as
# /template.tar.zst, and the code that V8 compiles while the server starts, as /server.cache. Run as root while the image is built.
set -euo pipefail
postgres_bin=$(pg_config --bindir)
socket=/run/postgresql
data=/tmp/template
paperclip=/usr/local/lib/paperclip
# shellcheck source=docker/lib/nodeFlags.sh
source /tmp/nodeFlags.sh

as() { setpriv --reuid "$1" --regid "$1" --init-groups -- env --ignore-environment PATH="$PATH" LANG=C.UTF-8 PGHOST="$socket" "${@:2}"; }

start_postgres() {
  as postgres "$postgres_bin/pg_ctl" start --silent --wait --pgdata "$data" --log /tmp/postgres.log \
    --options "-c listen_addresses= -c unix_socket_directories=$socket -c fsync=off -c wal_recycle=off -c wal_init_zero=off"
}

stop_postgres() { as postgres "$postgres_bin/pg_ctl" stop --silent --wait --mode fast --pgdata "$data"; }

make_cluster() {
  install -d -o postgres -g postgres -m 0755 "$socket"
  # Peer only: the role is open to the operating system's user of its name, so there is no password that could be in the image.
  as postgres "$postgres_bin/initdb" --pgdata "$data" --auth=peer --encoding=UTF8 --locale=C.UTF-8 --no-instructions --no-sync
  start_postgres
  as postgres psql --quiet --set=ON_ERROR_STOP=1 postgres <<<'CREATE ROLE paperclip LOGIN; CREATE DATABASE paperclip OWNER paperclip;'
  # As the server would; it finds nothing left to do when it starts.
  as paperclip PGUSER=paperclip node --input-type=module --eval "
    import { applyPendingMigrations } from '$paperclip/node_modules/@paperclipai/db/dist/index.js';
    await applyPendingMigrations('postgres:///paperclip');"
  as postgres vacuumdb --quiet --all --freeze --analyze
  # A log that begins anew: of its 16 MB only the first page is written, and each new machine has a third less to unpack.
  as postgres psql --quiet --output /dev/null --command 'SELECT pg_switch_wal()' postgres
  stop_postgres
  tar --create --sparse --use-compress-program='zstd -19' --file /template.tar.zst --directory "$data" .
}

# A start of the server on this cluster, which is thrown away afterwards: it gets rows that belong to one machine only.
make_cache() {
  local home=/tmp/paperclip
  install -d -o paperclip -g paperclip "$home"
  start_postgres
  local token
  # shellcheck source=docker/lib/invite.sh
  token=$(source /tmp/invite.sh && agents_sql() { as paperclip psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 "$@" paperclip; } && invite_sql false)
  as paperclip PGUSER=paperclip HOME="$home" PAPERCLIP_HOME="$home" NODE_ENV=production DATABASE_URL=postgres:///paperclip SERVE_UI=true \
    PAPERCLIP_DEPLOYMENT_MODE=authenticated PAPERCLIP_DEPLOYMENT_EXPOSURE=private PAPERCLIP_MIGRATION_AUTO_APPLY=true \
    PAPERCLIP_TELEMETRY_DISABLED=1 PAPERCLIP_ANNOUNCEMENTS_ENABLED=false BETTER_AUTH_SECRET=only-for-this-one-start-0123456789abcdef \
    node "${node_flags[@]}" "$paperclip/node_modules/@paperclipai/server/dist/makeCache.js" "$home/server.cache" "$token"
  stop_postgres
  install -m 0644 "$home/server.cache" /server.cache
}

make_cluster
make_cache
