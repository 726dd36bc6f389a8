// A change to Paperclip's code, as in reaches.mjs, for links that set a new password (../server/passwordPage.js).
const server = "@paperclipai/server/dist";

export const passwords = [
  {
    name: "no link for a new password is logged: the parts of an address below /api/auth, which stands beside them without its token",
    file: `${server}/middleware/redact-sensitive.js`,
    text: "const SENSITIVE_KEYS = new Set([",
    becomes: 'const SENSITIVE_KEYS = new Set([\n    "authpath",',
  },
];
