package integration

import (
	"errors"
	"strings"
	"testing"
)

func TestFaultsHealWhenTheyAreGone(t *testing.T) {
	r := newRig(t, "127.0.0.1")
	server, client := newNode(t, r, process{}), newNode(t, r, process{})
	client.join("laptop")
	fault := func(body string) {
		t.Helper()
		r.send("PUT", "/_tailnet/faults", body, nil)
	}
	heal := func() {
		t.Helper()
		r.send("DELETE", "/_tailnet/faults", "", nil)
	}

	fault(`{"controlDown": true}`)
	// A client that was refused goes on trying. With a one-off key, one attempt could use the key up and only the next one get the answer.
	key := r.key("reusable").Key
	if err := server.up("box", key, "--timeout=2s"); err == nil {
		t.Error("it joined a control server that is down")
	}
	heal()
	fault(`{"registerRefused": true}`)
	if err := server.up("box", key, "--timeout=20s"); err == nil || !strings.Contains(err.Error(), "registration is refused") {
		t.Errorf("got %v", err)
	}
	heal()
	eventually(t, func() error { return server.up("box", key, "--timeout=20s") })

	fault(`{"acmeRefused": true}`)
	server.serve("hello")
	if _, err := server.tailscale("cert", "--cert-file=-", "--key-file=-", "box."+domain); err == nil || !strings.Contains(err.Error(), "refuses") {
		t.Errorf("got %v", err)
	}
	heal()
	client.open("box", "hello")

	fault(`{"derpDown": true}`)
	if report := client.must("debug", "derp", "900"); strings.Contains(report, "Successfully established") {
		t.Errorf("it still has its relay: %s", report)
	}
	heal()
	if report := client.must("debug", "derp", "900"); !strings.Contains(report, "Successfully established a DERP connection") || !strings.Contains(report, "STUN response") {
		t.Errorf("it has no relay: %s", report)
	}
	client.open("box", "hello")
}

func TestSettingsOfTheTailnetReachTheNode(t *testing.T) {
	r := newRig(t, "127.0.0.1")
	n := newNode(t, r, process{})
	n.join("box")
	r.send("PATCH", "/api/v2/tailnet/-/settings", `{"httpsEnabled": false}`, nil)
	eventually(t, func() error {
		if got := n.status().CertDomains; len(got) > 0 {
			return errors.New("it may still have a certificate for " + got[0])
		}
		return nil
	})
	if _, err := n.tailscale("cert", "--cert-file=-", "--key-file=-", "box."+domain); err == nil {
		t.Error("there is a certificate in a tailnet without HTTPS")
	}
}
