/** The database in the image is the one that Paperclip's migrations make, and has nothing of any particular machine. */
import { execa } from "execa";
import { beforeAll, expect, test } from "vitest";
import { paperclipImage } from "../support/paperclipImage.ts";

let results: Record<"shipped" | "fresh", { schema: string; rows: string }>;

/** In the image: unpacks the template, migrates a second, empty database beside the shipped one, prints both. */
const compare = `
set -euo pipefail
socket=/run/postgresql data=/tmp/cluster bin=$(pg_config --bindir)
as() { setpriv --reuid "$1" --regid "$1" --init-groups env PGHOST="$socket" "\${@:2}"; }
install -d -o postgres -g postgres -m 0700 "$data"
install -d -o postgres -g postgres "$socket"
tar --extract --zstd --file /usr/local/share/paperclip-on-fly/template.tar.zst --directory "$data"
as postgres "$bin/pg_ctl" start --silent --wait --pgdata "$data" --log /tmp/log --options "-c listen_addresses= -c unix_socket_directories=$socket" >&2
as postgres createdb --owner paperclip fresh
as paperclip node --input-type=module --eval "
  import { applyPendingMigrations } from '/usr/local/lib/paperclip/node_modules/@paperclipai/db/dist/index.js';
  await applyPendingMigrations('postgres:///fresh');" >&2
count="select format('select %L, count(*) from %I.%I', table_schema || '.' || table_name, table_schema, table_name)
  from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1 \\gexec"
for database in paperclip fresh; do
  as postgres pg_dump --schema-only --restrict-key=none "$database" >/tmp/$database.schema
  as postgres psql -tA "$database" <<<"$count" >/tmp/$database.rows
done
jq --null-input --rawfile a /tmp/paperclip.schema --rawfile b /tmp/fresh.schema --rawfile c /tmp/paperclip.rows --rawfile d /tmp/fresh.rows \\
  '{ shipped: { schema: $a, rows: $c }, fresh: { schema: $b, rows: $d } }'
`;

beforeAll(async () => {
  const { stdout } = await execa("docker", ["run", "--rm", "--interactive", await paperclipImage(), "bash"], {
    input: compare,
  });
  results = JSON.parse(stdout);
});

test("its tables, indexes and functions are those of a fresh migration", () => {
  expect(results.shipped.schema).toContain("CREATE TABLE public.companies");
  expect(results.shipped.schema).toBe(results.fresh.schema);
});

test("it holds the rows that migrations write, and none of a machine, a person or a secret", () => {
  expect(results.shipped.rows).toContain("public.companies|0");
  expect(results.shipped.rows).toBe(results.fresh.rows);
});

test("no role in it has a password", async () => {
  const script = `
    mkdir -m 700 /tmp/c && tar --extract --zstd --file /usr/local/share/paperclip-on-fly/template.tar.zst --directory /tmp/c && chown -R postgres /tmp/c
    echo 'select rolname from pg_authid where rolpassword is not null' |
      setpriv --reuid postgres --clear-groups "$(pg_config --bindir)/postgres" --single -D /tmp/c postgres`;
  const { stdout } = await execa("docker", ["run", "--rm", "--interactive", await paperclipImage(), "bash"], {
    input: script,
  });
  expect(stdout).toContain("rolname");
  expect(stdout).not.toContain('= "');
});
