// Package testcontrols shows tests and people what the tailnet knows, and lets them make it fail. It is served on the loopback only.
package testcontrols

import (
	"encoding/json"
	"net/http"
	"time"

	"paperclip-on-fly/tailnet/faults"
	"paperclip-on-fly/tailnet/state"
)

type device struct {
	ID        int64     `json:"id"`
	NodeID    string    `json:"nodeId"`
	Name      string    `json:"name"`
	Hostname  string    `json:"hostname"`
	Addresses []string  `json:"addresses"`
	Tags      []string  `json:"tags"`
	Online    bool      `json:"online"`
	Ephemeral bool      `json:"ephemeral"`
	Expired   bool      `json:"expired"`
	LastSeen  time.Time `json:"lastSeen"`
}

type key struct {
	ID          string   `json:"id"`
	Description string   `json:"description"`
	Tags        []string `json:"tags"`
	Reusable    bool     `json:"reusable"`
	Used        bool     `json:"used"`
	Invalid     bool     `json:"invalid"`
}

// Handle adds the controls to a mux.
func Handle(mux *http.ServeMux, tailnet *state.Tailnet, box *faults.Box) {
	mux.HandleFunc("GET /_tailnet/state", func(w http.ResponseWriter, r *http.Request) { answer(w, snapshot(tailnet)) })
	mux.HandleFunc("GET /_tailnet/faults", func(w http.ResponseWriter, r *http.Request) { answer(w, box.Now()) })
	mux.HandleFunc("DELETE /_tailnet/faults", func(w http.ResponseWriter, r *http.Request) {
		box.Set(faults.Faults{})
		answer(w, box.Now())
	})
	mux.HandleFunc("PUT /_tailnet/faults", func(w http.ResponseWriter, r *http.Request) {
		var wanted faults.Faults
		decoder := json.NewDecoder(r.Body)
		// A misspelt fault must not look as if it were set.
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&wanted); err != nil {
			http.Error(w, "the faults cannot be read: "+err.Error(), http.StatusBadRequest)
			return
		}
		box.Set(wanted)
		answer(w, box.Now())
	})
}

// snapshot has no secrets, because the secrets of keys are not kept. A deleted key is left out; a used-up key is shown.
func snapshot(tailnet *state.Tailnet) map[string]any {
	devices, keys := []device{}, []key{}
	for _, found := range tailnet.Devices() {
		shown := device{
			ID: found.ID, NodeID: found.StableID, Name: tailnet.FullName(found), Hostname: found.Hostname, Tags: found.Tags,
			Online: found.Online, Ephemeral: found.Ephemeral, Expired: found.Expired(tailnet.Now()), LastSeen: found.LastSeen,
		}
		for _, prefix := range found.Addresses() {
			shown.Addresses = append(shown.Addresses, prefix.Addr().String())
		}
		devices = append(devices, shown)
	}
	for _, found := range tailnet.AllKeys() {
		if !found.Revoked.IsZero() {
			continue
		}
		keys = append(keys, key{
			ID: found.ID, Description: found.Description, Tags: found.Grants.Tags,
			Reusable: found.Grants.Reusable, Used: found.Used, Invalid: found.Invalid(tailnet.Now()),
		})
	}
	return map[string]any{
		"domain": tailnet.Domain(), "settings": tailnet.Settings(), "devices": devices, "keys": keys, "refusals": tailnet.Refusals(),
	}
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(body)
}
