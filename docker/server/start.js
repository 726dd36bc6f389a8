// What the machine runs. Loading the server takes longer than starting PostgreSQL and needs none, so start.sh starts both at once and
// writes a line to this process when the database is ready.
import { once } from "node:events";
import { closeSync, writeSync } from "node:fs";
import { installDoor } from "./door.js";
import * as log from "./log.js";
import * as memory from "./memory.js";
import * as namedPaths from "./namedPaths.js";
import * as pace from "./pace.js";
import { installPrograms } from "./programs.js";
import * as temporary from "./temporary.js";

installDoor();
installPrograms();
// What the server's own code calls, see ../build/reaches.mjs.
globalThis.paperclipOnFly = { ...pace, ...memory, ...log, ...namedPaths, ...temporary };
// Not before: the server's modules take Node's functions as they are when they load.
const { startServer } = await import("./index.js");
await once(process.stdin, "data");
process.stdin.pause();
await startServer();
// ../lib/server.sh waits for this line.
const ready = 3;
writeSync(ready, "\n");
closeSync(ready);
