package control

import (
	"context"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"paperclip-on-fly/tailnet/faults"
	"paperclip-on-fly/tailnet/state"

	"tailscale.com/control/tsp"
	"tailscale.com/tailcfg"
	"tailscale.com/types/key"
)

var owner = state.Credential{Scopes: []string{"all"}}

// world is a control server that devices talk to as they would to a real one.
type world struct {
	t       *testing.T
	file    string
	seed    state.Seed
	tailnet *state.Tailnet
	server  *Server
	faults  *faults.Box
	web     *http.Server
	address string

	mu  sync.Mutex
	txt map[string]string
}

func newWorld(t *testing.T, seed state.Seed) *world {
	t.Helper()
	seed.Domain = "tailnet-dev.ts.net"
	if seed.Settings == (state.Settings{}) {
		seed.Settings = state.Settings{MagicDNS: true, HTTPSEnabled: true, DevicesKeyDurationDays: 180}
	}
	w := &world{t: t, file: filepath.Join(t.TempDir(), "state.json"), seed: seed, address: "127.0.0.1:0", txt: map[string]string{}}
	w.start()
	t.Cleanup(func() { w.stop() })
	return w
}

func (w *world) start() {
	w.t.Helper()
	var err error
	if w.tailnet, err = state.Open(w.file, w.seed, time.Now); err != nil {
		w.t.Fatal(err)
	}
	listener, err := net.Listen("tcp", w.address)
	if err != nil {
		w.t.Fatal(err)
	}
	w.address = listener.Addr().String()
	w.faults = &faults.Box{}
	w.server = New(Options{
		Tailnet: w.tailnet, URL: "http://" + w.address, DERPMap: &tailcfg.DERPMap{}, Faults: w.faults,
		SetTXT: func(name, value string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.txt[name] = value
		},
	})
	w.web = &http.Server{Handler: w.server}
	go w.web.Serve(listener)
}

func (w *world) stop() {
	w.web.Close()
	w.server.Close()
}

func (w *world) key(grants state.KeyCapabilities) string {
	w.t.Helper()
	_, secret, err := w.tailnet.CreateKey(owner, &grants, "", time.Hour)
	if err != nil {
		w.t.Fatal(err)
	}
	return secret
}

// node is a device that speaks Tailscale's protocol.
type node struct {
	*tsp.Client
	t       *testing.T
	ctx     context.Context
	machine key.MachinePrivate
	key     key.NodePrivate
	stream  *tsp.MapSession
}

func (w *world) node() *node {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 30*time.Second)
	n := &node{t: w.t, ctx: ctx, machine: key.NewMachine(), key: key.NewNode()}
	n.connect("http://" + w.address)
	w.t.Cleanup(func() {
		cancel()
		n.Close()
	})
	return n
}

// connect opens a new connection for the node.
func (n *node) connect(url string) {
	n.t.Helper()
	client, err := tsp.NewClient(tsp.ClientOpts{ServerURL: url, MachineKey: n.machine, Logf: func(string, ...any) {}})
	if err != nil {
		n.t.Fatal(err)
	}
	n.Client = client
}

func (n *node) register(hostname, authKey string) (*tailcfg.RegisterResponse, error) {
	hostinfo := &tailcfg.Hostinfo{Hostname: hostname, BackendLogID: "test"}
	return n.Register(n.ctx, tsp.RegisterOpts{NodeKey: n.key, Hostinfo: hostinfo, AuthKey: authKey})
}

// join adds a new device to the tailnet and lets it listen.
func (w *world) join(hostname string) *node {
	w.t.Helper()
	n := w.node()
	if _, err := n.register(hostname, w.key(state.KeyCapabilities{Preauthorized: true, Tags: []string{"tag:a"}})); err != nil {
		w.t.Fatal(err)
	}
	n.listen()
	return n
}

func (n *node) listen() {
	n.t.Helper()
	stream, err := n.Map(n.ctx, tsp.MapOpts{NodeKey: n.key, Stream: true})
	if err != nil {
		n.t.Fatal(err)
	}
	n.stream = stream
}

// until reads what the device is told until the awaited message comes.
func (n *node) until(what string, is func(*tailcfg.MapResponse) bool) *tailcfg.MapResponse {
	n.t.Helper()
	for {
		message, err := n.stream.Next()
		if err != nil {
			n.t.Fatalf("waiting for %s: %v", what, err)
		}
		if message.Node != nil && is(message) {
			return message
		}
	}
}

// first returns the next message about the tailnet.
func (n *node) first() *tailcfg.MapResponse {
	n.t.Helper()
	return n.until("a message", func(*tailcfg.MapResponse) bool { return true })
}

func (w *world) deviceOf(n *node) state.Device {
	w.t.Helper()
	device, ok := w.tailnet.DeviceOf(n.key.Public())
	if !ok {
		w.t.Fatal("the device is not in the tailnet")
	}
	return device
}
