// Runs first in each thread and process of the server, before its own code (see ./code.js).
import { installCode } from "./code.js";
import { installFiles } from "./files.js";

installFiles();
installCode();
