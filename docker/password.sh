#!/usr/bin/env bash
# paperclip-password [EMAIL]: prints a link by which this person sets a new password, once and within an hour. It takes the place of the
# person's earlier links. Without EMAIL it is for the only administrator.
# Run it in the machine as root, e.g. `flyctl machine exec MACHINE "paperclip-password EMAIL"`. As for ../invite.sh, psql is all that it starts.
set -euo pipefail
lib=/usr/local/lib/paperclip-on-fly
# shellcheck source=docker/lib/common.sh
source "$lib/common.sh"
# shellcheck source=docker/lib/postgres.sh
source "$lib/postgres.sh"
# shellcheck source=docker/lib/agents.sh
source "$lib/agents.sh"
# shellcheck source=docker/lib/server.sh
source "$lib/server.sh"

# password_sql EMAIL: prints a new token and whose it is on two lines, or `nobody` and, a line each, everybody who has an account. The row is what
# Better Auth makes for a forgotten password, and it is the only one of the person's.
password_sql() {
  agents_sql --no-align --tuples-only --set=email="$1" <<'SQL'
SELECT count(*) = 1 AS found, min(id) AS person, min(email) AS email FROM "user" WHERE CASE WHEN :'email' = ''
  THEN id IN (SELECT user_id FROM instance_user_roles WHERE role = 'instance_admin') ELSE lower(email) = lower(:'email') END \gset
\if :found
  SELECT left(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 48) AS token \gset
  INSERT INTO verification (id, identifier, value, expires_at, created_at, updated_at)
    VALUES ('password-' || :'person', 'reset-password:' || :'token', :'person', now() + interval '1 hour', now(), now())
    ON CONFLICT (id) DO UPDATE SET identifier = excluded.identifier, value = excluded.value, expires_at = excluded.expires_at,
      created_at = now(), updated_at = now();
  \echo :token
  \echo :email
\else
  \echo nobody
  SELECT email FROM "user" ORDER BY email LIMIT 100;
\endif
SQL
}

main() {
  local email=${1:-} answer line known=()
  case $email in
    -*) printf '%s\n' "usage: paperclip-password [EMAIL]: prints a link by which this person sets a new password, once and within an hour" >&2; exit 2 ;;
  esac
  if ! answer=$(password_sql "$email"); then
    echo "Paperclip's database does not answer yet; try again when the machine is healthy" >&2
    exit 1
  fi
  # The database is the server's: only what looks like a token or an address gets onto the operator's screen.
  while read -r line; do
    if [[ $line =~ ^[!-~]+@[!-~]+$ ]]; then known+=("$line"); fi
  done <<<"$answer"
  read -r line <<<"$answer"
  case $line in
    nobody) ;;
    *[!a-f0-9]* | '') echo "Paperclip's database gives no link; flyctl logs has more" >&2; exit 1 ;;
    *)
      printf 'The password of %s is set here, once and within an hour:\n' "${known[*]:-this account}" >&2
      printf '%s/reset-password/%s\n' "$(public_url)" "$line"
      return 0
      ;;
  esac
  if [ "${#known[@]}" -eq 0 ]; then
    echo "nobody has an account yet: paperclip-invite prints the first administrator's invitation" >&2
  elif [ -n "$email" ]; then
    echo "$email has no account here. These have: ${known[*]}" >&2
  else
    echo "there is more than one administrator, so say whose password: paperclip-password EMAIL, with one of ${known[*]}" >&2
  fi
  exit 3
}

main "$@"
