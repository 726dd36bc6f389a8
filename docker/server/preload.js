// What a thread or a process of the server's begins with, before its own code (see ./code.js).
import { installCode } from "./code.js";
import { installFiles } from "./files.js";

installFiles();
installCode();
