package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"paperclip-on-fly/tailnet/tools"
)

// node is a machine with tailscaled.
type node struct {
	t      *testing.T
	rig    *rig
	folder string
	// place is the network that the machine is in.
	place place
	run   *exec.Cmd
	log   *bytes.Buffer
}

func newNode(t *testing.T, r *rig, p place) *node {
	t.Helper()
	folder, err := os.MkdirTemp(r.folder, "n")
	if err != nil {
		t.Fatal(err)
	}
	n := &node{t: t, rig: r, folder: folder, place: p, log: &bytes.Buffer{}}
	t.Cleanup(func() {
		n.stop()
		if t.Failed() {
			t.Logf("the end of tailscaled's log:\n%s", n.log.Bytes()[max(0, n.log.Len()-6000):])
		}
	})
	n.start()
	return n
}

// start starts tailscaled, also again with the state that it had.
func (n *node) start() {
	n.t.Helper()
	args := append(n.place.options(), "--statedir="+n.folder, "--socket="+n.socket(), "--port=0", "--no-logs-no-support")
	n.run = n.place.command(tools.Program(n.t, "tailscaled", "tailscale"), args...)
	n.run.Env = append(os.Environ(), "TS_DEBUG_ACME_DIRECTORY_URL="+n.rig.addresses["acme"])
	n.run.Stdout, n.run.Stderr = n.log, n.log
	n.run.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := n.run.Start(); err != nil {
		n.t.Fatal(err)
	}
	eventually(n.t, func() error {
		_, err := n.tailscale("status", "--json")
		return err
	})
}

func (n *node) stop() {
	if n.run != nil {
		n.run.Process.Signal(syscall.SIGTERM)
		n.run.Wait()
		n.run = nil
	}
}

func (n *node) socket() string { return filepath.Join(n.folder, "sock") }

// tailscale runs the command and returns its output; on failure the output is the error.
func (n *node) tailscale(args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(n.t.Context(), 60*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, tools.Program(n.t, "tailscale", "tailscale"), append([]string{"--socket=" + n.socket()}, args...)...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("tailscale %s: %w: %s%s", args[0], err, &stdout, &stderr)
	}
	return stdout.String(), nil
}

func (n *node) must(args ...string) string {
	n.t.Helper()
	output, err := n.tailscale(args...)
	if err != nil {
		n.t.Fatal(err)
	}
	return output
}

// up joins with a key from a file, as the machines of a stack do.
func (n *node) up(hostname, key string, more ...string) error {
	n.t.Helper()
	file := filepath.Join(n.folder, "key")
	if err := os.WriteFile(file, []byte(key), 0o600); err != nil {
		n.t.Fatal(err)
	}
	defer os.Remove(file)
	args := []string{"up", "--auth-key=file:" + file, "--hostname=" + hostname, "--login-server=" + n.rig.addresses["control"], "--netfilter-mode=off"}
	_, err := n.tailscale(append(args, more...)...)
	return err
}

func (n *node) join(hostname string) {
	n.t.Helper()
	if err := n.up(hostname, n.rig.key().Key); err != nil {
		n.t.Fatal(err)
	}
}

type status struct {
	BackendState string
	CertDomains  []string
	Health       []string
	Self         peer
	Peer         map[string]peer
}

type peer struct {
	DNSName, HostName string
	Online            bool
	Tags              []string
}

func (n *node) status() status {
	n.t.Helper()
	var s status
	if err := json.Unmarshal([]byte(n.must("status", "--json")), &s); err != nil {
		n.t.Fatal(err)
	}
	return s
}

// sees waits until a node sees exactly these peers, by their names in MagicDNS.
func (n *node) sees(names ...string) {
	n.t.Helper()
	eventually(n.t, func() error {
		got := []string{}
		for _, peer := range n.status().Peer {
			got = append(got, strings.TrimSuffix(peer.DNSName, "."+domain+"."))
		}
		if fmt.Sprint(sorted(got)) != fmt.Sprint(sorted(names)) {
			return fmt.Errorf("it sees %v, not %v", got, names)
		}
		return nil
	})
}

// serve publishes a page that says which node it is from.
func (n *node) serve(text string) {
	n.t.Helper()
	n.must("serve", "--bg", "--https=443", n.place.page(n.t, text))
}

// open fetches a node's page by its name in MagicDNS, and checks its certificate against the authority's roots.
func (n *node) open(name, want string) {
	n.t.Helper()
	address := url.URL{Scheme: "https", Host: name + "." + domain, Path: "/"}
	eventually(n.t, func() error {
		got, err := n.place.fetch(n, address.String(), n.rig.addresses["caFile"])
		if err == nil && got != want {
			err = fmt.Errorf("%s says %q", name, got)
		}
		return err
	})
}
