#!/usr/bin/env bash
# Makes ahead of time what each machine's first start would make alike: the database cluster with Paperclip's tables, as template.tar.zst in
# /made/share, and the code that V8 compiles while the server starts, as server.cache in /made/server. Runs as root while the image is built;
# with the name of a step it does that step alone.
#
# On a computer of another architecture (Apple's) programs run emulated, and the emulator can end them for reasons of its own. A step is then
# tried a second time. If it fails again, the image goes without its result: it works as well, but the first start, or each start, takes longer.
# On the image's own architecture only a mistake ends a step, and the build fails.
set -euo pipefail
postgres_bin=$(pg_config --bindir)
socket=/run/postgresql
data=/tmp/template
home=/tmp/paperclip
template=/made/share/template.tar.zst
paperclip=/usr/local/lib/paperclip
# The exit status of makeCache.js when Paperclip does not accept what the image makes for it. No emulator causes that.
readonly refuted=65
# shellcheck source=docker/lib/nodeFlags.sh
source /tmp/nodeFlags.sh

as() { setpriv --reuid "$1" --regid "$1" --init-groups -- env --ignore-environment PATH="$PATH" LANG=C.UTF-8 PGHOST="$socket" "${@:2}"; }

start_postgres() {
  install -d -o postgres -g postgres -m 0755 "$socket"
  as postgres "$postgres_bin/pg_ctl" start --silent --wait --pgdata "$data" --log /tmp/postgres.log \
    --options "-c listen_addresses= -c unix_socket_directories=$socket -c fsync=off -c wal_recycle=off -c wal_init_zero=off"
}

stop_postgres() { as postgres "$postgres_bin/pg_ctl" stop --silent --wait --mode fast --pgdata "$data"; }

make_cluster() {
  as postgres bash /tmp/makeCluster.sh "$data"
  start_postgres
  # As the server does, so that it has nothing left to do when it starts.
  as paperclip PGUSER=paperclip node --input-type=module --eval "
    import { applyPendingMigrations } from '$paperclip/node_modules/@paperclipai/db/dist/index.js';
    await applyPendingMigrations('postgres:///paperclip');"
  as postgres vacuumdb --quiet --all --freeze --analyze
  # Begins a new log: only the first page of its 16 MB is written, and each new machine unpacks a third less.
  as postgres psql --quiet --output /dev/null --command 'SELECT pg_switch_wal()' postgres
  stop_postgres
  tar --create --sparse --use-compress-program='zstd -19' --file /tmp/template.tar.zst --directory "$data" .
  mv /tmp/template.tar.zst "$template"
}

# Starts the server on this cluster, which is then thrown away, because its rows belong to one machine only.
make_cache() {
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
  install -m 0644 "$home/server.cache" /made/server/server.cache
}

# Removes what a failed step has left, and unpacks the cluster from its template again if there is one.
begin_anew() {
  pkill -KILL --uid postgres,paperclip || true
  rm -rf "$data" "$home" "$socket"
  if [ -e "$template" ]; then
    install -d -o postgres -g postgres -m 0700 "$data"
    tar --extract --zstd --file "$template" --directory "$data"
  fi
}

emulated() { case ${BUILDPLATFORM:-} in '' | linux/amd64*) return 1 ;; esac; }

# attempt STEP: runs a step in a process of its own, which ends at the first error.
attempt() {
  local status=0
  bash "$0" "$1" || status=$?
  if [ "$status" -eq "$refuted" ] || ! emulated; then [ "$status" -eq 0 ] || exit "$status"; fi
  return "$status"
}

main() {
  install -d /made/share /made/server
  local step
  for step in make_cluster make_cache; do
    attempt "$step" || { begin_anew && attempt "$step"; } || {
      echo "template.sh: $step has failed twice under emulation, so the image goes without what it makes; starts take longer" >&2
      return 0
    }
  done
}

"${1:-main}"
