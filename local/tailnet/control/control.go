// Package control is the control server that devices talk to: Tailscale's own test server, behind the rules of a real tailnet.
package control

import (
	"log"
	"maps"
	"net"
	"net/http"
	"sync"

	"paperclip-on-fly/tailnet/faults"
	"paperclip-on-fly/tailnet/state"

	"tailscale.com/tailcfg"
	"tailscale.com/tstest/integration/testcontrol"
	"tailscale.com/types/key"
)

// Options of a control server.
type Options struct {
	Tailnet *state.Tailnet
	// URL is where devices reach the server, without a slash at its end.
	URL     string
	DERPMap *tailcfg.DERPMap
	// SetTXT publishes a TXT record for the certificate authority.
	SetTXT func(name, value string)
	// Faults are looked up at each request.
	Faults *faults.Box
}

// Server is an HTTP handler for the control server's own paths.
type Server struct {
	Options
	mux  *http.ServeMux
	test *testcontrol.Server
	lock lock

	mu sync.Mutex
	// conns are the devices' connections. Each has a channel that is closed when the connection is no longer used.
	conns map[net.Conn]chan struct{}
}

// New makes a control server that knows the devices of its tailnet.
func New(options Options) *Server {
	domain := options.Tailnet.Domain()
	s := &Server{
		Options: options,
		mux:     http.NewServeMux(),
		conns:   map[net.Conn]chan struct{}{},
		test: &testcontrol.Server{
			Logf:                    func(string, ...any) {},
			DERPMap:                 options.DERPMap,
			DNSConfig:               &tailcfg.DNSConfig{Proxied: true, Domains: []string{domain}},
			MagicDNSDomain:          domain,
			AllNodesSameUser:        true,
			DefaultNodeCapabilities: &tailcfg.NodeCapMap{},
			ExplicitBaseURL:         options.URL,
			OnSetDNS: func(request *tailcfg.SetDNSRequest) error {
				options.SetTXT(request.Name, request.Value)
				return nil
			},
		},
	}
	if options.Tailnet.SSH() {
		s.test.SSHPolicy = openSSH
	}
	s.mux.HandleFunc("GET /key", s.serveKey)
	s.mux.HandleFunc("POST /ts2021", s.serveNoise)
	s.mux.HandleFunc("GET "+loginPath+"{id}", serveLogin)
	for _, device := range options.Tailnet.Devices() {
		s.restore(device)
	}
	options.Tailnet.OnChange(s.wake)
	return s
}

// Paths are those that this server answers. Other handlers answer the other paths of the same address.
func (s *Server) Paths() []string { return []string{"/key", "/ts2021", loginPath} }

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.Faults.Now().ControlDown {
		http.Error(w, "the control server is down (a fault was asked for)", http.StatusServiceUnavailable)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// Close ends all connections of devices and the work for them. The devices connect again, to this server or the next one.
func (s *Server) Close() {
	s.mu.Lock()
	conns := maps.Clone(s.conns)
	s.mu.Unlock()
	for conn := range conns {
		conn.Close()
	}
	for _, unused := range conns {
		<-unused
	}
}

// wake tells every device the current state of its tailnet. It also tells the test server the new names of devices, because that one checks
// names for certificates.
func (s *Server) wake() {
	for _, device := range s.Tailnet.Devices() {
		if node := s.test.Node(device.NodeKey); node != nil && node.Name != s.Tailnet.FullName(device)+"." {
			s.place(node, device)
		}
	}
	// This is the exported method with the least effect of those that wake all devices: capabilities come from netmap.go.
	s.test.SetNodeCapMap(key.NodePublic{}, nil)
}

// notEmulated answers requests that neither this server nor Tailscale's test server supports. The test server would end the whole program.
func notEmulated(w http.ResponseWriter, r *http.Request) {
	log.Printf("control: not emulated: %s %s", r.Method, r.URL.Path)
	http.Error(w, r.Method+" "+r.URL.Path+" is not emulated", http.StatusNotImplemented)
}
