import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { tokenDay } from "./anthropic/token.ts";
import { flyApp } from "./fly/app.ts";
import { type DeviceSettings, flyTomlText } from "./fly/flyToml.ts";
import { invite } from "./fly/invite.ts";
import { privateIp } from "./fly/privateIp.ts";
import { release } from "./fly/release.ts";
import { secretsFingerprint, stagedSecrets } from "./fly/secrets.ts";
import { dataVolume } from "./fly/volume.ts";
import { builtImage, prebuiltImage } from "./image/image.ts";
import { agentsThatFit } from "./settings/agentsAtOnce.ts";
import { type CompleteArgs, checkArgs, type PaperclipOnFlyArgs } from "./settings/args.ts";
import { secretNameProblems } from "./settings/secretNames.ts";
import type { SecretVariable } from "./settings/variables.ts";
import { authKey } from "./tailnet/authKey.ts";
import { device, formerDevice } from "./tailnet/device.ts";
import { tailnetPolicy } from "./tailnet/policy.ts";
import { tailnetChecks } from "./tailnet/tailnet.ts";

/**
 * A private Paperclip: one Fly.io machine with PostgreSQL, Claude Code and Tailscale on an encrypted volume, reachable as
 * https://APP.TAILNET from the client's own tailnet and from nowhere else.
 */
export class PaperclipOnFly extends pulumi.ComponentResource {
  /** Name of the Fly.io app and of the tailnet device. */
  readonly appName: pulumi.Output<string>;
  /** Where the client's devices open Paperclip. */
  readonly url: pulumi.Output<string>;
  /** Id of the Fly.io machine. */
  readonly machineId: pulumi.Output<string>;
  /** Id of the volume with all data, as it was when the volume was last changed: Fly.io gives another one when it moves the machine. */
  readonly volumeId: pulumi.Output<string>;
  /** The released image, HOST/NAME@sha256:… */
  readonly imageDigest: pulumi.Output<string>;
  /** The app's private IPv6 address. */
  readonly privateIp: pulumi.Output<string>;
  /** Secret: where the first administrator signs up, within 72 hours. Empty where there is one already. */
  readonly inviteUrl: pulumi.Output<string>;
  /** What to add to the tailnet's policy, as JSON: who may open Paperclip, and that the machine reaches nobody. */
  readonly tailnetPolicy: pulumi.Output<string>;
  /** The day on which the stack got its Claude token, in UTC, e.g. 2026-11-28. Empty without one. */
  readonly claudeTokenSetOn: pulumi.Output<string>;

