package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"tailscale.com/types/key"
)

// version is the version of the file's form.
const version = 1

// kept is the content of the file. It holds a private key, so nobody else is allowed to read the file.
type kept struct {
	Version    int                `json:"version"`
	ControlKey key.MachinePrivate `json:"controlKey"`
	Settings   Settings           `json:"settings"`
	// LastID is never lowered, so that no device gets the id, and with it the addresses, of an earlier one.
	LastID  int64             `json:"lastId"`
	Devices map[int64]*Device `json:"devices"`
	// Removed are the machines whose devices were taken out of the tailnet.
	Removed []key.MachinePublic `json:"removed,omitempty"`
	Keys    map[string]*AuthKey `json:"keys"`
	// Policy is the policy file. It is empty until one is saved. TagOwners are those of the policy.
	Policy    string              `json:"policy,omitempty"`
	TagOwners map[string][]string `json:"tagOwners,omitempty"`
	// Tokens are those of OAuth clients, by their hashes.
	Tokens map[string]token `json:"tokens"`
}

func read(file string, initial Settings) (*kept, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		made := &kept{
			Version:    version,
			ControlKey: key.NewMachine(),
			Settings:   initial,
			Devices:    map[int64]*Device{},
			Keys:       map[string]*AuthKey{},
			Tokens:     map[string]token{},
		}
		return made, write(file, made)
	}
	var found kept
	if err == nil {
		err = json.Unmarshal(data, &found)
	}
	if err == nil && found.Version != version {
		err = fmt.Errorf("it was written by a version of this program that kept it in another form")
	}
	if err != nil {
		return nil, fmt.Errorf("the tailnet in %s cannot be read: %w. To start with an empty one: rm %s", file, err, file)
	}
	return &found, nil
}

// write replaces the file in one step, so that a program that is killed leaves the old one or the new one.
func write(file string, content *kept) error {
	data, err := json.Marshal(content)
	if err != nil {
		return err
	}
	next := file + ".new"
	if err := os.WriteFile(next, data, 0o600); err != nil {
		return err
	}
	return os.Rename(next, file)
}
