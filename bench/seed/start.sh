#!/bin/bash
# BASELINE of the measurements; see Dockerfile.
set -e
mkdir -p /paperclip/instances/default /paperclip/tailscale
[ -f /paperclip/instances/default/config.json ] || cp /opt/paperclip/config.json /paperclip/instances/default/config.json
chown -R node:node /paperclip/instances

PGBIN=$(pg_config --bindir 2>/dev/null || ls -d /usr/lib/postgresql/*/bin)
PGDATA=/paperclip/postgres
if [ ! -f "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA" && chown postgres:postgres "$PGDATA"
  runuser -u postgres -- "$PGBIN/initdb" -D "$PGDATA" --auth-host=scram-sha-256 --auth-local=peer
fi
mkdir -p /run/postgresql && chown postgres:postgres /run/postgresql
runuser -u postgres -- "$PGBIN/pg_ctl" -D "$PGDATA" -l "$PGDATA/log" -w start
runuser -u postgres -- psql -tc "SELECT 1 FROM pg_roles WHERE rolname='paperclip'" | grep -q 1 ||
  runuser -u postgres -- psql -c "CREATE USER paperclip WITH PASSWORD 'baseline'"
runuser -u postgres -- psql -tc "SELECT 1 FROM pg_database WHERE datname='paperclip'" | grep -q 1 ||
  runuser -u postgres -- createdb -O paperclip paperclip

if [ -n "$TAILSCALE_AUTH_KEY" ]; then
  tailscaled --statedir=/paperclip/tailscale &
  tailscale up --auth-key="$TAILSCALE_AUTH_KEY" --hostname="$FLY_APP_NAME" ${TAILSCALE_LOGIN_SERVER:+--login-server="$TAILSCALE_LOGIN_SERVER"}
  tailscale serve --bg --https=443 http://127.0.0.1:3100
fi

trap 'kill -TERM $SERVER; wait $SERVER; runuser -u postgres -- "$PGBIN/pg_ctl" -D "$PGDATA" -m fast stop' TERM INT
runuser -u node -- node /usr/local/lib/node_modules/paperclipai/node_modules/@paperclipai/server/dist/index.js &
SERVER=$!
wait $SERVER
