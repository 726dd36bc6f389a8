// Faults of Paperclip that docs/known-issues.md describes, each by the code that has it. When a version has repaired one, the check names the
// row: look at that version, and take the entry and the row out.
const server = "@paperclipai/server/dist";

const issue = (name, file, has) => ({
  name: `known issue: ${name}`,
  file,
  has: [has].flat(),
  ours: ["docs/known-issues.md"],
  otherwise: "docs/known-issues.md tells of a fault that is no more, or that has changed",
});

export const knownIssues = [
  issue(
    "a company that is exported with its skills cannot be imported: no version is known of Paperclip's own skills",
    `${server}/services/company-portability.js`,
    /execFileAsync\("git", \["rev-parse", "HEAD"\], \{\s*cwd: process\.cwd\(\),[\s\S]{0,900}?repo: "paperclipai\/paperclip",\s*path: `skills\/\$\{skill\.slug\}`,\s*commit,/,
  ),
  issue(
    "a company that is exported with its skills cannot be imported: a skill without a version is refused",
    `${server}/services/company-skills.js`,
    "!isPinnedCommitRef(skill.sourceRef)) {",
  ),
  issue(
    "a routine that skips what it missed runs once after a restart",
    `${server}/services/routines.js`,
    /let runCount = 1;\s*let claimedNextRunAt = [^;]+;\s*if \(!projectPaused && !worktreeSuppressed && row\.routine\.catchUpPolicy === "enqueue_missed_with_cap"\)/,
  ),
  issue("a drawing with many elements is refused", `${server}/routes/assets.js`, [
    'const baseDom = new JSDOM("");',
    'error: "SVG could not be sanitized"',
  ]),
  issue(
    "an import leaves out attachments over the limit",
    `${server}/services/company-portability.js`,
    "was skipped because it exceeds this deployment's attachment size limit",
  ),
  issue("an import that a restart interrupts leaves a part of the company", `${server}/routes/companies.js`, [
    "const importJobs = new Map();",
    "void runImportJob(job, operation);",
  ]),
  issue(
    "the first backup of the database comes a day after a start",
    `${server}/index.js`,
    /setInterval\(\(\) => \{\s*void runServerDatabaseBackup\("scheduled"\)/,
  ),
  issue(
    "a package loses spaces around texts",
    `${server}/services/company-portability.js`,
    "const body = normalized.slice(closing + 5).trim();",
  ),
  issue(
    "a second company with a similar name leaves an error in the log",
    `${server}/services/companies.js`,
    /\.insert\(companies\)\s*\.values\(\{ \.\.\.data, issuePrefix: candidate \}\)/,
  ),
];
