package control

import (
	"encoding/json"
	"net/http"

	"tailscale.com/tailcfg"
)

// serveFeature tells `tailscale serve` what to do when the device lacks the capability for HTTPS. The real server makes the command print a
// link and then either wait for ever, or end at once with exit code 0 and nothing configured (cmd/tailscale/cli, enableFeatureInteractive).
func (h machineHandler) serveFeature(w http.ResponseWriter, r *http.Request) {
	var request tailcfg.QueryFeatureRequest
	if !decode(w, r, &request) {
		return
	}
	device, ok := h.device(request.NodeKey)
	if !ok {
		http.Error(w, "unknown node key", http.StatusForbidden)
		return
	}
	if request.Feature != "serve" {
		notEmulated(w, r)
		return
	}
	response := tailcfg.QueryFeatureResponse{Complete: h.Tailnet.CertDomain(device) != ""}
	if !response.Complete {
		response.Text = "Serve is not enabled on your tailnet.\nTo enable, visit:\n"
		response.URL = h.URL + "/f/serve?node=" + device.StableID
		response.ShouldWait = !h.Faults.Now().ServeReturns
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(response)
}
