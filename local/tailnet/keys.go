package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// maxExpiry is the longest life of a key, and what it gets where none is asked for.
const maxExpiry = 90 * 24 * time.Hour

// Key is an auth key in the form of the API.
type Key struct {
	ID            string       `json:"id"`
	KeyType       string       `json:"keyType"`
	Key           string       `json:"key,omitempty"`
	Description   string       `json:"description"`
	ExpirySeconds int64        `json:"expirySeconds"`
	Created       time.Time    `json:"created"`
	Expires       time.Time    `json:"expires"`
	Revoked       *time.Time   `json:"revoked,omitempty"`
	Invalid       bool         `json:"invalid,omitempty"`
	Capabilities  Capabilities `json:"capabilities"`
	UserID        string       `json:"userId"`
}

// Capabilities is what a key allows; only the making of devices exists.
type Capabilities struct {
	Devices struct {
		Create struct {
			Reusable      bool     `json:"reusable"`
			Ephemeral     bool     `json:"ephemeral"`
			Preauthorized bool     `json:"preauthorized"`
			Tags          []string `json:"tags"`
		} `json:"create"`
	} `json:"devices"`
}

// Keys are the auth keys of the tailnet, kept in a file.
type Keys struct {
	mu   sync.Mutex
	file string
	now  func() time.Time
	byID map[string]*storedKey
}

// storedKey is a key with what the API does not show.
type storedKey struct {
	Key  Key  `json:"key"`
	Used bool `json:"used"`
}

func openKeys(file string, now func() time.Time) (*Keys, error) {
	keys := &Keys{file: file, now: now, byID: map[string]*storedKey{}}
	data, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return keys, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &keys.byID)
	}
	if err != nil {
		return nil, fmt.Errorf("the keys in %s cannot be read: %w", file, err)
	}
	return keys, nil
}

// Create makes a key; its secret is in the answer and nowhere else afterwards.
func (k *Keys) Create(capabilities Capabilities, description string, expiry time.Duration) (Key, error) {
	if expiry == 0 {
		expiry = maxExpiry
	}
	if expiry < 0 || expiry > maxExpiry {
		return Key{}, fmt.Errorf("expirySeconds must be between 1 and %d", int64(maxExpiry.Seconds()))
	}
	if len(description) > 50 {
		return Key{}, errors.New("description must be at most 50 characters")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now().UTC().Truncate(time.Second)
	id := "k" + rand.Text()[:12] + "CNTRL"
	key := Key{
		ID:            id,
		KeyType:       "auth",
		Key:           "tskey-auth-" + id + "-" + rand.Text(),
		Description:   description,
		ExpirySeconds: int64(expiry.Seconds()),
		Created:       now,
		Expires:       now.Add(expiry),
		Capabilities:  capabilities,
		UserID:        "uLOCALCNTRL",
	}
	k.byID[id] = &storedKey{Key: key}
	return key, k.save()
}

// Get returns a key without its secret.
func (k *Keys) Get(id string) (Key, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	stored, ok := k.byID[id]
	if !ok {
		return Key{}, false
	}
	return k.shown(stored), true
}

// List returns all keys that were not deleted.
func (k *Keys) List() []Key {
	k.mu.Lock()
	defer k.mu.Unlock()
	list := []Key{}
	for _, stored := range k.byID {
		list = append(list, k.shown(stored))
	}
	return list
}

// Delete revokes a key for good.
func (k *Keys) Delete(id string) (bool, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, ok := k.byID[id]; !ok {
		return false, nil
	}
	delete(k.byID, id)
	return true, k.save()
}

func (k *Keys) shown(stored *storedKey) Key {
	key := stored.Key
	key.Key = ""
	key.Invalid = stored.Used || !k.now().Before(key.Expires)
	return key
}

func (k *Keys) save() error {
	data, err := json.MarshalIndent(k.byID, "", "  ")
	if err != nil {
		return err
	}
	next := k.file + ".new"
	if err := os.WriteFile(next, data, 0o600); err != nil {
		return err
	}
	return os.Rename(next, k.file)
}
