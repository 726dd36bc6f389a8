package api

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"paperclip-on-fly/tailnet/faults"
	"paperclip-on-fly/tailnet/state"

	tailscale "tailscale.com/client/tailscale/v2"
)

func TestDeviceAsTheAPIHasIt(t *testing.T) {
	w := newWorld(t, state.Seed{})
	joined := w.join("Box", state.KeyCapabilities{Preauthorized: true, Tags: []string{"tag:a"}})
	devices := w.owner().Devices()
	for _, id := range []string{joined.StableID, "1"} {
		device, err := devices.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if device.ID != "1" || device.NodeID != joined.StableID || device.Name != "box.tailnet-dev.ts.net" || device.Hostname != "Box" {
			t.Errorf("it is %+v", device)
		}
		if !slices.Equal(device.Addresses, []string{"100.64.0.1", "fd7a:115c:a1e0:ab12:4843:cd96:6240:1"}) || !slices.Equal(device.Tags, []string{"tag:a"}) {
			t.Errorf("it has %v, %v", device.Addresses, device.Tags)
		}
		if !device.Authorized || !device.KeyExpiryDisabled || device.IsEphemeral || device.ConnectedToControl || device.LastSeen == nil || device.User != "owner@example.com" {
			t.Errorf("it is %+v", device)
		}
	}
	gone := w.tailnet.Connected(joined.ID)
	defer gone()
	if device, err := devices.Get(t.Context(), "1"); err != nil || !device.ConnectedToControl || device.LastSeen != nil {
		t.Errorf("connected, it is %+v, %v", device, err)
	}
}

func TestDevicesAreListedWithAllFieldsOrSome(t *testing.T) {
	w := newWorld(t, state.Seed{})
	w.join("box", state.KeyCapabilities{})
	device := func(query string) map[string]any {
		return w.object("GET", "/api/v2/tailnet/-/devices"+query, "")["devices"].([]any)[0].(map[string]any)
	}
	some, all := device(""), device("?fields=all")
	for _, field := range []string{"advertisedRoutes", "enabledRoutes", "clientConnectivity"} {
		if _, ok := some[field]; ok {
			t.Errorf("%s is there", field)
		}
		if _, ok := all[field]; !ok {
			t.Errorf("%s is not there", field)
		}
	}
	if _, ok := some["tags"]; ok || some["keyExpiryDisabled"] != false || some["expires"] == "0001-01-01T00:00:00Z" {
		t.Errorf("an untagged one is %v", some)
	}
}

func TestDevicesAreFiltered(t *testing.T) {
	w := newWorld(t, state.Seed{})
	w.join("a", state.KeyCapabilities{Tags: []string{"tag:a", "tag:b"}})
	w.join("b", state.KeyCapabilities{Tags: []string{"tag:b"}, Ephemeral: true})
	for _, c := range []struct {
		field string
		value string
		names []string
	}{
		{"hostname", "a", []string{"a"}}, {"name", "b.tailnet-dev.ts.net", []string{"b"}}, {"tags", "tag:b", []string{"a", "b"}},
		{"tags", "tag:a", []string{"a"}}, {"isEphemeral", "true", []string{"b"}}, {"hostname", "c", nil},
	} {
		found, err := w.owner().Devices().List(t.Context(), tailscale.WithFilter(c.field, []string{c.value}))
		names := []string(nil)
		for _, device := range found {
			names = append(names, device.Hostname)
		}
		if err != nil || !slices.Equal(names, c.names) {
			t.Errorf("%s=%s: %v, %v", c.field, c.value, names, err)
		}
	}
}

func TestDeletedDeviceIsGone(t *testing.T) {
	w := newWorld(t, state.Seed{})
	joined := w.join("box", state.KeyCapabilities{})
	devices := w.deployer().Devices()
	if err := devices.Delete(t.Context(), joined.StableID); err != nil {
		t.Fatal(err)
	}
	const message = "no manageable device matching this ID found"
	refused(t, devices.Delete(t.Context(), joined.StableID), http.StatusNotFound, message)
	_, err := devices.Get(t.Context(), joined.StableID)
	refused(t, err, http.StatusNotFound, message)
	if list, err := devices.List(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("there are %v, %v", list, err)
	}
}

func TestDeviceIsRemovedLaterThanTheAnswerSaysWhereThatIsAskedFor(t *testing.T) {
	w := newWorld(t, state.Seed{})
	joined := w.join("box", state.KeyCapabilities{})
	w.faults.Set(faults.Faults{RemovalDelaySeconds: 0.2})
	if err := w.owner().Devices().Delete(t.Context(), joined.StableID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.owner().Devices().Get(t.Context(), joined.StableID); err != nil {
		t.Errorf("it is gone already: %v", err)
	}
	for len(w.tailnet.Devices()) > 0 {
		if t.Context().Err() != nil {
			t.Fatal("it stays")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestDeviceIsNamed(t *testing.T) {
	w := newWorld(t, state.Seed{})
	w.join("box", state.KeyCapabilities{})
	second := w.join("box", state.KeyCapabilities{})
	devices := w.deployer().Devices()
	refused(t, devices.SetName(t.Context(), second.StableID, "box"), http.StatusBadRequest, `name "box" is already taken`)
	if err := devices.Delete(t.Context(), "1"); err != nil {
		t.Fatal(err)
	}
	if err := devices.SetName(t.Context(), second.StableID, "box"); err != nil {
		t.Fatal(err)
	}
	if device, err := devices.Get(t.Context(), second.StableID); err != nil || device.Name != "box.tailnet-dev.ts.net" {
		t.Errorf("it is %+v, %v", device, err)
	}
	refused(t, w.deployer("devices:core:read").Devices().SetName(t.Context(), second.StableID, "other"), http.StatusForbidden,
		"calling actor does not have enough permissions to perform this function")
}

func TestDeviceIsAuthorized(t *testing.T) {
	w := newWorld(t, state.Seed{Settings: state.Settings{DevicesApprovalOn: true}})
	joined := w.join("box", state.KeyCapabilities{})
	for _, authorized := range []bool{true, false} {
		if err := w.owner().Devices().SetAuthorized(t.Context(), joined.StableID, authorized); err != nil {
			t.Fatal(err)
		}
		if device, err := w.owner().Devices().Get(t.Context(), joined.StableID); err != nil || device.Authorized != authorized {
			t.Errorf("it is %+v, %v", device, err)
		}
	}
	if status, text := w.raw("POST", "/api/v2/device/1/authorized", "{}"); status != http.StatusBadRequest {
		t.Errorf("HTTP %d %s", status, text)
	}
}
