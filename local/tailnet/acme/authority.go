// Package acme is the tailnet's certificate authority: pebble, Let's Encrypt's own test server, in a process of its own, and what it needs
// around it.
package acme

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"time"

	"paperclip-on-fly/tailnet/certificate"
	"paperclip-on-fly/tailnet/faults"
)

// Authority is an HTTP handler for ACME clients.
type Authority struct {
	faults   *faults.Box
	accounts *accounts
	dns      *resolver
	process  *process
	client   *http.Client
	// pebble is its address, HOST:PORT.
	pebble string
	roots  []byte

	newAccountPath, newOrderPath string
}

// startTime is how long pebble is given to answer.
const startTime = 20 * time.Second

// Start runs pebble, which is a program on the PATH or a path. It keeps pebble's roots in a file, because pebble makes a new one at every
// start.
func Start(program, rootsFile string, faults *faults.Box) (*Authority, error) {
	loopback := ownLoopback(os.Getpid())
	own, err := certificate.SelfSigned(loopback)
	if err != nil {
		return nil, err
	}
	a := &Authority{faults: faults, accounts: newAccounts(), client: trusting(own)}
	if a.dns, err = listenDNS(a.accounts.translate); err != nil {
		return nil, err
	}
	a.process, err = startPebble(program, loopback, own, a.dns.conn.LocalAddr().String())
	if err == nil {
		a.pebble = a.process.address
		err = a.ready(rootsFile)
	}
	if err != nil {
		a.Close()
		return nil, fmt.Errorf("the certificate authority does not start: %w", err)
	}
	return a, nil
}

// trusting makes a client that trusts this certificate only.
func trusting(own tls.Certificate) *http.Client {
	pool := x509.NewCertPool()
	leaf, err := x509.ParseCertificate(own.Certificate[0])
	if err != nil {
		panic(err) // The certificate was made a moment ago.
	}
	pool.AddCert(leaf)
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
}

// ready waits until pebble answers, and learns its paths and its root.
func (a *Authority) ready(rootsFile string) error {
	ctx, cancel := context.WithTimeout(a.process.ended, startTime)
	defer cancel()
	var directory struct{ NewAccount, NewOrder string }
	data, err := a.poll(ctx, "https://"+a.pebble+DirectoryPath)
	if err == nil {
		err = json.Unmarshal(data, &directory)
	}
	if err != nil {
		return err
	}
	for text, path := range map[string]*string{directory.NewAccount: &a.newAccountPath, directory.NewOrder: &a.newOrderPath} {
		parsed, err := url.Parse(text)
		if err != nil {
			return err
		}
		*path = parsed.Path
	}
	root, err := a.poll(ctx, "https://"+a.process.management+"/roots/0")
	if err != nil {
		return err
	}
	a.roots, err = keepRoot(rootsFile, root, time.Now())
	return err
}

// SetTXT publishes a record for pebble to see.
func (a *Authority) SetTXT(name, value string) { a.dns.set(name, value) }

// Roots are the certificates to trust, in PEM: this pebble's root, and those of earlier ones whose certificates can still be valid.
func (a *Authority) Roots() []byte { return a.roots }

// Ended is closed when pebble has ended without being told to.
func (a *Authority) Ended() <-chan struct{} { return a.process.ended.Done() }

// Close ends pebble.
func (a *Authority) Close() {
	a.dns.conn.Close()
	if a.process != nil {
		a.process.stop()
	}
}
