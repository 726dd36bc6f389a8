package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paperclip-on-fly/tailnet/tools"
)

const apiKey = "tskey-api-x"

// started is a running program, with its addresses.
type started struct {
	t         *testing.T
	addresses map[string]string
	stop      func() error
}

func start(t *testing.T, args ...string) *started {
	t.Helper()
	args = append([]string{"-state", filepath.Join(t.TempDir(), "state.json"), "-listen", "127.0.0.1:0"}, args...)
	options, err := readOptions(args, func(string) string { return apiKey })
	if err != nil {
		t.Fatal(err)
	}
	program, err := open(options)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- program.serve(ctx)
		program.close()
		close(ended)
	}()
	stop := func() error {
		cancel()
		err := <-ended
		<-ended
		return err
	}
	t.Cleanup(func() { stop() })
	return &started{t, program.addresses(), stop}
}

func (s *started) send(method, url, body string) (int, string) {
	s.t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.SetBasicAuth(apiKey, "")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func TestProgramAnswersAtItsAddressesUntilItIsStopped(t *testing.T) {
	s := start(t, "-pebble", tools.Program(t, "pebble", "pebble"))
	for name, path := range map[string]string{"api": "/api/v2/tailnet/-/devices", "control": "/key?v=1", "acme": ""} {
		if status, text := s.send("GET", s.addresses[name]+path, ""); status != http.StatusOK {
			t.Errorf("%s: HTTP %d %s", name, status, text)
		}
	}
	_, roots := s.send("GET", s.addresses["ca"], "")
	_, inside := s.send("GET", s.addresses["api"]+caPath, "")
	if file, err := os.ReadFile(s.addresses["caFile"]); err != nil || string(file) != roots || inside != roots || !strings.HasPrefix(roots, "-----BEGIN CERTIFICATE-----") {
		t.Errorf("the roots are %s, %s, %s, %v", roots, inside, file, err)
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"api", "control", "derp"} {
		address := strings.TrimPrefix(s.addresses[name], "http://")
		if conn, err := net.DialTimeout("tcp", address, time.Second); err == nil {
			conn.Close()
			t.Errorf("%s still listens", name)
		}
	}
}

func TestWithoutAnAuthorityThereAreNoCertificates(t *testing.T) {
	s := start(t)
	if status, _ := s.send("GET", s.addresses["control"]+"/dir", ""); status != http.StatusNotImplemented {
		t.Errorf("the directory: HTTP %d", status)
	}
	if status, text := s.send("GET", s.addresses["control"]+caPath, ""); status != http.StatusNotFound || !strings.Contains(text, "-pebble") {
		t.Errorf("the roots: HTTP %d %s", status, text)
	}
}

func TestFaultsAreAskedForOnTheInsideOnly(t *testing.T) {
	s := start(t)
	faults := s.addresses["api"] + "/_tailnet/faults"
	if status, _ := s.send("PUT", s.addresses["control"]+"/_tailnet/faults", `{"controlDown":true}`); status == http.StatusOK {
		t.Error("a machine can ask for faults")
	}
	if status, text := s.send("PUT", faults, `{"controlGone":true}`); status != http.StatusBadRequest || !strings.Contains(text, "controlGone") {
		t.Errorf("HTTP %d %s", status, text)
	}
	check := func(wantFaults string, wantControl int, wantDERP bool) {
		t.Helper()
		if _, text := s.send("GET", faults, ""); !strings.Contains(text, wantFaults) {
			t.Errorf("the faults are %s", text)
		}
		if status, _ := s.send("GET", s.addresses["control"]+"/key?v=1", ""); status != wantControl {
			t.Errorf("control: HTTP %d", status)
		}
		conn, err := net.DialTimeout("tcp", s.addresses["derp"], time.Second)
		if err == nil {
			conn.Close()
		}
		if (err == nil) != wantDERP {
			t.Errorf("DERP: %v", err)
		}
	}
	s.send("PUT", faults, `{"controlDown":true,"derpDown":true}`)
	check(`"controlDown":true`, http.StatusServiceUnavailable, false)
	s.send("DELETE", faults, "")
	check(`"controlDown":false`, http.StatusOK, true)
}

func TestStateIsShownWithoutSecrets(t *testing.T) {
	s := start(t)
	var made struct{ ID, Key string }
	_, text := s.send("POST", s.addresses["api"]+"/api/v2/tailnet/-/keys", `{"capabilities":{"devices":{"create":{"tags":["tag:a"]}}},"description":"mine"}`)
	if err := json.Unmarshal([]byte(text), &made); err != nil {
		t.Fatal(err)
	}
	status, text := s.send("GET", s.addresses["api"]+"/_tailnet/state", "")
	if status != http.StatusOK || !strings.Contains(text, made.ID) || !strings.Contains(text, `"devices":[]`) {
		t.Errorf("HTTP %d %s", status, text)
	}
	if strings.Contains(text, made.Key) || strings.Contains(text, apiKey) {
		t.Errorf("there is a secret in %s", text)
	}
	if status, _ := s.send("GET", s.addresses["control"]+"/_tailnet/state", ""); status == http.StatusOK {
		t.Error("a machine sees it")
	}
	s.send("DELETE", s.addresses["api"]+"/api/v2/tailnet/-/keys/"+made.ID, "")
	if _, text := s.send("GET", s.addresses["api"]+"/_tailnet/state", ""); !strings.Contains(text, `"keys":[]`) {
		t.Errorf("a deleted key is still there: %s", text)
	}
}
