// Changes to Paperclip's own code. If a version of Paperclip does not have the replaced text exactly once, the build fails and names the reach.

import { connections } from "./connections.mjs";
import { guards } from "./guards.mjs";

const server = "@paperclipai/server/dist";

/**
 * `name` is the purpose, `file` the end of a module's path. `text` has to be in it exactly once, and `becomes` replaces it.
 * `paperclipOnFly` is a global object that ../server/start.js makes.
 */
export const reaches = [
  ...connections,
  ...guards,
  {
    name: "chat channels are polled only if there are any",
    file: `${server}/app.js`,
    text: `let chatPublicationTimer = setInterval(() => {
        chatReconciliation.reconcile();
    }, CHAT_PUBLICATION_FLUSH_INTERVAL_MS);
    chatPublicationTimer.unref?.();
    chatReconciliation.reconcile();`,
    becomes: `let chatPublicationTimer = paperclipOnFly.whereChannelsAre(db, () => {
        chatReconciliation.reconcile();
    }, CHAT_PUBLICATION_FLUSH_INTERVAL_MS);`,
  },
  {
    name: "mail channels are polled only if there are any",
    file: `${server}/services/email-channels.js`,
    text: `timer = setInterval(() => {
                    void tick().catch(() => { });
                }, 1000);
                timer.unref();
                void tick().catch(() => { });`,
    becomes: `timer = paperclipOnFly.whereChannelsAre(db, () => {
                    void tick().catch(() => { });
                }, 1000);`,
  },
  {
    name: "feedback is sent only after changes",
    file: `${server}/app.js`,
    text: `? setInterval(() => {
            void flushPendingFeedbackExports();
        }, FEEDBACK_EXPORT_FLUSH_INTERVAL_MS)`,
    becomes: `? paperclipOnFly.afterChanges(() => {
            void flushPendingFeedbackExports();
        }, FEEDBACK_EXPORT_FLUSH_INTERVAL_MS)`,
  },
  {
    name: "runs that lost their controller are looked for after changes",
    file: `${server}/index.js`,
    text: "setInterval(sweepExecutionControl, EXECUTION_RECONCILIATION_INTERVAL_MS)",
    becomes: "paperclipOnFly.afterChanges(sweepExecutionControl, EXECUTION_RECONCILIATION_INTERVAL_MS)",
  },
  {
    name: "the scheduler runs at each full minute, and when a place for a run is free",
    file: `${server}/index.js`,
    text: "heartbeatSchedulerInterval = setInterval(callback, config.heartbeatSchedulerIntervalMs);",
    becomes:
      "heartbeatSchedulerInterval = paperclipOnFly.scheduler(callback, config.heartbeatSchedulerIntervalMs);",
  },
  {
    name: "the image hears Paperclip's events",
    file: `${server}/services/live-events.js`,
    text: "emitter.emit(allCompanyEvents, event);",
    becomes:
      "emitter.emit(allCompanyEvents, event); paperclipOnFly.heard(event); paperclipOnFly.tidyAfter(event);",
  },
  {
    name: "the server listens at the port that the start holds",
    file: `${server}/index.js`,
    text: "server.listen(listenPort, config.host, () => {",
    becomes: "paperclipOnFly.listen(server, listenPort, config.host, () => {",
  },
  {
    name: "the server does not look for a free port: the start holds the right one",
    file: `${server}/index.js`,
    text: `const listenPort = await detectPort({
        port: requestedListenPort,
        hostname: config.host,
    });`,
    becomes: "const listenPort = requestedListenPort;",
  },
  {
    name: "programs that are started in a run belong to its agent",
    file: `${server}/services/heartbeat.js`,
    text: `return adapter.execute({
                                runId: run.id,`,
    becomes: `return paperclipOnFly.ofAgent(agent.id, (call) => paperclipOnFly.withRefusal(call, adapter.execute(call)), {
                                runId: run.id,`,
  },
  {
    name: "a run's temporary files are removed, also those that its agent has closed to others",
    file: `${server}/services/run-scratch.js`,
    text: "await fs.rm(dir, { recursive: true, force: true });",
    becomes: "await paperclipOnFly.removeScratch(dir, () => fs.rm(dir, { recursive: true, force: true }));",
  },
  {
    name: "the user is looked up once per page: the session",
    file: `${server}/middleware/auth.js`,
    text: "session = await opts.resolveSession(req);",
    becomes: 'session = await paperclipOnFly.aboutPerson(req, "session", () => opts.resolveSession(req));',
  },
  {
    name: "the user is looked up once per page: roles and memberships",
    file: `${server}/middleware/auth.js`,
    text: `const [roleRow, memberships] = await Promise.all([
                        db
                            .select({ id: instanceUserRoles.id })
                            .from(instanceUserRoles)
                            .where(and(eq(instanceUserRoles.userId, userId), eq(instanceUserRoles.role, "instance_admin")))
                            .then((rows) => rows[0] ?? null),
                        loadActiveUserCompanyMemberships(db, userId),
                    ]);`,
    becomes: `const [roleRow, memberships] = await paperclipOnFly.aboutPerson(req, "rights", () => Promise.all([
                        db
                            .select({ id: instanceUserRoles.id })
                            .from(instanceUserRoles)
                            .where(and(eq(instanceUserRoles.userId, userId), eq(instanceUserRoles.role, "instance_admin")))
                            .then((rows) => rows[0] ?? null),
                        loadActiveUserCompanyMemberships(db, userId),
                    ]));`,
  },
  {
    name: "bundled skills are compared with the image once",
    file: `${server}/services/company-skills.js`,
    text: `const bundledSkills = await ensureBundledSkills(companyId);
            await ensureBundledSkillReleases(companyId, bundledSkills);
            await reconcilePaperclipSkillFolders(companyId);
            await reconcileLocalPathSkillSources(companyId);
        })();
        skillInventoryRefreshPromises`,
    becomes: `await paperclipOnFly.bundledSkills(companyId, async () => {
                const bundledSkills = await ensureBundledSkills(companyId);
                await ensureBundledSkillReleases(companyId, bundledSkills);
                await reconcilePaperclipSkillFolders(companyId);
            });
            await reconcileLocalPathSkillSources(companyId);
        })();
        skillInventoryRefreshPromises`,
  },
  {
    name: "successful reads are not logged: preparing the line took a third of the answer's time",
    file: `${server}/app.js`,
    text: "app.use(httpLogger);",
    becomes: "app.use(paperclipOnFly.exceptLooks(httpLogger));",
  },
  {
    name: "no link of an invitation is logged: the requested address",
    file: `${server}/middleware/redact-sensitive.js`,
    text: "export function stripSecretBearingUrlParts(value) {",
    becomes: `export function stripSecretBearingUrlParts(value) {
    value = paperclipOnFly.withoutInvitation(value);`,
  },
  {
    name: "no link of an invitation is logged: the referring page and the route's parameters",
    file: `${server}/middleware/logger.js`,
    text: `return {
                    ...req,
                    url: typeof req.url === "string"`,
    becomes: `return {
                    ...req,
                    headers: { ...req.headers, referer: undefined },
                    params: undefined,
                    url: typeof req.url === "string"`,
  },
  {
    name: "no request of an agent names a place that is closed to agents",
    file: `${server}/app.js`,
    text: "app.use(cloudControlMiddleware());",
    becomes: "app.use(paperclipOnFly.refuseNamedPaths); app.use(cloudControlMiddleware());",
  },
  {
    name: "a health check starts no git, because the image is not a checkout",
    file: `${server}/server-info.js`,
    text: `return execFileSync("git", ["show", "-s", "--format=%H%n%h%n%s%n%cI", "HEAD"], {`,
    becomes: `throw new Error("the image is not a checkout"); execFileSync("git", ["show", "-s", "--format=%H%n%h%n%s%n%cI", "HEAD"], {`,
  },
];

const found = new Map(reaches.map(({ name }) => [name, 0]));

/** A module's text with its changes. */
export function reachInto(path, text) {
  return reaches
    .filter(({ file }) => path.endsWith(`/${file}`))
    .reduce((before, reach) => {
      const parts = before.split(reach.text);
      found.set(reach.name, parts.length - 1);
      return parts.length === 2 ? parts.join(reach.becomes) : before;
    }, text);
}

/** One sentence for each reach whose text did not occur exactly once. */
export const missedReaches = () =>
  reaches
    .filter(({ name }) => found.get(name) !== 1)
    .map(
      ({ name, file, text }) =>
        `docker/build/reaches.mjs: "${name}" replaces a text that ${file} has ${found.get(name)} times, not once:\n${text}`,
    );
