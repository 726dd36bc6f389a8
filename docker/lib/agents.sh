# shellcheck shell=bash
# What agents may not, which there are, how many of them work at once, and what becomes of their work when the machine was cut off.

# The platform's API has a socket in the machine: nobody's but root's.
shut_out_agents() { [ ! -d /.fly ] || chmod 0700 /.fly; }

# The agents of the stack's setting whose programs this image has, and those whose it has not, by the programs' names.
agents_offered() {
  local agent
  for agent in ${PAPERCLIP_AGENTS:-claude}; do
    if [ -x "/usr/local/bin/$agent" ]; then echo "$agent"; fi
  done
}
agents_missing() {
  local agent
  for agent in ${PAPERCLIP_AGENTS:-claude}; do
    if [ ! -x "/usr/local/bin/$agent" ]; then echo "$agent"; fi
  done
}

# Says which agents cannot be offered: a prebuilt image can lack what the setting wants.
agents_check() {
  local agent
  for agent in $(agents_missing); do log "this image has no program of the agent $agent, so Paperclip does not offer it"; done
}

# Runs SQL from standard input in Paperclip's database. As Paperclip's own role, so that its backups can be restored by it. Words are psql's.
agents_sql() {
  (as paperclip PGHOST="$postgres_socket" PGOPTIONS="-c client_min_messages=warning" -- \
    "$postgres_bin/psql" --quiet --no-psqlrc --set=ON_ERROR_STOP=1 "$@" paperclip)
}

# Has the database know what applies to runs. Sets `agents_unlimited` where Paperclip's tables are not there yet.
agents_prepare() {
  agents_unlimited=
  case $({ agents_release_sql; agents_limit_sql; } | agents_sql --no-align --tuples-only --set=limit="${PAPERCLIP_AGENTS_AT_ONCE:-}") in
    prepared) ;;
    unmigrated) agents_unlimited=yes ;;
    *) log "runs that were cut off are not begun again, or the number of agents at work cannot be limited" ;;
  esac
}

# Gives up the runs that a machine was at when it was cut off. Paperclip's server holds a run by a lease of 60 s, which outlives a restart:
# the next server leaves the run alone at its start and, when the lease is over, ends it as interrupted without beginning it again. Here
# no other server can hold a run, so there is none to leave alone.
agents_release_sql() {
  cat <<'SQL'
SELECT to_regclass('public.heartbeat_runs') IS NULL AS unmigrated \gset
\if :unmigrated
  \echo unmigrated
  \quit
\endif
SELECT count(*) > 0 AS leased FROM information_schema.columns
  WHERE table_schema = 'public' AND table_name = 'heartbeat_runs' AND column_name = 'controller_lease_expires_at' \gset
\if :leased
UPDATE heartbeat_runs SET controller_lease_expires_at = now() WHERE status = 'running' AND controller_lease_expires_at > now();
\endif
SQL
}

# Has the database hold back runs over the limit: Paperclip limits the runs of each agent (20), not those of the machine, and several agents
# more than the memory has room for end the server in mid-run. Paperclip claims a run by an update from `queued` to `running` that takes
# effect for one claimant only; here it takes effect for nobody while the machine is full, and Paperclip tries again when a run is over
# (see server/pace.js).
agents_limit_sql() {
  cat <<'SQL'
SELECT :'limit' ~ '^[0-9]+$' AS limited \gset
\if :limited
CREATE SCHEMA IF NOT EXISTS paperclip_on_fly;
SELECT format($make$
  CREATE OR REPLACE FUNCTION paperclip_on_fly.agents_at_once() RETURNS trigger LANGUAGE plpgsql AS $function$
  BEGIN
    IF OLD.status = 'queued' AND NEW.status = 'running' THEN
      -- One claim at a time, or two would both take the last place.
      PERFORM pg_advisory_xact_lock(hashtext('paperclip_on_fly.agents_at_once'));
      IF (SELECT count(*) FROM public.heartbeat_runs WHERE status = 'running') >= %s THEN RETURN NULL; END IF;
    END IF;
    RETURN NEW;
  END $function$
$make$, :limit) \gexec
-- Without naming columns: a migration of Paperclip's may change any.
CREATE OR REPLACE TRIGGER agents_at_once BEFORE UPDATE ON public.heartbeat_runs
  FOR EACH ROW EXECUTE FUNCTION paperclip_on_fly.agents_at_once();
\endif
\echo prepared
SQL
}
