/** Settings of the Fly.io app, its machine, its volume and its image. */
import { removal, setting } from "./commands.ts";
import { count, fileSize, memory, text, texts, volume } from "./forms.ts";
import type { Rows } from "./row.ts";
import * as rules from "./rules.ts";
import { sizeText } from "./units.ts";

export interface MachineArgs {
  /** Fly.io region of machine and volume, e.g. `ams`. Fixed once the volume exists. */
  region: string;
  /** Slug of the Fly.io organization that owns the app. Default: `personal`. */
  organization?: string;
  /** Name of the Fly.io app and of the tailnet device: lowercase letters, digits and dashes, at most 63, unique across Fly.io. */
  appName: string;
  /** Fly.io machine preset. Default: `shared-cpu-1x`. */
  size?: string;
  /** Memory of the machine in MB, at least 1024, a multiple of 256. Default: 1024. */
  memoryMb?: number;
  /** Largest file that can be attached, in MB, at most a tenth of the memory. Default: Paperclip's own, 10. */
  attachmentLimitMb?: number;
  /** Least size of the encrypted volume in GB, 1 to 500. It can grow, never shrink. Default: 3. */
  volumeSizeGb?: number;
  /** Size in GB up to which Fly.io extends the volume by itself, 1 GB at a time, when it is 80 % full. Default: it never does. */
  volumeLimitGb?: number;
  /** Days that Fly.io keeps the volume's daily snapshots, 1 to 60. Default: 5. */
  snapshotRetentionDays?: number;
  /** A prebuilt image, HOST/NAME@sha256:…. Default: built from `docker/` and pushed to Fly.io's registry, which needs Docker. */
  image?: string;
  /** Build arguments of `docker/Dockerfile`. Default: none. */
  imageBuildArgs?: Record<string, string>;
}

export const machineSettings = {
  region: {
    form: text,
    rule: rules.regionProblem,
    required: true,
    example: "ams",
    says: "Fly.io region of the machine and its volume (`flyctl platform regions` lists them); fixed once the volume exists",
  },
  organization: {
    form: text,
    rule: rules.organizationProblem,
    default: "personal",
    says: "Slug of the Fly.io organization that owns and pays for the app",
  },
  appName: {
    form: text,
    rule: rules.appNameProblem,
    unset: "`PROJECT-STACK`",
    example: "my-paperclip",
    says: "Name of the Fly.io app and of the tailnet device, unique across Fly.io",
    fix: setting("appName", "my-paperclip"),
  },
  size: {
    form: text,
    rule: rules.sizeProblem,
    default: "shared-cpu-1x",
    says: "Fly.io machine preset (`flyctl platform vm-sizes` lists them)",
    more:
      "A shared vCPU is always allowed a sixteenth of a core, and all of one while it has CPU saved. " +
      "`doctor` says when that is too little",
  },
  memoryMb: {
    key: "memory",
    form: memory,
    rule: (memoryMb, { size = "" }) => rules.memoryProblem(memoryMb, size),
    default: rules.minimumMemoryMb,
    says: `Memory of the machine, at least \`${sizeText(rules.minimumMemoryMb)}\`, in steps of \`256mb\``,
    more: "512 MB of swap come on top",
    fixFor: (_, { size = "" }) => setting("memory", sizeText(rules.leastMemoryMb(size))),
  },
  attachmentLimitMb: {
    key: "attachmentLimit",
    form: fileSize("50mb"),
    rule: (limitMb, { memoryMb = rules.minimumMemoryMb }) => rules.attachmentLimitProblem(limitMb, memoryMb),
    unset: "`10mb`",
    example: "50mb",
    says: "Largest file that can be attached to a task or put into a text, in whole `mb`; at most a tenth of `memory`",
    more: "A larger one is refused with a message that names the limit",
    fixFor: (_, { memoryMb = rules.minimumMemoryMb }) =>
      setting("attachmentLimit", sizeText(rules.mostAttachmentMb(memoryMb))),
  },
  volumeSizeGb: {
    key: "volumeSize",
    form: volume("3gb"),
    rule: rules.volumeSizeProblem,
    default: 3,
    says: "Least size of the encrypted volume with all data, in whole `gb`; it can grow, never shrink",
  },
  volumeLimitGb: {
    key: "volumeLimit",
    form: volume("10gb"),
    rule: (limitGb, { volumeSizeGb = 0 }) => rules.volumeLimitProblem(limitGb, volumeSizeGb),
    unset: "none",
    example: "10gb",
    says: "Size up to which Fly.io extends the volume by itself, 1 GB at a time, when it is 80 % full; more than `volumeSize`",
  },
  snapshotRetentionDays: {
    key: "snapshotRetention",
    form: count("days"),
    rule: rules.snapshotRetentionProblem,
    default: 5,
    says: "Days that Fly.io keeps the volume's daily snapshots, 1 to 60",
  },
  image: {
    form: text,
    rule: rules.imageProblem,
    unset: "built from `docker/`",
    example: `registry.fly.io/images@sha256:${"0123456789abcdef".repeat(4)}`,
    says: "Prebuilt image by digest, of your own organization: Claude Code in it must not be passed on",
  },
  imageBuildArgs: {
    form: texts("an object of build arguments, NAME to value"),
    default: {},
    says: "Build arguments of `docker/Dockerfile`, NAME to value, e.g. a mirror of its base images",
    more: "[security.md](docs/security.md#its-kernel) names the switches among them",
    // Pulumi puts an entry into an object only, and what cannot be read is hardly one.
    fix: `${removal("imageBuildArgs")} && ${setting("--path imageBuildArgs.NODE_IMAGE", "REGISTRY/node:24-trixie-slim")}`,
  },
} satisfies Rows<MachineArgs>;
