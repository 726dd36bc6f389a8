package main

import (
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"time"
)

// options are the program's command-line options. Credentials are not among them, because arguments show in the process list.
type options struct {
	listen              string
	address             netip.Addr
	control, derp, stun uint16
	domain              string
	seed, state, ca     string
	pebble              string
	ephemeralAfter      time.Duration
	apiKey              string
}

func readOptions(args []string, environment func(string) string) (options, error) {
	var o options
	flags := flag.NewFlagSet("tailnet", flag.ContinueOnError)
	flags.StringVar(&o.listen, "listen", "127.0.0.1:4340", "loopback `address` of the API and the test controls")
	address := flags.String("address", "127.0.0.1", "`IP` address of the control server, the certificate authority, DERP and STUN: one that every machine reaches")
	ports := map[string]*uint{
		"control": flags.Uint("control", 0, "`port` of the control server and the certificate authority; 0 is a free one"),
		"derp":    flags.Uint("derp", 0, "`port` of DERP; 0 is a free one"),
		"stun":    flags.Uint("stun", 0, "UDP `port` of STUN; 0 is a free one"),
	}
	flags.StringVar(&o.domain, "domain", "tailnet-dev.ts.net", "MagicDNS `domain`")
	flags.StringVar(&o.seed, "seed", "", "JSON `file` with credentials, tag owners and the settings of a new tailnet")
	flags.StringVar(&o.state, "state", "", "`file` that keeps the tailnet")
	flags.StringVar(&o.ca, "ca", "", "`file` that gets the certificate authority's roots; beside the state, if it is empty")
	flags.StringVar(&o.pebble, "pebble", "", "`program` that is the certificate authority; without it there are no certificates")
	flags.DurationVar(&o.ephemeralAfter, "ephemeral-after", 30*time.Minute, "`time` after which an ephemeral device that is offline is removed")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.state == "" || flags.NArg() > 0 {
		return o, errors.New("usage: TAILSCALE_API_KEY=tskey-api-… tailnet -state FILE [-seed FILE] [-address IP] [-pebble pebble]; tailnet -help")
	}
	for name, port := range map[string]*uint16{"control": &o.control, "derp": &o.derp, "stun": &o.stun} {
		if *ports[name] > 65535 {
			return o, fmt.Errorf("-%s %d is no port", name, *ports[name])
		}
		*port = uint16(*ports[name])
	}
	var err error
	if o.address, err = netip.ParseAddr(*address); err != nil || !o.address.Is4() {
		return o, fmt.Errorf("-address %s is no IPv4 address", *address)
	}
	// The test controls ask for no credentials.
	if inside, err := netip.ParseAddrPort(o.listen); err != nil || !inside.Addr().IsLoopback() {
		return o, fmt.Errorf("-listen %s is no loopback address and port, e.g. 127.0.0.1:4340", o.listen)
	}
	if o.ca == "" {
		o.ca = o.state + ".ca.pem"
	}
	o.apiKey = environment("TAILSCALE_API_KEY")
	return o, nil
}
