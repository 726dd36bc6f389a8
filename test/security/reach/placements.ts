/**
 * How an agent puts something else where the server opens a file. Each is a script for the agent's shell, in its workspace. `$at` is the
 * path that the server opens, as the routes see it. `$target` is the server's file that it is tricked into opening instead; its path ends
 * like `$at`.
 */
export interface Placement {
  name: string;
  script: string;
  /** Keeps running while the request is made; the attack ends it. */
  goesOn?: boolean;
  /** Opens no file of the server's: the attack is to make the server wait, or read without end. */
  hangs?: boolean;
  /** Links to the kernel's view of the server's own process instead of a file of the server's. */
  process?: boolean;
  /** The kernel already refuses it (fs.protected_hardlinks): the file stays the agent's own. */
  refusedByKernel?: boolean;
}

/** Replaces the folder that is the first part of `$at` with a link to the corresponding folder of `$target`. */
const folderLink = `inside=\${at#*/} folder=\${at%%/*}
  mv "$folder" "$folder.aside" && ln -s "\${target%/"$inside"}" "$folder"`;

/**
 * Swaps a path with a link to the other path, some ten thousand times a second, until it is ended. What an operation removes meanwhile comes
 * back.
 */
const exchange = (path: string, other: string) => `exec python3 -c '
import ctypes, errno, os, sys
path, other = sys.argv[1:]
link, folder = path + ".link", os.path.isdir(path)
def complete():
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    if not os.path.lexists(link): os.symlink(other, link)
    if not os.path.lexists(path): os.mkdir(path) if folder else open(path, "x").close()
complete()
rename = ctypes.CDLL(None, use_errno=True).renameat2
while True:
    if rename(-100, path.encode(), -100, link.encode(), 2) == 0: continue
    if ctypes.get_errno() != errno.ENOENT: sys.exit("the exchange has ended: " + os.strerror(ctypes.get_errno()))
    try: complete()
    except FileExistsError: pass' ${path} ${other}`;

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
