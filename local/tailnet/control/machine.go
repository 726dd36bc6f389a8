package control

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"strings"
	"sync"

	"paperclip-on-fly/tailnet/state"

	"tailscale.com/tailcfg"
	"tailscale.com/types/key"
)

// maxRequest is the longest request of a device, in bytes, the same as in Tailscale's test server.
const maxRequest = 1<<20 - 1

// machineHandler answers the requests of one machine.
type machineHandler struct {
	*Server
	machine key.MachinePublic
	// requests are the requests under way.
	requests *sync.WaitGroup
}

func (h machineHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.requests.Add(1)
	defer h.requests.Done()
	if h.Faults.Now().ControlDown {
		http.Error(w, "the control server is down (a fault was asked for)", http.StatusServiceUnavailable)
		return
	}
	if r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/machine/tka/") {
		h.serveLock(w, r)
		return
	}
	switch r.Method + " " + r.URL.Path {
	case "POST /machine/register":
		h.serveRegister(w, r)
	case "POST /machine/map":
		h.serveMap(w, r)
	case "POST /machine/set-dns":
		h.serveSetDNS(w, r)
	case "POST /machine/feature/query":
		h.serveFeature(w, r)
	case "POST /machine/update-health":
		io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusNoContent)
	default:
		notEmulated(w, r)
	}
}

// device finds the device with a node key, if it belongs to this machine.
func (h machineHandler) device(nodeKey key.NodePublic) (state.Device, bool) {
	device, ok := h.Tailnet.DeviceOf(nodeKey)
	return device, ok && device.Machine == h.machine
}

// serveSetDNS publishes the proof for a certificate. The test server checks that it is for the device's own name.
func (h machineHandler) serveSetDNS(w http.ResponseWriter, r *http.Request) {
	var request tailcfg.SetDNSRequest
	if !decode(w, r, &request) {
		return
	}
	device, ok := h.device(request.NodeKey)
	if !ok {
		http.Error(w, "unknown node key", http.StatusForbidden)
		return
	}
	if h.Tailnet.CertDomain(device) == "" {
		http.Error(w, "HTTPS certificates are off in this tailnet", http.StatusForbidden)
		return
	}
	serveSetDNS(h.test, w, withBody(r, request), h.machine)
}

// decode reads a request before the test server does, because the test server ends the whole program if it cannot read one.
func decode(w http.ResponseWriter, r *http.Request, into any) bool {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		log.Printf("control: %s cannot be read: %v", r.URL.Path, err)
		http.Error(w, "the request cannot be read: "+err.Error(), http.StatusBadRequest)
	}
	return err == nil
}

// withBody returns the request with the body that the test server gets.
func withBody(r *http.Request, body any) *http.Request {
	data, err := json.Marshal(body)
	if err != nil {
		panic(err) // It was decoded from JSON.
	}
	changed := r.Clone(r.Context())
	changed.Body = io.NopCloser(bytes.NewReader(data))
	changed.ContentLength = int64(len(data))
	return changed
}
