// What Paperclip would look up anew for each of the thirty requests that a page consists of: here once, until somebody changes something.
//
// What calls these functions, and where in Paperclip, is in ../build/reaches.mjs.

/** For how long at most, as an operator may change the database itself. Milliseconds. */
const longest = 5000;

/** More people than a machine has: what is remembered never grows beyond it. */
const most = 1000;

/** Promises of what was looked up about who asks, by what and the request's cookies. */
let known = new Map();

/** Companies whose bundled skills are as the image has them. */
const skilled = new Map();

/** Requests that could take a bundled skill, or the folder of one, away. */
const touchesSkills = /skill|folder|import|transfer/i;

/** Forgets what a change may have made wrong. @param url of the request that changes something, where it is one */
export function forget(url = "") {
  known = new Map();
  if (touchesSkills.test(url)) skilled.clear();
}

/**
 * Looks up something about the person who asks, once for all requests of a page. A request that changes something looks for itself.
 *
 * @template T
 * @param {{ method: string, headers: { cookie?: string } }} request
 * @param {string} what
 * @param {() => Promise<T>} look gives what only depends on the request's cookies
 * @returns {Promise<T>}
 */
export function aboutPerson(request, what, look) {
  if (request.method !== "GET" || !request.headers.cookie) return look();
  const key = `${what} ${request.headers.cookie}`;
  let entry = known.get(key);
  if (!entry || performance.now() - entry.since > longest) {
    if (known.size >= most) known = new Map();
    entry = { since: performance.now(), answer: look() };
    known.set(key, entry);
    // A look that fails is not remembered; who waits for it is told.
    entry.answer.catch(() => known.delete(key));
  }
  // To each its own: Paperclip's code may write into what it is given.
  return entry.answer.then(structuredClone);
}

/** Makes a company's bundled skills what the image has, once: reading them from the disk and comparing them takes a hundred statements. */
export function bundledSkills(companyId, ensure) {
  let done = skilled.get(companyId);
  if (!done) {
    done = ensure();
    skilled.set(companyId, done);
    done.catch(() => skilled.delete(companyId));
  }
  return done;
}
