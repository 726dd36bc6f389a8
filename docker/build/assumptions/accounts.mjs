// Who gets an account and who gets in.
const server = "@paperclipai/server/dist";
const door = ["docker/server/door.js"];
const invitations = ["docker/server/invitations.js"];

export const accounts = [
  {
    name: "a sign-up's address contains `auth` and then `sign-up`: the path",
    file: "better-auth/dist/api/routes/sign-up.mjs",
    has: ['createAuthEndpoint("/sign-up/email"'],
    ours: door,
    otherwise:
      "the door takes a sign-up for any other request, and whoever reaches the page can try to register",
  },
  {
    name: "a sign-up's address contains `auth` and then `sign-up`: the mount",
    file: `${server}/app.js`,
    has: ['app.all("/api/auth/{*authPath}", opts.betterAuthHandler)'],
    ours: door,
    otherwise:
      "the door takes a sign-up for any other request, and whoever reaches the page can try to register",
  },
  {
    name: "Better Auth is created in one module only, where the image adds its settings",
    among: "paperclip",
    finds: /\bbetterAuth\(/g,
    only: { [`${server}/auth/better-auth.js`]: 2 },
    ours: ["docker/build/guards.mjs", ...invitations],
    otherwise: "the other one creates accounts without an invitation",
  },
  {
    name: "Better Auth's second instance gets the same settings",
    file: `${server}/auth/better-auth.js`,
    has: ["betterAuth({\n        ...authConfig,"],
    ours: ["docker/build/guards.mjs", ...invitations],
    otherwise: "the instance for loopback requests creates accounts without an invitation",
  },
  {
    name: "Paperclip itself inserts accounts only for its local board and for its cloud",
    among: "paperclip",
    finds: /\.insert\(authUsers\)/g,
    only: { [`${server}/middleware/auth.js`]: 1, [`${server}/index.js`]: 1 },
    ours: invitations,
    otherwise: "accounts are created without Better Auth, and so without an invitation",
  },
  {
    name: "Better Auth calls a hook before it creates a row, and stops if the hook throws",
    file: "better-auth/dist/db/with-hooks.mjs",
    has: [
      "const toRun = hooks[model]?.create?.before;",
      "() => toRun(actualData, context))",
      "tryGetCurrentAuthEndpointContext()",
    ],
    ours: invitations,
    otherwise: "accounts are made without an invitation, or several from one",
  },
  {
    name: "Better Auth creates accounts through that hook",
    file: "better-auth/dist/db/internal-adapter.mjs",
    has: [/createWithHooks\(\{[\s\S]{0,300}?\}, "user"/],
    ours: invitations,
    otherwise: "accounts are made without an invitation, or several from one",
  },
  {
    name: "the page of an invitation is at /invite/TOKEN",
    file: `${server}/routes/access.js`,
    has: [`const invitePath = \`/invite/\${token}\`;`],
    ours: [...invitations, "docker/lib/invite.sh", "docker/server/log.js"],
    otherwise: "nobody who is invited gets an account, and the log contains links of invitations",
  },
  {
    name: "the page of an invitation begins with a question for /api/invites/TOKEN",
    file: "@paperclipai/server/ui-dist/assets/",
    has: [/getInvite:(\w+)=>\w+\.get\(`\/invites\/\$\{\1\}`\)/],
    ours: invitations,
    otherwise: "nobody who is invited gets an account",
  },
  {
    name: "an invitation is found by the SHA-256 of its token",
    file: `${server}/routes/access.js`,
    has: ['createHash("sha256").update(token).digest("hex")', "eq(invites.tokenHash, hashToken(token))"],
    ours: [...invitations, "docker/lib/invite.sh"],
    otherwise: "nobody who is invited gets an account",
  },
  {
    name: "an invitation for agents only is known by the join type `agent`",
    file: `${server}/routes/access.js`,
    has: ['invite.allowedJoinTypes === "agent"'],
    ours: invitations,
    otherwise: "an agent's invitation creates an account for a person",
  },
  {
    name: "an administrator of the instance has the role `instance_admin`",
    file: `${server}/routes/health.js`,
    has: [`\${instanceUserRoles.role} = 'instance_admin'`, 'eq(invites.inviteType, "bootstrap_ceo")'],
    ours: ["docker/lib/invite.sh"],
    otherwise:
      "each start opens a new first administrator's invitation on a machine that has an administrator",
  },
  {
    name: "only these modules make an HTTP server",
    among: "paperclip",
    amid: /\bfrom ["'](?:node:)?https?2?["']/,
    finds: /(?<![\w.])createServer\(|\bhttps?2?\.createS\w*erver\(|\bcreateHttpServer\(/g,
    only: {
      [`${server}/index.js`]: 1,
      // For development: the page's own server.
      [`${server}/app.js`]: 2,
      "@paperclipai/plugin-sdk/dist/dev-server.js": 1,
      // On loopback, for one run.
      "@paperclipai/adapter-utils/dist/local-process-sandbox.js": 1,
      [`${server}/vendor/paperclip-runner/control-plane/durable-prp-control-plane.js`]: 1,
      [`${server}/vendor/paperclip-runner/drivers/runner-tool-bridge.js`]: 1,
      [`${server}/vendor/paperclip-runner/drivers/opencode/mcp-bridge.js`]: 1,
      // For sandboxes elsewhere, of which the image has none.
      "@paperclipai/adapter-utils/dist/http2-bridge-server.js": 1,
      // Texts of programs that run elsewhere, and parts that the server does not load.
      "@paperclipai/adapter-utils/dist/sandbox-callback-bridge.js": 2,
      [`${server}/vendor/paperclip-runner/live/`]: "any",
    },
    ours: door,
    otherwise: "a server that is made in another way has no door: it also answers the platform's network",
  },
  {
    name: "the server is made with the app as its only argument",
    file: `${server}/index.js`,
    has: ['import { createServer } from "node:http";', "const server = createServer(app);"],
    ours: door,
    otherwise: "the door drops a second argument, or takes options for the app and answers nothing",
  },
  {
    name: "the app is an Express app",
    file: `${server}/app.js`,
    has: ["const app = express();"],
    ours: door,
    otherwise: "the door calls something that is not a function of a request and a response",
  },
  {
    name: "WebSockets come to the server as upgrades",
    file: `${server}/realtime/live-events-ws.js`,
    has: ["new WebSocketServer({ noServer: true })", 'server.on("upgrade"'],
    ours: door,
    otherwise: "WebSockets bypass the door",
  },
];
