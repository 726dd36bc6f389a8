// What the machine runs. Loading the server takes longer than starting PostgreSQL and needs none, so start.sh starts both at once and
// writes a line to this process when the database is ready.
import { once } from "node:events";
import { closeSync, writeSync } from "node:fs";
import { installCode } from "./code.js";
import { installDoor } from "./door.js";
import { installFiles } from "./files.js";
import * as log from "./log.js";
import * as memory from "./memory.js";
import * as namedPaths from "./namedPaths.js";
import * as pace from "./pace.js";
import { installPrograms } from "./programs.js";
import { takeSecrets } from "./secrets.js";
import * as temporary from "./temporary.js";

takeSecrets();
installDoor();
installPrograms();
const files = installFiles();
installCode();
// What the server's own code calls, see ../build/reaches.mjs, and for `files` ../build/keepers.mjs.
globalThis.paperclipOnFly = { ...pace, ...memory, ...log, ...namedPaths, ...temporary, files };
// Not before: the server's modules take Node's functions as they are when they load.
const { startServer } = await import("./index.js");
await once(process.stdin, "data");
process.stdin.pause();
await startServer();
// ../lib/server.sh waits for this line.
const ready = 3;
writeSync(ready, "\n");
closeSync(ready);
