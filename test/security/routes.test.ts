import { afterAll, beforeAll, expect, test } from "vitest";
import { paperclipImage } from "../support/paperclipImage.ts";
import { Workplace } from "../support/workplace.ts";
import { type Description, describedRoutes, fieldsOf, tellingFields, withoutNames } from "./routes/row.ts";
import { routesInside } from "./routes/stack.ts";
import { table } from "./routes/table.ts";

/**
 * Compares the table of routes with the Paperclip of the image: with the routes that it describes, and with those that exist undescribed.
 */
let work: Workplace;
let description: Description;
/** By the text without names: each route as Paperclip writes it. */
const routes = new Map<string, string>();
const rows = Map.groupBy(table, ({ route }) => withoutNames(route));

beforeAll(async () => {
  work = await Workplace.start(await paperclipImage());
  description = await work.operator.ok("GET", "/api/openapi.json");
  const inside = await routesInside(work.machine, Object.keys(description.paths));
  for (const route of [...describedRoutes(description), ...inside])
    if (!routes.has(withoutNames(route))) routes.set(withoutNames(route), route);
});

afterAll(() => work?.stop());

test("the server has hundreds of routes, and some that it does not describe", () => {
  const described = new Set(describedRoutes(description).map(withoutNames));
  expect(described.size).toBeGreaterThan(500);
  expect([...routes.keys()].filter((route) => !described.has(route)).length).toBeGreaterThan(5);
});

test("each route has one row, or was found to need none", async () => {
  expect([...rows.values()].filter((same) => same.length > 1)).toEqual([]);
  const plain = [...routes].filter(([route]) => !rows.has(route)).map(([, route]) => route);
  await expect(`${plain.sort(byPath).join("\n")}\n`).toMatchFileSnapshot("routes/plain.txt");
});

test("no row names a route that is gone", () => {
  expect([...rows.keys()].filter((route) => !routes.has(route))).toEqual([]);
});

test("every field that could name a file, an address or a program is in a row", () => {
  const missing = Object.entries(description.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) => {
      const route = `${method.toUpperCase()} ${path}`;
      const known = new Set((rows.get(withoutNames(route)) ?? []).flatMap(fieldsOf));
      return tellingFields(operation, description)
        .filter((field) => !known.has(field))
        .map((field) => `${route}: ${field}`);
    }),
  );
  expect(missing).toEqual([]);
});

function byPath(one: string, other: string): number {
  const [a, b] = [one, other].map((route) => route.split(" ").reverse().join(" ")) as [string, string];
  return a < b ? -1 : 1;
}
