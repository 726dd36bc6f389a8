package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"paperclip-on-fly/tailnet/state"
)

// deviceAnswer is a device in the API's form.
type deviceAnswer struct {
	Addresses                 []string  `json:"addresses"`
	ID                        string    `json:"id"`
	NodeID                    string    `json:"nodeId"`
	User                      string    `json:"user"`
	Name                      string    `json:"name"`
	Hostname                  string    `json:"hostname"`
	ClientVersion             string    `json:"clientVersion"`
	UpdateAvailable           bool      `json:"updateAvailable"`
	OS                        string    `json:"os"`
	Created                   time.Time `json:"created"`
	ConnectedToControl        bool      `json:"connectedToControl"`
	LastSeen                  time.Time `json:"lastSeen,omitzero"`
	KeyExpiryDisabled         bool      `json:"keyExpiryDisabled"`
	Expires                   time.Time `json:"expires"`
	Authorized                bool      `json:"authorized"`
	IsExternal                bool      `json:"isExternal"`
	IsEphemeral               bool      `json:"isEphemeral"`
	MachineKey                string    `json:"machineKey"`
	NodeKey                   string    `json:"nodeKey"`
	BlocksIncomingConnections bool      `json:"blocksIncomingConnections"`
	Tags                      []string  `json:"tags,omitempty"`
	TailnetLockError          string    `json:"tailnetLockError"`
	TailnetLockKey            string    `json:"tailnetLockKey"`
	// The fields below are only in answers with all fields.
	EnabledRoutes      *[]string     `json:"enabledRoutes,omitempty"`
	AdvertisedRoutes   *[]string     `json:"advertisedRoutes,omitempty"`
	ClientConnectivity *connectivity `json:"clientConnectivity,omitempty"`
}

type connectivity struct {
	Endpoints []string `json:"endpoints"`
}

func (s server) listDevices(c call) (any, error) {
	if err := c.by.Check("devices:core:read"); err != nil {
		return nil, err
	}
	list := []deviceAnswer{}
	for _, device := range s.Devices() {
		answer := s.deviceAnswer(device, c.URL.Query().Get("fields") == "all")
		if matches(answer, c.URL.Query()) {
			list = append(list, answer)
		}
	}
	return map[string]any{"devices": list}, nil
}

func (s server) readDevice(c call) (any, error) {
	if err := c.by.Check("devices:core:read"); err != nil {
		return nil, err
	}
	device, err := s.Device(c.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return s.deviceAnswer(device, c.URL.Query().Get("fields") == "all"), nil
}

func (s server) deleteDevice(c call) (any, error) {
	device, err := s.manageable(c)
	if err != nil {
		return nil, err
	}
	if delay := s.faults.Now().RemovalDelay(); delay > 0 {
		// It answers at once that the device is removed, because the real API does not say when that is done.
		time.AfterFunc(delay, func() { _ = s.Remove(device.ID) })
		return nil, nil
	}
	return nil, s.Remove(device.ID)
}

func (s server) nameDevice(c call) (any, error) {
	device, err := s.manageable(c)
	if err != nil {
		return nil, err
	}
	var wish struct {
		Name string `json:"name"`
	}
	if err := c.read(&wish); err != nil {
		return nil, err
	}
	return struct{}{}, s.SetName(device.ID, wish.Name)
}

func (s server) authorizeDevice(c call) (any, error) {
	device, err := s.manageable(c)
	if err != nil {
		return nil, err
	}
	var wish struct {
		Authorized *bool `json:"authorized"`
	}
	if err := c.read(&wish); err != nil {
		return nil, err
	}
	if wish.Authorized == nil {
		return nil, &state.Refusal{Status: http.StatusBadRequest, Message: "authorized is missing"}
	}
	return struct{}{}, s.Authorize(device.ID, *wish.Authorized)
}

// manageable finds the device of a path, if the caller is allowed to change it.
func (s server) manageable(c call) (state.Device, error) {
	if err := c.by.Check("devices:core"); err != nil {
		return state.Device{}, err
	}
	return s.Device(c.PathValue("id"))
}

func (s server) deviceAnswer(device state.Device, all bool) deviceAnswer {
	answer := deviceAnswer{
		ID:                 strconv.FormatInt(device.ID, 10),
		NodeID:             device.StableID,
		User:               device.User,
		Name:               s.FullName(device),
		Hostname:           device.Hostname,
		Created:            device.Created.Truncate(time.Second),
		ConnectedToControl: device.Online,
		KeyExpiryDisabled:  device.Expires.IsZero(),
		Expires:            device.Expires.Truncate(time.Second),
		Authorized:         device.Authorized,
		IsEphemeral:        device.Ephemeral,
		MachineKey:         device.Machine.String(),
		NodeKey:            device.NodeKey.String(),
		Tags:               device.Tags,
	}
	for _, prefix := range device.Addresses() {
		answer.Addresses = append(answer.Addresses, prefix.Addr().String())
	}
	if !device.Online {
		answer.LastSeen = device.LastSeen.Truncate(time.Second)
	}
	connected := &connectivity{Endpoints: []string{}}
	if node := device.Node; node != nil {
		if node.Hostinfo.Valid() {
			answer.ClientVersion = node.Hostinfo.IPNVersion()
			answer.OS = node.Hostinfo.OS()
			answer.BlocksIncomingConnections = node.Hostinfo.ShieldsUp()
		}
		for _, endpoint := range node.Endpoints {
			connected.Endpoints = append(connected.Endpoints, endpoint.String())
		}
	}
	if all {
		// Routes are not emulated, so a device has none.
		answer.EnabledRoutes, answer.AdvertisedRoutes = &[]string{}, &[]string{}
		answer.ClientConnectivity = connected
	}
	return answer
}

// matches reports whether, for every field that a query names, the device has one of the values that the query gives.
func matches(answer deviceAnswer, query map[string][]string) bool {
	data, err := json.Marshal(answer)
	if err != nil {
		panic(err) // All its fields can be encoded.
	}
	var fields map[string]any
	if err := json.Unmarshal(data, &fields); err != nil {
		panic(err)
	}
	for name, wanted := range query {
		if name == "fields" {
			continue
		}
		values, several := fields[name].([]any)
		if !several {
			values = []any{fields[name]}
		}
		if !slices.ContainsFunc(values, func(value any) bool { return slices.Contains(wanted, fmt.Sprint(value)) }) {
			return false
		}
	}
	return true
}
