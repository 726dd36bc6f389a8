package control

import (
	"encoding/json"
	"log"
	"net"
	"net/http"
	"sync"

	"golang.org/x/net/http2"
	"tailscale.com/control/controlhttp/controlhttpserver"
	"tailscale.com/tailcfg"
)

// serveKey tells devices the server's key. They check each connection against it.
func (s *Server) serveKey(w http.ResponseWriter, r *http.Request) {
	public := s.Tailnet.ControlKey().Public()
	w.Header().Set("Content-Type", "application/json")
	// The legacy key is for clients from before 2022. Today's clients still ask again and again when it is missing.
	json.NewEncoder(w).Encode(tailcfg.OverTLSPublicKeyResponse{PublicKey: public, LegacyPublicKey: public})
}

// serveNoise turns a connection into an encrypted one with a device. The device then speaks HTTP/2 on it.
func (s *Server) serveNoise(w http.ResponseWriter, r *http.Request) {
	conn, err := controlhttpserver.AcceptHTTP(r.Context(), w, r, s.Tailnet.ControlKey(), nil)
	if err != nil {
		log.Printf("control: a device cannot connect: %v", err)
		return
	}
	defer conn.Close()
	defer s.track(conn)()
	machine := machineHandler{s, conn.Peer(), &sync.WaitGroup{}}
	new(http2.Server).ServeConn(conn, &http2.ServeConnOpts{
		Context:    r.Context(),
		BaseConfig: &http.Server{Handler: machine},
	})
	machine.requests.Wait()
}

// track remembers a connection until the returned function is called.
func (s *Server) track(conn net.Conn) func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	unused := make(chan struct{})
	s.conns[conn] = unused
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.conns, conn)
		close(unused)
	}
}
