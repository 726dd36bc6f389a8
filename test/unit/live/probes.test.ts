import { describe, expect, test } from "vitest";
import { allProbes } from "../../live/probes/all.ts";
import { type Answer, commandFor, resultOf } from "../../live/probes/probe.ts";

const answer = (stdout: string, more: Partial<Answer> = {}): Answer => ({
  exitCode: 0,
  stdout,
  stderr: "",
  seconds: 1,
  ...more,
});

const ask = (name: string, given: Answer) => {
  const probe = allProbes.find((one) => one.name === name);
  if (!probe) throw new Error(`there is no probe ${name}`);
  const { found, verdict } = resultOf(probe, given);
  return [verdict, found];
};

const balance = (value: string) => JSON.stringify({ data: { result: [{ value: [1, value] }] } });
const ips = (address: string) => JSON.stringify([{ Address: address, Type: "private_v6" }], undefined, 4);
const machine = JSON.stringify([{ private_ip: "fdaa:1:2:a7b:1::2" }], undefined, 4);
const volumes = (copied: string) =>
  `${JSON.stringify({ id: "vol_2", created_at: copied }, undefined, 4)}\n${JSON.stringify(
    [
      { id: "vol_1", created_at: "2026-01-01T00:00:00Z" },
      { id: "vol_2", created_at: copied },
    ],
    undefined,
    4,
  )}\n`;

describe("an answer is as assumed, or otherwise:", () => {
  test.each<[string, Answer, Answer]>([
    ["kernel", answer("6.12.47-fly\n"), answer("5.10.1\n")],
    [
      "access control lists",
      answer("taken\n"),
      answer("", { stderr: "setfacl: /paperclip/tmp.x: Operation not supported" }),
    ],
    [
      "netfilter's owner match",
      answer("iptables-legacy: yes\nip6tables-nft: yes\ntried\n"),
      answer("iptables-nft: yes\ntried\n"),
    ],
    ["routing rules for a user", answer("taken\ntried\n"), answer("tried\n")],
    [
      "order of the firewall's rules",
      answer("-P INPUT ACCEPT\n-A INPUT -i tailscale0 -p tcp -j REJECT\n-A INPUT -j ts-input\nshown\n"),
      answer("-A INPUT -j ts-input\n-A INPUT -i tailscale0 -p tcp -j REJECT\nshown\n"),
    ],
    [
      "links of others",
      answer(
        "fs.protected_hardlinks = 1\nfs.protected_symlinks = 1\nfs.protected_fifos = 1\nfs.protected_regular = 2\n",
      ),
      answer(
        "fs.protected_hardlinks = 0\nfs.protected_symlinks = 1\nfs.protected_fifos = 1\nfs.protected_regular = 2\n",
      ),
    ],
    ["user namespaces", answer("tried\n"), answer("made\ntried\n")],
    ["autogroups", answer("none\n"), answer("1\n")],
    ["scheduling limit", answer("0\n"), answer("20\n")],
    ["memory", answer("965 MB\n"), answer("900 MB\n")],
    ["inodes of the volume", answer(" Inodes 1G-blocks\n 196608 3\n"), answer("Inodes 1G-blocks\n65536 3\n")],
    [
      "speed of the root disk",
      answer("", { stderr: "33554432 bytes (34 MB, 32 MiB) copied, 4.1 s, 8.2 MB/s" }),
      answer("", { stderr: "33554432 bytes (34 MB, 32 MiB) copied, 0.02 s, 1.6 GB/s" }),
    ],
    [
      "a long command",
      answer("", { exitCode: 1, stderr: "Error: … 408 deadline_exceeded", seconds: 31 }),
      answer("", { seconds: 46 }),
    ],
    [
      "a long command that says so",
      answer("", { seconds: 46 }),
      answer("", { exitCode: 1, stderr: "Error: … 408 deadline_exceeded", seconds: 31 }),
    ],
    [
      "HTTPS of the tailnet",
      answer('{"BackendState":"Running","CertDomains":["a.ts.net"]}'),
      answer('{"BackendState":"Running","CertDomains":null}'),
    ],
    [
      "a used key given to a joined device",
      answer('{"BackendState":"NeedsLogin"}'),
      answer('{"BackendState":"Running"}'),
    ],
    [
      "network of the private address",
      answer(`${ips("fdaa:1:2::9")}\n${machine}\n`),
      answer(`${ips("fdaa:1:7::9")}\n${machine}\n`),
    ],
    [
      "age of a copied volume",
      answer(volumes("2026-02-02T00:00:00Z")),
      answer(volumes("2026-01-01T00:00:00Z")),
    ],
    [
      "tokens and names",
      answer("New app created: x-spare\nmade\ndestroyed\nfree\n"),
      answer("New app created: x-spare\nmade\ndestroyed\n"),
    ],
    [
      "a machine that crashes for ever",
      answer(
        `New app\n${JSON.stringify([{ state: "started", events: [{ type: "exit" }] }], undefined, 4)}\nDestroyed app\n`,
      ),
      answer(
        `New app\n${JSON.stringify([{ state: "stopped", events: [{ type: "exit" }] }], undefined, 4)}\nDestroyed app\n`,
      ),
    ],
    [
      "CPU balance after a restart",
      answer(`${balance("4000")}\n${balance("3900")}\n`),
      answer(`${balance("4000")}\n${balance("200")}\n`),
    ],
  ])("%s", (name, kind, unkind) => {
    expect(ask(name, kind)[0]).toBe("as assumed");
    expect(ask(name, unkind)[0]).toBe("otherwise");
  });

  test("the way to the machine is reported, and either way is as assumed", () => {
    expect(ask("way to the machine", answer("pong from a (100.1.1.1) via DERP(fra) in 20ms\n"))).toEqual([
      "as assumed",
      "relay fra, 20ms",
    ]);
    const found =
      "pong from a (100.1.1.1) via DERP(fra) in 20ms\npong from a (100.1.1.1) via 1.2.3.4:41641 in 3ms\n";
    expect(ask("way to the machine", answer(found))).toEqual(["as assumed", "direct, 3ms"]);
  });
});

test("a failure of flyctl is no answer, and is reported in flyctl's own words, whatever was asked", () => {
  const refused = answer("", { exitCode: 1, stderr: "Error: `flyctl x` is not emulated by this stand-in" });
  for (const probe of allProbes) {
    const { verdict, found } = resultOf(probe, refused);
    expect(verdict, probe.name).toBe("no answer");
    expect(found).toMatch(/^exit code 1: Error: /);
  }
});

test("a command is asked with the run's own words", () => {
  const words = {
    APP: "paperclip-live-1",
    ID: "d8",
    VOLUME: "vol_1",
    ORGANIZATION: "acme",
    KEYFILE: "/tmp/key",
  };
  const command =
    "flyctl apps create APP-spare --org ORGANIZATION && flyctl machine exec ID x --app APP; cat KEYFILE VOLUME";
  expect(commandFor({ command }, words)).toBe(
    "flyctl apps create paperclip-live-1-spare --org acme && flyctl machine exec d8 x --app paperclip-live-1; cat /tmp/key vol_1",
  );
});
