package control

import (
	"log"
	"net/http"

	"paperclip-on-fly/tailnet/state"

	"tailscale.com/tailcfg"
)

// serveMap tells a device of the tailnet for as long as it listens, and takes its news.
func (h machineHandler) serveMap(w http.ResponseWriter, r *http.Request) {
	var request tailcfg.MapRequest
	if !decode(w, r, &request) {
		return
	}
	var shown []tailcfg.NodeID
	out := &mapWriter{ResponseWriter: w, compress: request.Compress != ""}
	out.change = func(message *tailcfg.MapResponse) { shown = h.change(message, request.NodeKey, shown) }
	device, ok := h.device(request.NodeKey)
	if !ok {
		// An error would have it ask again and again; this has it log out.
		out.send(h.expired(request.NodeKey))
		if request.Stream {
			<-r.Context().Done()
		}
		return
	}
	if request.Hostinfo != nil {
		device = h.rename(device, request.Hostinfo.Hostname)
		request.Hostinfo = request.Hostinfo.Clone()
		request.Hostinfo.Hostname = device.Label
	}
	if request.Stream && !request.ReadOnly {
		defer h.Tailnet.Connected(device.ID)()
	} else {
		defer h.keep(device)
	}
	// What the test server writes is changed on its way.
	request.Compress = ""
	serveMap(h.test, out, withBody(r, request), h.machine)
}

// rename follows a device that calls itself otherwise than before.
func (h machineHandler) rename(device state.Device, hostname string) state.Device {
	if hostname == "" || hostname == device.Hostname {
		return device
	}
	renamed, err := h.Tailnet.Rename(device.ID, hostname)
	if err != nil {
		log.Printf("control: %s cannot be renamed: %v", device.Label, err)
		return device
	}
	return renamed
}

// keep remembers what a device has told, for after a restart: until it has something new, it does not tell again.
func (h machineHandler) keep(device state.Device) {
	if node := h.test.Node(device.NodeKey); node != nil {
		// A device that was removed meanwhile has nothing to keep.
		_ = h.Tailnet.KeepNode(device.ID, node)
	}
}
