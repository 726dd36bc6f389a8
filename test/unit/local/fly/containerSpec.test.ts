import { describe, expect, test } from "vitest";
import type { MachineConfig } from "../../../../local/fly/machines/config.ts";
import {
  type ContainerSpecInput,
  containerSpec,
  stopSeconds,
} from "../../../../local/fly/machines/containerSpec.ts";
import { machineEnvironment } from "../../../../local/fly/machines/environment.ts";

const image = "registry.fly.io/app@sha256:0";

function spec(config: Partial<MachineConfig> = {}, more: Partial<ContainerSpecInput> = {}) {
  return containerSpec({
    name: "fly-1-machine",
    labels: { instance: "1" },
    machineId: "machine",
    appName: "app",
    privateIp: "fdaa::2",
    networkName: "fly-1-net",
    hosts: {},
    flycast: [{ appName: "web", address: "fdaa:0:1:0:1::5" }],
    volumeName: (id) => `fly-1-${id}`,
    image: "127.0.0.1:5000/app@sha256:0",
    imageCommand: { entrypoint: ["/entry"], cmd: ["serve"] },
    environment: { A: "1" },
    config: { image, ...config },
    cpu: { cpus: "1", quota: -1 },
    procStatFile: "/state/machine.stat",
    ...more,
  });
}

describe("the container of a machine", () => {
  test("has what Fly leaves of the guest's memory as its limit and no swap, Fly's smallest guest by default", () => {
    expect(spec().HostConfig).toMatchObject({ Memory: 213 * 2 ** 20, MemorySwap: 213 * 2 ** 20 });
  });

  test("has swap on top of its memory if the config asks for it", () => {
    const guest = { cpu_kind: "shared", cpus: 2, memory_mb: 1024 } as const;
    const { HostConfig: host } = spec({ guest, init: { swap_size_mb: 512 } });
    expect(host).toMatchObject({
      Memory: 965 * 2 ** 20,
      MemorySwap: (965 + 512) * 2 ** 20,
      ShmSize: (965 / 2) * 2 ** 20,
    });
  });

  test("has Fly's quota in Fly's period, on CPUs of the host that others can see on it", () => {
    const { HostConfig: host, Labels: labels } = spec({}, { cpu: { cpus: "0,1", quota: 10_000 } });
    expect(host).toMatchObject({ CpuPeriod: 80_000, CpuQuota: 10_000, CpusetCpus: "0,1" });
    expect(host).not.toHaveProperty("NanoCpus");
    expect(labels).toEqual({ instance: "1", "paperclip.fly.cpus": "0,1" });
  });

  test("has a /proc/stat of its own that it cannot change", () => {
    expect(spec().HostConfig?.Mounts).toEqual([
      { Type: "bind", Source: "/state/machine.stat", Target: "/proc/stat", ReadOnly: true },
    ]);
  });

  test("has an init as PID 1, a TUN device, and restarts that Docker has no part in", () => {
    const { HostConfig: host } = spec();
    expect(host).toMatchObject({ Init: true, RestartPolicy: { Name: "no" } });
    expect(host?.Devices?.[0]).toMatchObject({ PathInContainer: "/dev/net/tun" });
  });

  test("has no filter of system calls, the rights that stay inside it, and none with which the host's kernel is set or read", () => {
    const { HostConfig: host } = spec();
    expect(host?.SecurityOpt).toEqual(["seccomp=unconfined"]);
    expect(host?.CapAdd).toEqual(expect.arrayContaining(["NET_ADMIN", "SYS_PTRACE"]));
    for (const right of [
      "ALL",
      "SYS_ADMIN",
      "SYS_MODULE",
      "SYS_RAWIO",
      "SYS_BOOT",
      "SYS_TIME",
      "DAC_READ_SEARCH",
      "BPF",
    ])
      expect(host?.CapAdd).not.toContain(right);
    expect(host).not.toHaveProperty("Privileged");
  });

  test("has its volume as it is, with nothing of the image copied into it", () => {
    const { HostConfig: host } = spec({ mounts: [{ volume: "vol_1", path: "/data" }] });
    expect(host?.Mounts?.[0]).toMatchObject({
      Type: "volume",
      Source: "fly-1-vol_1",
      Target: "/data",
      VolumeOptions: { NoCopy: true },
    });
  });

  test("knows the Flycast names of its network", () => {
    expect(spec().HostConfig?.ExtraHosts).toEqual(["fly-local-6pn:fdaa::2", "web.flycast:fdaa:0:1:0:1::5"]);
  });

  test("has the platform's addresses of names of the internet", () => {
    const { HostConfig: host } = spec({}, { hosts: { "api.example.com": "203.0.113.1" } });
    expect(host?.ExtraHosts).toContain("api.example.com:203.0.113.1");
  });

  test("has its 6PN address and its names in its network", () => {
    const { NetworkingConfig: networking, Hostname: hostname } = spec();
    expect(hostname).toBe("machine");
    expect(networking?.EndpointsConfig?.["fly-1-net"]).toMatchObject({
      IPAMConfig: { IPv6Address: "fdaa::2" },
      Aliases: ["app.internal", "machine.vm.app.internal"],
    });
  });

  test.each([
    [{}, ["/entry"], ["serve"]],
    [{ cmd: ["other"] }, ["/entry"], ["other"]],
    [{ entrypoint: ["/other"] }, ["/other"], ["serve"]],
    [{ exec: ["/bin/x", "y"], cmd: ["ignored"] }, ["/bin/x", "y"], []],
  ])("runs with init %j the entrypoint %j and the command %j", (init, entrypoint, cmd) => {
    expect(spec({ init })).toMatchObject({ Entrypoint: entrypoint, Cmd: cmd });
  });

  test("is stopped with SIGINT after 5 seconds, unless the config says otherwise", () => {
    expect(spec().StopSignal).toBe("SIGINT");
    expect(stopSeconds({ image })).toBe(5);
    const config = { image, stop_config: { signal: "SIGTERM", timeout: "2m" } } as const;
    expect(spec(config).StopSignal).toBe("SIGTERM");
    expect(stopSeconds(config)).toBe(120);
  });
});

describe("the environment of a machine", () => {
  const environment = (config: Partial<MachineConfig>, secrets = {}, publicIp?: string) =>
    machineEnvironment({
      appName: "app",
      machineId: "machine",
      instanceId: "01A",
      region: "ams",
      privateIp: "fdaa::2",
      publicIp,
      config: { image, ...config },
      secrets,
    });

  test("names the machine in all of Fly's variables", () => {
    expect(environment({ metadata: { fly_process_group: "app" } })).toEqual({
      FLY_APP_NAME: "app",
      FLY_MACHINE_ID: "machine",
      FLY_ALLOC_ID: "machine",
      FLY_MACHINE_VERSION: "01A",
      FLY_REGION: "ams",
      FLY_PRIVATE_IP: "fdaa::2",
      FLY_IMAGE_REF: image,
      FLY_VM_MEMORY_MB: "256",
      FLY_PROCESS_GROUP: "app",
    });
  });

  test("takes a secret over an `env` of the same name, and neither over a variable of the platform's", () => {
    const found = environment({ env: { A: "env", FLY_REGION: "sjc" } }, { A: "secret", FLY_APP_NAME: "x" });
    expect(found).toMatchObject({ A: "secret", FLY_REGION: "ams", FLY_APP_NAME: "app" });
  });

  test("has a public address only if the app has one", () => {
    expect(environment({}, {}, "2001:db8::1")).toMatchObject({ FLY_PUBLIC_IP: "2001:db8::1" });
  });
});