  /** @throws pulumi.InputPropertiesError naming every argument that is wrong. */
  constructor(name: string, given: PaperclipOnFlyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("paperclip-on-fly:index:PaperclipOnFly", name, given, opts);
    const args = checkArgs(given);
    const { appName, organization, region, size, memoryMb, tailnet, tags, agents, tools } = args;
    const agentsAtOnce = args.agentsAtOnce ?? agentsThatFit(size, memoryMb);
    const parent = { parent: this };

    const checks = tailnetChecks(
      `${name}-tailnet`,
      { appName, tailnet, tags, https: args.tailnetHttps },
      parent,
    );
    const key = authKey(`${name}-auth-key`, { appName, tags }, { ...parent, dependsOn: checks });
    const authSecret = randomSecret(`${name}-auth-secret`, parent);
    const agentSecret = randomSecret(`${name}-agent-secret`, parent);

    const app = flyApp(`${name}-app`, { appName, organization }, { ...parent, dependsOn: [checks, key] });
    // What belongs to the app goes with it; each needs the app to be there first.
    const inApp = { ...parent, dependsOn: app, deletedWith: app };

    const { volumeSizeGb: sizeGb, snapshotRetentionDays } = args;
    const machine = { size, memoryMb };
    const volume = dataVolume(
      `${name}-volume`,
      { appName, region, sizeGb, snapshotRetentionDays, machine },
      inApp,
    );
    const emptySince = volume.laterOutput("emptySince");
    const former = formerDevice(`${name}-former-device`, { appName, tags, emptySince }, inApp);
    const address = privateIp(`${name}-private-ip`, { appName }, inApp);

    const buildArgs = { ...args.imageBuildArgs, ADAPTERS: agents.join(" "), TOOLS: tools.join(" ") };
    const image = args.image
      ? prebuiltImage(args.image)
      : builtImage(`${name}-image`, { appName, buildArgs }, inApp);

    const before = [app, volume, former, address, ...image.resources];
    const values = secretValues(args, { key: key.key, authSecret, agentSecret });
    // Last, right before the release: any start of the machine brings in what is staged, also that of the release before.
    const secrets = stagedSecrets(`${name}-secrets`, { appName, values }, { ...inApp, dependsOn: before });

    const flyToml = namesOf(args.extraSecrets).apply((extraSecretNames) =>
      flyTomlText({ ...args, device: deviceSettings(args), agentsAtOnce, extraSecretNames }),
    );
    const fingerprint = pulumi.secret(values.apply(secretsFingerprint));
    const released = release(
      `${name}-release`,
      { appName, image: image.digest, flyToml, secretsFingerprint: fingerprint },
      { ...inApp, dependsOn: [...before, secrets] },
    );
    const machineId = released.output("machineId");
    const afterRelease = { ...inApp, dependsOn: released };
    const joined = device(
      `${name}-device`,
      { appName, tailnet, machineId, release: released.output("releasedAt"), keyId: key.id },
      afterRelease,
    );
    const invitation = invite(
      `${name}-invite`,
      { appName, machineId },
      { ...afterRelease, dependsOn: joined },
    );

    this.appName = pulumi.output(appName);
    this.url = pulumi.output(`${args.tailnetHttps ? "https" : "http"}://${appName}.${tailnet}`);
    this.machineId = machineId;
    this.volumeId = volume.output("volumeId");
    this.imageDigest = released.output("image");
    this.privateIp = address.output("address");
    this.inviteUrl = invitation.secretOutput("inviteUrl");
    this.tailnetPolicy = pulumi.output(tailnetPolicy({ tags, https: args.tailnetHttps }));
    this.claudeTokenSetOn = tokenDay(`${name}-claude-token`, args.claudeToken, parent);
    this.registerOutputs({
      appName: this.appName,
      url: this.url,
      machineId: this.machineId,
      volumeId: this.volumeId,
      imageDigest: this.imageDigest,
      privateIp: this.privateIp,
      inviteUrl: this.inviteUrl,
      tailnetPolicy: this.tailnetPolicy,
      claudeTokenSetOn: this.claudeTokenSetOn,
    });
  }
}

/**
 * 48 random letters and digits, 285 bits, which no parser on the way can break. Not RandomBytes: its id is its value, and the state keeps
 * ids in clear.
 */
const randomSecret = (name: string, opts: pulumi.CustomResourceOptions) =>
  new random.RandomPassword(name, { length: 48, special: false }, { ...opts, ignoreChanges: ["length"] })
    .result;

const deviceSettings = (args: CompleteArgs): DeviceSettings => ({
  controlServer: args.controlServer,
  https: args.tailnetHttps,
  userspace: args.tailscaleUserspace,
  ssh: args.tailscaleSsh,
  logs: args.tailscaleLogs,
});

/**
 * The names of secrets are no secrets.
 *
 * @throws pulumi.RunError naming each that the machine has a use of its own for.
 */
const namesOf = (secrets: CompleteArgs["extraSecrets"]) =>
  pulumi.unsecret(
    pulumi.output(secrets).apply((values) => {
      const names = Object.keys(values).sort();
      const problems = secretNameProblems(names);
      if (problems.length > 0) throw new pulumi.RunError(problems.join("\n"));
      return names;
    }),
  );

/** The app's secrets by their names in the machine. */
function secretValues(
  args: CompleteArgs,
  made: {
    key: pulumi.Output<string>;
    authSecret: pulumi.Output<string>;
    agentSecret: pulumi.Output<string>;
  },
): pulumi.Output<Record<string, string>> {
  const own: Record<SecretVariable, pulumi.Input<string>> = {
    BETTER_AUTH_SECRET: made.authSecret,
    PAPERCLIP_AGENT_JWT_SECRET: made.agentSecret,
    TAILSCALE_AUTH_KEY: made.key,
    CLAUDE_CODE_OAUTH_TOKEN: args.claudeToken ?? "",
    ANTHROPIC_API_KEY: args.anthropicKey ?? "",
  };
  return pulumi.all([own, args.extraSecrets]).apply(([own, extra]) => {
    const set = Object.entries({ ...extra, ...own }).filter(([, value]) => value !== "");
    return Object.fromEntries(set);
  });
}
