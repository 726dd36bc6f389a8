// Addresses, fields and answers of Paperclip's API that the image's own code and doctor know by name.
const server = "@paperclipai/server/dist";
const named = ["docker/server/namedPaths.js"];
const health = ["ops/machineFindings.ts", "docker/build/makeCache.js"];

export const requests = [
  {
    name: "an agent's request has an actor of the type `agent` with the id of its run",
    file: `${server}/middleware/auth.js`,
    has: [/req\.actor = \{\s*type: "agent",/, "runId: claims.run_id,"],
    ours: named,
    otherwise: "agents make the server read and write files that are not theirs",
  },
  {
    name: "the caller is identified before paths in agents' requests are checked",
    file: `${server}/app.js`,
    has: [
      /app\.use\(actorMiddleware\(db, \{[\s\S]{0,600}?app\.use\(cloudControlMiddleware\(\)\);\s*app\.use\("\/api\/auth"/,
    ],
    ours: ["docker/build/reaches.mjs", ...named],
    otherwise:
      "no request counts as an agent's, and agents make the server read and write files that are not theirs",
  },
  {
    name: "agents' MCP tools have addresses below /mcp/ and these routes only",
    among: "paperclip",
    finds: /\brouter\.(?:get|post|all|use)\("\/[^"]*\bmcp\b/g,
    only: {
      [`${server}/routes/tool-gateway.js`]: 4,
      [`${server}/routes/connection-intents.js`]: 2,
      [`${server}/routes/project-tools.js`]: 1,
      // For people.
      [`${server}/routes/tool-access.js`]: 1,
    },
    ours: [...named, "docker/server/tools.js"],
    otherwise:
      "an agent can name files of others in a tool call, or asks for an event stream each second of a run",
  },
  {
    name: "an MCP server of Paperclip has no event stream",
    among: "paperclip",
    finds: /"Content-Type": "text\/event-stream"/gi,
    only: {
      // For people's pages.
      [`${server}/routes/plugins.js`]: 1,
      [`${server}/routes/board-chat.js`]: 1,
      // For who develops a plugin.
      "@paperclipai/plugin-sdk/dist/dev-server.js": 1,
    },
    ours: ["docker/server/tools.js"],
    otherwise: "the image refuses the stream, and agents miss what it would tell them",
  },
  {
    name: "an agent's instructions are changed at addresses that begin with instructions-",
    among: "paperclip",
    finds: /router\.\w+\("\/agents\/:id\/instructions(?!-)/g,
    only: {},
    ours: named,
    otherwise: "agents that may change their instructions cannot",
  },
  {
    name: "agents' instructions have these routes",
    file: `${server}/routes/agents.js`,
    has: ['"/agents/:id/instructions-path"', '"/agents/:id/instructions-bundle/file"'],
    ours: named,
    otherwise: "agents that may change their instructions cannot",
  },
  {
    name: "the field for a project's folder is called cwd",
    file: "@paperclipai/shared/dist/validators/project.js",
    has: ["cwd: z.string()"],
    ours: named,
    otherwise: "an agent's project can be in the server's own folder",
  },
  {
    name: "the field for a folder of instructions is called rootPath",
    file: "@paperclipai/shared/dist/validators/agent.js",
    has: ["rootPath: z.string()"],
    ours: named,
    otherwise: "an agent's instructions can be in the server's own folder",
  },
  {
    name: "companies are imported at addresses with import or imports",
    file: `${server}/routes/company-import-paths.js`,
    has: [
      'COMPANY_IMPORT_ROUTE_PATH = "/import"',
      `COMPANY_IMPORT_API_PATH = \`/api/companies\${COMPANY_IMPORT_ROUTE_PATH}\``,
    ],
    ours: ["docker/server/lengths.js", "docker/server/memory.js"],
    otherwise: "a company with pictures cannot be imported: the request is too long",
  },
  {
    name: "a request's JSON has 10 MB at most, and that of a company import 64",
    file: `${server}/http/body-limits.js`,
    has: ['DEFAULT_JSON_BODY_LIMIT = "10mb"', "PORTABLE_JSON_BODY_LIMIT_BYTES = 64 * 1024 * 1024"],
    ours: ["docker/server/bodies.js"],
    otherwise: "larger requests are refused that Paperclip would take, or the answer does not say why",
  },
  {
    name: "the bytes of a request's JSON are kept in rawBody",
    file: `${server}/app.js`,
    has: ["req.rawBody = buf;"],
    ours: ["docker/server/lengths.js"],
    otherwise: "a NUL in a comment is answered with Internal server error",
  },
  {
    name: "an export has these files that are not texts: attachments, pictures in texts, the logo and the chart",
    file: `${server}/services/company-portability.js`,
    finds: /bufferToPortableBinaryFile\(/g,
    amid: /exportBundle/,
    among: "paperclip",
    only: { [`${server}/services/company-portability.js`]: 6 },
    ours: ["docker/build/export.mjs"],
    otherwise: "an export has other files in memory all at once",
  },
  {
    name: "companies are imported in parts at addresses with imports",
    file: `${server}/routes/companies.js`,
    has: ['"/:companyId/imports/apply"'],
    ours: ["docker/server/lengths.js", "docker/server/memory.js"],
    otherwise: "a company with pictures cannot be imported: the request is too long",
  },
  {
    name: "a picture in an imported company is base64 in `data`",
    file: "@paperclipai/shared/dist/validators/company-portability.js",
    has: [/encoding: z\.literal\("base64"\),\s*data: z\.string\(\)/],
    ours: ["docker/server/lengths.js"],
    otherwise: "a company with pictures cannot be imported: the request is too long",
  },
  {
    name: "the tables of a comment are in `sections`",
    file: "@paperclipai/shared/dist/validators/issue.js",
    has: ["sections: z.array(issueCommentMetadataSectionSchema)"],
    ours: named,
    otherwise: "an agent's comment with a path in a table is refused",
  },
  {
    name: "the health check is at /api/health",
    file: `${server}/app.js`,
    has: ['api.use("/health", healthRoutes(db, {'],
    ours: [
      "docker/server/door.js",
      "docker/lib/watchdog.sh",
      "components/fly/flyToml.ts",
      "ops/machineFindings.ts",
    ],
    otherwise: "the start takes a server that works for one that hangs, and ends it",
  },
  {
    name: "the health check says whether the instance has an administrator",
    file: `${server}/routes/health.js`,
    has: [
      '"ready" : "bootstrap_pending"',
      "bootstrapStatus,",
      "bootstrapInviteActive,",
      "status: healthStatus,",
    ],
    ours: health,
    otherwise: "doctor finds an administrator on a machine that has none",
  },
  {
    name: "the health check tells of backups that are missing",
    file: `${server}/routes/health.js`,
    has: ["{ warnings: redactedWarnings }", "message: messages[warning.code]"],
    ours: health,
    otherwise: "doctor does not report backups that fail",
  },
  {
    name: "the health check is answered for the host localhost",
    file: `${server}/middleware/private-hostname-guard.js`,
    has: ['allowSet.add("localhost");'],
    ours: ["components/fly/flyToml.ts", "docker/lib/watchdog.sh"],
    otherwise: "Fly.io takes a machine that works for one that does not",
  },
  {
    name: "addresses that change skills contain the word",
    file: `${server}/routes/company-skills.js`,
    has: ['"/companies/:companyId/skills/import"'],
    ours: ["docker/server/memory.js"],
    otherwise: "a bundled skill that somebody has removed stays away until the next start",
  },
];
