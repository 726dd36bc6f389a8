# shellcheck shell=bash
# PostgreSQL of the system, on a unix socket only. Who may connect is decided by the operating system's user (peer), so there is no
# password anywhere.

# Where Debian puts the programs names the major version; the image has one.
for postgres_bin in /usr/lib/postgresql/*/bin; do :; done
readonly postgres_bin
readonly postgres_socket=/run/postgresql
readonly postgres_share=/usr/local/share/paperclip-on-fly
postgres_data=${postgres_bin%/bin}
postgres_data=/paperclip/postgres/${postgres_data##*/}
readonly postgres_data

# Makes the database cluster once.
postgres_init() {
  [ ! -e "$postgres_data/PG_VERSION" ] || return 0
  if [ -e "$postgres_share/template.tar.zst" ]; then
    log "making the database cluster"
  else
    log "making the database cluster without a template, which this image was built without: this first start takes longer"
  fi
  (as postgres -- /usr/local/lib/paperclip-on-fly/makeDatabase.sh "$postgres_data")
}

# Starts the server in the background; its process id is $!.
postgres_start() {
  local memory=$memory_mb
  printf -v postgres_started '%(%s)T' -1
  # The server's user, and no agent, gets to the socket.
  install -d -o postgres -g paperclip -m 0750 "$postgres_socket"
  # The machine's memory is for the server and its agents. Paperclip's database is small: what is in use of it fits in a sixteenth.
  (memory_rank -900 && as postgres -- "$postgres_bin/postgres" -D "$postgres_data" \
    -c listen_addresses= -c unix_socket_directories="$postgres_socket" -c hba_file="$postgres_share/pg_hba.conf" \
    -c shared_buffers="$((memory / 16))MB" -c maintenance_work_mem="$((memory / 32))MB" -c effective_cache_size="$((memory / 4))MB" \
    -c jit=off -c max_wal_size=256MB -c log_line_prefix='postgres: ') &
}

# Waits until the server answers.
postgres_ready() {
  # As postgres, whose folder it looks into. In the background, as a signal interrupts bash's `wait`.
  (as postgres -- /usr/local/lib/paperclip-on-fly/postgresReady.sh "$postgres_data" "$1" "$postgres_started") &
  if ! wait "$!"; then
    log "PostgreSQL did not come up"
    return 1
  fi
}
