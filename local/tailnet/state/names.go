package state

import (
	"fmt"
	"net/http"
	"strings"

	"tailscale.com/util/dnsname"
)

// freeLabel is the name that a device gets which calls itself so: that of its host name, or if another device has it, the next free one
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

// follow has a device's name be that of its host name, unless it was given one by hand. Another device's going changes no name.
func (t *Tailnet) follow(device *Device, hostname string) {
	changed := device.Hostname != hostname || device.Label == ""
	device.Hostname = hostname
	if changed && !device.Named {
		device.Label = t.freeLabel(hostname, device.ID)
	}
}

// SetName gives a device a name by hand: the whole one, or what comes before the tailnet's. Without one it follows its host name again.
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

// CertDomain is the name for which a device may have a certificate, or empty where the tailnet gives none.
func (t *Tailnet) CertDomain(device Device) string {
	if settings := t.Settings(); !settings.MagicDNS || !settings.HTTPSEnabled {
		return ""
	}
	return t.FullName(device)
}
