/**
 * How an agent puts something else where the server opens a file. Each is a script for its shell, in its workspace: `$at` is the path that the
 * server opens, as the routes see it; `$target` the file of the server's that it is to open instead, whose path ends like `$at`.
 */
export interface Placement {
  name: string;
  script: string;
  /** Goes on while the request is made, and is ended by the attack. */
  goesOn?: boolean;
  /** Opens nothing of the server's: the attack is that the server waits, or reads without end. */
  hangs?: boolean;
  /** Links the kernel's view of the server's own process, not a file of the server's. */
  process?: boolean;
  /** What the kernel already refuses (fs.protected_hardlinks): the file stays the agent's own. */
  refusedByKernel?: boolean;
}

/** Replaces the folder that is the first part of `$at` by a link to where `$target` has the same. */
const folderLink = `inside=\${at#*/} folder=\${at%%/*}
  mv "$folder" "$folder.aside" && ln -s "\${target%/"$inside"}" "$folder"`;

/** Exchanges a path and a link to the other until it is ended, some ten thousand times a second. */
const exchange = (path: string, other: string) => `exec python3 -c '
import ctypes, os, sys
path, other = sys.argv[1:]
os.symlink(other, path + ".link")
rename = ctypes.CDLL(None, use_errno=True).renameat2
while rename(-100, path.encode(), -100, (path + ".link").encode(), 2) == 0: pass
sys.exit("the exchange has ended: " + os.strerror(ctypes.get_errno()))' ${path} ${other}`;

export const placements: Placement[] = [
  { name: "a link in its place", script: 'ln -sfn "$target" "$at"' },
  {
    name: "a chain of links",
    script: 'ln -sfn "$target" one && ln -sfn "$PWD/one" two && ln -sfn "$PWD/two" "$at"',
  },
  { name: "a link with more slashes and dots", script: 'ln -sfn "/tmp/../..//.$target" "$at"' },
  {
    name: "a link that climbs",
    script: 'ln -sfn "../../../../../../../../../..$target" "$at"',
  },
  {
    name: "a link to its folder",
    script: folderLink,
  },
  {
    name: "a link in the middle",
    script:
      'folder=$(dirname "$at") && mv "$folder" "$folder.aside" && ln -s "$(dirname "$target")" "$folder"',
  },
  {
    name: "a link through /proc",
    script: 'ln -sfn "/proc/self/root$target" "$at"',
  },
  { name: "the server's environment", script: 'ln -sfn /proc/self/environ "$at"', process: true },
  {
    name: "the environment of the server's thread",
    script: 'ln -sfn /proc/thread-self/environ "$at"',
    process: true,
  },
  {
    name: "another name of the file",
    script: 'rm -f "$at" && { ln "$target" "$at" || echo ours >"$at"; }',
    refusedByKernel: true,
  },
  { name: "an exchange, again and again", script: exchange('"$at"', '"$target"'), goesOn: true },
  {
    name: "an exchange of its folder, again and again",
    script: exchange('"$(dirname "$at")"', '"$(dirname "$target")"'),
    goesOn: true,
  },
  { name: "a pipe that nobody writes", script: 'rm -f "$at" && mkfifo "$at"', hangs: true },
  { name: "a file without end", script: 'ln -sfn /dev/zero "$at"', hangs: true },
  {
    name: "a socket",
    script:
      'rm -f "$at" && python3 -c "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])" "$at"',
    hangs: true,
  },
];
