import type { Command } from "./cli/command.ts";
import { appsCreate } from "./commands/appsCreate.ts";
import { appsDestroy } from "./commands/appsDestroy.ts";
import { appsList } from "./commands/appsList.ts";
import { authDocker } from "./commands/authDocker.ts";
import { checksList } from "./commands/checksList.ts";
import { deploy } from "./commands/deploy.ts";
import { ipsAllocateV6 } from "./commands/ipsAllocateV6.ts";
import { ipsList } from "./commands/ipsList.ts";
import { ipsRelease } from "./commands/ipsRelease.ts";
import { logs } from "./commands/logs.ts";
import { machineExec } from "./commands/machineExec.ts";
import { machineList } from "./commands/machineList.ts";
import { machineRestart } from "./commands/machineRestart.ts";
import { machineStart } from "./commands/machineStart.ts";
import { machineStop } from "./commands/machineStop.ts";
import { orgsList } from "./commands/orgsList.ts";
import { platformRegions } from "./commands/platformRegions.ts";
import { platformVmSizes } from "./commands/platformVmSizes.ts";
import { releases } from "./commands/releases.ts";
import { secretsDeploy } from "./commands/secretsDeploy.ts";
import { secretsImport } from "./commands/secretsImport.ts";
import { secretsList } from "./commands/secretsList.ts";
import { secretsSet } from "./commands/secretsSet.ts";
import { secretsUnset } from "./commands/secretsUnset.ts";
import { snapshotsCreate } from "./commands/snapshotsCreate.ts";
import { snapshotsList } from "./commands/snapshotsList.ts";
import { status } from "./commands/status.ts";
import { tokensCreateDeploy } from "./commands/tokensCreateDeploy.ts";
import { version } from "./commands/version.ts";
import { volumesCreate } from "./commands/volumesCreate.ts";
import { volumesDestroy } from "./commands/volumesDestroy.ts";
import { volumesExtend } from "./commands/volumesExtend.ts";
import { volumesList } from "./commands/volumesList.ts";
import { volumesUpdate } from "./commands/volumesUpdate.ts";

const group = (name: string, commands: Command[], notEmulated: string[] = []): Command => ({
  name,
  commands,
  notEmulated,
});

/** All commands that the stand-in does or refuses by name. A test checks that each of them has a user. */
export const root: Command = group("flyctl", [
  group("apps", [appsCreate, appsDestroy, appsList]),
  group("auth", [authDocker]),
  group("checks", [checksList]),
  deploy,
  group("ips", [ipsAllocateV6, ipsList, ipsRelease]),
  logs,
  group("machine", [machineExec, machineList, machineRestart, machineStart, machineStop], ["destroy", "run"]),
  group("orgs", [orgsList], ["cross-network-replays"]),
  group("platform", [platformRegions, platformVmSizes]),
  releases,
  group("secrets", [secretsDeploy, secretsImport, secretsList, secretsSet, secretsUnset]),
  group("ssh", [], ["console"]),
  status,
  group("tokens", [group("create", [tokensCreateDeploy], ["machine-exec", "org", "readonly"])]),
  version,
  group(
    "volumes",
    [
      volumesCreate,
      volumesDestroy,
      volumesExtend,
      volumesList,
      volumesUpdate,
      group("snapshots", [snapshotsCreate, snapshotsList]),
    ],
    ["fork"],
  ),
]);
