package integration

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// send sends a request to the API or the test controls.
func (r *rig) send(method, path, body string, into any) {
	r.t.Helper()
	request, err := http.NewRequest(method, r.addresses["api"]+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	request.SetBasicAuth(apiKey, "")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		r.t.Fatalf("%s %s: HTTP %d %s %v", method, path, response.StatusCode, text, err)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			r.t.Fatal(err)
		}
	}
}

type authKey struct{ ID, Key string }

// key makes an auth key. The options are the names of the capabilities that are true.
func (r *rig) key(options ...string) authKey {
	r.t.Helper()
	create := map[string]any{"preauthorized": true, "tags": []string{"tag:paperclip"}}
	for _, option := range options {
		create[option] = true
	}
	body, err := json.Marshal(map[string]any{"capabilities": map[string]any{"devices": map[string]any{"create": create}}, "expirySeconds": 3600})
	if err != nil {
		r.t.Fatal(err)
	}
	var made authKey
	r.send("POST", "/api/v2/tailnet/-/keys", string(body), &made)
	return made
}

type apiDevice struct {
	ID, NodeID, Name, Hostname string
	Addresses, Tags            []string
	ConnectedToControl         bool
}

func (r *rig) devices() []apiDevice {
	r.t.Helper()
	var list struct{ Devices []apiDevice }
	r.send("GET", "/api/v2/tailnet/-/devices", "", &list)
	return list.Devices
}

// device finds the device with a name in MagicDNS.
func (r *rig) device(name string) (apiDevice, bool) {
	r.t.Helper()
	for _, device := range r.devices() {
		if device.Name == name+"."+domain {
			return device, true
		}
	}
	return apiDevice{}, false
}

func (r *rig) remove(name string) {
	r.t.Helper()
	device, ok := r.device(name)
	if !ok {
		r.t.Fatalf("there is no %s", name)
	}
	r.send("DELETE", "/api/v2/device/"+device.NodeID, "", nil)
}
