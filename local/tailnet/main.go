// Command tailnet is the local stand-in for Tailscale's side of a tailnet: the API v2 with which keys are made and revoked.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:4340", "address of the API")
	state := flag.String("state", "", "file that keeps the keys")
	flag.Parse()

	// From the environment: an argument would show in the process list.
	apiKey := os.Getenv("TAILSCALE_API_KEY")
	if *state == "" || apiKey == "" {
		fmt.Fprintln(os.Stderr, "usage: TAILSCALE_API_KEY=tskey-api-… tailnet -state FILE [-listen ADDRESS]")
		os.Exit(2)
	}
	keys, err := openKeys(*state, time.Now)
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: *listen, Handler: newAPI(apiKey, keys), ReadHeaderTimeout: 10 * time.Second}

	stopped, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	go func() {
		<-stopped.Done()
		server.Shutdown(context.Background())
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}
