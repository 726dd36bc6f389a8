import type { Machine } from "../../support/machine.ts";

/**
 * Runs in the machine. It asks the server's own debugger for its Express application and reads the routes from it, because the description
 * lists only what somebody has written down.
 */
const program = `
const prefixes = JSON.parse(process.argv[1]);
(async () => {
  const [{ webSocketDebuggerUrl }] = await (await fetch("http://127.0.0.1:9229/json/list")).json();
  const socket = new WebSocket(webSocketDebuggerUrl);
  await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
  const waiting = new Map();
  socket.onmessage = ({ data }) => { const { id, ...answer } = JSON.parse(data); waiting.get(id)?.(answer); };
  let last = 0;
  const ask = (method, params) => new Promise((resolve, reject) => {
    waiting.set(++last, ({ result, error }) =>
      error || result.exceptionDetails ? reject(new Error(JSON.stringify(error ?? result.exceptionDetails))) : resolve(result));
    socket.send(JSON.stringify({ id: last, method, params }));
  });
  const { result } = await ask("Runtime.evaluate", { expression: "Function.prototype" });
  const { objects } = await ask("Runtime.queryObjects", { prototypeObjectId: result.objectId });
  const routes = await ask("Runtime.callFunctionOn", {
    objectId: objects.objectId, functionDeclaration: String(routesOf), arguments: [{ value: prefixes }], returnByValue: true });
  process.stdout.write(JSON.stringify(routes.result.value));
  socket.close();
})();
function routesOf(prefixes) {
  const apps = this.filter((one) => Object.hasOwn(one, "settings") && Object.hasOwn(one, "mountpath"));
  if (apps.length !== 1) throw new Error(apps.length + " Express applications instead of one");
  const routes = [];
  (function walk(stack, prefix) {
    for (const layer of stack) {
      if (layer.route) {
        const methods = Object.keys(layer.route.methods);
        for (const method of methods.length > 9 ? ["all"] : methods)
          for (const path of [layer.route.path].flat()) routes.push(method.toUpperCase() + " " + prefix + path);
      } else if (layer.handle.stack) {
        const mount = layer.slash ? "" : prefixes.find((one) => layer.match(one + "/x") && layer.path === one);
        if (mount === undefined) throw new Error("a router below " + (prefix || "/") + " is mounted at none of " + prefixes.length + " known places");
        walk(layer.handle.stack, prefix + mount);
      }
    }
  })(apps[0].router.stack, "");
  return routes;
}`;

/**
 * The routes that the running server has, in the order in which it tries them.
 *
 * @param described the described paths; the places where routers are mounted are parts of them
 */
export async function routesInside(machine: Machine, described: string[]): Promise<string[]> {
  const prefixes = new Set<string>();
  for (const path of described) {
    const parts = path.split("/").slice(1, 4);
    for (let from = 0; from < parts.length; from++)
      for (let to = parts.length; to > from; to--) prefixes.add(`/${parts.slice(from, to).join("/")}`);
  }
  const longestFirst = [...prefixes].filter((one) => !one.includes("{")).sort((a, b) => b.length - a.length);
  const server = "pgrep --oldest --full @paperclipai/server";
  await machine.exec(
    "bash",
    "-c",
    `kill -USR1 "$(${server})"; until (: </dev/tcp/127.0.0.1/9229) 2>/dev/null; do :; done`,
  );
  return JSON.parse(await machine.exec("node", "--eval", program, JSON.stringify(longestFirst)));
}
