package state

import (
	"fmt"

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

// FullName is a device's name in MagicDNS, without a dot at its end.
func (t *Tailnet) FullName(device Device) string { return device.Label + "." + t.Domain() }

// CertDomain is the name for which a device may have a certificate, or empty where the tailnet gives none.
func (t *Tailnet) CertDomain(device Device) string {
	if settings := t.Settings(); !settings.MagicDNS || !settings.HTTPSEnabled {
		return ""
	}
	return t.FullName(device)
}
