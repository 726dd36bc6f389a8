package integration

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"testing"
	"time"

	"golang.org/x/net/proxy"
)

// place is a network that a machine can be in.
type place interface {
	// command starts a program there.
	command(program string, args ...string) *exec.Cmd
	// options are what tailscaled needs there.
	options() []string
	// page serves a text on the machine's loopback, and returns its URL.
	page(t *testing.T, text string) string
	// fetch opens a page of the tailnet from there.
	fetch(n *node, address, roots string) (string, error)
}

// process is a machine that is only a process. It reaches its tailnet through a proxy.
type process struct{}

func (process) command(program string, args ...string) *exec.Cmd {
	return exec.Command(program, args...)
}

func (process) options() []string {
	return []string{"--tun=userspace-networking", "--socks5-server=127.0.0.1:0"}
}

func (process) page(t *testing.T, text string) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, text) }))
	t.Cleanup(server.Close)
	return server.URL
}

var socksLine = regexp.MustCompile(`SOCKS5 listening on (\S+)`)

func (process) fetch(n *node, address, roots string) (string, error) {
	found := socksLine.FindAllStringSubmatch(n.log.String(), -1)
	if len(found) == 0 {
		return "", errors.New("tailscaled has no proxy yet")
	}
	dialer, err := proxy.SOCKS5("tcp", found[len(found)-1][1], nil, proxy.Direct)
	if err != nil {
		return "", err
	}
	return fetch(address, roots, dialer.(proxy.ContextDialer).DialContext)
}

// fetch opens a page and trusts only the roots.
func fetch(address, roots string, dial func(context.Context, string, string) (net.Conn, error)) (string, error) {
	data, err := os.ReadFile(roots)
	if err != nil {
		return "", err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(data)
	transport := &http.Transport{DialContext: dial, TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true}
	response, err := (&http.Client{Transport: transport, Timeout: 30 * time.Second}).Get(address)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return string(text), err
}

// help is what this test program does when it runs as a helper, in a place that only another process can be in.
func help(what string) {
	switch what {
	case "page":
		listener, err := net.Listen("tcp", "127.0.0.1:3100")
		if err != nil {
			panic(err)
		}
		http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, os.Getenv("TEXT")) }))
	case "fetch":
		text, err := fetch(os.Getenv("ADDRESS"), os.Getenv("ROOTS"), nil)
		if err != nil {
			fmt.Fprint(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Print(text)
	}
}

func sorted(list []string) []string {
	copied := slices.Clone(list)
	slices.Sort(copied)
	return copied
}
