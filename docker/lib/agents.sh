# shellcheck shell=bash
# Agent policy: restrictions, available programs, concurrency limit, recovery after an unclean stop.

# The platform's API has a socket in the machine. Only root is allowed to use it.
shut_out_agents() { [ ! -d /.fly ] || chmod 0700 /.fly; }

# The agents of the stack's setting, by the names of their programs: those that this image has, and those that it lacks.
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

# The tools of the stack's setting that this image lacks (see build/addTools.sh). One from before that setting has none of them.
tools_missing() {
  local tool carried=
  { read -r carried </usr/local/share/paperclip-on-fly/tools; } 2>/dev/null || :
  for tool in ${PAPERCLIP_TOOLS:-base}; do
    case " $carried " in *" $tool "*) ;; *) echo "$tool" ;; esac
  done
}

# Logs what agents do without: a prebuilt image can lack a program that the setting names.
agents_check() {
  local agent tool
  for agent in $(agents_missing); do log "this image has no program of the agent $agent, so Paperclip does not offer it"; done
  for tool in $(tools_missing); do log "this image has not the tools $tool, so agents do without them"; done
}

# Runs SQL from standard input in Paperclip's database. Arguments are psql's. It runs as Paperclip's own role, which can then also restore what
# is made here from a backup.
agents_sql() {
  (as paperclip PGHOST="$postgres_socket" PGOPTIONS="-c client_min_messages=warning" -- \
    "$postgres_bin/psql" --quiet --no-psqlrc --set=ON_ERROR_STOP=1 "$@" paperclip)
}

# Prepares the database for runs: expires stale ones and sets the limit. Sets `agents_unlimited` where Paperclip has no tables yet.
agents_prepare() {
  agents_unlimited=
  case $({ expire_stale_runs_sql; agents_limit_sql; } | agents_sql --no-align --tuples-only --set=limit="${PAPERCLIP_AGENTS_AT_ONCE:-}") in
    prepared) ;;
    unmigrated) agents_unlimited=yes ;;
    *) log "runs that were cut off are not begun again, or the number of agents at work cannot be limited" ;;
  esac
}

# Expires the runs that were going on when the machine was cut off. Paperclip's server holds a run by a lease of 60 s, which outlives a restart:
# the next server leaves such a run alone at first, ends it as interrupted when the lease is over, and does not retry it. Here no other server
# can hold a run, so the lease ends at once and the server retries the run.
expire_stale_runs_sql() {
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

# Makes the database hold back runs over the limit. Paperclip limits the runs of each agent (20), not those of the machine, and with several
# agents more than memory has room for, the kernel ends the server. Paperclip claims a run by an update from `queued` to `running` that
# succeeds for one claimant only. While the machine is full it succeeds for nobody, and Paperclip tries again when a run is over (see
# server/pace.js).
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
