/**
 * A machine whose volume is hostile. Each entry that a start knows is replaced by a link, a pipe, a socket, a device, a file where a folder
 * belongs, a folder where a file belongs, or a second name of another file. The start says what is in the way and how to fix it, or fixes
 * it itself. Root follows no link and waits for nothing.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { paperclipImage } from "../support/paperclipImage.ts";
import { type Entry, entries, places } from "./hostileEntries.ts";
import { VolumeStart } from "./volumeStart.ts";

let volume: VolumeStart;

beforeAll(async () => {
  volume = await VolumeStart.on(await paperclipImage());
});

afterAll(() => volume?.remove());

test("the tests would notice a root that follows links: this is what a start once did with a link in place of the logs", async () => {
  const stdout = await volume.run(`
    fresh; rm -r /paperclip/instances/default/logs; cp -a /canary /kept
    ln -s /canary/folder /paperclip/instances/default/logs
    before=$(touched); install -d -o paperclip -g paperclip -m 0700 /paperclip/instances/default/logs
    diff <(echo "$before") <(touched) || true; chown -R root:root /canary`);
  expect(stdout).toContain("> /canary/folder d 910:910");
});

test("a volume as starts leave it is accepted, and so is a new one", async () => {
  const untouched = { status: 0, changed: "" };
  expect(await volume.outcomes("fresh; start")).toMatchObject([untouched]);
  expect(await volume.outcomes("find /paperclip -mindepth 1 -delete; start; start")).toMatchObject([
    untouched,
    untouched,
  ]);
});

describe.each(entries)("/paperclip/$path, in its place", (entry) => {
  test.each(places.filter((place) => place.for.includes(entry.kind)))(
    "$name is refused with what it is and a command that fixes it",
    async (place) => {
      const { entry: path, outcome, fixed } = await volume.exchange(entry, place);
      expect(outcome).toMatchObject({ status: 1, changed: "" });
      expect(outcome?.log).toContain(`start: ${path} ${place.said} where a ${entry.kind} has to be`);
      expect(fixed.at(-1), fixed.map(({ log }) => log).join("\n")).toMatchObject({
        status: 0,
        changed: "",
      });
      expect(fixed.filter(({ changed }) => changed !== "")).toEqual([]);
    },
  );
});

/** Bash: the owner, the number of names and the content of an entry. */
const state = (path: string) => `stat --format='state %U %h' ${path}; cat ${path} 2>/dev/null || true`;

describe("another name of a file", () => {
  test.each(entries.filter(({ kind, owner }) => kind === "file" && owner === "paperclip"))(
    "/paperclip/$path is left to whoever has it: the file becomes one of its own",
    async ({ path }) => {
      const entry = `/paperclip/${path}`;
      const stdout = await volume.run(`
        fresh; echo '{}' > ${entry}; ln ${entry} /paperclip/home/second; start
        ${state(entry)}; echo changed > /paperclip/home/second; ${state(entry)}`);
      expect(stdout).toContain('{"status":0');
      expect(stdout.match(/^state .*\n.*$/gm)).toEqual(["state paperclip 1\n{}", "state paperclip 1\n{}"]);
    },
  );

  test.each(entries.filter(({ kind, owner }) => kind === "file" && owner !== "paperclip"))(
    "/paperclip/$path is refused",
    async (entry) => {
      const make = 'cp -a "$entry.was" "$entry"; ln "$entry" /paperclip/home/second';
      const { entry: path, outcome, fixed } = await volume.exchange(entry, { make });
      expect(outcome).toMatchObject({ status: 1, changed: "" });
      expect(outcome?.log).toContain(`start: ${path} is a file with a second name`);
      expect(fixed.at(-1)).toMatchObject({ status: 0, changed: "" });
    },
  );
});

describe("what belongs to somebody else", () => {
  const isTop = ({ path }: Entry) => !path.includes("/");

  test.each(entries.filter(isTop))("is given back to $owner: /paperclip/$path", async ({ path, owner }) => {
    const entry = `/paperclip/${path}`;
    const stdout = await volume.run(`
      fresh; chown nobody:nogroup ${entry}; start; stat --format=%U ${entry}`);
    expect(stdout).toMatch(new RegExp(`^{"status":0,.*\n${owner}$`));
  });

  test.each(entries.filter((entry) => !isTop(entry) && entry.kind === "folder"))(
    "is refused below another user's folder, with a command that gives it back: /paperclip/$path",
    async (entry) => {
      const make = 'mv "$entry.was" "$entry"; chown agent:agent "$entry"';
      const { entry: path, outcome, fixed } = await volume.exchange(entry, { make });
      expect(outcome).toMatchObject({ status: 1, changed: "" });
      expect(outcome?.log).toContain(`start: ${path} belongs to agent and not to ${entry.owner}`);
      expect(fixed.at(-1)).toMatchObject({ status: 0, changed: "" });
    },
  );

  test("is left to the operator if it is a settings file of root's", async () => {
    const settings = "/paperclip/instances/default/config.json";
    expect(
      await volume.outcomes(`fresh; chown root:root ${settings}; chmod 644 ${settings}; start`),
    ).toMatchObject([{ status: 0 }]);
  });
});

describe("what no table knows", () => {
  const cases: [string, string, number, string][] = [
    ["a link in the place of lost+found is nobody's", "ln -s /canary/folder /paperclip/lost+found", 0, ""],
    [
      "a half-made database that is a link is taken away, and a new one made",
      "rm -r /paperclip/postgres/17; ln -s /canary/folder /paperclip/postgres/17.new",
      0,
      "making the database cluster",
    ],
    [
      "a database's folder without the file that tells whose it is stays as it is",
      "rm /paperclip/postgres/17/PG_VERSION",
      1,
      "/paperclip/postgres/17 holds files, but no PG_VERSION",
    ],
    [
      "a pipe among PostgreSQL's settings is refused",
      "rm /paperclip/postgres/17/postgresql.conf; mkfifo /paperclip/postgres/17/postgresql.conf",
      1,
      "/paperclip/postgres/17/postgresql.conf is a pipe",
    ],
    [
      "a link deep in a folder of root's is refused",
      "mkdir /paperclip/tailscale/certs; ln -s /canary/file /paperclip/tailscale/certs/app.crt",
      1,
      "/paperclip/tailscale/certs/app.crt is a link",
    ],
    [
      "a name that is a command of a terminal's, or a line of its own, is not printed",
      `ln -s /canary/file $'/paperclip/operator/e[2J\nstart: "; rm'`,
      1,
      "/paperclip/operator has an entry that is a link",
    ],
    [
      "a second name in the making, left by a start that was cut off, is not written through",
      `cd /paperclip/instances/default; ln config.json ../second; ln -s /canary/file config.json.own`,
      0,
      "",
    ],
  ];

  test.each(cases)("%s", async (_, script, status, said) => {
    const [outcome] = await volume.outcomes(`fresh; (${script}); start`);
    expect(outcome).toMatchObject({ status, changed: "" });
    expect(outcome?.log).toContain(said);
    expect(outcome?.log).not.toContain('"; rm');
  });
});
