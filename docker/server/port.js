// Makes Paperclip listen at the port that the start took before anybody else could (../lib/holdPort.pl), and keeps when this process ends.
//
// `listen` is called where ../build/reaches.mjs says.

const listener = process.env.PAPERCLIP_ON_FLY_LISTENER;
delete process.env.PAPERCLIP_ON_FLY_LISTENER;

/**
 * @param {import("node:net").Server} server
 * @param {number} port used where the start holds none: when the image is built
 * @param {string} host
 * @param {() => void} ready
 */
export function listen(server, port, host, ready) {
  if (listener) server.listen({ fd: Number(listener) }, ready);
  else server.listen(port, host, ready);
}
