import { expect, test } from "vitest";
import { pushedDigest } from "../../../../components/image/docker.ts";

const [pushed, index] = ["5d", "a7"].map((byte) => `sha256:${byte.repeat(32)}`);

const classic = `The push refers to repository [registry.fly.io/acme]
3b29c5a1d0f2: Pushed
5f70bf18a086: Layer already exists
latest: digest: ${pushed} size: 1573`;

/** Output of Docker 29, whose image is an index with only one of its platforms on this machine. */
const containerd = `The push refers to repository [registry.fly.io/acme]
d0c1d894c237: Unavailable
d0c1d894c237: Pushed
latest: digest: ${pushed} size: 1022

 Info -> Not all multiplatform-content is present and only the available single-platform image was pushed
         ${index} -> ${pushed}`;

const indexFirst = `latest: digest: ${index} size: 856\n${containerd}`;

test.each([
  ["the classic store's", classic],
  ["containerd's", containerd],
  ["one that names the index first", indexFirst],
])("%s push has put into the registry what its last digest says", (_, output) => {
  expect(pushedDigest(output)).toBe(pushed);
});

test("a push that names no digest has put nothing there", () => {
  const refused = "The push refers to repository [registry.fly.io/acme]\nunauthorized: not allowed";
  expect(pushedDigest(refused)).toBeUndefined();
});
