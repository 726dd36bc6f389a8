/** The official downloads, pinned. Checksums are those that the projects publish beside their files. */
import type { Download } from "./download.ts";

/** An archive and the programs that it brings, as paths inside it. */
export interface OfficialArchive extends Download {
  programs: string[];
}

/** Archives for Linux on x86-64 by the name of the tool. A machine of another kind uses the programs on its PATH. */
export const officialArchives = {
  pulumi: {
    url: "https://get.pulumi.com/releases/sdk/pulumi-v3.253.0-linux-x64.tar.gz",
    sha256: "33161e521280e6c77395a46344dba5ff9c118a90df254801e662087143b4d1ac",
    programs: ["pulumi/pulumi", "pulumi/pulumi-language-nodejs", "pulumi/pulumi-resource-pulumi-nodejs"],
  },
  flyctl: {
    url: "https://github.com/superfly/flyctl/releases/download/v0.4.111/flyctl_0.4.111_Linux_x86_64.tar.gz",
    sha256: "1878d7fb1f8a418039042cf0749e4b7216c6c7018b66ae10611a64c2b6d9aa9e",
    programs: ["flyctl"],
  },
  tailscale: {
    url: "https://pkgs.tailscale.com/stable/tailscale_1.102.4_amd64.tgz",
    sha256: "50748df1045e60b5b695f19f4c56b0da36c019948b440fb456b6584a50f0d8b9",
    programs: ["tailscale_1.102.4_amd64/tailscale", "tailscale_1.102.4_amd64/tailscaled"],
  },
  go: {
    url: "https://go.dev/dl/go1.26.8.linux-amd64.tar.gz",
    sha256: "d0f743b33e8d8945e6b1f432edd15785c70507121d6e2a723b21285eddf8b57b",
    programs: ["go/bin/go"],
  },
} satisfies Record<string, OfficialArchive>;

export type OfficialTool = keyof typeof officialArchives;
