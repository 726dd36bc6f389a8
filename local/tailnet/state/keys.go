package state

import (
	"crypto/rand"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// maxKeyLife is the longest life of an auth key, and the default. minKeyLife is the shortest one in an example of Tailscale's
// documentation. Whether Tailscale accepts shorter ones is not known.
const (
	maxKeyLife = 90 * 24 * time.Hour
	minKeyLife = time.Hour
)

var descriptionForm = regexp.MustCompile(`^[A-Za-z0-9 _-]*$`)

// AuthKey is a key that devices join with.
type AuthKey struct {
	ID string `json:"id"`
	// Hash is that of the whole key. The key itself is shown once and not kept.
	Hash        string          `json:"hash"`
	Description string          `json:"description"`
	Grants      KeyCapabilities `json:"grants"`
	// Client is the OAuth client that made the key. It is empty for the owner's keys.
	Client  string        `json:"client"`
	Life    time.Duration `json:"life"`
	Created time.Time     `json:"created"`
	Expires time.Time     `json:"expires"`
	Revoked time.Time     `json:"revoked,omitzero"`
	Used    bool          `json:"used"`
}

// KeyCapabilities are what a key gives to devices that join with it.
type KeyCapabilities struct {
	Reusable      bool     `json:"reusable"`
	Ephemeral     bool     `json:"ephemeral"`
	Preauthorized bool     `json:"preauthorized"`
	Tags          []string `json:"tags,omitempty"`
}

// Invalid reports whether no device can join with the key any more.
func (k *AuthKey) Invalid(now time.Time) bool {
	return !k.Revoked.IsZero() || !now.Before(k.Expires) || (k.Used && !k.Grants.Reusable)
}

// CreateKey makes a key and returns it with its secret. Nil capabilities mean none, and a life of zero means the longest one.
func (t *Tailnet) CreateKey(by Credential, grants *KeyCapabilities, description string, life time.Duration) (AuthKey, string, error) {
	if grants == nil {
		return AuthKey{}, "", errNoCapacity
	}
	t.mu.Lock()
	err := t.checkKey(by, *grants, description, life)
	t.mu.Unlock()
	if err != nil {
		return AuthKey{}, "", err
	}
	if life == 0 {
		life = maxKeyLife
	}
	now := t.now().UTC().Truncate(time.Second)
	id := "k" + newID("CNTRL")
	secret := "tskey-auth-" + id + "-" + rand.Text()
	made := AuthKey{
		ID:          id,
		Hash:        hash(secret),
		Description: description,
		Grants:      *grants,
		Client:      by.Client,
		Life:        life,
		Created:     now,
		Expires:     now.Add(life),
	}
	err = t.note(func() error {
		t.kept.Keys[id] = &made
		return nil
	})
	return made, secret, err
}

func (t *Tailnet) checkKey(by Credential, grants KeyCapabilities, description string, life time.Duration) error {
	if by.Client != "" && len(grants.Tags) == 0 {
		return errUntagged
	}
	if err := t.checkTags(by, grants.Tags); err != nil {
		return err
	}
	if life != 0 && (life < minKeyLife || life > maxKeyLife) {
		return refuse(http.StatusBadRequest, "expirySeconds must be between %d and %d", int64(minKeyLife.Seconds()), int64(maxKeyLife.Seconds()))
	}
	if len(description) > 50 || !descriptionForm.MatchString(description) {
		return refuse(http.StatusBadRequest, "description may have at most 50 characters: letters, digits, dashes, underscores and spaces")
	}
	return nil
}

// Key returns a key, even if it is no longer valid.
func (t *Tailnet) Key(id string) (AuthKey, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	found, ok := t.kept.Keys[id]
	if !ok {
		return AuthKey{}, errNoKey
	}
	return *found, nil
}

// Keys are the valid keys. An API key sees those of the owner, an OAuth client those of the tailnet, and both see all if they ask for all.
func (t *Tailnet) Keys(by Credential, all bool) []AuthKey {
	return slices.DeleteFunc(t.AllKeys(), func(k AuthKey) bool {
		own := (k.Client == "") == (by.Client == "")
		return k.Invalid(t.now()) || !(own || all)
	})
}

// AllKeys include the keys that are no longer valid.
func (t *Tailnet) AllKeys() []AuthKey {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := []AuthKey{}
	for _, found := range t.kept.Keys {
		list = append(list, *found)
	}
	slices.SortFunc(list, func(a, b AuthKey) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// RevokeKey makes a key invalid for good. Devices that joined with it stay.
func (t *Tailnet) RevokeKey(id string) error {
	return t.note(func() error {
		found, ok := t.kept.Keys[id]
		if !ok || !found.Revoked.IsZero() {
			return errNoKey
		}
		found.Revoked = t.now().UTC().Truncate(time.Second)
		return nil
	})
}

// redeemable finds the key that a device gives. If the key is refused, it gives the reason in the real server's words.
func (t *Tailnet) redeemable(secret string) (*AuthKey, error) {
	id, ok := keyID(secret)
	if !ok {
		return nil, refuse(http.StatusForbidden, "invalid key: unable to validate API key")
	}
	found, ok := t.kept.Keys[id]
	if !ok || !equal(found.Hash, hash(secret)) || !found.Revoked.IsZero() || !t.now().Before(found.Expires) {
		return nil, refuse(http.StatusForbidden, "invalid key: API key does not exist")
	}
	if found.Invalid(t.now()) {
		return nil, errNotValid(id)
	}
	return found, nil
}

// ErrOfRemoved is what a machine whose device was removed gets for any key, where the tailnet behaves as in tailscale#9025.
func ErrOfRemoved(secret string) error {
	id, _ := keyID(secret)
	return errNotValid(id)
}

func errNotValid(id string) error {
	return refuse(http.StatusForbidden, "invalid key: API key %s not valid", id)
}

// keyID returns the part of a key that is not secret.
func keyID(secret string) (string, bool) {
	id, _, ok := strings.Cut(strings.TrimPrefix(secret, "tskey-auth-"), "-")
	return id, ok && strings.HasPrefix(secret, "tskey-")
}
