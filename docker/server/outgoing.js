// Limits where the server connects to. Agents and people name addresses that it then fetches: of a skill, a tool, an agent. From inside the
// machine these could be its own ports, the platform's network and metadata, or the tailnet. So no connection of this process gets there,
// whatever the name, a redirect or a changed DNS record: the address is checked at the moment of connecting.
import { once } from "node:events";
import net, { BlockList } from "node:net";
import { Readable } from "node:stream";

/** Networks that are not the internet: [address, prefix length]. */
const inside = {
  ipv4: [
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    // Tailscale's is in it.
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
    ["224.0.0.0", 3],
  ],
  ipv6: [
    // This machine, and IPv4-compatible addresses.
    ["::", 96],
    // IPv4 addresses behind NAT64, 6to4 and Teredo.
    ["64:ff9b::", 96],
    ["64:ff9b:1::", 48],
    ["2002::", 16],
    ["2001::", 32],
    // Private networks, Fly.io's 6PN and Tailscale's among them.
    ["fc00::", 7],
    ["fe80::", 9],
    ["ff00::", 8],
  ],
};

/** The addresses that no connection is allowed to reach. IPv4-mapped IPv6 addresses (::ffff:127.0.0.1) count as IPv4. */
export function outOfReach() {
  const list = new BlockList();
  for (const [family, networks] of Object.entries(inside))
    for (const [network, bits] of networks) list.addSubnet(network, bits, family);
  return list;
}

/** Applies the list to every socket of this process, except one that has a list of its own. */
export function installOutgoing() {
  net.Socket.prototype.blockList = outOfReach();
}

const nothing = new BlockList();
const isThisMachine = ({ hostname }) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);

/** The operator's own address of the model, which can be in a private network. */
const isModel = ({ origin }) => {
  const { ANTHROPIC_BASE_URL: model } = process.env;
  return Boolean(model) && URL.canParse(model) && origin === new URL(model).origin;
};

/**
 * Like fetch, for the parts of Paperclip that work inside this machine: its own API, what agents serve in their workspaces, and the model if
 * the operator has set its address. Other addresses are fetched as usual, also after a redirect.
 */
export async function fetchHere(input, init = {}) {
  const url = new URL(input);
  if (!isThisMachine(url) && !isModel(url)) return fetch(input, init);
  const answer = await ask(url, init);
  const { location } = answer.headers;
  // Only for a request that carries nothing, such as the check whether a service answers.
  const isPlain = !init.headers && !init.body && init.redirect === undefined;
  if (answer.statusCode >= 300 && answer.statusCode < 400 && location && isPlain) {
    answer.resume();
    return fetchHere(new URL(location, url), { ...init, redirect: "manual" });
  }
  const isEmpty = [204, 205, 304].includes(answer.statusCode);
  if (isEmpty) answer.resume();
  return new Response(isEmpty ? null : Readable.toWeb(answer), {
    status: answer.statusCode,
    statusText: answer.statusMessage,
    headers: Object.entries(answer.headers).flatMap(([name, value]) =>
      [value].flat().map((one) => [name, one]),
    ),
  });
}

async function ask(url, { method = "GET", headers, body, signal }) {
  const { request } = process.getBuiltinModule(url.protocol === "https:" ? "node:https" : "node:http");
  const sent = new Response(body);
  const all = { ...Object.fromEntries(sent.headers), ...Object.fromEntries(new Headers(headers)) };
  const bytes = Buffer.from(await sent.arrayBuffer());
  if (bytes.length > 0) all["content-length"] = bytes.length;
  const asked = request(url, { method, headers: all, signal, createConnection: () => connect(url) });
  asked.end(bytes);
  const [answer] = await once(asked, "response");
  return answer;
}

function connect({ protocol, hostname, port }) {
  const host = hostname.replace(/^\[|\]$/g, "");
  const isSecure = protocol === "https:";
  const socket = net.connect({ host, port: port || (isSecure ? 443 : 80), blockList: nothing });
  return isSecure ? process.getBuiltinModule("node:tls").connect({ socket, servername: host }) : socket;
}
