package acme

import (
	"bytes"
	"context"
	"encoding/pem"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"paperclip-on-fly/tailnet/certificate"

	"net/netip"
)

func lookup(t *testing.T, r *resolver, name string) ([]string, error) {
	t.Helper()
	client := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", r.conn.LocalAddr().String())
	}}
	return client.LookupTXT(t.Context(), name)
}

func TestRecordsAreFoundByName(t *testing.T) {
	r, err := listenDNS(func(name, value string) string { return name + "=" + value })
	if err != nil {
		t.Fatal(err)
	}
	defer r.conn.Close()
	r.set("_acme-challenge.box.example", "a")
	r.set("_acme-challenge.box.example", "a")
	r.set("_acme-challenge.box.example", "b")
	got, err := lookup(t, r, "_ACME-challenge.box.example.")
	if want := []string{"_acme-challenge.box.example=a", "_acme-challenge.box.example=b"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := lookup(t, r, "other.example."); err == nil {
		t.Errorf("got %v", got)
	}
	for n := range 2 * maxRecords {
		r.set("many.example", strconv.Itoa(n))
	}
	if got, err := lookup(t, r, "many.example."); err != nil || len(got) != maxRecords || got[maxRecords-1] != "many.example=9" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestRootsOfEarlierStartsAreKeptWhileTheirCertificatesLive(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ca.pem")
	root := func() []byte {
		made, err := certificate.SelfSigned(netip.MustParseAddr("127.0.0.1"))
		if err != nil {
			t.Fatal(err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made.Certificate[0]})
	}
	first, second, third := root(), root(), root()
	keep := func(root []byte, now time.Time) []byte {
		kept, err := keepRoot(file, root, now)
		if err != nil {
			t.Fatal(err)
		}
		return kept
	}
	// These roots were made with a date one year ago.
	made := time.Now().AddDate(-1, 0, 0)
	keep(first, made)
	if got := keep(second, made.Add(leafLife)); !bytes.Equal(got, append(slices.Clone(second), first...)) {
		t.Errorf("got %s", got)
	}
	if got := keep(third, made.Add(3*leafLife)); !bytes.Equal(got, third) {
		t.Errorf("got %s", got)
	}
}
