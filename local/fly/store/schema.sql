CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL
) STRICT;

CREATE TABLE organizations (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  rawSlug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  type TEXT NOT NULL CHECK (type IN ('PERSONAL', 'SHARED'))
) STRICT;

CREATE TABLE memberships (
  userId TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
  organizationId TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  PRIMARY KEY (userId, organizationId)
) STRICT;

-- Only the hash of a token is kept, as on any platform that hands tokens out.
CREATE TABLE tokens (
  hash TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('user', 'org', 'readonly', 'deploy', 'machine-exec')),
  name TEXT NOT NULL,
  userId TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
  organizationId TEXT REFERENCES organizations (id) ON DELETE CASCADE,
  appName TEXT,
  commands TEXT,
  expiresAt TEXT
) STRICT;

CREATE TABLE networks (
  id TEXT PRIMARY KEY,
  organizationId TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  prefix TEXT NOT NULL UNIQUE,
  UNIQUE (organizationId, name)
) STRICT;

CREATE TABLE apps (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  organizationId TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  networkId TEXT NOT NULL REFERENCES networks (id),
  secretsVersion INTEGER NOT NULL DEFAULT 0,
  createdAt TEXT NOT NULL
) STRICT;

CREATE TABLE volumes (
  id TEXT PRIMARY KEY,
  appId TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('created', 'hydrating', 'pending_destroy')),
  copyOf TEXT,
  region TEXT NOT NULL,
  zone TEXT NOT NULL,
  sizeGb INTEGER NOT NULL,
  encrypted INTEGER NOT NULL,
  snapshotRetention INTEGER NOT NULL,
  autoBackupEnabled INTEGER NOT NULL,
  attachedMachineId TEXT,
  hostStatus TEXT NOT NULL DEFAULT 'ok',
  createdAt TEXT NOT NULL
) STRICT;

CREATE TABLE snapshots (
  id TEXT PRIMARY KEY,
  volumeId TEXT NOT NULL REFERENCES volumes (id) ON DELETE CASCADE,
  status TEXT NOT NULL CHECK (status IN ('pending', 'created', 'failed')),
  size INTEGER NOT NULL,
  volumeSize INTEGER NOT NULL,
  retentionDays INTEGER NOT NULL,
  createdAt TEXT NOT NULL
) STRICT;

CREATE TABLE ipAddresses (
  id TEXT PRIMARY KEY,
  appId TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  address TEXT NOT NULL,
  type TEXT NOT NULL,
  region TEXT NOT NULL,
  networkId TEXT REFERENCES networks (id),
  serviceName TEXT NOT NULL,
  createdAt TEXT NOT NULL,
  UNIQUE (appId, address)
) STRICT;

-- One row for each change, so that the time of each secret's first one is known. NULL: unset.
CREATE TABLE secretValues (
  appId TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  name TEXT NOT NULL,
  value TEXT,
  setAt TEXT NOT NULL,
  PRIMARY KEY (appId, name, version)
) STRICT;

CREATE TABLE builds (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  appId TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  status TEXT NOT NULL,
  startedAt TEXT NOT NULL,
  finishedAt TEXT
) STRICT;

CREATE TABLE releases (
  id TEXT PRIMARY KEY,
  appId TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  status TEXT NOT NULL,
  strategy TEXT NOT NULL,
  imageRef TEXT NOT NULL,
  definition TEXT NOT NULL,
  metadata TEXT,
  userId TEXT NOT NULL REFERENCES users (id),
  createdAt TEXT NOT NULL,
  UNIQUE (appId, version)
) STRICT;

CREATE TABLE machines (
  id TEXT PRIMARY KEY,
  appId TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  region TEXT NOT NULL,
  state TEXT NOT NULL,
  config TEXT NOT NULL,
  imageRef TEXT NOT NULL,
  imageLabels TEXT NOT NULL,
  instanceId TEXT NOT NULL,
  privateIp TEXT NOT NULL,
  skipsSecrets INTEGER NOT NULL DEFAULT 0,
  hostStatus TEXT NOT NULL DEFAULT 'ok',
  stopRequested INTEGER NOT NULL DEFAULT 0,
  hasStarted INTEGER NOT NULL DEFAULT 0,
  restartCount INTEGER NOT NULL DEFAULT 0,
  leaseNonce TEXT,
  leaseOwner TEXT,
  leaseExpiresAt INTEGER,
  createdAt TEXT NOT NULL,
  updatedAt TEXT NOT NULL
) STRICT;

-- What is left of a machine's CPU balance, and when that was. No row: the next start is that of a new machine.
CREATE TABLE machineCpu (
  machineId TEXT PRIMARY KEY REFERENCES machines ON DELETE CASCADE,
  balanceSeconds REAL NOT NULL,
  usedSeconds REAL NOT NULL DEFAULT 0,
  atMilliseconds REAL NOT NULL DEFAULT 0,
  startedAt TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE machineEvents (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  machineId TEXT NOT NULL REFERENCES machines (id) ON DELETE CASCADE,
  type TEXT NOT NULL,
  status TEXT NOT NULL,
  source TEXT NOT NULL,
  timestamp INTEGER NOT NULL,
  request TEXT
) STRICT;

CREATE TABLE logs (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  appId TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
  machineId TEXT NOT NULL,
  region TEXT NOT NULL,
  provider TEXT NOT NULL,
  level TEXT NOT NULL,
  message TEXT NOT NULL,
  timestamp TEXT NOT NULL
) STRICT;
CREATE INDEX logsOfApp ON logs (appId, number);

CREATE TABLE wireGuardPeers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  organizationId TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  publicKey TEXT NOT NULL,
  address TEXT NOT NULL
) STRICT;

-- What the emulator pulled into the Docker daemon, to be taken away with everything else.
CREATE TABLE pulledImages (reference TEXT PRIMARY KEY) STRICT;

CREATE TABLE requests (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  entry TEXT NOT NULL
) STRICT;
