/** What the machine's kernel offers, and what a command in the machine is allowed to do. */
import { type Answer, inMachine, type Probe, type Reading } from "./probe.ts";

/** A user id that nobody has, so that a trial has no lasting effect. */
const nobody = 65_533;

/** The programs that try to add a rule to netfilter. */
const rulePrograms = ["iptables-nft", "iptables-legacy", "ip6tables-nft", "ip6tables-legacy"];

export const machineProbes: Probe[] = [
  {
    name: "kernel",
    assumes: "Linux 6.1 or newer",
    command: inMachine("uname -r"),
    read: ({ stdout }) => {
      const [version, major, minor] = /^(\d+)\.(\d+)\S*/.exec(stdout) ?? [];
      if (!version) return undefined;
      return { found: version, asAssumed: Number(major) * 100 + Number(minor) >= 601 };
    },
  },
  {
    name: "access control lists",
    assumes: "the volume takes them",
    command: inMachine(
      String.raw`sh -c 'd=\$(mktemp -d -p /paperclip); setfacl -m u:930:rx \$d && echo taken; rmdir \$d'`,
    ),
    read: ({ exitCode, stdout, stderr }) => {
      if (/taken/.test(stdout)) return { found: "taken", asAssumed: true };
      const refused = /setfacl: .*/.exec(stdout + stderr)?.[0];
      return exitCode === 0 && refused ? { found: refused, asAssumed: false } : undefined;
    },
  },
  {
    name: "netfilter's owner match",
    assumes: "one of iptables-nft and iptables-legacy has it, and so has ip6tables",
    command: inMachine(
      `sh -c 'for p in ${rulePrograms.join(" ")}; do ` +
        String.raw`\$p -A OUTPUT -m owner --uid-owner ${nobody} -j REJECT && echo \$p: yes && ` +
        String.raw`\$p -D OUTPUT -m owner --uid-owner ${nobody} -j REJECT; done; echo tried'`,
    ),
    read: ({ stdout }) => {
      if (!/tried/.test(stdout)) return undefined;
      const have = rulePrograms.filter((program) => stdout.includes(`${program}: yes`));
      const every = ["iptables-", "ip6tables-"].every((kind) => have.some((name) => name.startsWith(kind)));
      return { found: have.join(", ") || "none has it", asAssumed: every };
    },
  },
  {
    name: "routing rules for a user",
    assumes: "`ip rule` takes a range of users",
    command: inMachine(
      `sh -c 'ip rule add uidrange ${nobody}-${nobody} prohibit && echo taken && ip rule del uidrange ${nobody}-${nobody} prohibit; echo tried'`,
    ),
    read: ({ stdout }) => {
      if (!/tried/.test(stdout)) return undefined;
      const taken = /taken/.test(stdout);
      return { found: taken ? "taken" : "refused", asAssumed: taken };
    },
  },
  {
    name: "order of the firewall's rules",
    assumes: "the machine's own rule comes before Tailscale's, or Tailscale has none",
    command: inMachine(
      String.raw`sh -c 'for p in iptables-nft iptables-legacy; do \$p -S INPUT; done; echo shown'`,
    ),
    read: ({ stdout }) => {
      if (!/shown/.test(stdout)) return undefined;
      const lines = stdout.split("\n").filter((line) => line.startsWith("-A"));
      const [own, theirs] = [/tailscale0.*REJECT/, /-j ts-input/].map((rule) =>
        lines.findIndex((line) => rule.test(line)),
      ) as [number, number];
      return {
        found:
          theirs < 0
            ? "Tailscale has no rule"
            : own < 0
              ? "only Tailscale has a rule"
              : `own ${own + 1}., Tailscale's ${theirs + 1}.`,
        asAssumed: theirs < 0 || (own >= 0 && own < theirs),
      };
    },
  },
  {
    name: "links of others",
    assumes: "the kernel protects them once the machine has started",
    command: inMachine(
      "sysctl fs.protected_hardlinks fs.protected_symlinks fs.protected_fifos fs.protected_regular",
    ),
    read: ({ stdout }) => {
      const values = [...stdout.matchAll(/fs\.protected_(\w+) = (\d)/g)];
      if (values.length === 0) return undefined;
      return {
        found: values.map(([, name, value]) => `${name} ${value}`).join(", "),
        asAssumed: values.length === 4 && values.every(([, , value]) => value !== "0"),
      };
    },
  },
  {
    name: "user namespaces",
    assumes: "an agent makes none once the machine has started",
    command: inMachine(
      "sh -c 'setpriv --reuid 930 --regid 930 --clear-groups unshare --user --map-root-user true && echo made; echo tried'",
    ),
    read: ({ stdout }) => {
      if (!/tried/.test(stdout)) return undefined;
      const made = /made/.test(stdout);
      return { found: made ? "an agent makes one" : "refused", asAssumed: !made };
    },
  },
  {
    name: "autogroups",
    assumes: "off once the machine has started, or not in the kernel",
    command: inMachine("sh -c 'cat /proc/sys/kernel/sched_autogroup_enabled || echo none'"),
    read: ({ stdout }) => {
      const [value] = /^(0|1|none)$/m.exec(stdout) ?? [];
      return value === undefined ? undefined : { found: value, asAssumed: value !== "1" };
    },
  },
  {
    name: "scheduling limit",
    assumes: "0: nobody leaves the class for idle times without a privilege",
    command: inMachine("bash -c 'ulimit -e'"),
    read: ({ stdout }) => {
      const [value] = /^\d+$/m.exec(stdout) ?? [];
      return value === undefined ? undefined : { found: value, asAssumed: value === "0" };
    },
  },
  {
    name: "memory",
    assumes: "92 % or more of what is ordered, in steps of 256 MB, is for programs",
    command: inMachine(
      String.raw`bash -c '. /usr/local/lib/paperclip-on-fly/common.sh; measure_memory; echo \$memory_mb MB'`,
    ),
    read: ({ stdout }) => {
      const [, text] = /^(\d+) MB/m.exec(stdout) ?? [];
      if (!text) return undefined;
      const mb = Number(text);
      const ordered = Math.ceil(mb / 256) * 256;
      return { found: `${mb} MB of ${ordered}`, asAssumed: mb / ordered >= 0.92 };
    },
  },
  {
    name: "inodes of the volume",
    assumes: "50,000 or more for each GB",
    command: inMachine("df --output=itotal,size -B 1G /paperclip"),
    read: ({ stdout }) => {
      const [, inodes, gigabytes] = /^\s*(\d+)\s+(\d+)/m.exec(stdout) ?? [];
      if (!inodes || !gigabytes) return undefined;
      const each = Math.round(Number(inodes) / Math.max(1, Number(gigabytes)));
      return { found: `${inodes} in ${gigabytes} GB`, asAssumed: each >= 50_000 };
    },
  },
  {
    name: "speed of the root disk",
    assumes: "8 MiB a second",
    command: inMachine("dd if=/usr/local/bin/tailscaled of=/dev/null bs=1M iflag=direct"),
    read: ({ stdout, stderr }) => {
      const [, number, unit] = /, ([\d.]+) ([kMG])B\/s/.exec(stdout + stderr) ?? [];
      if (!number || !unit) return undefined;
      const megabytes = Number(number) * { k: 0.001, M: 1, G: 1000 }[unit as "k" | "M" | "G"];
      return { found: `${number} ${unit}B/s`, asAssumed: megabytes > 6 && megabytes < 12 };
    },
  },
  {
    name: "a long command",
    assumes: "cut off after 30 s",
    command: inMachine("sleep 45"),
    turn: "beside",
    read: (answer) => endOf(answer, (cutOff, seconds) => cutOff && seconds < 40),
  },
  {
    name: "a long command that says so",
    assumes: "--timeout 60 lets it run for 45 s",
    command: inMachine("sleep 45", " --timeout 60"),
    turn: "beside",
    read: (answer) => endOf(answer, (cutOff) => !cutOff),
  },
];

/** How a command that sleeps has ended. */
function endOf(
  { exitCode, stdout, stderr, seconds }: Answer,
  isAssumed: (cutOff: boolean, seconds: number) => boolean,
): Reading | undefined {
  const cutOff = /deadline_exceeded|timeout|timed out/i.test(stdout + stderr);
  if (!cutOff && exitCode !== 0) return undefined;
  const found = `${cutOff ? "cut off" : "ended by itself"} after ${Math.round(seconds)} s`;
  return { found, asAssumed: isAssumed(cutOff, seconds) };
}
