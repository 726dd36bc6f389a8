/** A volume whose entries are not what starts leave there: the entries, and what is put in their place. */

export interface Entry {
  /** Below /paperclip. */
  path: string;
  kind: "folder" | "file";
  owner: "root" | "agent" | "postgres" | "paperclip";
}

const instance = "instances/default";
const folders = (owner: Entry["owner"], ...paths: string[]): Entry[] =>
  paths.map((path) => ({ path, kind: "folder", owner }));
const files = (owner: Entry["owner"], ...paths: string[]): Entry[] =>
  paths.map((path) => ({ path, kind: "file", owner }));

/** Every entry that a start makes or opens, or that the server reads before it answers. */
export const entries: Entry[] = [
  ...folders("root", "tailscale", "operator"),
  ...files("root", "tailscale/tailscaled.state", "operator/invite-url"),
  ...folders("agent", "agents"),
  ...folders("postgres", "postgres", "postgres/17"),
  ...files("postgres", "postgres/17/PG_VERSION", "postgres/17/postmaster.pid"),
  ...folders("paperclip", "home", "adapter-plugins", "instances", instance),
  ...files("paperclip", "adapter-plugins.json", "adapter-settings.json"),
  ...files("paperclip", `${instance}/config.json`, `${instance}/secrets/master.key`),
  ...folders(
    "paperclip",
    ...["secrets", "logs", "data", "data/storage", "data/backups"].map((name) => `${instance}/${name}`),
    ...["workspaces", "projects", "companies", "skills"].map((name) => `${instance}/${name}`),
  ),
];

/** Paths that only root is allowed to touch: a canary, and others as real as the code that root runs. */
const canary = "/canary";
export const precious = [canary, "/usr/local/lib/paperclip-on-fly", "/etc/shadow"];

/**
 * A bash script that makes the canary. Its folders have the same names as those of /paperclip, so that a start that followed a link would
 * go on.
 */
export const makeCanary = `
  mkdir -m 0700 -p ${canary}/folder/default/secrets ${canary}/folder/17 ${canary}/folder/data/storage
  echo root > ${canary}/file; chmod 0600 ${canary}/file
  echo 17 > ${canary}/folder/17/PG_VERSION`;

export interface Place {
  name: string;
  for: Entry["kind"][];
  /** bash: makes "$entry" something else, after the entry itself was moved to "$entry.was". */
  make: string;
  /** How the log names it. */
  said: string;
}

const both: Entry["kind"][] = ["folder", "file"];
const link = (name: string, target: string, kinds = both): Place => ({
  name: `a link to ${name}`,
  for: kinds,
  make: `ln -s ${target} "$entry"`,
  said: "is a link",
});

/** What takes the place of an entry. */
export const places: Place[] = [
  link("a folder of root's", `${canary}/folder`),
  link("a file of root's", `${canary}/file`),
  link("the code that root runs", "/usr/local/lib/paperclip-on-fly", ["folder"]),
  link("another user's folder", "/paperclip/other"),
  link("nothing", `${canary}/made`),
  link("itself", '"$entry"'),
  link("the entry itself, moved", '"$entry.was"'),
  { name: "a pipe", for: both, make: 'mkfifo "$entry"', said: "is a pipe" },
  {
    name: "a socket",
    for: both,
    make: `python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$entry"`,
    said: "is a socket",
  },
  { name: "a device", for: both, make: 'mknod "$entry" c 1 5', said: "is a device" },
  { name: "a block device", for: both, make: 'mknod "$entry" b 7 0', said: "is a device" },
  { name: "a file", for: ["folder"], make: 'echo text > "$entry"', said: "is a file" },
  { name: "a folder", for: ["file"], make: 'mkdir "$entry" && touch "$entry/kept"', said: "is a folder" },
];
