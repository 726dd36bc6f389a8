package control

import (
	"slices"
	"time"

	"paperclip-on-fly/tailnet/state"

	"tailscale.com/tailcfg"
	"tailscale.com/types/key"
)

// The users of the tailnet, as devices see them.
const (
	ownerID  tailcfg.UserID = 1
	taggedID tailcfg.UserID = 2
)

// change makes the test server's message for a device say what the tailnet says. It takes the peers that the device was told of before, and
// returns the peers that it is told of now.
func (s *Server) change(message *tailcfg.MapResponse, viewer key.NodePublic, before []tailcfg.NodeID) []tailcfg.NodeID {
	if message.Node == nil {
		return before // The message only keeps the connection open.
	}
	devices := map[key.NodePublic]state.Device{}
	for _, device := range s.Tailnet.Devices() {
		devices[device.NodeKey] = device
	}
	self, ok := devices[viewer]
	if !ok {
		*message = *s.expired(viewer)
		return before
	}
	now := time.Now()
	controlTime := now.Add(s.Faults.Now().ClockOffset())
	message.ControlTime = &controlTime
	message.Domain = s.Tailnet.Name()
	message.UserProfiles = s.profiles()
	message.DNSConfig = s.dnsConfig(self)
	s.describe(message.Node, self, now)
	s.grant(message.Node)
	message.Peers = slices.DeleteFunc(message.Peers, func(peer *tailcfg.Node) bool {
		device, ok := devices[peer.Key]
		return !ok || device.ID == self.ID || !device.Authorized || !self.Authorized
	})
	shown := []tailcfg.NodeID{}
	for _, peer := range message.Peers {
		s.describe(peer, devices[peer.Key], now)
		shown = append(shown, peer.ID)
	}
	s.lock.describe(message)
	if len(shown) == 0 {
		// An empty list of peers means that nothing has changed.
		message.PeersRemoved = before
	}
	return shown
}

// identify gives a node the identity of a device, under a host name.
func (s *Server) identify(node *tailcfg.Node, device state.Device, hostname string) {
	node.ID = tailcfg.NodeID(device.ID)
	node.StableID = tailcfg.StableNodeID(device.StableID)
	node.Key = device.NodeKey
	node.Machine = device.Machine
	node.User = s.profile(device).ID
	node.Name = s.Tailnet.FullName(device) + "."
	node.Addresses = device.Addresses()
	node.AllowedIPs = device.Addresses()
	node.Tags = device.Tags
	if node.Hostinfo.Valid() {
		hostinfo := node.Hostinfo.AsStruct()
		hostinfo.Hostname = hostname
		node.Hostinfo = hostinfo.View()
	}
}

// describe fills in a device as others, and the device itself, see it now.
func (s *Server) describe(node *tailcfg.Node, device state.Device, now time.Time) {
	s.identify(node, device, device.Hostname)
	node.MachineAuthorized = device.Authorized
	node.KeyExpiry = device.Expires
	node.Expired = device.Expired(now)
	node.Created = device.Created
	node.Online = &device.Online
	if !device.Online {
		node.LastSeen = &device.LastSeen
	}
}

// grant tells a device what it is allowed to do in the tailnet.
func (s *Server) grant(node *tailcfg.Node) {
	node.CapMap = tailcfg.NodeCapMap{tailcfg.CapabilityFileSharing: nil, tailcfg.CapabilityTailnetLock: nil}
	settings := s.Tailnet.Settings()
	if settings.MagicDNS && settings.HTTPSEnabled {
		node.CapMap[tailcfg.CapabilityHTTPS] = nil
	}
	if settings.NetworkFlowLoggingOn {
		node.CapMap[tailcfg.CapabilityDataPlaneAuditLogs] = nil
	}
	if s.Tailnet.SSH() {
		node.CapMap[tailcfg.CapabilitySSH] = nil
	}
}

// openSSH lets everybody in, as the user that they ask for.
var openSSH = &tailcfg.SSHPolicy{Rules: []*tailcfg.SSHRule{{
	Principals: []*tailcfg.SSHPrincipal{{Any: true}},
	SSHUsers:   map[string]string{"*": "="},
	Action:     &tailcfg.SSHAction{Accept: true, AllowAgentForwarding: true, AllowLocalPortForwarding: true},
}}}

func (s *Server) dnsConfig(device state.Device) *tailcfg.DNSConfig {
	if !s.Tailnet.Settings().MagicDNS {
		return &tailcfg.DNSConfig{}
	}
	config := &tailcfg.DNSConfig{Proxied: true, Domains: []string{s.Tailnet.Domain()}}
	if domain := s.Tailnet.CertDomain(device); domain != "" {
		config.CertDomains = []string{domain}
	}
	return config
}

func (s *Server) profiles() []tailcfg.UserProfile {
	owner := s.Tailnet.Owner()
	return []tailcfg.UserProfile{
		{ID: ownerID, LoginName: owner.LoginName, DisplayName: owner.DisplayName},
		{ID: taggedID, LoginName: state.TaggedDevices.LoginName, DisplayName: state.TaggedDevices.DisplayName},
	}
}

func (s *Server) profile(device state.Device) tailcfg.UserProfile {
	if len(device.Tags) > 0 {
		return s.profiles()[1]
	}
	return s.profiles()[0]
}

// expired is what a device gets that is not, or is no longer, in the tailnet.
func (s *Server) expired(nodeKey key.NodePublic) *tailcfg.MapResponse {
	node := &tailcfg.Node{Key: nodeKey, User: ownerID, KeyExpiry: time.Unix(1, 0).UTC()}
	return &tailcfg.MapResponse{Node: node, UserProfiles: s.profiles()}
}
