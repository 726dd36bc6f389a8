package state

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"tailscale.com/types/key"
)

func TestDeviceWithoutAKeyHasToLogIn(t *testing.T) {
	w := newWorld(t, Seed{})
	if _, err := w.Register(wish("box", "")); !errors.Is(err, ErrNeedsLogin) {
		t.Errorf("got %v", err)
	}
}

func TestKeyGivesTagsAndApproval(t *testing.T) {
	w := newWorld(t, Seed{Settings: Settings{DevicesApprovalOn: true, DevicesKeyDurationDays: 180}})
	_, approved := w.key(KeyCapabilities{Preauthorized: true, Tags: []string{"tag:a", "tag:b"}})
	device, err := w.Register(wish("box", approved))
	if err != nil || !device.Authorized || !slices.Equal(device.Tags, []string{"tag:a", "tag:b"}) || !device.Expires.IsZero() {
		t.Errorf("got %+v, %v", device, err)
	}
	_, other := w.key(KeyCapabilities{})
	device, err = w.Register(wish("box", other))
	if err != nil || device.Authorized || device.Tags != nil || !device.Expires.Equal(w.clock.AddDate(0, 0, 180)) {
		t.Errorf("got %+v, %v", device, err)
	}
	if err := w.Authorize(device.ID, true); err != nil {
		t.Fatal(err)
	}
	if device, _ = w.Device(device.StableID); !device.Authorized {
		t.Error("the device was not approved")
	}
}

func TestDeviceMayOnlyAskForTagsOfItsKey(t *testing.T) {
	w := newWorld(t, Seed{TagOwners: map[string][]string{"tag:a": nil, "tag:b": nil}})
	_, secret := w.key(KeyCapabilities{Reusable: true, Tags: []string{"tag:a"}})
	asking := wish("box", secret)
	asking.Tags = []string{"tag:a", "tag:b"}
	_, err := w.Register(asking)
	refused(t, err, http.StatusBadRequest, "requested tags [tag:a tag:b] are invalid or not permitted")
	asking.Tags = []string{"tag:a"}
	if _, err := w.Register(asking); err != nil {
		t.Error(err)
	}
	_, untagged := w.key(KeyCapabilities{})
	asking = wish("box", untagged)
	asking.Tags = []string{"tag:b"}
	if device, err := w.Register(asking); err != nil || !slices.Equal(device.Tags, asking.Tags) {
		t.Errorf("got %+v, %v", device, err)
	}
}

func TestDeviceComesBackWithoutAKey(t *testing.T) {
	w := newWorld(t, Seed{})
	device, registration := w.join("box")
	_, good := w.key(KeyCapabilities{})
	for _, authKey := range []string{"", good} {
		registration.AuthKey = authKey
		if again, err := w.Register(registration); err != nil || again.ID != device.ID || again.Label != "box" {
			t.Errorf("with %q: %+v, %v", authKey, again, err)
		}
	}
}

func TestMachineOfARemovedDeviceIsRememberedUntilItIsBack(t *testing.T) {
	w := newWorld(t, Seed{})
	device, registration := w.join("box")
	if w.WasRemoved(registration.Machine) {
		t.Error("it is in the tailnet")
	}
	if err := w.Remove(device.ID); err != nil {
		t.Fatal(err)
	}
	w.reopen(w.seed)
	if !w.WasRemoved(registration.Machine) || w.WasRemoved(key.NewMachine().Public()) {
		t.Error("after a restart it is not known which was removed")
	}
	_, registration.AuthKey = w.key(KeyCapabilities{})
	if _, err := w.Register(registration); err != nil || w.WasRemoved(registration.Machine) {
		t.Errorf("it is back and counts as removed, %v", err)
	}
}

func TestNodeKeyIsGoodForItsMachineOnly(t *testing.T) {
	w := newWorld(t, Seed{})
	_, registration := w.join("box")
	registration.Machine = key.NewMachine().Public()
	_, err := w.Register(registration)
	refused(t, err, http.StatusForbidden, "node key belongs to another machine")
}

func TestMachineThatLogsInAgainIsTheSameDevice(t *testing.T) {
	w := newWorld(t, Seed{})
	device, registration := w.join("box")
	if err := w.Expire(device.ID); err != nil {
		t.Fatal(err)
	}
	registration.AuthKey = ""
	if _, err := w.Register(registration); !errors.Is(err, ErrKeyExpired) {
		t.Errorf("got %v", err)
	}
	_, registration.AuthKey = w.key(KeyCapabilities{Tags: []string{"tag:a"}})
	registration.NodeKey = key.NewNode().Public()
	again, err := w.Register(registration)
	if err != nil || again.ID != device.ID || again.Label != "box" || again.Expired(w.clock) {
		t.Errorf("got %+v, %v", again, err)
	}
	if _, ok := w.DeviceOf(device.NodeKey); ok {
		t.Error("the old node key is still good")
	}
}

func TestUntaggedDeviceHasToLogInAgainInTheEnd(t *testing.T) {
	w := newWorld(t, Seed{})
	_, secret := w.key(KeyCapabilities{})
	registration := wish("box", secret)
	if _, err := w.Register(registration); err != nil {
		t.Fatal(err)
	}
	w.clock = w.clock.AddDate(0, 0, 180)
	registration.AuthKey = ""
	if _, err := w.Register(registration); !errors.Is(err, ErrKeyExpired) {
		t.Errorf("got %v", err)
	}
}

func TestEphemeralDeviceGoesWhenItIsLongOffline(t *testing.T) {
	w := newWorld(t, Seed{})
	_, secret := w.key(KeyCapabilities{Ephemeral: true, Reusable: true})
	device, err := w.Register(wish("box", secret))
	if err != nil {
		t.Fatal(err)
	}
	lasting, _ := w.join("lasting")
	sweep := func() []Device {
		if err := w.SweepEphemeral(time.Minute); err != nil {
			t.Fatal(err)
		}
		return w.Devices()
	}
	gone := w.Connected(device.ID)
	w.clock = w.clock.Add(time.Hour)
	if devices := sweep(); len(devices) != 2 || !devices[0].Online {
		t.Errorf("a connected one was removed: %+v", devices)
	}
	gone()
	if devices := sweep(); len(devices) != 2 {
		t.Errorf("one was removed too early: %+v", devices)
	}
	w.clock = w.clock.Add(time.Minute)
	if devices := sweep(); len(devices) != 1 || devices[0].ID != lasting.ID {
		t.Errorf("there are %+v", devices)
	}
}

func TestEphemeralDeviceGoesWhenItLogsOut(t *testing.T) {
	w := newWorld(t, Seed{})
	_, secret := w.key(KeyCapabilities{Ephemeral: true})
	device, err := w.Register(wish("box", secret))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Expire(device.ID); err != nil || len(w.Devices()) != 0 {
		t.Errorf("there are %+v, %v", w.Devices(), err)
	}
}
