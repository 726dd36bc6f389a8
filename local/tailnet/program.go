package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/netip"
	"time"

	"paperclip-on-fly/tailnet/acme"
	"paperclip-on-fly/tailnet/api"
	"paperclip-on-fly/tailnet/control"
	"paperclip-on-fly/tailnet/faults"
	"paperclip-on-fly/tailnet/relay"
	"paperclip-on-fly/tailnet/state"
	"paperclip-on-fly/tailnet/testcontrols"
)

// program is everything that runs.
type program struct {
	options   options
	tailnet   *state.Tailnet
	faults    *faults.Box
	relay     *relay.Relay
	authority *acme.Authority
	control   *control.Server
	// inside serves the programs of this machine, outside the machines of the tailnet.
	inside, outside net.Listener
}

// open starts everything that can fail.
func open(options options) (_ *program, err error) {
	p := &program{options: options, faults: &faults.Box{}}
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	seed, err := state.ReadSeed(options.seed, options.domain, options.apiKey)
	if err != nil {
		return nil, err
	}
	if p.tailnet, err = state.Open(options.state, seed, time.Now); err != nil {
		return nil, err
	}
	if p.inside, err = net.Listen("tcp", options.listen); err != nil {
		return nil, fmt.Errorf("the API cannot listen: %w", err)
	}
	if p.outside, err = net.Listen("tcp", netip.AddrPortFrom(options.address, options.control).String()); err != nil {
		return nil, fmt.Errorf("the control server cannot listen: %w", err)
	}
	p.relay, err = relay.Open(netip.AddrPortFrom(options.address, options.derp), netip.AddrPortFrom(options.address, options.stun))
	if err != nil {
		return nil, err
	}
	if options.pebble != "" {
		if p.authority, err = acme.Start(options.pebble, options.ca, p.faults); err != nil {
			return nil, err
		}
	}
	p.control = control.New(control.Options{
		Tailnet: p.tailnet,
		URL:     p.outsideURL(),
		DERPMap: p.relay.Map(),
		SetTXT:  p.setTXT,
		Faults:  p.faults,
	})
	p.faults.OnChange(p.fail)
	return p, nil
}

// fail applies the faults that are not looked up at each request.
func (p *program) fail(now faults.Faults) {
	if now.ControlDown {
		p.control.Close()
	}
	if err := p.relay.Set(!now.DERPDown); err != nil {
		log.Print(err)
	}
}

func (p *program) setTXT(name, value string) {
	if p.authority != nil {
		p.authority.SetTXT(name, value)
	}
}

// serve answers requests until it is told to stop or a part of it ends.
func (p *program) serve(ctx context.Context) error {
	inside := &http.Server{Handler: p.insideHandler(), ReadHeaderTimeout: 10 * time.Second}
	outside := &http.Server{Handler: p.outsideHandler(), ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 2)
	go func() { ended <- inside.Serve(p.inside) }()
	go func() { ended <- outside.Serve(p.outside) }()
	sweep := time.NewTicker(min(time.Minute, max(p.options.ephemeralAfter/4, 100*time.Millisecond)))
	defer sweep.Stop()
	var lost <-chan struct{}
	if p.authority != nil {
		lost = p.authority.Ended()
	}
	for {
		select {
		case <-ctx.Done():
			return errors.Join(inside.Close(), outside.Close())
		case err := <-ended:
			return err
		case <-lost:
			return errors.New("the certificate authority has ended")
		case <-sweep.C:
			if err := p.tailnet.SweepEphemeral(p.options.ephemeralAfter); err != nil {
				log.Printf("ephemeral devices cannot be removed: %v", err)
			}
		}
	}
}

func (p *program) insideHandler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", api.New(p.tailnet, p.faults))
	mux.HandleFunc("GET "+caPath, p.serveRoots)
	testcontrols.Handle(mux, p.tailnet, p.faults)
	return mux
}

func (p *program) outsideHandler() http.Handler {
	mux := http.NewServeMux()
	for _, path := range p.control.Paths() {
		mux.Handle(path, p.control)
	}
	mux.HandleFunc("GET "+caPath, p.serveRoots)
	if p.authority != nil {
		// Clients learn the authority's other paths from its directory.
		mux.Handle("/", p.authority)
	} else {
		mux.HandleFunc("/", api.NotEmulated)
	}
	return p.dated(mux)
}

// dated puts the control server's time into answers.
func (p *program) dated(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Now().Add(p.faults.Now().ClockOffset()).UTC().Format(http.TimeFormat))
		handler.ServeHTTP(w, r)
	})
}

const caPath = "/_tailnet/ca.pem"

// serveRoots answers with the certificates that a browser has to trust to open the tailnet's pages.
func (p *program) serveRoots(w http.ResponseWriter, r *http.Request) {
	if p.authority == nil {
		http.Error(w, "there is no certificate authority: start with -pebble", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/x-pem-file")
	w.Write(p.authority.Roots())
}

func (p *program) outsideURL() string { return "http://" + p.outside.Addr().String() }

// addresses are printed when everything is ready.
func (p *program) addresses() map[string]string {
	derp, stun := p.relay.Addresses()
	list := map[string]string{
		"domain":  p.options.domain,
		"api":     "http://" + p.inside.Addr().String(),
		"control": p.outsideURL(),
		"derp":    derp.String(),
		"stun":    stun.String(),
	}
	if p.authority != nil {
		list["acme"] = p.outsideURL() + acme.DirectoryPath
		list["ca"] = p.outsideURL() + caPath
		list["caFile"] = p.options.ca
	}
	return list
}

// close ends what open started.
func (p *program) close() {
	if p.control != nil {
		p.control.Close()
	}
	if p.authority != nil {
		p.authority.Close()
	}
	if p.relay != nil {
		p.relay.Close()
	}
	for _, listener := range []net.Listener{p.inside, p.outside} {
		if listener != nil {
			listener.Close()
		}
	}
}
