// What the machine runs. Loading the server takes longer than starting PostgreSQL and needs none, so start.sh starts both at once and
// writes a line to this process when the database is ready.
import { once } from "node:events";
import { installDoor } from "./door.js";
import { installPrograms } from "./programs.js";

installDoor();
installPrograms();
// Not before: the server's modules take Node's functions as they are when they load.
const { startServer } = await import("./index.js");
await once(process.stdin, "data");
process.stdin.pause();
await startServer();
