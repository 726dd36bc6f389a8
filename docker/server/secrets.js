// The server's secrets and those that it hands to agents: they come through a pipe, as what a process has been started with can be read for
// as long as it runs (/proc/PID/environ), by whoever gets the server to read a file.
import { closeSync, readFileSync } from "node:fs";

/** The pipe, see ../lib/server.sh. */
const pipe = 4;

let secrets = {};

/** Puts them among the variables of this process, which are in its memory only. */
export function takeSecrets() {
  secrets = secretsIn(readFileSync(pipe, "utf8"));
  Object.assign(process.env, secrets);
  closeSync(pipe);
}

/** Variables without those that are secrets of the server's. */
export const withoutSecrets = (env, taken = secrets) =>
  Object.fromEntries(Object.entries(env).filter(([name, value]) => taken[name] !== value));

/** The variables of a text like that of /proc/PID/environ. */
export const secretsIn = (text) =>
  Object.fromEntries(
    text
      .split("\0")
      .filter(Boolean)
      .map((line) => {
        const [, name, value] = /^([^=]+)=(.*)$/s.exec(line);
        return [name, value];
      }),
  );
