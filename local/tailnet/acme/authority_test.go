package acme

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paperclip-on-fly/tailnet/faults"
	"paperclip-on-fly/tailnet/tools"

	"tailscale.com/tempfork/acme"
)

const name = "box.tailnet-dev.ts.net"

// world is an authority that is used over plain HTTP by tailscaled's own ACME client.
type world struct {
	t         *testing.T
	authority *Authority
	faults    *faults.Box
	roots     string
	url       string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, faults: &faults.Box{}, roots: filepath.Join(t.TempDir(), "ca.pem")}
	var err error
	if w.authority, err = Start(tools.Program(t, "pebble", "pebble"), w.roots, w.faults); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.authority.Close)
	server := httptest.NewServer(w.authority)
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

// client returns a client with an account of its own.
func (w *world) client() *acme.Client {
	w.t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	return &acme.Client{Key: private, DirectoryURL: w.url + DirectoryPath}
}

// certify orders a certificate as tailscaled does, and publishes the record that the caller makes from the proof.
func (w *world) certify(ctx context.Context, client *acme.Client, publish func(proof string) string) ([][]byte, error) {
	if _, err := client.Register(ctx, &acme.Account{}, acme.AcceptTOS); err != nil {
		return nil, err
	}
	order, err := client.AuthorizeOrder(ctx, acme.DomainIDs(name))
	if err != nil {
		return nil, err
	}
	authorization, err := client.GetAuthorization(ctx, order.AuthzURLs[0])
	if err != nil {
		return nil, err
	}
	for _, challenge := range authorization.Challenges {
		if challenge.Type != "dns-01" {
			continue
		}
		proof, err := client.DNS01ChallengeRecord(challenge.Token)
		if err != nil {
			return nil, err
		}
		w.authority.SetTXT("_acme-challenge."+name, publish(proof))
		if _, err := client.Accept(ctx, challenge); err != nil {
			return nil, err
		}
	}
	if order, err = client.WaitOrder(ctx, order.URI); err != nil {
		return nil, err
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{DNSNames: []string{name}}, private)
	if err != nil {
		return nil, err
	}
	chain, _, err := client.CreateOrderCert(ctx, order.FinalizeURL, request, true)
	return chain, err
}

func asItIs(proof string) string { return proof }

func TestCertificateForWhoProvesTheNameHasAChainToTheRoot(t *testing.T) {
	w := newWorld(t)
	chain, err := w.certify(t.Context(), w.client(), asItIs)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(chain[0])
	if err != nil {
		t.Fatal(err)
	}
	roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
	roots.AppendCertsFromPEM(w.authority.Roots())
	for _, der := range chain[1:] {
		if certificate, err := x509.ParseCertificate(der); err == nil {
			intermediates.AddCert(certificate)
		}
	}
	if _, err := leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: roots, Intermediates: intermediates}); err != nil {
		t.Error(err)
	}
	if file, err := os.ReadFile(w.roots); err != nil || string(file) != string(w.authority.Roots()) {
		t.Errorf("the file has %s, %v", file, err)
	}
}

func TestNoCertificateWithoutTheRightProof(t *testing.T) {
	w := newWorld(t)
	if _, err := w.certify(t.Context(), w.client(), func(string) string { return "something else" }); err == nil {
		t.Error("a wrong proof was taken")
	}
	// A proof for one account proves nothing for another.
	var former string
	if _, err := w.certify(t.Context(), w.client(), func(proof string) string { former = proof; return proof }); err != nil {
		t.Fatal(err)
	}
	if _, err := w.certify(t.Context(), w.client(), func(string) string { return former }); err == nil {
		t.Error("another account's proof was taken")
	}
}

func TestAccountIsFoundAgain(t *testing.T) {
	w := newWorld(t)
	client := w.client()
	if _, err := client.GetReg(t.Context(), ""); err != acme.ErrNoAccount {
		t.Errorf("before, got %v", err)
	}
	made, err := client.Register(t.Context(), &acme.Account{}, acme.AcceptTOS)
	if err != nil {
		t.Fatal(err)
	}
	again := &acme.Client{Key: client.Key, DirectoryURL: client.DirectoryURL}
	if found, err := again.GetReg(t.Context(), ""); err != nil || found.URI != made.URI || !strings.HasPrefix(found.URI, w.url) {
		t.Errorf("got %+v, %v", found, err)
	}
}

func TestAuthorityRefusesForAsLongAsItIsToldTo(t *testing.T) {
	w := newWorld(t)
	w.faults.Set(faults.Faults{ACMERefused: true})
	if response, err := http.Get(w.url + DirectoryPath); err != nil || response.StatusCode != http.StatusForbidden {
		t.Errorf("got %v, %v", response, err)
	}
	w.faults.Set(faults.Faults{})
	if _, err := w.certify(t.Context(), w.client(), asItIs); err != nil {
		t.Error(err)
	}
}

func TestSlowAuthorityHoldsUpOnlyTheCertificate(t *testing.T) {
	w := newWorld(t)
	client := w.client()
	w.faults.Set(faults.Faults{ACMEDelaySeconds: 3600})
	if _, err := client.Register(t.Context(), &acme.Account{}, acme.AcceptTOS); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := client.AuthorizeOrder(ctx, acme.DomainIDs(name)); err == nil {
		t.Error("the order was not held up")
	}
}

func TestProcessesAndListenersEndWithTheAuthority(t *testing.T) {
	w := newWorld(t)
	address, folder := w.authority.pebble, w.authority.process.folder
	w.authority.Close()
	if conn, err := net.Dial("tcp", address); err == nil {
		conn.Close()
		t.Error("pebble still listens")
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("its files are still there: %v", err)
	}
	if _, err := Start("/nonexistent/pebble", w.roots, w.faults); err == nil || !strings.Contains(err.Error(), "go install") {
		t.Errorf("got %v", err)
	}
}
