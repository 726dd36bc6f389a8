// The program that the machine runs. Loading the server takes longer than starting PostgreSQL and does not need it, so start.sh starts both at
// once and writes a line to this process when the database is ready.
import { once } from "node:events";
import { writeSync } from "node:fs";
import { offerAdapters } from "./adapters.js";
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
offerAdapters();
installDoor();
installOutgoing();
installPrograms();
const files = installFiles();
installCode();
// Paperclip's own code calls these; ../build/keepers.mjs says where it calls `files`.
globalThis.paperclipOnFly = { ...reached, files };
// After all of the above: the server's modules pick up Node's functions while they load.
const { startServer } = await import("./index.js");
await once(process.stdin, "data");
process.stdin.pause();
await startServer();
// Only now: before, the signal itself ends the server.
beatWhileStopping();
// ../lib/server.sh waits for this line.
writeSync(start, "\n");
