package control

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"paperclip-on-fly/tailnet/state"

	"tailscale.com/tailcfg"
	"tailscale.com/types/key"
)

// ask sends a request as a machine.
func (w *world) ask(machine key.MachinePrivate, method, path string, body any) *httptest.ResponseRecorder {
	w.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	recorder := httptest.NewRecorder()
	machineHandler{w.server, machine.Public(), &sync.WaitGroup{}}.ServeHTTP(recorder, httptest.NewRequest(method, path, bytes.NewReader(data)))
	return recorder
}

func TestProofOfANameIsPublishedForTheDeviceThatHasIt(t *testing.T) {
	w := newWorld(t, state.Seed{})
	w.join("box")
	n := w.join("box")
	set := func(machine key.MachinePrivate, name string) int {
		request := tailcfg.SetDNSRequest{Version: 1, NodeKey: n.key.Public(), Name: name, Type: "TXT", Value: "proof"}
		return w.ask(machine, "POST", "/machine/set-dns", request).Code
	}
	if code := set(n.machine, "_acme-challenge.box.tailnet-dev.ts.net"); code != http.StatusForbidden {
		t.Errorf("another device's name: HTTP %d", code)
	}
	if code := set(key.NewMachine(), "_acme-challenge.box-1.tailnet-dev.ts.net"); code != http.StatusForbidden {
		t.Errorf("another machine: HTTP %d", code)
	}
	if len(w.txt) != 0 {
		t.Errorf("published: %v", w.txt)
	}
	if code := set(n.machine, "_acme-challenge.box-1.tailnet-dev.ts.net"); code != http.StatusOK || w.txt["_acme-challenge.box-1.tailnet-dev.ts.net"] != "proof" {
		t.Errorf("its own: HTTP %d, %v", code, w.txt)
	}
	if err := w.tailnet.ChangeSettings(func(s *state.Settings) { s.HTTPSEnabled = false }); err != nil {
		t.Fatal(err)
	}
	if code := set(n.machine, "_acme-challenge.box-1.tailnet-dev.ts.net"); code != http.StatusForbidden {
		t.Errorf("without HTTPS: HTTP %d", code)
	}
}

// Each of these requests would end the program if Tailscale's test server got it.
func TestRequestsThatTheTestServerMustNotSee(t *testing.T) {
	w := newWorld(t, state.Seed{})
	n := w.join("box")
	for _, c := range []struct {
		method, path string
		body         any
		status       int
	}{
		{"POST", "/machine/id-token", nil, http.StatusNotImplemented},
		{"GET", "/machine/tka/disable", nil, http.StatusBadRequest},
		{"POST", "/machine/register", "text", http.StatusBadRequest},
		{"POST", "/machine/register", tailcfg.RegisterRequest{Version: 1}, http.StatusBadRequest},
		{"POST", "/machine/map", "text", http.StatusBadRequest},
		{"POST", "/machine/set-dns", "text", http.StatusBadRequest},
		{"POST", "/machine/update-health", nil, http.StatusNoContent},
	} {
		if got := w.ask(n.machine, c.method, c.path, c.body); got.Code != c.status {
			t.Errorf("%s %s: HTTP %d %s", c.method, c.path, got.Code, got.Body)
		}
	}
	w.join("other")
}

func TestLogoutMakesTheNodeKeyInvalid(t *testing.T) {
	w := newWorld(t, state.Seed{})
	n := w.join("box")
	request := tailcfg.RegisterRequest{Version: 1, NodeKey: n.key.Public(), Hostinfo: &tailcfg.Hostinfo{}, Expiry: time.Unix(123, 0)}
	w.ask(key.NewMachine(), "POST", "/machine/register", request)
	if w.deviceOf(n).Expired(time.Now()) {
		t.Error("another machine logged it out")
	}
	w.ask(n.machine, "POST", "/machine/register", request)
	n.until("the end", loggedOut)
	if !w.deviceOf(n).Expired(time.Now()) {
		t.Error("it is still logged in")
	}
}

func TestControlServerThatIsDownAnswers503AndEndsConnections(t *testing.T) {
	w := newWorld(t, state.Seed{})
	n := w.join("box")
	n.first()
	w.faults.Set(faultsOf(func(f *faultsNow) { f.ControlDown = true }))
	w.server.Close()
	for {
		if _, err := n.stream.Next(); err != nil {
			break
		}
	}
	for _, path := range []string{"/key?v=1", "/ts2021"} {
		response, err := http.Get("http://" + w.address + path)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("%s: HTTP %d", path, response.StatusCode)
		}
	}
}
