// Limits the files that an agent's request to Paperclip can name. Paperclip opens what a request names (a project's folder, a skill's source, a
// file of the instructions) with the server's rights, and each route checks that in its own way or not at all. So this middleware comes before
// all routes. It refuses a request whose path, query or body names a place that is closed to agents, in whatever field, and also for routes
// that a later Paperclip adds. Where a link leads is checked when the file is opened, not here.
//
// Runs after Paperclip has identified the caller and read the body (../build/reaches.mjs): a token alone does not say whose it is, and a body
// can be read only once. People's requests are not checked.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Places that are never an agent's, and the folders above them. `open` lists the exceptions: what agents have in `/paperclip` and need elsewhere. */
const closed =
  /^\/($|(proc|sys|dev|run|etc|root|boot|\.fly|var\/(run|lock)|paperclip|tmp\/paperclip|usr\/local\/(lib|share)\/paperclip[^/]*)(\/|$))/;
const open =
  /^\/(paperclip\/(agents?|instances\/[^/]+\/(workspaces|projects|skills))(\/|$)|etc\/ssl(\/|$)|dev\/null$)/;

/** Agents read instructions; those that Paperclip allows change them, through these routes only. */
const instructionsRoute = /^\/api\/agents\/[^/]+\/instructions-/;
const instructions = /^\/paperclip\/instances\/[^/]+\/companies\//;

/** Fields that people and models read: no file is opened by what they say. The field has this name or ends with it. */
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
/** The tables of a comment, with all that is in them. */
const shown = "sections";

/** Fields that Paperclip resolves against the server's own folder if they do not begin with a slash. */
const folders = /^body\.((workspace|adapterConfig)\.)?(cwd|rootPath)$/;
const serverHome = "/paperclip/home";

const allowed =
  "An agent's request can name files in workspaces, projects and skills, in the agents' home and in /tmp, each by its whole path or from its workspace, without `..`.";

/** Refuses an agent's request that names a closed place. Express middleware, after Paperclip's own that identifies the caller. */
export function refuseNamedPaths(request, response, next) {
  // Callers of MCP tools are agents, too. They sign in later and in another way.
  if (request.actor?.type !== "agent" && !request.path.startsWith("/mcp/")) return next();
  const field = namedPath(request);
  if (!field) return next();
  const message = `${field} of this request names a place that is not for agents. ${allowed}`;
  response.status(403).json({ error: message, message, code: "REFUSED" });
}

/**
 * The first field of a request that names a closed place, e.g. `body.workspace.cwd`, `query.path`, `address`.
 *
 * @param {{ path: string, query?: object, body?: unknown, actor?: { runId?: string } }} request
 * @returns {string | undefined}
 */
export function namedPath({ path, query, body, actor }) {
  const isClosed = placesOf(path, actor?.runId);
  if (path.split("/").some((part) => forms(part).some(isClosed))) return "address";
  // Not recursive: a body can be nested deeper than the call stack.
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
        // `files` maps names of files to their contents.
        const isContent = name === "files" && typeof one === "string";
        if (!isContent) left.push({ field: below, name: key, value: one, isShown: isShown || key === shown });
      }
    }
  }
  return undefined;
}

const isFreeText = (name) => freeNames.has(name) || freeText.test(name);

function isNamed(field, name, value, isClosed) {
  // Paperclip accepts a whole command line as the source of a skill.
  const words = name === "source" ? [value, ...value.split(/[\s"']+/)] : [value];
  if (words.some((word) => forms(word).some(isClosed))) return true;
  return folders.test(field) && value.trim() !== "" && isClosed(resolve(serverHome, value.trim()));
}

/** The forms that a text can take on its way to a file: trimmed, decoded several times, with backslashes as slashes. */
function forms(text) {
  // Most texts are neither a path nor encoded.
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

/** Tells whether a text in one of these forms names a place that is closed to the caller. */
function placesOf(route, runId) {
  // The folder that the server made for this run, see Paperclip's run-scratch.js.
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
