package integration

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"paperclip-on-fly/tailnet/tools"
)

// served returns what a node serves, in its own words.
func (n *node) served() string {
	n.t.Helper()
	return strings.TrimSpace(n.must("serve", "status", "--json"))
}

func TestServeWithoutHTTPSWaitsForEverOrEndsWithNothingDone(t *testing.T) {
	r := newRig(t, "127.0.0.1")
	n := newNode(t, r, process{})
	r.send("PATCH", "/api/v2/tailnet/-/settings", `{"httpsEnabled": false}`, nil)
	n.join("box")
	serve := func(ctx context.Context) *exec.Cmd {
		return exec.CommandContext(ctx, tools.Program(t, "tailscale", "tailscale"), "--socket="+n.socket(), "serve", "--bg", "--https=443", "127.0.0.1:3100")
	}

	r.send("PUT", "/_tailnet/faults", `{"serveReturns": true}`, nil)
	output, err := serve(t.Context()).CombinedOutput()
	if err != nil || !strings.Contains(string(output), "Serve is not enabled on your tailnet") || n.served() != "{}" {
		t.Errorf("it ends with %v: %s, and serves %s", err, output, n.served())
	}

	r.send("DELETE", "/_tailnet/faults", "", nil)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	if output, err := serve(ctx).CombinedOutput(); !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Errorf("it ends with %v: %s", err, output)
	}

	waiting := serve(t.Context())
	if err := waiting.Start(); err != nil {
		t.Fatal(err)
	}
	r.send("PATCH", "/api/v2/tailnet/-/settings", `{"httpsEnabled": true}`, nil)
	if err := waiting.Wait(); err != nil || !strings.Contains(n.served(), "box."+domain+":443") {
		t.Errorf("with HTTPS on it ends with %v and serves %s", err, n.served())
	}
}

func TestTailnetWithFlowLogsLetsNoNodeRunWithoutItsOwnLog(t *testing.T) {
	r := newRig(t, "127.0.0.1")
	n := newNode(t, r, process{})
	r.send("PATCH", "/api/v2/tailnet/-/settings", `{"networkFlowLoggingOn": true}`, nil)
	key := r.key("reusable").Key
	for range 2 {
		if err := n.up("box", key, "--timeout=20s"); err == nil || !strings.Contains(err.Error(), "tailnet requires logging to be enabled") {
			t.Errorf("got %v", err)
		}
	}
	r.send("PATCH", "/api/v2/tailnet/-/settings", `{"networkFlowLoggingOn": false}`, nil)
	if err := n.up("box", key, "--timeout=20s"); err != nil || n.status().BackendState != "Running" {
		t.Errorf("got %v, %+v", err, n.status())
	}
}

func TestTailnetLockKeepsANodeOutUntilItIsSigned(t *testing.T) {
	r := newRig(t, "127.0.0.1")
	signer, box := newNode(t, r, process{}), newNode(t, r, process{})
	signer.join("signer")
	own := regexp.MustCompile(`tlpub:\S+`).FindString(signer.must("lock", "status"))
	signer.must("lock", "init", "--confirm", own)
	box.join("box")
	lockedOut := func(n *node) bool {
		return strings.Contains(fmt.Sprint(n.status().Health), "this node is locked out")
	}
	until := func(n *node, wanted bool) {
		t.Helper()
		eventually(t, func() error {
			if lockedOut(n) != wanted {
				return fmt.Errorf("locked out: %v", !wanted)
			}
			return nil
		})
	}
	until(box, true)
	if got := box.status().BackendState; got != "Running" {
		t.Errorf("its state is %s", got)
	}
	signer.sees()
	until(signer, false)

	var lock struct{ Enabled, NodeKeySigned bool }
	if err := json.Unmarshal([]byte(box.must("lock", "status", "--json")), &lock); err != nil || !lock.Enabled || lock.NodeKeySigned {
		t.Errorf("%+v, %v", lock, err)
	}
	words := strings.Fields(regexp.MustCompile(`lock sign .*`).FindString(box.must("lock", "status")))
	if _, err := box.tailscale(words...); err == nil {
		t.Error("it signed itself")
	}
	signer.must(words...)
	until(box, false)
	signer.sees("box")
	box.stop()
	box.start()
	signer.sees("box")
}
