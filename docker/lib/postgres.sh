# shellcheck shell=bash
# PostgreSQL of the system, on a unix socket only. Who may connect is decided by the operating system's user (peer), so there is no
# password anywhere.

# Where Debian puts the programs depends on the major version; pg_config knows.
postgres_bin=$(pg_config --bindir)
readonly postgres_bin
readonly postgres_socket=/run/postgresql
readonly postgres_hba=/usr/local/share/paperclip-on-fly/pg_hba.conf
postgres_data=/paperclip/postgres/$("$postgres_bin/postgres" --version | grep -oE '[0-9]+' | head -n 1)
readonly postgres_data

# Starts the server in the background; its process id is $!.
postgres_start() {
  postgres_init
  install -d -o postgres -g postgres -m 0755 "$postgres_socket"
  (as postgres -- "$postgres_bin/postgres" -D "$postgres_data" \
    -c listen_addresses= -c unix_socket_directories="$postgres_socket" -c hba_file="$postgres_hba" \
    -c log_line_prefix='postgres: ') &
}

# Makes the database cluster once. It is made beside its place and moved there, so that a start that is cut off leaves no half of one.
postgres_init() {
  [ ! -e "$postgres_data/PG_VERSION" ] || return 0
  log "making the database cluster"
  rm -rf "$postgres_data.new"
  (as postgres -- "$postgres_bin/initdb" --pgdata "$postgres_data.new" --auth=peer --encoding=UTF8 --locale=C.UTF-8 \
    --no-instructions >/dev/null)
  mv "$postgres_data.new" "$postgres_data"
}

# Asked as `postgres`: pg_hba.conf refuses root, and every refusal is a line in the log.
postgres_answers() { (as postgres -- "$postgres_bin/pg_isready" --quiet --host="$postgres_socket"); }

# Waits until the server answers, then makes Paperclip's role and database if they are not there.
postgres_ready() {
  local pid=$1
  # Crash recovery of a large database can take minutes; the check's grace period, not this, says when a start is too slow.
  if ! wait_until 600 "$pid" postgres_answers; then
    log "PostgreSQL did not come up"
    return 1
  fi
  (as postgres PGHOST="$postgres_socket" -- "$postgres_bin/psql" --quiet --no-psqlrc --set=ON_ERROR_STOP=1 postgres <<'SQL'
SELECT 'CREATE ROLE paperclip LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'paperclip') \gexec
SELECT 'CREATE DATABASE paperclip OWNER paperclip' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'paperclip') \gexec
SQL
  )
}
