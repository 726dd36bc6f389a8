// Package state is what the tailnet knows: its devices, keys and settings, who is allowed to change them, and the rules for all of them. It
// is kept in a file, so that the tailnet survives a restart of the program.
package state

import (
	"sync"
	"time"

	"tailscale.com/types/key"
)

// Tailnet is safe for concurrent use. It returns copies.
type Tailnet struct {
	mu   sync.Mutex
	file string
	now  func() time.Time
	seed Seed
	kept kept
	// online counts the map streams of each device.
	online map[int64]int
	// refusals counts the registrations that were refused.
	refusals int
	notify   func()
}

// Open reads the tailnet from a file, or makes a new one with the seed's settings.
func Open(file string, seed Seed, now func() time.Time) (*Tailnet, error) {
	kept, err := read(file, seed.Settings)
	if err != nil {
		return nil, err
	}
	return &Tailnet{file: file, now: now, seed: seed, kept: *kept, online: map[int64]int{}, notify: func() {}}, nil
}

// OnChange sets the function that is called after every change that devices have to hear of. It is called without a lock.
func (t *Tailnet) OnChange(notify func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.notify = notify
}

// ControlKey is the key by which devices know the control server.
func (t *Tailnet) ControlKey() key.MachinePrivate { return t.kept.ControlKey }

// change runs an action that changes the tailnet, saves the result, and notifies the devices. An action that returns an error has changed
// nothing.
func (t *Tailnet) change(action func() error) error {
	t.mu.Lock()
	err := action()
	if err == nil {
		err = write(t.file, &t.kept)
	}
	notify := t.notify
	t.mu.Unlock()
	if err == nil {
		notify()
	}
	return err
}

// note runs an action whose change no device has to hear of.
func (t *Tailnet) note(action func() error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := action(); err != nil {
		return err
	}
	return write(t.file, &t.kept)
}

// NoteRefusal counts a registration that was refused.
func (t *Tailnet) NoteRefusal() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refusals++
}

// Refusals is how many registrations were refused since the program started.
func (t *Tailnet) Refusals() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.refusals
}

// Is reports whether a path of the API means this tailnet: by its name, its domain, or a dash.
func (t *Tailnet) Is(name string) bool {
	return name == "-" || name == t.seed.Name || name == t.seed.Domain
}

// Name is the tailnet's name in status output.
func (t *Tailnet) Name() string {
	if t.seed.Name != "" {
		return t.seed.Name
	}
	return t.seed.Domain
}

// Domain is the MagicDNS domain, without dots at its ends.
func (t *Tailnet) Domain() string { return t.seed.Domain }

// Owner is the user to whom untagged devices belong.
func (t *Tailnet) Owner() User { return t.seed.Owner }

// SSH says whether the policy allows Tailscale SSH.
func (t *Tailnet) SSH() bool { return t.seed.SSH }

// Now is the tailnet's clock.
func (t *Tailnet) Now() time.Time { return t.now() }

// Settings are the tailnet's settings now.
func (t *Tailnet) Settings() Settings {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.kept.Settings
}

// ChangeSettings changes some of the settings.
func (t *Tailnet) ChangeSettings(apply func(*Settings)) error {
	return t.change(func() error {
		apply(&t.kept.Settings)
		return nil
	})
}
