// What the machine runs. Loading the server takes longer than starting PostgreSQL and needs none, so start.sh starts both at once and
// writes a line to this process when the database is ready.
import { once } from "node:events";
import { writeSync } from "node:fs";
import { installCode } from "./code.js";
import { installDoor } from "./door.js";
import { installFiles } from "./files.js";
import { installLastWords } from "./lastWords.js";
import { installOutgoing } from "./outgoing.js";
import { installPrograms } from "./programs.js";
import { beatWhileStopping, start } from "./pulse.js";
import * as reached from "./reached.js";
import { takeSecrets } from "./secrets.js";

installLastWords();
takeSecrets();
installDoor();
installOutgoing();
installPrograms();
const files = installFiles();
installCode();
// What the server's own code calls; `files` where ../build/keepers.mjs says.
globalThis.paperclipOnFly = { ...reached, files };
// Not before: the server's modules take Node's functions as they are when they load.
const { startServer } = await import("./index.js");
await once(process.stdin, "data");
process.stdin.pause();
await startServer();
// Not before: until now the signal itself ends the server.
beatWhileStopping();
// ../lib/server.sh waits for this line.
writeSync(start, "\n");
