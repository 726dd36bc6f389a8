package state

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tailscale.com/types/key"
)

// world is a tailnet whose clock stands still until it is moved.
type world struct {
	*Tailnet
	t     *testing.T
	file  string
	clock time.Time
}

// owner is the credential of an API key.
var owner = Credential{Scopes: []string{"all"}}

func newWorld(t *testing.T, seed Seed) *world {
	t.Helper()
	w := &world{t: t, file: filepath.Join(t.TempDir(), "state.json"), clock: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	if seed.Domain == "" {
		seed.Domain = "tailnet-dev.ts.net"
	}
	if seed.Settings == (Settings{}) {
		seed.Settings = Settings{MagicDNS: true, HTTPSEnabled: true, DevicesKeyDurationDays: 180}
	}
	w.reopen(seed)
	return w
}

func (w *world) reopen(seed Seed) {
	w.t.Helper()
	tailnet, err := Open(w.file, seed, func() time.Time { return w.clock })
	if err != nil {
		w.t.Fatal(err)
	}
	w.Tailnet = tailnet
}

// key makes an auth key.
func (w *world) key(grants KeyCapabilities) (AuthKey, string) {
	w.t.Helper()
	made, secret, err := w.CreateKey(owner, &grants, "test", time.Hour)
	if err != nil {
		w.t.Fatal(err)
	}
	return made, secret
}

// wish is the registration of a new machine.
func wish(hostname, authKey string) Registration {
	return Registration{Machine: key.NewMachine().Public(), NodeKey: key.NewNode().Public(), Hostname: hostname, AuthKey: authKey}
}

// join registers a new machine with a key of its own.
func (w *world) join(hostname string) (Device, Registration) {
	w.t.Helper()
	_, secret := w.key(KeyCapabilities{Preauthorized: true, Tags: []string{"tag:a"}})
	r := wish(hostname, secret)
	device, err := w.Register(r)
	if err != nil {
		w.t.Fatal(err)
	}
	return device, r
}

func refused(t *testing.T, err error, status int, message string) {
	t.Helper()
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.Status != status || refusal.Message != message {
		t.Errorf("got %#v, want HTTP %d %s", err, status, message)
	}
}

func TestRestartKeepsDevicesKeysSettingsAndTheControlKey(t *testing.T) {
	w := newWorld(t, Seed{})
	device, registration := w.join("box")
	made, secret := w.key(KeyCapabilities{Reusable: true})
	if err := w.ChangeSettings(func(s *Settings) { s.HTTPSEnabled = false }); err != nil {
		t.Fatal(err)
	}
	before := w.ControlKey()
	w.reopen(w.seed)
	if !w.ControlKey().Equal(before) {
		t.Error("the control key changed")
	}
	if w.Settings().HTTPSEnabled {
		t.Error("a setting was forgotten")
	}
	registration.AuthKey = ""
	if again, err := w.Register(registration); err != nil || again.ID != device.ID {
		t.Errorf("the device comes back as %+v, %v", again, err)
	}
	if found, err := w.Key(made.ID); err != nil || found.Description != "test" {
		t.Errorf("the key is %+v, %v", found, err)
	}
	if _, err := w.Register(wish("other", secret)); err != nil {
		t.Errorf("the key no longer works: %v", err)
	}
}

func TestFileHoldsNoSecretOfAKeyAndIsForItsOwnerOnly(t *testing.T) {
	w := newWorld(t, Seed{})
	_, secret := w.key(KeyCapabilities{})
	data, err := os.ReadFile(w.file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), secret) {
		t.Error("the key is in the file")
	}
	if info, _ := os.Stat(w.file); info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v", info.Mode())
	}
}

func TestFileOfAnotherFormIsRefusedWithTheWayOut(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state.json")
	if err := os.WriteFile(file, []byte(`{"k123CNTRL": {"key": {}, "used": false}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(file, Seed{}, time.Now)
	if err == nil || !strings.Contains(err.Error(), "rm "+file) {
		t.Errorf("got %v", err)
	}
}

func TestDevicesAreToldOfChangesAndOfNothingElse(t *testing.T) {
	w := newWorld(t, Seed{})
	device, _ := w.join("box")
	told := 0
	w.OnChange(func() { told++ })
	w.key(KeyCapabilities{})
	if told != 0 {
		t.Error("a key is no device's business")
	}
	if err := w.Remove(device.ID); err != nil || told != 1 {
		t.Errorf("told %d times, %v", told, err)
	}
	if err := w.Remove(device.ID); err == nil || told != 1 {
		t.Errorf("told %d times, %v", told, err)
	}
}
