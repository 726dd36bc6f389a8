// Changes to Paperclip's code, as in reaches.mjs, that keep one request from harming others: from blocking the server, from making it connect to
// places that only it reaches, and from creating more accounts than an administrator has allowed.
import { exportReaches } from "./export.mjs";
import { passwords } from "./passwords.mjs";

const server = "@paperclipai/server/dist";
const raw = String.raw;

/** Replaces `fetch` in modules that work inside this machine. All others reach the internet only, see ../server/outgoing.js. */
const fetchesHere = (file, text, which) => ({
  name: `fetched from inside this machine: ${which}`,
  file,
  text,
  becomes: `${text}\nconst fetch = paperclipOnFly.fetchHere;`,
});

export const guards = [
  ...exportReaches,
  {
    name: "punctuation after a reference to a task is removed in one pass",
    file: "@paperclipai/shared/dist/issue-references.js",
    text: "const cleanedToken = trimTrailingPunctuation(rawToken);",
    becomes: "const cleanedToken = paperclipOnFly.trimTrailingPunctuation(rawToken);",
  },
  {
    name: "punctuation after an address in a search is removed in one pass",
    file: `${server}/services/company-search-extract.js`,
    text: "const value = trimUrlToken(raw);",
    becomes: "const value = paperclipOnFly.trimUrlToken(raw);",
  },
  {
    name: "Markdown's marks in a search result are removed in one pass",
    file: `${server}/services/company-search.js`,
    text: raw`.replace(/(^|\s)[#>*_~|]+|[#>*_~|]+(?=\s|$)/g, " ")`,
    becomes: raw`.replace(/\s?[#>*_~|]+/g, paperclipOnFly.withoutMarks)`,
  },
  {
    name: "addresses are found in linear time: without `u` only two letters differ, which no address has",
    file: `${server}/services/company-search-extract.js`,
    text: raw`\.)+[a-z]{2,}\/[^\s<>"'${"`"}]+/giu;`,
    becomes: raw`\.)+[a-z]{2,}\/[^\s<>"'${"`"}]+/gi;`,
  },
  {
    name: "names of files are found in linear time: the result is the same without `u`",
    file: `${server}/services/native-runtime/native-deliverable-feedback.js`,
    text: raw`jpe?g|svg|zip)\b/giu;`,
    becomes: raw`jpe?g|svg|zip)\b/gi;`,
  },
  {
    name: "a request to merge is recognized in linear time, which V8 can do if no count is above 16",
    file: `${server}/services/issue-thread-interactions.js`,
    text: raw`(?:confirm(?:\s+that)?\s+.{0,80}\s+)?`,
    becomes: raw`(?:confirm(?:\s+that)?\s+.{0,16}.{0,16}.{0,16}.{0,16}.{0,16}\s+)?`,
  },
  {
    name: "pictures in a comment on GitHub are found in linear time, which V8 can do if no count is above 16",
    file: `${server}/services/chat-github-attachments.js`,
    text: raw`/<img\b[^>]{0,8192}?\bsrc`,
    becomes: raw`/<img\b[^>]*?\bsrc`,
  },
  {
    name: "the command of a service is recognized in linear time, which V8 can do without lookahead; only yes or no is needed",
    file: "@paperclipai/shared/dist/runtime-exposure/loopback-bind.js",
    text: raw`(?::once|:watch|:server)?(?=\s|$)|[^\s]*dev-runner(?:\.[cm]?[jt]s)?(?=\s|$))/;`,
    becomes: raw`(?::once|:watch|:server)?(?:\s|$)|[^\s]*dev-runner(?:\.[cm]?[jt]s)?(?:\s|$))/;`,
  },
  {
    name: "links in a document are searched for once per line",
    file: "@paperclipai/shared/dist/document-anchors.js",
    text: "const rest = text.slice(index);",
    becomes: "const rest = paperclipOnFly.linkFrom(text, index);",
  },
  {
    name: "the place of an annotation is searched for among the first thousand matches",
    file: "@paperclipai/shared/dist/document-anchors.js",
    text: "starts.push(start);",
    becomes: "starts.push(start); if (starts.length === 1000) break;",
  },
  {
    name: "an annotation of a long part of a long document is not searched for again after that part has changed",
    file: "@paperclipai/shared/dist/document-anchors.js",
    text: `if (words.length === 0)
        return null;
    const textWords`,
    becomes: `if (words.length === 0 || words.length * projection.text.length > 20_000_000)
        return null;
    const textWords`,
  },
  {
    name: "secrets in a text are hidden in one pass: the name of a secret",
    file: `${server}/redaction.js`,
    text: 'const SECRET_PAYLOAD_KEY_RE = new RegExp(SECRET_FIELD_NAME_PATTERN, "i");',
    becomes: "const SECRET_PAYLOAD_KEY_RE = paperclipOnFly.secretPart(SECRET_FIELD_NAME_PATTERN);",
  },
  {
    name: "secrets in a text are hidden in one pass: options",
    file: `${server}/redaction.js`,
    text: "if (CLI_SECRET_FLAG_RE.test(arg.trim())) {",
    becomes: "if (paperclipOnFly.isSecretOption(arg.trim(), SECRET_PAYLOAD_KEY_RE)) {",
  },
  {
    name: "secrets in a text are hidden in one pass: fields of JSON",
    file: `${server}/redaction.js`,
    text: `return redactCommandText(redactStandaloneBearerCredentials(redactAuthorizationCredentials(input))
        .replace(JSON_SECRET_FIELD_TEXT_RE, \`$1\${REDACTED_EVENT_VALUE}$2\`)
        .replace(ESCAPED_JSON_SECRET_FIELD_TEXT_RE, \`$1\${REDACTED_EVENT_VALUE}$2\`), REDACTED_EVENT_VALUE);`,
    becomes: `return redactCommandText(paperclipOnFly.hideFields(redactStandaloneBearerCredentials(redactAuthorizationCredentials(input)),
        SECRET_PAYLOAD_KEY_RE, REDACTED_EVENT_VALUE), REDACTED_EVENT_VALUE);`,
  },
  {
    name: "secrets in a text are hidden in one pass: the name of a secret in a command",
    file: "@paperclipai/adapter-utils/dist/command-redaction.js",
    text: "const COMMAND_CLI_SECRET_OPTION_RE = ",
    becomes:
      "const secret = paperclipOnFly.secretPart(SECRET_NAME_PATTERN);\nconst COMMAND_CLI_SECRET_OPTION_RE = ",
  },
  {
    name: "secrets in a text are hidden in one pass: commands",
    file: "@paperclipai/adapter-utils/dist/command-redaction.js",
    text: `return command
        .replace(COMMAND_AUTHORIZATION_BEARER_RE, \`$1\${redactedValue}\`)
        .replace(COMMAND_CLI_SECRET_OPTION_RE, \`$1\${redactedValue}$3\`)
        .replace(COMMAND_ENV_SECRET_ASSIGNMENT_RE, (_match, prefix, escapedQuote, _escapedValue, rawQuote) => {
        const quote = escapedQuote ?? rawQuote;
        return quote
            ? \`\${prefix}\${quote}\${redactedValue}\${quote}\`
            : \`\${prefix}\${redactedValue}\`;
    })`,
    becomes: `const bearerless = command.replace(COMMAND_AUTHORIZATION_BEARER_RE, \`$1\${redactedValue}\`);
    return paperclipOnFly.hideAssignments(paperclipOnFly.hideOptions(bearerless, secret, redactedValue), secret, redactedValue)`,
  },
  {
    name: "a request is not larger than others can wait for",
    file: `${server}/app.js`,
    text: 'app.use("/api", apiCompression());',
    becomes: 'app.use(paperclipOnFly.withinLengths); app.use("/api", apiCompression());',
  },
  {
    name: "a drawing has no more elements than memory has room for",
    file: `${server}/routes/assets.js`,
    text: `if (!raw)
        return null;
    const baseDom`,
    becomes: `if (!raw || paperclipOnFly.isLargeDrawing(raw))
        return null;
    const baseDom`,
  },
  {
    name: "each account needs an invitation of its own, and a new password ends its sessions",
    file: `${server}/auth/better-auth.js`,
    text: "const defaultAuth = betterAuth(authConfig);",
    becomes:
      "Object.assign(authConfig, paperclipOnFly.accountsByInvitation(db), paperclipOnFly.passwordsByLink(db, authConfig)); const defaultAuth = betterAuth(authConfig);",
  },
  {
    name: "a WebSocket that nothing serves is refused with a reason",
    file: `${server}/realtime/live-events-ws.js`,
    text: `if (!companyId) {
            closeUpgradeSocket(socket);`,
    becomes: `if (!companyId) {
            rejectUpgrade(socket, "404 Not Found", "nothing is served here");`,
  },
  fetchesHere(
    `${server}/services/workspace-runtime.js`,
    'import { resolveTailscaleDnsName } from "./runtime-exposure/tailscale-hostname.js";',
    "what agents serve in a workspace",
  ),
  fetchesHere(
    `${server}/services/project-tools.js`,
    'import { badRequest } from "../errors.js";',
    "the API for an agent's tools",
  ),
  fetchesHere(
    `${server}/services/native-runtime/runner-api-client.js`,
    'import { runnerApiRestriction } from "./runner-api-policy.js";',
    "the API for a run",
  ),
  fetchesHere(
    "@paperclipai/adapter-utils/dist/execution-target.js",
    'import { preferredShellForSandbox, shellCommandArgs } from "./sandbox-shell.js";',
    "the API for an agent elsewhere",
  ),
  fetchesHere(
    "@paperclipai/adapter-claude-local/dist/server/models.js",
    'import { models as DIRECT_MODELS } from "../index.js";',
    "the operator's model",
  ),
  ...passwords,
];
