// What the server's own code calls, where ../build/reaches.mjs and ../build/guards.mjs say.
export { accountsByInvitation } from "./invitations.js";
export { withinLengths } from "./lengths.js";
export * from "./log.js";
export * from "./memory.js";
export { fetchHere } from "./outgoing.js";
export * from "./namedPaths.js";
export * from "./pace.js";
export { listen } from "./port.js";
export { ofAgent } from "./runs.js";
export * from "./secretTexts.js";
export * from "./temporary.js";
export * from "./texts.js";
