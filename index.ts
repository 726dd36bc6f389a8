/** The program: read the settings, make one Paperclip on Fly, hand out what its operator needs to know. */

import { warnOfTokenEnd } from "./components/anthropic/token.ts";
import { PaperclipOnFly } from "./components/paperclipOnFly.ts";
import { silenceDebugLog } from "./program/engineLog.ts";
import { checkEquipment } from "./program/preflight.ts";
import { readSettings } from "./program/settings.ts";
import { omitSourcePositions } from "./program/sourcePositions.ts";

silenceDebugLog();
omitSourcePositions();
const settings = readSettings();
checkEquipment({ needsDocker: settings.image === undefined });

const paperclip = new PaperclipOnFly("paperclip", settings);

export const {
  appName,
  url,
  machineId,
  volumeId,
  imageDigest,
  privateIp,
  inviteUrl,
  tailnetPolicy,
  claudeTokenSetOn,
} = paperclip;

warnOfTokenEnd(claudeTokenSetOn);
