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

# Makes the database cluster once, from the image's template: Paperclip's role and its empty, migrated database. It is made beside its
# place, written to the disk and moved there, so that a start that is cut off, even by the host, leaves no half of one.
postgres_init() {
  local template=$postgres_share/template.tar.zst
  [ ! -e "$postgres_data/PG_VERSION" ] || return 0
  rm -rf "$postgres_data.new"
  install -d -o postgres -g postgres -m 0700 "$postgres_data.new"
  if [ -e "$template" ]; then
    log "making the database cluster"
    (as postgres -- tar --extract --zstd --file "$template" --directory "$postgres_data.new")
  else
    log "making the database cluster without a template, which this image was built without: this first start takes longer"
    (as postgres -- bash /usr/local/lib/paperclip-on-fly/makeCluster.sh "$postgres_data.new")
  fi
  sync --file-system "$postgres_data.new"
  mv "$postgres_data.new" "$postgres_data"
}

# Starts the server in the background; its process id is $!.
postgres_start() {
  local memory=$memory_mb
  printf -v postgres_started '%(%s)T' -1
  # The server's user, and no agent, gets to the socket.
  install -d -o postgres -g paperclip -m 0750 "$postgres_socket"
  # The machine's memory is for the server and its agents; Paperclip's database is small, and what of it is in use fits in a sixteenth.
  (memory_rank -900 && as postgres -- "$postgres_bin/postgres" -D "$postgres_data" \
    -c listen_addresses= -c unix_socket_directories="$postgres_socket" -c hba_file="$postgres_share/pg_hba.conf" \
    -c shared_buffers="$((memory / 16))MB" -c maintenance_work_mem="$((memory / 32))MB" -c effective_cache_size="$((memory / 4))MB" \
    -c jit=off -c max_wal_size=256MB -c log_line_prefix='postgres: ') &
}

# postgres_answers PID: what the server says in its lock file, which is what `pg_ctl --wait` reads: its process id, when it was started, and
# in the eighth line that it is ready. A server that was cut off leaves its own there.
postgres_answers() {
  local lines=()
  { mapfile -t lines <"$postgres_data/postmaster.pid"; } 2>/dev/null || return 1
  [ "${lines[0]:-}" = "$1" ] && [ "${lines[2]:-0}" -ge "$postgres_started" ] && [[ "${lines[7]:-}" = ready* ]]
}

# Waits until the server answers.
postgres_ready() {
  # Crash recovery of a large database can take minutes; the check's grace period, not this, says when a start is too slow.
  if ! wait_until 600 0.02 "$1" postgres_answers "$1"; then
    log "PostgreSQL did not come up"
    return 1
  fi
}
