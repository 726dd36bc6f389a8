/** The settings that the environment gives to a run on a real account. docs/live.md explains them to people. */
import { defaultText } from "../../components/settings/fixes.ts";
import { settings } from "../../components/settings/table.ts";
import { type Mistake, mistakesText } from "../../program/mistakes.ts";
import { type Equipment, missingEquipment } from "../../program/preflight.ts";

export interface LiveSettings {
  /** Plain settings of the stack, by their names in `pulumi config`. */
  plain: Record<string, unknown>;
  /** Secret ones, by their path: `anthropicKey`, `extraSecrets.NAME`. */
  secret: Record<string, string>;
}

/** The parts of this machine's equipment that a run needs. */
export interface LiveEquipment extends Equipment {
  /** Programs that a run starts and the PATH lacks. */
  missingPrograms: readonly string[];
}

/** The run chooses this name itself; it must not be the name of an existing app. */
const ownName = "appName";

const keys = settings.map(({ key }) => key);
const secretKeys = new Set(settings.filter(({ secret }) => secret).map(({ key }) => key));

/** E.g. LIVE_ANTHROPIC_KEY for `anthropicKey`. */
export const variableOf = (setting: string): string =>
  `LIVE_${setting.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** Lists and tables are JSON; everything else is plain text. */
const settingOf = (text: string): unknown => (/^[[{]/.test(text) ? JSON.parse(text) : text);

const programs: Record<string, string> = {
  pulumi: "curl -fsSL https://get.pulumi.com | sh",
  tailscale: "curl -fsSL https://tailscale.com/install.sh | sh",
  tailscaled: "curl -fsSL https://tailscale.com/install.sh | sh",
};
export const neededPrograms: readonly string[] = Object.keys(programs);

/**
 * Reads the environment.
 *
 * @throws Error that names everything missing or wrong at once, each with the command that fixes it. It contains no value.
 */
export function liveSettings(equipment: LiveEquipment): LiveSettings {
  const { environment } = equipment;
  const given = (setting: string) => environment[variableOf(setting)] ?? "";
  const mistakes: Mistake[] = [
    ...missingEquipment(equipment),
    ...equipment.missingPrograms.map((program) => ({
      what: `${program} is not on the PATH`,
      fix: programs[program] ?? "",
    })),
    ...unknownVariables(environment, keys),
  ];
  if (given("tailnet") === "")
    mistakes.push({
      what: "the tailnet to try it in is not named",
      fix: `export ${variableOf("tailnet")}=tail1234.ts.net`,
    });
  if (given("anthropicKey") === "" && given("claudeToken") === "")
    mistakes.push({
      what: "the agent has no credential for Claude",
      fix: `read -rs ${variableOf("anthropicKey")} && export ${variableOf("anthropicKey")}`,
    });

  const values = new Map<string, unknown>();
  for (const name of keys.filter((key) => given(key) !== "")) {
    try {
      values.set(name, settingOf(given(name)));
    } catch {
      mistakes.push({ what: `${variableOf(name)} is no JSON`, fix: `export ${variableOf(name)}='{…}'` });
    }
  }
  if (mistakes.length > 0) throw new Error(mistakesText("npm run test:live", mistakes));

  const plain: Record<string, unknown> = { region: "ams" };
  const secret: Record<string, string> = {};
  for (const [name, value] of values) {
    if (!secretKeys.has(name)) plain[name] = value;
    else if (typeof value === "string") secret[name] = value;
    else for (const [key, one] of Object.entries(value as object)) secret[`${name}.${key}`] = String(one);
  }
  return { plain, secret };
}

/** An unknown variable is most likely a misspelt setting. */
function unknownVariables(environment: Equipment["environment"], keys: readonly string[]): Mistake[] {
  const known = keys.filter((key) => key !== ownName).map(variableOf);
  return Object.keys(environment)
    .filter((name) => name.startsWith("LIVE_") && !known.includes(name))
    .map((name) => ({
      what:
        name === variableOf(ownName)
          ? `${name} is given, and the name is the run's own`
          : `${name} is no setting`,
      fix: `unset ${name}`,
    }));
}

/** A setting's value in this run: the given one, or the program's default. Lists are lists. */
export const effective = ({ plain }: LiveSettings, key: string): unknown =>
  plain[key] ??
  settings.filter((setting) => setting.key === key).map((setting) => settingOf(defaultText(setting)))[0];
