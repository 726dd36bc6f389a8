// Where Paperclip listens: at the port that the start has taken before anybody else could (../lib/holdPort.pl), and keeps when this process is gone.
//
// `listen` is called where ../build/reaches.mjs says.

const listener = process.env.PAPERCLIP_ON_FLY_LISTENER;
delete process.env.PAPERCLIP_ON_FLY_LISTENER;

/**
 * @param {import("node:net").Server} server
 * @param {number} port where the start has taken none: when the image is built
 * @param {string} host
 * @param {() => void} ready
 */
export function listen(server, port, host, ready) {
  if (listener) server.listen({ fd: Number(listener) }, ready);
  else server.listen(port, host, ready);
}
