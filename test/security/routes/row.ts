/** What a route of Paperclip's has to do with files, addresses and programs. */

/** The least privileged role that the route lets in. */
type Who = "anybody" | "agent" | "person" | "administrator";

export interface Row {
  /** As Paperclip describes it: `GET /api/projects/{id}`. */
  route: string;
  who: Who;
  /**
   * Fields that name files, folders or branches, or that become part of such a name. Separated by spaces. Fields without a prefix are the
   * body's.
   */
  paths?: string;
  /** Fields that name something in a network. */
  urls?: string;
  /** Fields that name a program, its arguments or its variables. */
  programs?: string;
  /** Fields with contents of any kind, which can hold any of the above. */
  open?: string;
  /** Fields whose names suggest one of the above but that are none of them. */
  neither?: string;
  /** What the route does with files, addresses or programs that no field names. */
  does?: string;
}

export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: unknown[];
  required?: string[];
  minimum?: number;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: boolean | Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
}

interface Operation {
  parameters?: { in: string; name: string; schema?: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

/** Paperclip's description of its routes. */
export interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** The same text for the same route, however its parameters are named. */
export const withoutNames = (route: string): string =>
  route.replace(/\{\*?[^}]+\}|[:*][A-Za-z]+/g, "{}").replace(/(?<=.)\/$/, "");

export const describedRoutes = ({ paths }: Description): string[] =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );

/** Words in a field's name that suggest a file, an address or a program. */
const telling = new Set(
  "path paths cwd dir directory directories root folder folders file files url urls uri href link home host domain"
    .split(" ")
    .concat(
      "command commands args env vars script package repo branch image logo webhook endpoint locator locators source connector".split(
        " ",
      ),
    ),
);
/** Fields that take anything at all. */
const takesAnything =
  /^(metadata|config|adapterConfig|payload|params|parameters|arguments|configJson|transportConfig|workspaceRuntime|runtimeConfig|defaultsPayload|agentDefaultsPayload|configuration|mcpJson|providerMetadata|fields|workspaceRef)$/;

/** The fields of a described route that could name a file, an address or a program, e.g. `workspace.cwd` or `query.path`. */
export function tellingFields(operation: Operation, { components }: Description): string[] {
  const found = new Set<string>();
  const own = (name: string) => (name.split(".").at(-1) ?? "").replaceAll(/[[\]{}]/g, "");
  const tells = (name: string) =>
    (/path$/i.test(name) || !/(id|Key|Kind)$/i.test(name)) &&
    own(name)
      .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
      .toLowerCase()
      .split(/[ _-]/)
      .some((word) => telling.has(word));
  function look(given: Schema | undefined, name: string, depth: number): void {
    let schema = given;
    while (schema?.$ref) schema = components.schemas[schema.$ref.split("/").at(-1) ?? ""];
    if (!schema || depth > 12) return;
    const { type, format = "", properties, items, additionalProperties } = schema;
    const choices = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])];
    if (type === "string" && !schema.enum && !["uuid", "date-time"].includes(format) && tells(name))
      found.add(name);
    const saysNothing = !type && !properties && choices.length === 0 && !schema.enum;
    if ((saysNothing || additionalProperties) && takesAnything.test(own(name)))
      found.add(name.replace(/\{\}$/, ""));
    for (const [key, one] of Object.entries(properties ?? {}))
      look(one, name ? `${name}.${key}` : key, depth + 1);
    if (items) look(items, `${name}[]`, depth + 1);
    if (additionalProperties)
      look(additionalProperties === true ? {} : additionalProperties, `${name}{}`, depth + 1);
    for (const choice of choices) look(choice, name, depth + 1);
  }
  for (const { in: where, name, schema } of operation.parameters ?? []) look(schema, `${where}.${name}`, 0);
  for (const { schema } of Object.values(operation.requestBody?.content ?? {})) look(schema, "", 0);
  return [...found];
}

/** All fields that a row names. */
export const fieldsOf = ({ paths = "", urls = "", programs = "", open = "", neither = "" }: Row): string[] =>
  [paths, urls, programs, open, neither].join(" ").split(" ").filter(Boolean);
