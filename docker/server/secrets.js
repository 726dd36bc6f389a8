// The server's secrets and those that it hands to agents: they come through a pipe, as what a process has been started with can be read for
// as long as it runs (/proc/PID/environ), by whoever gets the server to read a file.
import { closeSync, readFileSync } from "node:fs";

/** The pipe, see ../lib/server.sh. */
const pipe = 4;

/** Puts them among the variables of this process, which are in its memory only. */
export function takeSecrets() {
  Object.assign(process.env, secretsIn(readFileSync(pipe, "utf8")));
  closeSync(pipe);
}

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
