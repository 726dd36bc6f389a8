// Changes to Paperclip's code, as in reaches.mjs, for the accounts that agents work with (AI connections), the stack's own among them, and for
// the time that a program gets which asks with one.
const server = "@paperclipai/server/dist";
const service = `${server}/services/ai-connections.js`;
const claude = "@paperclipai/adapter-claude-local/dist/server";

export const connections = [
  {
    name: "the image makes connections by Paperclip's own code: accounts",
    file: service,
    text: "export function aiConnectionService(db) {",
    becomes: `paperclipOnFly.connectsWith({ aiConnectionService, secretService, eq, toolApplications, toolConnections, toolConnectionInstalls });
export function aiConnectionService(db) {`,
  },
  {
    name: "the image makes connections by Paperclip's own code: taking them back",
    file: `${server}/services/tool-access.js`,
    text: "export function toolAccessService(db, options = {}) {",
    becomes: `paperclipOnFly.connectsWith({ toolAccessService });
export function toolAccessService(db, options = {}) {`,
  },
  {
    name: "a connection of the stack's belongs to no member of the company",
    file: service,
    text: `if (!(await membership(companyId, userId)))
            throw forbidden("An active company member must own this connection");`,
    becomes: `if (!paperclipOnFly.isOfStack(input) && !(await membership(companyId, userId)))
            throw forbidden("An active company member must own this connection");`,
  },
  {
    name: "the company's activity says that the system made a connection of the stack's",
    file: service,
    text: `actorType: "user",
                actorId: userId,
                action: reconnect`,
    becomes: `...(paperclipOnFly.isOfStack(input) ? { actorType: "system", actorId: "operator" } : { actorType: "user", actorId: userId }),
                action: reconnect`,
  },
  {
    name: "a new company has the stack's connections before its pages ask for them",
    file: `${server}/services/companies.js`,
    text: `await environmentsSvc.ensureLocalEnvironment(created.id);
            await builtInAgents`,
    becomes: `await environmentsSvc.ensureLocalEnvironment(created.id);
            await paperclipOnFly.followStack(db, created.id);
            await builtInAgents`,
  },
  {
    name: "every company's connections are the stack's before the server answers and runs go on",
    file: `${server}/index.js`,
    text: "const toolOAuthBackfill = await backfillLegacyToolOAuthTokens(db);",
    becomes: `await paperclipOnFly.followStack(db);
    const toolOAuthBackfill = await backfillLegacyToolOAuthTokens(db);`,
  },
  {
    name: "an agent with a connected account goes on with its session: a run's own home is no setting of the agent's",
    file: "@paperclipai/adapter-utils/dist/acpx-engine/execute.js",
    text: "if (!scratchKeys.has(key) || value !== scratch.dir)",
    becomes: "if ((!scratchKeys.has(key) || value !== scratch.dir) && !paperclipOnFly.isAccountHome(value))",
  },
  {
    name: "an agent with a connected account goes on with its session: nor does that home change with each run",
    file: `${server}/services/effective-run-config-fingerprints.js`,
    text: "if (GENERATED_RUNTIME_ENV_KEY_RE.test(key))",
    becomes: "if (GENERATED_RUNTIME_ENV_KEY_RE.test(key) || paperclipOnFly.isPassing(envValue, key))",
  },
  {
    name: "an agent with a connected account goes on with its session: Paperclip looks for the account where it has recorded it",
    file: `${server}/services/heartbeat.js`,
    text: "if (taskSessionDecodedParams?.paperclipAiCredentialIdentity !== managedAiRuntime.identity) {",
    becomes:
      "if (taskSession?.sessionParamsJson?.paperclipAiCredentialIdentity !== managedAiRuntime.identity) {",
  },
  {
    name: "the home of a run's account is removed, also what its agent has closed to others",
    file: `${server}/services/ai-connection-runtime.js`,
    text: `finally {
                    if (home)
                        await rm(home, { recursive: true, force: true });`,
    becomes: `finally {
                    if (home)
                        await paperclipOnFly.removeScratch(home, () => rm(home, { recursive: true, force: true }));`,
  },
  {
    name: "the test of an account asks with that account and with no other of the server's",
    file: `${claude}/probe-env.js`,
    text: `const value = readCaseInsensitive(input.callerEnv, key);
        if (isNonEmptyString(value)) {`,
    becomes: `const value = readCaseInsensitive(input.callerEnv, key);
        if (typeof value === "string") {`,
  },
  {
    name: "an agent's program has a quarter of an hour to start, which it needs when two share a sixteenth of a core",
    file: "@paperclipai/adapter-utils/dist/acpx-engine/constants.js",
    text: "export const ACPX_HANDSHAKE_TIMEOUT_MS = 60_000;",
    becomes: "export const ACPX_HANDSHAKE_TIMEOUT_MS = 900_000;",
  },
  {
    name: "the test of an account has a quarter of an hour, which Claude Code needs without saved CPU: the agent's program",
    file: `${claude}/acp.js`,
    text: "const timeoutSec = Math.max(1, asNumber(config.helloProbeTimeoutSec, targetIsSandbox ? 90 : 45));",
    becomes:
      "const timeoutSec = Math.max(1, asNumber(config.helloProbeTimeoutSec, targetIsSandbox ? 90 : 900));",
  },
  {
    name: "the test of an account has a quarter of an hour, which Claude Code needs without saved CPU: the command line",
    file: `${claude}/test.js`,
    text: "const helloProbeTimeoutSec = Math.max(1, asNumber(config.helloProbeTimeoutSec, targetIsSandbox ? 90 : 45));",
    becomes:
      "const helloProbeTimeoutSec = Math.max(1, asNumber(config.helloProbeTimeoutSec, targetIsSandbox ? 90 : 900));",
  },
  {
    name: "a test in which Claude has answered is no reason for a second one, which costs as much again",
    file: `${claude}/acp.js`,
    text: `return [buildAcpLoginProbeUnavailableCheck("The Claude login probe did not complete.", targetIsSandbox)];
    }
    return [];`,
    becomes: `return [buildAcpLoginProbeUnavailableCheck("The Claude login probe did not complete.", targetIsSandbox)];
    }
    if (/\\bhello\\b/i.test(parsedStream.summary))
        return [{ code: "claude_hello_probe_passed", level: "info", message: "Claude hello probe succeeded." }];
    return [];`,
  },
  {
    name: "a key of the stack's that its provider refuses has one sentence",
    file: `${server}/routes/ai-connections.js`,
    text: '? "The provider rejected this API key."',
    becomes:
      '? (response.status === 401 && paperclipOnFly.refusedValue(key)) || "The provider rejected this API key."',
  },
  {
    name: "a credential of the stack's that Anthropic refuses has one sentence: the agent's program",
    file: `${claude}/acp.js`,
    text: "return buildAcpAuthMissingChecks({ targetIsSandbox, loginUrl: loginMeta.loginUrl });",
    becomes: `const refused = targetIsRemote ? undefined : paperclipOnFly.refusedClaude(env);
        return buildAcpAuthMissingChecks({ targetIsSandbox, loginUrl: loginMeta.loginUrl })
            .map((check) => (refused ? { ...check, message: refused, hint: undefined } : check));`,
  },
  {
    name: "a credential of the stack's that Anthropic refuses has one sentence: the command line",
    file: `${claude}/test.js`,
    text: `message: "Claude CLI is installed, but login is required.",
                    hint: buildClaudeLoginRequiredHint(loginMeta.loginUrl),`,
    becomes: `...((refused) => refused ? { message: refused } : { message: "Claude CLI is installed, but login is required.",
                    hint: buildClaudeLoginRequiredHint(loginMeta.loginUrl) })(targetIsRemote ? undefined : paperclipOnFly.refusedClaude(probeEnv)),`,
  },
  {
    name: "a credential of the stack's that Anthropic refuses has one sentence: what the page shows of a test",
    file: `${server}/routes/agents.js`,
    text: 'message: "The selected account has not completed a provider hello test. Retry before adopting it."',
    becomes:
      'message: paperclipOnFly.refusedIn(result.checks) ?? "The selected account has not completed a provider hello test. Retry before adopting it."',
  },
  {
    name: "nobody is told to sign in on the machine of a stack that has a credential",
    file: `${server}/routes/ai-connections.js`,
    text: `const { restart, ...intent } = localAiLoginStartSchema.parse(req.body);
        assertLocalLoginAvailable();`,
    becomes: `const { restart, ...intent } = localAiLoginStartSchema.parse(req.body);
        assertLocalLoginAvailable();
        const refusal = paperclipOnFly.signInRefusal(intent.provider);
        if (refusal) throw unprocessable(refusal);`,
  },
  {
    name: "an agent whose account the operator has taken back says so",
    file: service,
    text: 'throw unprocessable("Reconnect or validate the selected AI account", {',
    becomes:
      'throw unprocessable(paperclipOnFly.takenBack(connection) ?? "Reconnect or validate the selected AI account", {',
  },
  {
    name: "a credential that Anthropic refuses is known as that, and a run with it is not tried again",
    file: "@paperclipai/adapter-utils/dist/acpx-engine/execute.js",
    text: `: terminal.status === "failed"
                                        ? "acpx_turn_failed"`,
    becomes: `: terminal.status === "failed"
                                        ? /terminal access failure/.test(errorMessage) ? "acpx_auth_required" : "acpx_turn_failed"`,
  },
];
