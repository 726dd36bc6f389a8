// Who gets an account and who gets in.
const server = "@paperclipai/server/dist";
const door = ["docker/server/door.js"];
const invitations = ["docker/server/invitations.js"];

export const accounts = [
  {
    name: "accounts are asked for at an address with `auth` and `sign-up` in it: the path",
    file: "better-auth/dist/api/routes/sign-up.mjs",
    has: ['createAuthEndpoint("/sign-up/email"'],
    ours: door,
    otherwise:
      "the door takes a sign-up for any other request, and whoever reaches the page can try to register",
  },
  {
    name: "accounts are asked for at an address with `auth` and `sign-up` in it: the mount",
    file: `${server}/app.js`,
    has: ['app.all("/api/auth/{*authPath}", opts.betterAuthHandler)'],
    ours: door,
    otherwise:
      "the door takes a sign-up for any other request, and whoever reaches the page can try to register",
  },
  {
    name: "all accounts are made by one Better Auth, whose settings the image adds to",
    among: "paperclip",
    finds: /\bbetterAuth\(/g,
    only: { [`${server}/auth/better-auth.js`]: 2 },
    ours: ["docker/build/guards.mjs", ...invitations],
    otherwise: "another Better Auth makes accounts without an invitation",
  },
  {
    name: "all of Better Auth's variants get the settings that the image adds to",
    file: `${server}/auth/better-auth.js`,
    has: ["betterAuth({\n        ...authConfig,"],
    ours: ["docker/build/guards.mjs", ...invitations],
    otherwise: "the variant for loopback requests makes accounts without an invitation",
  },
  {
    name: "Paperclip itself makes an account only for its own board and for its cloud's people",
    among: "paperclip",
    finds: /\.insert\(authUsers\)/g,
    only: { [`${server}/middleware/auth.js`]: 1, [`${server}/index.js`]: 1 },
    ours: invitations,
    otherwise: "an account is made past Better Auth, and so without an invitation",
  },
  {
    name: "Better Auth asks a hook before it makes an account, and lets an error of the hook end it",
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
    name: "Better Auth makes accounts through that hook",
    file: "better-auth/dist/db/internal-adapter.mjs",
    has: [/createWithHooks\(\{[\s\S]{0,300}?\}, "user"/],
    ours: invitations,
    otherwise: "accounts are made without an invitation, or several from one",
  },
  {
    name: "an invitation's page has the address /invite/TOKEN",
    file: `${server}/routes/access.js`,
    has: [`const invitePath = \`/invite/\${token}\`;`],
    ours: [...invitations, "docker/lib/invite.sh", "docker/server/log.js"],
    otherwise: "nobody who is invited gets an account, and links of invitations are logged",
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
    otherwise: "an agent's invitation makes an account for a person",
  },
  {
    name: "who administers the instance has the role `instance_admin`",
    file: `${server}/routes/health.js`,
    has: [`\${instanceUserRoles.role} = 'instance_admin'`, 'eq(invites.inviteType, "bootstrap_ceo")'],
    ours: ["docker/lib/invite.sh"],
    otherwise:
      "each start opens a new first administrator's invitation on a machine that has an administrator",
  },
  {
    name: "the server listens through node:http alone, and only these modules make a server",
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
    otherwise: "a server that is made another way has no door: it answers the platform's network, too",
  },
  {
    name: "the server is made with one argument, the app",
    file: `${server}/index.js`,
    has: ['import { createServer } from "node:http";', "const server = createServer(app);"],
    ours: door,
    otherwise: "the door drops what comes second, or takes options for the app and answers nothing",
  },
  {
    name: "the door's app gets what Express takes from a server",
    file: `${server}/app.js`,
    has: ["const app = express();"],
    ours: door,
    otherwise: "the door calls something that is no function of a request and a response",
  },
  {
    name: "WebSockets come to the server as upgrades",
    file: `${server}/realtime/live-events-ws.js`,
    has: ["new WebSocketServer({ noServer: true })", 'server.on("upgrade"'],
    ours: door,
    otherwise: "WebSockets pass the door by",
  },
];
