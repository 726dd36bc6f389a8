/** What code in the server's process, such as an administrator's plugin, tries in order to become root (see attempts.ts). */
import { type Attempt, forbidden } from "./attempts.ts";

const start = '$(pgrep --oldest --full "bash /usr/local/bin/paperclip-start")';
const lib = "/usr/local/lib/paperclip-on-fly";

/** Only root is allowed to do these. */
const scripts: Record<string, string> = {
  "run programs as an agent without what holds agents back": "sudo --non-interactive --user=agent -- id",
  "edit files through sudo":
    "SUDO_EDITOR=true sudo --non-interactive --user=agent --edit /etc/debian_version",
  "have sudo load libraries of its choice": 'LD_DEBUG=libs sudo --version 2>&1 | grep --quiet "calling init"',
  "become root with a password-less su": "su --command true",
  "put a program where root looks for them":
    'IFS=:; for folder in $PATH /root /etc /usr/local/lib; do if [ -w "$folder" ]; then exit 0; fi; done; exit 1',
  "change the code that root runs": `test -n "$(find ${lib} /usr/local/bin /etc -writable ! -type l -print -quit)"`,
  "put something where root keeps what it knows": "touch /run/paperclip-own && rm /run/paperclip-own",
  "keep the lock of the invitation": "exec 9</run/paperclip-invite.lock && flock --nonblock 9",
  "open the pipe by which root tells the server": "exec 3<>/run/paperclip-input",
  "put an entry beside the server's on the volume": "touch /paperclip/own && rm /paperclip/own",
  "exchange a folder of the volume":
    "mv /paperclip/instances /paperclip/moved && mv /paperclip/moved /paperclip/instances",
  "see what the start has open": `ls /proc/${start}/fd/`,
  "look at the machine through the start's folders": `ls /proc/${start}/root/`,
  "trace the start": `python3 -c 'import ctypes, sys; sys.exit(ctypes.CDLL(None).ptrace(0x4206, int(sys.argv[1]), 0, 0) != 0)' ${start}`,
  "make a file root's":
    "touch /tmp/of-root && chown root /tmp/of-root; status=$?; rm -f /tmp/of-root; exit $status",
  "make a device": "mknod /tmp/device c 1 5 && rm /tmp/device",
  "join root's group": "setpriv --regid=root --clear-groups true",
};

export const serverAttempts: Attempt[] = [
  ...forbidden.filter(({ possibleFor }) => possibleFor === "root"),
  ...Object.entries(scripts).map(([name, script]) => ({ name, script, possibleFor: "root" as const })),
];
