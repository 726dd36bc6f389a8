// The keys of ../../config.json and the code that reads them. Paperclip accepts most unknown keys silently. A test compares the list with the
// file, and test/image/boot.test.ts lets Paperclip itself read it.
import { described } from "../compare.mjs";

const schema = "@paperclipai/shared/dist/config-schema.js";
const config = "@paperclipai/server/dist/config.js";
const ours = ["docker/config.json"];

/** Keys of one part of the schema. `path` is the part's place in config.json. */
const part = (path, declared, keys, otherwise) => ({
  name: `config.json has ${path || "parts"} with ${keys.join(", ")}`,
  settings: keys.map((key) => (path ? `${path}.${key}` : key)),
  file: schema,
  has: keys.map((key) =>
    described(
      `the key ${key} in ${declared}`,
      new RegExp(
        `${declared} = z\\s*\\.object\\(\\{(?:(?!\\nexport )[\\s\\S])*?\\s${key.replace("$", "\\$")}: `,
      ),
    ),
  ),
  ours,
  otherwise,
});

const read = (name, has, otherwise) => ({ name, file: config, has, ours, otherwise });

export const settings = [
  read(
    "config.json switches telemetry off",
    ["telemetryEnabled: fileConfig?.telemetry?.enabled ??"],
    "Paperclip reports the client's use of it to its makers",
  ),
  read(
    "config.json sets how secrets are kept",
    [
      "fileSecrets?.strictMode ??",
      "fileSecrets?.localEncrypted.keyFilePath ??",
      "const providerFromFile = fileSecrets?.provider;",
    ],
    "secrets are kept with another key than the volume's, or in plain text",
  ),
  read(
    "config.json requires people to sign in",
    ["fileConfig?.server.deploymentMode ??", "fileConfig?.server.exposure ??"],
    "Paperclip takes everybody who reaches it for its administrator",
  ),
  read(
    "config.json sets daily backups, kept for a week",
    [
      "fileDatabaseBackup?.enabled ??",
      "fileDatabaseBackup?.intervalMinutes ||",
      "fileDatabaseBackup?.retentionDays ||",
      "fileDatabaseBackup?.dir ??",
    ],
    "backups are made each hour and fill the volume, or none are made",
  ),
  read(
    "config.json selects the machine's PostgreSQL",
    ['fileConfig?.database.mode === "postgres"', "fileConfig?.database.connectionString"],
    "Paperclip looks for a PostgreSQL of its own, which the image lacks",
  ),
  read(
    "config.json keeps files on the volume",
    ["fileStorage?.provider ??", "fileStorage?.localDisk?.baseDir ??"],
    "files that people attach are lost with the next start",
  ),
  read(
    "config.json sets where Paperclip listens, and that it has a page",
    ["fileConfig?.server.host ??", "fileConfig?.server.port ||", "fileConfig?.server.serveUi ??"],
    "if fly.toml does not set it either, nobody reaches Paperclip",
  ),
  part(
    "",
    "paperclipConfigSchema",
    ["$meta", "database", "logging", "server", "telemetry", "updates", "storage", "secrets"],
    "a part of the settings has no effect",
  ),
  part(
    "$meta",
    "configMetaSchema",
    ["version", "updatedAt", "source"],
    "Paperclip takes the file for damaged and does not start",
  ),
  part(
    "database",
    "databaseConfigSchema",
    ["mode", "connectionString", "backup"],
    "Paperclip looks for a PostgreSQL of its own, which the image lacks",
  ),
  part(
    "database.backup",
    "databaseBackupConfigSchema",
    ["enabled", "intervalMinutes", "retentionDays", "dir"],
    "backups are made each hour and fill the volume, or none are made",
  ),
  part(
    "logging",
    "loggingConfigSchema",
    ["mode", "logDir"],
    "Paperclip does not start, or writes its log where it has no access",
  ),
  part(
    "server",
    "serverConfigSchema",
    ["deploymentMode", "exposure", "host", "port", "serveUi"],
    "Paperclip takes everybody who reaches it for its administrator",
  ),
  part(
    "telemetry",
    "telemetryConfigSchema",
    ["enabled"],
    "Paperclip reports the client's use of it to its makers",
  ),
  part("updates", "updatesConfigSchema", ["checkEnabled"], "Paperclip asks for updates that nobody installs"),
  part(
    "storage",
    "storageConfigSchema",
    ["provider", "localDisk"],
    "files that people attach are lost with the next start",
  ),
  part(
    "storage.localDisk",
    "storageLocalDiskConfigSchema",
    ["baseDir"],
    "files that people attach are lost with the next start",
  ),
  part(
    "secrets",
    "secretsConfigSchema",
    ["provider", "strictMode", "localEncrypted"],
    "secrets are kept with another key than the volume's, or in plain text",
  ),
  part(
    "secrets.localEncrypted",
    "secretsLocalEncryptedConfigSchema",
    ["keyFilePath"],
    "secrets are kept with another key than the volume's",
  ),
];
