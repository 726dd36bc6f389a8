package integration

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// namespace is a machine with a network of its own and an interface into the tailnet.
type namespace struct {
	name string
	// host is the address at which the namespace reaches this machine.
	host       string
	resolvConf string
}

// newNamespace makes one of the test's namespaces, which are numbered.
func newNamespace(t *testing.T, number int) *namespace {
	t.Helper()
	ip := func(args ...string) {
		t.Helper()
		if output, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
			t.Fatalf("ip %s: %v: %s. Install it: apt-get install iproute2", strings.Join(args, " "), err, output)
		}
	}
	removeLeft(ip)
	id := fmt.Sprintf("%d-%d", os.Getpid(), number)
	subnet := fmt.Sprintf("10.213.%d", number)
	n := &namespace{name: "tn-" + id, host: subnet + ".1", resolvConf: filepath.Join(t.TempDir(), "resolv.conf")}
	if err := os.WriteFile(n.resolvConf, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	ip("netns", "add", n.name)
	// Deleting the namespace deletes its end of the link, and with it the other end.
	t.Cleanup(func() { ip("netns", "del", n.name) })
	ip("link", "add", "tn"+id, "type", "veth", "peer", "name", "eth0", "netns", n.name)
	ip("addr", "add", n.host+"/30", "dev", "tn"+id)
	ip("link", "set", "tn"+id, "up")
	ip("-n", n.name, "addr", "add", subnet+".2/30", "dev", "eth0")
	ip("-n", n.name, "link", "set", "eth0", "up")
	ip("-n", n.name, "link", "set", "lo", "up")
	ip("-n", n.name, "route", "add", "default", "via", n.host)
	return n
}

// removeLeft removes the namespaces of tests that were killed: their links have the addresses of the next ones.
func removeLeft(ip func(args ...string)) {
	paths, _ := filepath.Glob("/run/netns/tn-*-*")
	for _, path := range paths {
		name := filepath.Base(path)
		process, _, _ := strings.Cut(strings.TrimPrefix(name, "tn-"), "-")
		if _, err := os.Stat("/proc/" + process); err != nil {
			ip("netns", "del", name)
		}
	}
}

// command runs with a resolv.conf of its own, because tailscaled writes there and must leave this machine's file alone.
func (n *namespace) command(program string, args ...string) *exec.Cmd {
	script := `mount --bind "$0" /etc/resolv.conf && exec "$@"`
	return exec.Command("ip", append([]string{"netns", "exec", n.name, "sh", "-c", script, n.resolvConf, program}, args...)...)
}

func (n *namespace) options() []string { return nil }

func (n *namespace) page(t *testing.T, text string) string {
	t.Helper()
	server := n.command(os.Args[0])
	server.Env = append(os.Environ(), "TAILNET_TEST_HELPER=page", "TEXT="+text)
	server.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Kill()
		server.Wait()
	})
	return "http://127.0.0.1:3100"
}

// fetch resolves the name as any program in the namespace does: with the resolver that tailscaled has put into resolv.conf.
func (n *namespace) fetch(_ *node, address, roots string) (string, error) {
	client := n.command(os.Args[0])
	client.Env = append(os.Environ(), "TAILNET_TEST_HELPER=fetch", "ADDRESS="+address, "ROOTS="+roots)
	var stdout, stderr bytes.Buffer
	client.Stdout, client.Stderr = &stdout, &stderr
	if err := client.Run(); err != nil {
		return "", errors.New(stderr.String())
	}
	return stdout.String(), nil
}

// modes runs a test with machines of each kind.
func modes(t *testing.T, test func(t *testing.T, r *rig, first, second place), args ...string) {
	t.Run("userspace", func(t *testing.T) {
		test(t, newRig(t, "127.0.0.1", args...), process{}, process{})
	})
	t.Run("TUN", func(t *testing.T) {
		if _, err := os.Stat("/dev/net/tun"); err != nil || os.Getuid() != 0 {
			t.Fatal("needs root and /dev/net/tun: run it as root on Linux")
		}
		first, second := newNamespace(t, 1), newNamespace(t, 2)
		test(t, newRig(t, first.host, args...), first, second)
	})
}
