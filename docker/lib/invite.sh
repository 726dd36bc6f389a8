# shellcheck shell=bash
# Makes the first administrator's invitation as `paperclipai auth bootstrap-ceo` does, which takes a whole CPU second to start. The build of
# the image shows that Paperclip accepts it.

readonly invite_stored=/paperclip/operator/invite-url

# invite_sql KNOWN: prints `administered`, `open` when an invitation is and KNOWN is `true`, or the token of a new one, which is good for 72
# hours and takes the place of an open one.
invite_sql() {
  agents_sql --no-align --tuples-only --set=known="$1" <<'SQL'
SELECT EXISTS (SELECT FROM instance_user_roles WHERE role = 'instance_admin') AS administered,
  EXISTS (SELECT FROM invites WHERE invite_type = 'bootstrap_ceo' AND revoked_at IS NULL AND accepted_at IS NULL AND expires_at > now())
    AND :'known' = 'true' AS open \gset
\if :administered
  \echo administered
\elif :open
  \echo open
\else
  BEGIN;
  UPDATE invites SET revoked_at = now(), updated_at = now() WHERE invite_type = 'bootstrap_ceo' AND revoked_at IS NULL AND accepted_at IS NULL;
  SELECT 'pcp_bootstrap_' || left(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 48) AS token \gset
  INSERT INTO invites (invite_type, token_hash, allowed_join_types, expires_at, invited_by_user_id)
    VALUES ('bootstrap_ceo', encode(sha256(:'token'), 'hex'), 'human', now() + interval '72 hours', 'system');
  COMMIT;
  \echo :token
\endif
SQL
}

# invite [SECONDS]: sets `invite_state` to `administered`, `known` (an invitation that this machine made is open) or `new`. Waits no longer than
# SECONDS for another one that asks.
# shellcheck disable=SC2120 # ../invite.sh gives the seconds.
invite() {
  local answer known=false mask
  # One at a time: a new invitation revokes the one before, and the start asks for it too. Whoever may read the lock could keep it.
  mask=$(umask)
  umask 077
  exec 9>/run/paperclip-invite.lock
  umask "$mask"
  flock ${1:+--timeout "$1"} 9 || return 1
  if [ -s "$invite_stored" ]; then known=true; fi
  answer=$(invite_sql "$known" 9>&-) || return 1
  case $answer in
    administered) invite_state=administered ;;
    open) invite_state=known ;;
    # The database is the server's: nothing but a token gets into a file of root's and onto the operator's screen.
    *[!a-z0-9_]* | '') return 1 ;;
    *)
      (umask 077 && printf '%s/invite/%s\n' "$(public_url)" "$answer" >"$invite_stored.new")
      mv --no-target-directory "$invite_stored.new" "$invite_stored"
      invite_state=new
      ;;
  esac
  exec 9>&-
}
