/**
 * The test projects: what each needs on this machine, and how long it takes. vitest.config.ts, `npm test` and the table in CONTRIBUTING.md
 * are made from this.
 */

/** What local/toolchain/setup.ts can set up, each with its name for people. */
const needs = {
  docker: "Docker",
  pulumi: "Pulumi with its providers",
  flyctl: "flyctl",
  registry: "a registry",
  tailnet: "tailscaled and a tailnet",
  images: "the image's base images",
} as const;
export type Need = keyof typeof needs;

export const everything = Object.keys(needs) as Need[];

interface Project {
  /** What its tests show. */
  shows: string;
  needs: readonly Need[];
  /** On two cores, once everything is set up; rounded up. */
  minutes: number;
}

/** In the order in which `npm test` runs them. */
export const projects = {
  unit: { shows: "functions, without any of the parts around them", needs: [], minutes: 1 },
  contract: {
    shows: "the stand-ins, against recordings of the real programs",
    needs: everything,
    minutes: 5,
  },
  engine: { shows: "the program, in Pulumi's real engine", needs: everything, minutes: 15 },
  security: { shows: "what nobody gets, though they try", needs: everything, minutes: 11 },
  image: { shows: "the image as a machine", needs: ["docker", "tailnet", "images"], minutes: 5 },
  e2e: { shows: "the whole story, and people's browsers", needs: everything, minutes: 16 },
  "image-alone": {
    shows: "the image at the end of its memory, CPU or patience",
    needs: ["docker", "images"],
    minutes: 15,
  },
} as const satisfies Record<string, Project>;
export type ProjectName = keyof typeof projects;

/** Tests of the image that need the host to themselves: the files of `image-alone`. */
export const aloneOnTheHost = ["agents", "cpu", "hostKernel", "idle", "memory", "page", "watchdog"].map(
  (name) => `test/image/${name}.test.ts`,
);

export const projectNames = Object.keys(projects) as ProjectName[];

/**
 * The projects that vitest runs with this command line. `--project` takes a name, with `*` for any characters and `!` in front for all
 * others.
 */
export function chosenProjects(words: readonly string[]): ProjectName[] {
  const patterns = words.flatMap((word, index) => {
    const value = /^--project(?:=(.*))?$/.exec(word);
    return value ? [value[1] ?? words[index + 1] ?? ""] : [];
  });
  const matches = (pattern: string) => {
    const literal = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return (name: string) => new RegExp(`^${literal.join(".*")}$`, "i").test(name);
  };
  const excluded = patterns
    .filter((pattern) => pattern.startsWith("!"))
    .map((pattern) => matches(pattern.slice(1)));
  const wanted = patterns.filter((pattern) => !pattern.startsWith("!")).map(matches);
  return projectNames.filter(
    (name) =>
      (wanted.length === 0 || wanted.some((matching) => matching(name))) &&
      !excluded.some((matching) => matching(name)),
  );
}

/** Everything that some projects need. */
export const needsOf = (names: readonly ProjectName[]): Need[] =>
  everything.filter((need) => names.some((name) => (projects[name].needs as readonly Need[]).includes(need)));

/** When a test file ran, in Unix milliseconds. */
export interface FileRun {
  /** From the repository's root. */
  file: string;
  startTime: number;
  endTime: number;
}

/** Seconds from the beginning of each project's first file to the end of its last. */
export function projectSeconds(runs: readonly FileRun[]): { project: string; seconds: number }[] {
  const projectOf = ({ file }: FileRun) =>
    aloneOnTheHost.includes(file) ? "image-alone" : (file.split("/")[1] ?? file);
  return [...Map.groupBy(runs, projectOf)].map(([project, its]) => {
    const end = Math.max(...its.map(({ endTime }) => endTime));
    return { project, seconds: (end - Math.min(...its.map(({ startTime }) => startTime))) / 1000 };
  });
}

/** The table for people, in Markdown. */
export function projectTable(): string {
  const rows = Object.entries(projects).map(([name, { shows, needs: its, minutes }]) => {
    const what = its === everything ? "all of it" : its.map((need) => needs[need]).join(", ") || "nothing";
    return `| \`${name}\` | ${shows} | ${what} | ${minutes} |`;
  });
  return ["| project | shows | needs | minutes |", "|---|---|---|---|", ...rows].join("\n");
}
