import { beforeEach, expect, test, vi } from "vitest";

type Memory = typeof import("../../../docker/server/memory.js");
let memory: Memory;

beforeEach(async () => {
  vi.resetModules();
  memory = await import("../../../docker/server/memory.js");
});

const page = (cookie: string, method = "GET") => ({ method, headers: { cookie } });

/** Something to look up, which is new each time, and the number of times it was looked up. */
function lookUp() {
  let times = 0;
  return { look: async () => ({ session: ++times }), times: () => times };
}

test("the requests of one person's page are answered from one look", async () => {
  const { look, times } = lookUp();
  const answers = [1, 2, 3].map(() => memory.aboutPerson(page("a"), "session", look));
  expect(await Promise.all(answers)).toEqual([{ session: 1 }, { session: 1 }, { session: 1 }]);
  expect(times()).toBe(1);
});

test("nobody is mistaken for somebody else, and a session is not mistaken for rights", async () => {
  const { look } = lookUp();
  expect(await memory.aboutPerson(page("a"), "session", look)).toEqual({ session: 1 });
  expect(await memory.aboutPerson(page("b"), "session", look)).toEqual({ session: 2 });
  expect(await memory.aboutPerson(page("a"), "rights", look)).toEqual({ session: 3 });
});

test("after a change, e.g. a sign-out, it is looked up anew", async () => {
  const { look } = lookUp();
  await memory.aboutPerson(page("a"), "session", look);
  memory.forget("/api/auth/sign-out");
  expect(await memory.aboutPerson(page("a"), "session", look)).toEqual({ session: 2 });
});

test("an answer that was asked for before a change is not kept after it", async () => {
  let answer = (_: string) => {};
  const slow = new Promise<string>((resolve) => {
    answer = resolve;
  });
  const before = memory.aboutPerson(page("a"), "session", () => slow);
  memory.forget("/api/auth/sign-out");
  answer("signed in");
  await before;
  expect(await memory.aboutPerson(page("a"), "session", async () => "signed out")).toBe("signed out");
});

test("a request that changes something, and one without cookies, look things up anew", async () => {
  const { look, times } = lookUp();
  await memory.aboutPerson(page("a"), "session", look);
  await memory.aboutPerson(page("a", "POST"), "session", look);
  await memory.aboutPerson({ method: "GET", headers: {} }, "session", look);
  expect(times()).toBe(3);
});

test("a lookup that fails is reported and not remembered", async () => {
  const failing = () => Promise.reject(new Error("no database"));
  await expect(memory.aboutPerson(page("a"), "session", failing)).rejects.toThrow("no database");
  const { look } = lookUp();
  expect(await memory.aboutPerson(page("a"), "session", look)).toEqual({ session: 1 });
});

test("what one request does to its answer is not seen by another", async () => {
  const { look } = lookUp();
  const mine = await memory.aboutPerson<{ session: number }>(page("a"), "session", look);
  mine.session = 99;
  expect(await memory.aboutPerson(page("a"), "session", look)).toEqual({ session: 1 });
});

test("bundled skills are compared once a company, until a request may have taken one away", async () => {
  const { look, times } = lookUp();
  await memory.bundledSkills("acme", look);
  memory.forget("/api/issues/1");
  await memory.bundledSkills("acme", look);
  expect(times()).toBe(1);
  await memory.bundledSkills("other", look);
  memory.forget("/api/companies/acme/skills/7");
  await memory.bundledSkills("acme", look);
  expect(times()).toBe(3);
});
