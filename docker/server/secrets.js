// Receives the server's secrets, and those that it passes on to agents, through a pipe. The variables that a process is started with stay
// readable in /proc/PID/environ as long as it runs, for whoever gets the server to read a file.
import { closeSync, readFileSync } from "node:fs";

/** The pipe's descriptor, see ../lib/server.sh. */
const pipe = 4;

let secrets = {};

/** Adds them to the variables of this process, which changes its memory only. */
export function takeSecrets() {
  secrets = secretsIn(readFileSync(pipe, "utf8"));
  Object.assign(process.env, secrets);
  closeSync(pipe);
}

/** Variables without the server's secrets. */
export const withoutSecrets = (env, taken = secrets) =>
  Object.fromEntries(Object.entries(env).filter(([name, value]) => taken[name] !== value));

/** The variables in a text of the form of /proc/PID/environ. */
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
