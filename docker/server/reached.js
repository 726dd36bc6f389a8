// The functions that Paperclip's own code calls, in the places that ../build/reaches.mjs and ../build/guards.mjs list.
export { isAccountHome, isPassing } from "./accountHomes.js";
export { accountsByInvitation } from "./invitations.js";
export { withinLengths } from "./lengths.js";
export * from "./log.js";
export * from "./memory.js";
export * from "./namedPaths.js";
export * from "./operatorConnections.js";
export { fetchHere } from "./outgoing.js";
export * from "./pace.js";
export { listen } from "./port.js";
export * from "./refusals.js";
export { ofAgent } from "./runs.js";
export * from "./secretTexts.js";
export * from "./temporary.js";
export * from "./texts.js";
