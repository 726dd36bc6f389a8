package state

import (
	"net/http"
	"testing"
)

func TestSecondDeviceOfANameGetsANumber(t *testing.T) {
	w := newWorld(t, Seed{})
	for _, c := range []struct{ hostname, label string }{
		{"box", "box"}, {"box", "box-1"}, {"Box", "box-2"}, {"box-1", "box-1-1"}, {"My Laptop", "my-laptop"}, {"", "device"},
	} {
		device, _ := w.join(c.hostname)
		if device.Label != c.label || w.FullName(device) != c.label+".tailnet-dev.ts.net" || w.CertDomain(device) != w.FullName(device) {
			t.Errorf("%q is %q, %q, %q", c.hostname, device.Label, w.FullName(device), w.CertDomain(device))
		}
	}
}

func TestRemovedDeviceFreesItsNameAndNothingElse(t *testing.T) {
	w := newWorld(t, Seed{})
	first, _ := w.join("box")
	second, _ := w.join("box")
	if err := w.Remove(first.ID); err != nil {
		t.Fatal(err)
	}
	third, _ := w.join("box")
	if third.Label != "box" {
		t.Errorf("the third is %q", third.Label)
	}
	if device, _ := w.Device(second.StableID); device.Label != "box-1" {
		t.Errorf("the second is now %q", device.Label)
	}
	if third.ID == first.ID || third.StableID == first.StableID || third.Addresses()[0] == first.Addresses()[0] {
		t.Errorf("the third has what the first had: %+v", third)
	}
}

func TestIdsAreNotUsedAgainAfterARestart(t *testing.T) {
	w := newWorld(t, Seed{})
	first, _ := w.join("box")
	if err := w.Remove(first.ID); err != nil {
		t.Fatal(err)
	}
	w.reopen(w.seed)
	if second, _ := w.join("box"); second.ID == first.ID {
		t.Errorf("the second has id %d too", second.ID)
	}
}

func TestDeviceThatIsRenamedGetsAFreeName(t *testing.T) {
	w := newWorld(t, Seed{})
	w.join("box")
	other, _ := w.join("other")
	renamed, err := w.Rename(other.ID, "box")
	if err != nil || renamed.Label != "box-1" || renamed.Hostname != "box" {
		t.Errorf("got %+v, %v", renamed, err)
	}
	if renamed, err = w.Rename(other.ID, "other"); err != nil || renamed.Label != "other" {
		t.Errorf("got %+v, %v", renamed, err)
	}
}

func TestNameThatWasGivenByHandStays(t *testing.T) {
	w := newWorld(t, Seed{})
	first, _ := w.join("box")
	second, registration := w.join("box")
	refused(t, w.SetName(second.ID, "box"), http.StatusBadRequest, `name "box" is already taken`)
	refused(t, w.SetName(second.ID, "no name"), http.StatusBadRequest, `invalid name "no name"`)
	if err := w.Remove(first.ID); err != nil {
		t.Fatal(err)
	}
	label := func() string {
		device, err := w.Device(second.StableID)
		if err != nil {
			t.Fatal(err)
		}
		return device.Label
	}
	if got := label(); got != "box-1" {
		t.Errorf("another one's going has made it %q", got)
	}
	for _, name := range []string{"box", "box.tailnet-dev.ts.net"} {
		if err := w.SetName(second.ID, name); err != nil || label() != "box" {
			t.Errorf("named %q it is %q, %v", name, label(), err)
		}
	}
	if _, err := w.Rename(second.ID, "other"); err != nil || label() != "box" {
		t.Errorf("with another host name it is %q, %v", label(), err)
	}
	_, registration.AuthKey = w.key(KeyCapabilities{})
	if err := w.Expire(second.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Register(registration); err != nil || label() != "box" {
		t.Errorf("after it has logged in again it is %q, %v", label(), err)
	}
	if err := w.SetName(second.ID, ""); err != nil || label() != "box" {
		t.Errorf("without a name of its own it is %q, %v", label(), err)
	}
	refused(t, w.SetName(first.ID, "box"), http.StatusNotFound, errNoDevice.Message)
}

func TestAddressesEnd(t *testing.T) {
	w := newWorld(t, Seed{})
	w.kept.LastID = maxID - 1
	last, _ := w.join("last")
	if got := last.Addresses()[0].String(); got != "100.64.255.255/32" {
		t.Errorf("the last address is %s", got)
	}
	_, secret := w.key(KeyCapabilities{})
	_, err := w.Register(wish("more", secret))
	refused(t, err, http.StatusForbidden, "the local tailnet has no addresses left: start it with a new state file")
}

func TestCertificatesNeedMagicDNSAndHTTPS(t *testing.T) {
	for _, settings := range []Settings{{MagicDNS: true}, {HTTPSEnabled: true}} {
		w := newWorld(t, Seed{Settings: settings})
		if device, _ := w.join("box"); w.CertDomain(device) != "" {
			t.Errorf("with %+v there is a certificate", settings)
		}
	}
}
