// Caches what Paperclip would otherwise look up for each of a page's thirty requests, until somebody changes something.
//
// ../build/reaches.mjs says where Paperclip calls these functions.

/** How long at most, in milliseconds: an operator can change the database directly. */
const longest = 5000;

/** Most entries: more than a machine has users. */
const most = 1000;

/** Promises of what was looked up about a user, by kind and the request's cookies. */
let known = new Map();

/** Companies whose bundled skills match the image. */
const skilled = new Map();

/** Requests that could remove a bundled skill or its folder. */
const touchesSkills = /skill|folder|import|transfer/i;

/** Forgets what a change could have made stale. @param url of the request that changes something, where it is one */
export function forget(url = "") {
  known = new Map();
  if (touchesSkills.test(url)) skilled.clear();
}

/**
 * Looks up something about the user, once for all requests of a page. A request that changes something looks it up itself.
 *
 * @template T
 * @param {{ method: string, headers: { cookie?: string } }} request
 * @param {string} what
 * @param {() => Promise<T>} look depends on the request's cookies only
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
    // A failed lookup is not kept; its callers get the error.
    entry.answer.catch(() => known.delete(key));
  }
  // Each caller gets a copy, because Paperclip's code could change it.
  return entry.answer.then(structuredClone);
}

/** Brings a company's bundled skills up to the image, once: reading and comparing them takes a hundred statements. */
export function bundledSkills(companyId, ensure) {
  let done = skilled.get(companyId);
  if (!done) {
    done = ensure();
    skilled.set(companyId, done);
    done.catch(() => skilled.delete(companyId));
  }
  return done;
}
