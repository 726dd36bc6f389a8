// Package relay is the tailnet's DERP region: Tailscale's own relay and STUN server.
package relay

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/netip"
	"sync"

	"paperclip-on-fly/tailnet/certificate"

	"tailscale.com/derp/derpserver"
	"tailscale.com/net/stunserver"
	"tailscale.com/tailcfg"
	"tailscale.com/types/key"
)

// regionID is one of the numbers that Tailscale reserves for others.
const regionID = 900

// Relay can be closed, and opened again on the same ports.
type Relay struct {
	derp, stun  netip.AddrPort
	certificate tls.Certificate

	mu    sync.Mutex
	close func()
}

// Open starts a relay. Port 0 means a free port, which is then kept.
func Open(derp, stun netip.AddrPort) (*Relay, error) {
	certificate, err := certificate.SelfSigned(derp.Addr())
	if err != nil {
		return nil, err
	}
	r := &Relay{derp: derp, stun: stun, certificate: certificate}
	return r, r.Set(true)
}

// Set opens the relay, or closes it as if its machine were gone. It does nothing if the relay is already in that state.
func (r *Relay) Set(open bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if open == (r.close != nil) {
		return nil
	}
	if !open {
		r.close()
		r.close = nil
		return nil
	}
	return r.open()
}

func (r *Relay) open() error {
	listener, err := net.Listen("tcp", r.derp.String())
	if err != nil {
		return fmt.Errorf("the relay cannot listen: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	stun := stunserver.New(ctx)
	if err := stun.Listen(r.stun.String()); err != nil {
		listener.Close()
		cancel()
		return fmt.Errorf("the STUN server cannot listen: %w", err)
	}
	r.derp = listener.Addr().(*net.TCPAddr).AddrPort()
	r.stun = stun.LocalAddr().(*net.UDPAddr).AddrPort()

	server := derpserver.New(key.NewNode(), func(string, ...any) {})
	handler := http.NewServeMux()
	handler.Handle("/derp/", derpserver.Handler(server))
	handler.Handle("/derp", derpserver.Handler(server))
	handler.HandleFunc("/generate_204", derpserver.ServeNoContent)
	web := &http.Server{Handler: handler, ErrorLog: log.New(quiet{}, "", 0)}
	// DERP takes over its connections, which HTTP/2 does not allow.
	config := &tls.Config{Certificates: []tls.Certificate{r.certificate}, NextProtos: []string{"http/1.1"}}
	go web.Serve(tls.NewListener(listener, config))
	go stun.Serve()
	r.close = func() {
		cancel()
		web.Close()
		server.Close()
	}
	return nil
}

// quiet drops what a web server logs about clients that go away.
type quiet struct{}

func (quiet) Write(data []byte) (int, error) { return len(data), nil }

// Close ends the relay.
func (r *Relay) Close() { _ = r.Set(false) }

// Addresses are those of the relay and of the STUN server.
func (r *Relay) Addresses() (derp, stun netip.AddrPort) { return r.derp, r.stun }

// Map describes the relay to devices. It gives them the certificate's hash, so that they need to trust no authority.
func (r *Relay) Map() *tailcfg.DERPMap {
	host := r.derp.Addr().String()
	node := &tailcfg.DERPNode{
		Name:     "local",
		RegionID: regionID,
		HostName: host,
		IPv4:     host,
		IPv6:     "none",
		DERPPort: int(r.derp.Port()),
		STUNPort: int(r.stun.Port()),
		CertName: fmt.Sprintf("sha256-raw:%02x", sha256.Sum256(r.certificate.Certificate[0])),
	}
	region := &tailcfg.DERPRegion{RegionID: regionID, RegionCode: "local", RegionName: "This machine", Nodes: []*tailcfg.DERPNode{node}}
	return &tailcfg.DERPMap{OmitDefaultRegions: true, Regions: map[int]*tailcfg.DERPRegion{regionID: region}}
}
