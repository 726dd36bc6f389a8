// Which files an agent's request to Paperclip can name. Paperclip opens what a request names (a project's folder, a skill's source, a file of
// the instructions) with the server's rights, and each of its routes looks at that in its own way or not at all. So here, in front of all of
// them, a request whose path, query or body names a place that is not for agents is refused, in whatever field it stands and for whatever a
// later Paperclip makes of it. What a link makes of a name is seen where the file is opened, not here.
//
// Called after Paperclip has found out who asks and has read the body (../build/reaches.mjs): a token alone does not say whose it is, and a
// body is read once. People's requests are not looked at.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Never an agent's, and what is above them. What agents have in `/paperclip` and need of the others is in `open`. */
const closed =
  /^\/($|(proc|sys|dev|run|etc|root|boot|\.fly|var\/(run|lock)|paperclip|tmp\/paperclip|usr\/local\/(lib|share)\/paperclip[^/]*)(\/|$))/;
const open =
  /^\/(paperclip\/(agents?|instances\/[^/]+\/(workspaces|projects|skills))(\/|$)|etc\/ssl(\/|$)|dev\/null$)/;

/** Instructions are read by agents, and changed by those that Paperclip lets: by these routes alone. */
const instructionsRoute = /^\/api\/agents\/[^/]+\/instructions-/;
const instructions = /^\/paperclip\/instances\/[^/]+\/companies\//;

/** Fields that are written for people and models to read: whatever they say, no file is opened by it. Alone or at the end of a name. */
const texts =
  "body|text|markdown|prompt|promptTemplate|message|comment|description|summary|notes?|reason|instructions|label|title|content|evidence|rationale|justification|objective|guidance|question|answers?";
const freeText = new RegExp(
  `(^|_)(${texts})$|[a-z](${texts.replace(/(^|\|)[a-z]/g, (start) => start.toUpperCase())})$`,
);
const freeNames = new Set(
  ["capabilities", "code", "data", "detail", "exact", "header", "placeholder", "prefix", "q", "query"].concat(
    ["search", "subject", "suffix", "tagline", "templateBody"],
  ),
);
/** What a comment shows in tables, with all that is in it. */
const shown = "sections";

/** Fields that Paperclip takes from the server's own folder where they do not begin with a slash. */
const folders = /^body\.((workspace|adapterConfig)\.)?(cwd|rootPath)$/;
const serverHome = "/paperclip/home";

const allowed =
  "An agent's request can name files in workspaces, projects and skills, in the agents' home and in /tmp, each by its whole path or from its workspace, without `..`.";

/** Refuses an agent's request that names what is not an agent's: middleware of Express, behind Paperclip's own that says who asks. */
export function refuseNamedPaths(request, response, next) {
  // What calls tools over MCP is an agent, and signs in later and otherwise.
  if (request.actor?.type !== "agent" && !request.path.startsWith("/mcp/")) return next();
  const field = namedPath(request);
  if (!field) return next();
  const message = `${field} of this request names a place that is not for agents. ${allowed}`;
  response.status(403).json({ error: message, message, code: "REFUSED" });
}

/**
 * The first field of a request that names what no agent can name: `body.workspace.cwd`, `query.path`, `address`.
 *
 * @param {{ path: string, query?: object, body?: unknown, actor?: { runId?: string } }} request
 * @returns {string | undefined}
 */
export function namedPath({ path, query, body, actor }) {
  const isClosed = placesOf(path, actor?.runId);
  if (path.split("/").some((part) => forms(part).some(isClosed))) return "address";
  // Not by calls into each other: a body can be nested deeper than those can.
  const left = [
    { field: "query", value: query },
    { field: "body", value: body },
  ];
  while (left.length > 0) {
    const { field, name = "", value, isShown } = left.pop();
    if (typeof value === "string") {
      if (!isShown && !isFreeText(name) && isNamed(field, name, value, isClosed)) return field;
    } else if (Array.isArray(value)) {
      for (const one of value) left.push({ field, name, value: one, isShown });
    } else if (value && typeof value === "object") {
      for (const [key, one] of Object.entries(value)) {
        const below = `${field}.${key}`;
        if (forms(key).some(isClosed)) return below;
        // What stands in `files` are contents, each under the name of its file.
        const isContent = name === "files" && typeof one === "string";
        if (!isContent) left.push({ field: below, name: key, value: one, isShown: isShown || key === shown });
      }
    }
  }
  return undefined;
}

const isFreeText = (name) => freeNames.has(name) || freeText.test(name);

function isNamed(field, name, value, isClosed) {
  // Paperclip takes a whole command line as a skill's source.
  const words = name === "source" ? [value, ...value.split(/[\s"']+/)] : [value];
  if (words.some((word) => forms(word).some(isClosed))) return true;
  return folders.test(field) && value.trim() !== "" && isClosed(resolve(serverHome, value.trim()));
}

/** What a text can be made into on its way to a file: without what is around it, decoded as often as its parts can be encoded, with Windows' slashes turned. */
function forms(text) {
  // Most texts are neither paths nor encoded.
  if (!/[/\\%~]|\.\.|^\s*file:/i.test(text)) return [];
  const all = [text.trim()];
  while (all.length < 4 && all.at(-1).includes("%")) {
    try {
      all.push(decodeURIComponent(all.at(-1)).trim());
    } catch {
      break;
    }
  }
  return all.map((form) => form.replaceAll("\\", "/"));
}

/** Says of a text in its last form whether it names a place that is closed to who asks. */
function placesOf(route, runId) {
  // The folder that the server has made for this run, see Paperclip's run-scratch.js.
  const own = runId && `-${runId.slice(0, 12).toLowerCase()}-`;
  return function isClosed(form) {
    if (form.split("/").includes("..")) return true;
    if (/^~(\/|$)/.test(form)) return true;
    let path = form;
    if (/^file:/i.test(form)) {
      try {
        path = fileURLToPath(form);
      } catch {
        return true;
      }
    }
    if (!path.startsWith("/")) return false;
    path = resolve(path);
    if (!closed.test(path) || open.test(path)) return false;
    if (instructions.test(path) && instructionsRoute.test(route)) return false;
    return !(own && /^\/tmp\/paperclip\/paperclip-run-[^/]+/.exec(path)?.[0].includes(own));
  };
}
