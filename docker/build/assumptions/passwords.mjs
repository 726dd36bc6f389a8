// What a link for a new password leans on: Better Auth's route for it and its settings, and Paperclip's command line in the machine.
const server = "@paperclipai/server/dist";
const link = ["docker/password.sh", "docker/server/passwordPage.js"];
const page = ["docker/server/passwordPage.js"];
const commandLine = ["docker/paperclipai.sh"];

export const passwords = [
  {
    name: "a new password ends all sessions of its account where a setting says so",
    file: "better-auth/dist/api/routes/password.mjs",
    has: [
      "if (ctx.context.options.emailAndPassword?.revokeSessionsOnPasswordReset) await ctx.context.internalAdapter.deleteUserSessions(userId);",
    ],
    ours: page,
    otherwise: "whoever has got at an account stays in it after its password was changed",
  },
  {
    name: "Better Auth takes a row of `verification` for a new password, and removes it with that",
    file: "better-auth/dist/api/routes/password.mjs",
    has: [
      'createAuthEndpoint("/reset-password", {\n\tmethod: "POST",',
      `const id = \`reset-password:\${token}\`;\n\tconst verification = await ctx.context.internalAdapter.consumeVerificationValue(id);`,
      "const userId = verification.value;",
    ],
    ours: link,
    otherwise: "a link for a new password works twice, or not at all",
  },
  {
    name: "Better Auth keeps the identifier of such a row as it is, and removes what has expired without taking it",
    file: "better-auth/dist/db/internal-adapter.mjs",
    has: [
      "getStorageOption(identifier, options.verification?.storeIdentifier)",
      "Rows past their `expiresAt` are treated as already invalid",
    ],
    ours: link,
    otherwise: "a link for a new password is good for ever, or does not work",
  },
  {
    name: "only a mail that Paperclip does not send could make another row for a new password",
    among: "paperclip",
    finds: /\bsendResetPassword\b|\bstoreIdentifier\b/g,
    only: {},
    ours: link,
    otherwise: "anybody in the tailnet asks for a link for anybody's password, or ours is not found",
  },
  {
    name: "Better Auth takes limits for single routes",
    file: "better-auth/dist/api/rate-limiter/index.mjs",
    has: ["ctx.rateLimit.customRules[_path]", "if (resolved) {"],
    ours: page,
    otherwise: "links for new passwords can be tried out a hundred times in ten seconds",
  },
  {
    name: "Paperclip gives Better Auth its settings in these names",
    file: `${server}/auth/better-auth.js`,
    has: ["emailAndPassword: {\n            enabled: true,", "rateLimit: buildBetterAuthRateLimitOptions({"],
    ours: page,
    otherwise: "nobody can sign in with a password, or tries are not limited",
  },
  {
    name: "the log hides fields by their names in small letters, and an address below /api/auth is in the field authPath",
    file: `${server}/middleware/redact-sensitive.js`,
    has: ["SENSITIVE_KEYS.has(key.toLowerCase())"],
    ours: ["docker/build/passwords.mjs"],
    otherwise: "reading the log gives a link for a new password",
  },
  {
    name: "a password has 8 to 128 characters",
    file: "better-auth/dist/context/create-context.mjs",
    has: ["minPasswordLength || 8,", "maxPasswordLength || 128"],
    ours: page,
    otherwise: "the page for a new password names another length than the one that is asked for",
  },
  {
    name: "people sign in at /auth",
    file: "@paperclipai/server/ui-dist/assets/",
    has: [/path:"auth"/],
    ours: page,
    otherwise: "the page for a new password leads nowhere",
  },
  {
    name: "an administrator is a row with the person's id",
    file: "@paperclipai/db/dist/schema/instance_user_roles.js",
    has: ['text("user_id")', 'text("role")'],
    ours: ["docker/password.sh"],
    otherwise: "paperclip-password asks for an address where there is one administrator",
  },
  {
    name: "Paperclip's command line is one program, which reads these variables",
    file: "paperclipai/dist/index.js",
    has: [
      "process.env.PAPERCLIP_API_URL",
      "process.env.PAPERCLIP_API_KEY",
      "process.env.PAPERCLIP_CONTEXT",
      'program.command("run")',
      'program.command("configure")',
    ],
    ours: commandLine,
    otherwise: "paperclipai in the machine speaks to no server, or to another one",
  },
];
