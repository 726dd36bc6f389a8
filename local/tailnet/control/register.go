package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"paperclip-on-fly/tailnet/state"

	"tailscale.com/tailcfg"
	"tailscale.com/types/key"
	"tailscale.com/util/rands"
)

// serveRegister lets a device into the tailnet, or out of it.
func (h machineHandler) serveRegister(w http.ResponseWriter, r *http.Request) {
	var request tailcfg.RegisterRequest
	if !decode(w, r, &request) {
		return
	}
	if request.Version == 0 || request.NodeKey.IsZero() || request.Hostinfo == nil {
		http.Error(w, "the request lacks a version, a node key or host information", http.StatusBadRequest)
		return
	}
	if request.Followup != "" {
		// The device waits for somebody to log in, which is impossible here.
		<-r.Context().Done()
		return
	}
	response, err := h.register(&request)
	if err != nil {
		log.Printf("control: %q is refused: %v", request.Hostinfo.Hostname, err)
		h.Tailnet.NoteRefusal()
		response = &tailcfg.RegisterResponse{Error: err.Error()}
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(response)
}

func (h machineHandler) register(request *tailcfg.RegisterRequest) (*tailcfg.RegisterResponse, error) {
	if h.Faults.Now().RegisterRefused {
		return nil, errors.New("registration is refused (a fault was asked for)")
	}
	if !request.Expiry.IsZero() && request.Expiry.Before(time.Now()) {
		return h.logout(request.NodeKey)
	}
	wish := state.Registration{
		Machine:   h.machine,
		NodeKey:   request.NodeKey,
		Hostname:  request.Hostinfo.Hostname,
		Tags:      request.Hostinfo.RequestTags,
		Ephemeral: request.Ephemeral,
	}
	if request.Auth != nil {
		wish.AuthKey = request.Auth.AuthKey
	}
	if h.Faults.Now().RemovedRefused && wish.AuthKey != "" && h.Tailnet.WasRemoved(h.machine) {
		return nil, state.ErrOfRemoved(wish.AuthKey)
	}
	device, err := h.Tailnet.Register(wish)
	switch {
	case errors.Is(err, state.ErrNeedsLogin):
		return &tailcfg.RegisterResponse{AuthURL: h.URL + loginPath + rands.HexString(16)}, nil
	case errors.Is(err, state.ErrKeyExpired):
		return &tailcfg.RegisterResponse{NodeKeyExpired: true}, nil
	case err != nil:
		return nil, err
	}
	response, err := h.enter(device, request)
	if err != nil {
		return nil, err
	}
	profile := h.profile(device)
	response.User = tailcfg.User{ID: profile.ID, DisplayName: profile.DisplayName}
	response.Login = tailcfg.Login{ID: tailcfg.LoginID(profile.ID), LoginName: profile.LoginName, DisplayName: profile.DisplayName}
	response.MachineAuthorized = device.Authorized
	return response, nil
}

// logout answers `tailscale logout`.
func (h machineHandler) logout(nodeKey key.NodePublic) (*tailcfg.RegisterResponse, error) {
	if device, ok := h.device(nodeKey); ok {
		if err := h.Tailnet.Expire(device.ID); err != nil {
			return nil, err
		}
	}
	return &tailcfg.RegisterResponse{NodeKeyExpired: true}, nil
}

// enter makes the device known to the test server, under the name and the id that the tailnet gave it.
func (s *Server) enter(device state.Device, request *tailcfg.RegisterRequest) (*tailcfg.RegisterResponse, error) {
	// With the old key the test server would copy the old node and keep both.
	first := *request
	first.OldNodeKey = key.NodePublic{}
	recorder := httptest.NewRecorder()
	serveRegister(s.test, recorder, withBody(httptest.NewRequest(http.MethodPost, "/machine/register", nil), first), device.Machine)
	var response tailcfg.RegisterResponse
	if err := json.NewDecoder(recorder.Body).Decode(&response); err != nil {
		return nil, fmt.Errorf("the test server answers a registration with HTTP %d: %w", recorder.Code, err)
	}
	node := s.test.Node(device.NodeKey)
	if device.Node != nil {
		node = device.Node.Clone()
	}
	s.place(node, device)
	return &response, s.Tailnet.KeepNode(device.ID, node)
}

// place gives a device in the test server the data that the tailnet has about it, and wakes every device. The test server derives a
// device's full name and certificate name from its host name. So the host name there is the name that the tailnet gave the device.
func (s *Server) place(node *tailcfg.Node, device state.Device) {
	s.identify(node, device, device.Label)
	s.test.UpdateNode(node)
}

// restore makes a device known to the test server that was in the tailnet before the program started.
func (s *Server) restore(device state.Device) {
	hostinfo := &tailcfg.Hostinfo{Hostname: device.Label}
	if device.Node != nil && device.Node.Hostinfo.Valid() {
		hostinfo = device.Node.Hostinfo.AsStruct()
	}
	request := &tailcfg.RegisterRequest{Version: tailcfg.CurrentCapabilityVersion, NodeKey: device.NodeKey, Hostinfo: hostinfo}
	if _, err := s.enter(device, request); err != nil {
		log.Printf("control: %s cannot be brought back: %v", device.Label, err)
	}
}

// loginPath is where people log in to a real server.
const loginPath = "/a/"

func serveLogin(w http.ResponseWriter, r *http.Request) {
	http.Error(w, "Nobody can log in to the local tailnet: join with a key, tailscale up --auth-key=file:KEY", http.StatusNotImplemented)
}
