package control

import (
	"log"
	"net/http"

	"paperclip-on-fly/tailnet/state"

	"tailscale.com/tailcfg"
)

// serveMap tells a device about the tailnet for as long as it listens, and takes its news.
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
		// After an error the device would ask again and again. This answer makes it log out.
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
	// What the test server writes is changed on its way, so it must not be compressed.
	request.Compress = ""
	serveMap(h.test, out, withBody(r, request), h.machine)
}

// rename follows a device that changes its host name.
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

// keep saves what a device has reported, for after a restart: the device does not repeat it until it has something new.
func (h machineHandler) keep(device state.Device) {
	if node := h.test.Node(device.NodeKey); node != nil {
		// A device that was removed meanwhile has nothing to keep.
		_ = h.Tailnet.KeepNode(device.ID, node)
	}
}
