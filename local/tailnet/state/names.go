package state

import (
	"fmt"
	"net/http"
	"strings"

	"tailscale.com/util/dnsname"
)

// freeLabel is the name that a device with this host name gets: the host name itself or, if another device has that name, the next free one
// of NAME-1, NAME-2 and so on.
func (t *Tailnet) freeLabel(hostname string, id int64) string {
	wanted := dnsname.SanitizeHostname(hostname)
	if wanted == "" {
		wanted = "device"
	}
	label := wanted
	for n := 1; t.find(func(d *Device) bool { return d.ID != id && d.Label == label }) != nil; n++ {
		label = fmt.Sprintf("%s-%d", wanted, n)
	}
	return label
}

// follow changes a device's name with its host name, unless the device was given a name by hand. When a device leaves, the names of the
// others stay.
func (t *Tailnet) follow(device *Device, hostname string) {
	changed := device.Hostname != hostname || device.Label == ""
	device.Hostname = hostname
	if changed && !device.Named {
		device.Label = t.freeLabel(hostname, device.ID)
	}
}

// SetName gives a device a name by hand: the full name, or the part before the tailnet's. With an empty name the device follows its host
// name again.
func (t *Tailnet) SetName(id int64, name string) error {
	label := strings.TrimSuffix(strings.TrimSuffix(name, "."), "."+t.Domain())
	if label != dnsname.SanitizeHostname(label) {
		return refuse(http.StatusBadRequest, "invalid name %q", name)
	}
	return t.change(func() error {
		device, ok := t.kept.Devices[id]
		if !ok {
			return errNoDevice
		}
		if label == "" {
			device.Named, device.Label = false, t.freeLabel(device.Hostname, id)
			return nil
		}
		if t.find(func(d *Device) bool { return d.ID != id && d.Label == label }) != nil {
			return refuse(http.StatusBadRequest, "name %q is already taken", label)
		}
		device.Named, device.Label = true, label
		return nil
	})
}

// FullName is a device's name in MagicDNS, without a dot at its end.
func (t *Tailnet) FullName(device Device) string { return device.Label + "." + t.Domain() }

// CertDomain is the name that a device can get a certificate for. It is empty if the tailnet allows no certificates.
func (t *Tailnet) CertDomain(device Device) string {
	if settings := t.Settings(); !settings.MagicDNS || !settings.HTTPSEnabled {
		return ""
	}
	return t.FullName(device)
}
