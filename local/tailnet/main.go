// Command tailnet is a tailnet on one machine, for real clients: Tailscale's control server, relay and API, and a certificate authority.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	log.SetFlags(log.LstdFlags | log.LUTC)
	options, err := readOptions(os.Args[1:], os.Getenv)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	stopped, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(stopped, options); err != nil {
		log.Fatal(err)
	}
}

// run serves until it is told to stop or a part of it ends.
func run(ctx context.Context, options options) error {
	tailnet, err := open(options)
	if err != nil {
		return err
	}
	defer tailnet.close()
	if err := json.NewEncoder(os.Stdout).Encode(tailnet.addresses()); err != nil {
		return err
	}
	return tailnet.serve(ctx)
}
