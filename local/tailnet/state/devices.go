package state

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"tailscale.com/net/tsaddr"
	"tailscale.com/tailcfg"
	"tailscale.com/types/key"
)

// Device is a machine in the tailnet.
type Device struct {
	// ID also determines the addresses, and is never used again.
	ID       int64  `json:"id"`
	StableID string `json:"stableId"`
	// Machine is the key of the machine's state. A device that comes back with it is the same device.
	Machine key.MachinePublic `json:"machine"`
	NodeKey key.NodePublic    `json:"nodeKey"`
	// Hostname is the name that the device calls itself, Label the name that it got.
	Hostname string `json:"hostname"`
	Label    string `json:"label"`
	// Named reports whether the device got its name by hand. Such a name does not follow the host name.
	Named      bool      `json:"named,omitempty"`
	User       string    `json:"user"`
	Tags       []string  `json:"tags"`
	Authorized bool      `json:"authorized"`
	Ephemeral  bool      `json:"ephemeral"`
	Created    time.Time `json:"created"`
	LastSeen   time.Time `json:"lastSeen"`
	// Expires is when the node key has to be renewed. It is zero for a tagged device, whose key does not expire.
	Expires time.Time `json:"expires,omitzero"`
	// Node is what the control server last knew about the device: endpoints, relay, software.
	Node *tailcfg.Node `json:"node"`
	// Online reports whether the device is connected to the control server now.
	Online bool `json:"-"`
}

// Expired reports whether the device has to log in again.
func (d Device) Expired(now time.Time) bool { return !d.Expires.IsZero() && !now.Before(d.Expires) }

// maxID is the last id with addresses in 100.64.0.0/16, where Tailscale's test server has its devices.
const maxID = 1<<16 - 1

// Addresses are the device's addresses in the tailnet, IPv4 first.
func (d Device) Addresses() []netip.Prefix {
	v4 := netip.AddrFrom4([4]byte{100, 64, byte(d.ID >> 8), byte(d.ID)})
	v6 := tsaddr.Tailscale4To6(v4)
	return []netip.Prefix{netip.PrefixFrom(v4, 32), netip.PrefixFrom(v6, 128)}
}

// Devices are the tailnet's devices, oldest first.
func (t *Tailnet) Devices() []Device {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := []Device{}
	for _, device := range t.kept.Devices {
		list = append(list, t.shown(device))
	}
	slices.SortFunc(list, func(a, b Device) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

func (t *Tailnet) shown(device *Device) Device {
	copied := *device
	copied.Online = t.online[device.ID] > 0
	return copied
}

// Device finds a device by either of its ids in the API.
func (t *Tailnet) Device(id string) (Device, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if device := t.find(func(d *Device) bool { return d.StableID == id || strconv.FormatInt(d.ID, 10) == id }); device != nil {
		return t.shown(device), nil
	}
	return Device{}, errNoDevice
}

// DeviceOf finds the device with a node key.
func (t *Tailnet) DeviceOf(nodeKey key.NodePublic) (Device, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if device := t.find(func(d *Device) bool { return d.NodeKey == nodeKey }); device != nil {
		return t.shown(device), true
	}
	return Device{}, false
}

func (t *Tailnet) find(is func(*Device) bool) *Device {
	for _, device := range t.kept.Devices {
		if is(device) {
			return device
		}
	}
	return nil
}

// Remove takes a device out of the tailnet and frees its name.
func (t *Tailnet) Remove(id int64) error {
	return t.change(func() error {
		device, ok := t.kept.Devices[id]
		if !ok {
			return errNoDevice
		}
		delete(t.kept.Devices, id)
		t.kept.Removed = append(t.kept.Removed, device.Machine)
		return nil
	})
}

// WasRemoved reports whether a machine's device was taken out of the tailnet and has not come back.
func (t *Tailnet) WasRemoved(machine key.MachinePublic) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Contains(t.kept.Removed, machine) && t.find(func(d *Device) bool { return d.Machine == machine }) == nil
}

// Authorize approves a device, or withdraws its approval.
func (t *Tailnet) Authorize(id int64, authorized bool) error {
	return t.update(id, func(device *Device) { device.Authorized = authorized })
}

// Expire makes a device's key invalid, so that the device has to log in again. An ephemeral device is removed.
func (t *Tailnet) Expire(id int64) error {
	return t.change(func() error {
		device, ok := t.kept.Devices[id]
		if !ok {
			return errNoDevice
		}
		if device.Ephemeral {
			delete(t.kept.Devices, id)
		}
		device.Expires = t.now()
		return nil
	})
}

// Rename follows a device that changes its host name.
func (t *Tailnet) Rename(id int64, hostname string) (Device, error) {
	var renamed Device
	err := t.update(id, func(device *Device) {
		t.follow(device, hostname)
		renamed = t.shown(device)
	})
	return renamed, err
}

func (t *Tailnet) update(id int64, apply func(*Device)) error {
	return t.change(func() error {
		device, ok := t.kept.Devices[id]
		if !ok {
			return errNoDevice
		}
		apply(device)
		return nil
	})
}

// KeepNode saves what the control server knows about a device.
func (t *Tailnet) KeepNode(id int64, node *tailcfg.Node) error {
	return t.note(func() error {
		device, ok := t.kept.Devices[id]
		if !ok {
			return errNoDevice
		}
		device.Node = node
		return nil
	})
}

// Connected counts a map stream of a device until the returned function is called.
func (t *Tailnet) Connected(id int64) (gone func()) {
	t.presence(id, 1)
	return func() { t.presence(id, -1) }
}

func (t *Tailnet) presence(id int64, by int) {
	// A device that was removed meanwhile has no presence to keep.
	_ = t.update(id, func(device *Device) {
		t.online[id] += by
		device.LastSeen = t.now().UTC()
	})
}

// SweepEphemeral removes the ephemeral devices that have not been seen for this long.
func (t *Tailnet) SweepEphemeral(after time.Duration) error {
	for _, device := range t.Devices() {
		if device.Ephemeral && !device.Online && t.now().Sub(device.LastSeen) >= after {
			if err := t.Remove(device.ID); err != nil {
				return err
			}
		}
	}
	return nil
}
