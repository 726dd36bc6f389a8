package state

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"tailscale.com/types/key"
)

// Registration is a device's request to be in the tailnet.
type Registration struct {
	Machine   key.MachinePublic
	NodeKey   key.NodePublic
	AuthKey   string
	Hostname  string
	Tags      []string
	Ephemeral bool
}

// The outcomes of a registration that is not refused and not complete.
var (
	// ErrNeedsLogin: nothing says whom the device belongs to.
	ErrNeedsLogin = errors.New("the device has to log in")
	// ErrKeyExpired: the device is known, and has to register again with a new node key.
	ErrKeyExpired = errors.New("the node key has expired")
)

// Register lets a device in. A device whose node key is known needs nothing else; every other one needs an auth key. A key that is no
// longer valid is refused whoever gives it: the real server does not first check whether the device needs a key (tailscale#16987, #19501).
func (t *Tailnet) Register(wish Registration) (Device, error) {
	var joined Device
	err := t.change(func() error {
		device := t.find(func(d *Device) bool { return d.NodeKey == wish.NodeKey })
		if device != nil && device.Machine != wish.Machine {
			return refuse(http.StatusForbidden, "node key belongs to another machine")
		}
		if wish.AuthKey != "" {
			if _, err := t.redeemable(wish.AuthKey); err != nil {
				return err
			}
		}
		if device == nil || device.Expired(t.now()) {
			if wish.AuthKey == "" && device != nil {
				return ErrKeyExpired
			}
			if wish.AuthKey == "" {
				return ErrNeedsLogin
			}
			var err error
			if device, err = t.redeem(wish); err != nil {
				return err
			}
		}
		joined = t.shown(device)
		return nil
	})
	return joined, err
}

// redeem makes a device with an auth key. If the machine already has a device, that one gets a new node key instead.
func (t *Tailnet) redeem(wish Registration) (*Device, error) {
	authKey, err := t.redeemable(wish.AuthKey)
	if err != nil {
		return nil, err
	}
	tags, err := t.grantedTags(authKey, wish.Tags)
	if err != nil {
		return nil, err
	}
	device := t.find(func(d *Device) bool { return d.Machine == wish.Machine })
	if device == nil {
		if t.kept.LastID == maxID {
			return nil, refuse(http.StatusForbidden, "the local tailnet has no addresses left: start it with a new state file")
		}
		t.kept.LastID++
		device = &Device{ID: t.kept.LastID, StableID: "n" + newID("CNTRL"), Machine: wish.Machine, Created: t.now().UTC()}
		t.kept.Devices[device.ID] = device
	}
	t.follow(device, wish.Hostname)
	device.NodeKey = wish.NodeKey
	device.Tags = tags
	device.User = t.userOf(authKey)
	device.Ephemeral = authKey.Grants.Ephemeral || wish.Ephemeral
	device.Authorized = device.Authorized || authKey.Grants.Preauthorized || !t.kept.Settings.DevicesApprovalOn
	device.LastSeen = t.now().UTC()
	device.Expires = time.Time{}
	if len(tags) == 0 {
		device.Expires = t.now().UTC().AddDate(0, 0, t.kept.Settings.DevicesKeyDurationDays)
	}
	authKey.Used = true
	return device, nil
}

// grantedTags are the key's own tags. A device is allowed to ask for them, and for others only if its key has none.
func (t *Tailnet) grantedTags(authKey *AuthKey, wanted []string) ([]string, error) {
	for _, tag := range wanted {
		own := slices.Contains(authKey.Grants.Tags, tag)
		if !own && (len(authKey.Grants.Tags) > 0 || !tagForm.MatchString(tag) || !t.declared(tag)) {
			return nil, refusedTags(wanted)
		}
	}
	if len(authKey.Grants.Tags) == 0 {
		return wanted, nil
	}
	return authKey.Grants.Tags, nil
}

// userOf is the login name of the user that a key's devices belong to.
func (t *Tailnet) userOf(authKey *AuthKey) string {
	if authKey.Client == "" {
		return t.seed.Owner.LoginName
	}
	return TaggedDevices.LoginName
}

// TaggedDevices is the user that devices without a person belong to.
var TaggedDevices = User{LoginName: "tagged-devices", DisplayName: "Tagged Devices"}
