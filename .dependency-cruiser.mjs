/** Who imports whom: the rooms' borders, for `npm run check`. */

/** What runs on an operator's or a client's machine. The check and what writes generated parts are for contributors. */
const product = "^(index\\.(ts|mjs)$|(components|ops|program)/)";
const forContributors = "^program/(check|shell|docs|generated|settingsDocs|variableParts)\\.ts$";

/** The only files of the product that start a program, each the wrapper of one: see CONTRIBUTING.md. */
const starters = [
  "components/fly/flyctl\\.ts",
  "components/fly/flyctlGate\\.ts",
  "components/image/docker\\.ts",
  "components/image/dockerDaemon\\.ts",
  "ops/stackOutputs\\.ts",
  "program/run\\.mjs",
];

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-circle",
      comment:
        "Files that need each other, be it for a type only, share something: give it a file below both.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "product-stands-alone",
      comment:
        "The program, its component and ops/ meet the local platform through flyctl, HTTP and Docker, as the real Fly.",
      severity: "error",
      from: { path: product, pathNot: forContributors },
      to: { path: "^(local|test|bench|docker)/" },
    },
    {
      name: "component-below-program",
      comment:
        "The component can be used by another program than this one. Only the look at the Node.js is shared.",
      severity: "error",
      from: { path: "^components/" },
      to: { path: "^(index\\.|ops/|program/(?!nodeVersion\\.mjs$))" },
    },
    {
      name: "local-without-component",
      comment: "The local platform knows nothing of what it is tried with.",
      severity: "error",
      from: { path: "^local/" },
      to: { path: "^(components|program|ops|test|bench|docker)/" },
    },
    {
      name: "product-starts-programs-in-one-place",
      comment: "One wrapper owns each command line: call components/fly/flyctl.ts for flyctl.",
      severity: "error",
      from: { path: product, pathNot: [forContributors, ...starters.map((file) => `^${file}$`)] },
      to: { path: "^(node_modules/execa/|(node:)?child_process$)" },
    },
    {
      name: "server-stands-alone",
      comment: "The image has these files and Node.js, and no packages for them.",
      severity: "error",
      from: { path: "^docker/server/" },
      to: { pathNot: "^docker/server/", dependencyTypesNot: ["core"] },
    },
    {
      name: "product-without-dev-packages",
      comment: "`npm ci --omit=dev` does not install it: move it to `dependencies` in package.json.",
      severity: "error",
      from: { path: product, pathNot: forContributors },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "nothing-missing",
      comment: "The file is not there, or the package is not in package.json.",
      severity: "error",
      from: { pathNot: "^docker/build/" },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // Types, too: a file that cannot be read without another one needs it.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: [".ts", ".mjs", ".js", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
