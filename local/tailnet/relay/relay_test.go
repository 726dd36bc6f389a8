package relay

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"time"

	"tailscale.com/derp/derphttp"
	"tailscale.com/net/netmon"
	"tailscale.com/net/stun"
	"tailscale.com/tailcfg"
	"tailscale.com/types/key"
)

func open(t *testing.T) *Relay {
	t.Helper()
	anywhere := netip.MustParseAddrPort("127.0.0.1:0")
	r, err := Open(anywhere, anywhere)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// connect reaches the relay as a device that has its map does.
func connect(t *testing.T, r *Relay) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	region := func() *tailcfg.DERPRegion { return r.Map().Regions[regionID] }
	client := derphttp.NewRegionClient(key.NewNode(), func(string, ...any) {}, netmon.NewStatic(), region)
	defer client.Close()
	return client.Connect(ctx)
}

// ask reports whether STUN answers.
func ask(t *testing.T, r *Relay) bool {
	t.Helper()
	_, address := r.Addresses()
	conn, err := net.Dial("udp", address.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	id := stun.NewTxID()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := conn.Write(stun.Request(id)); err != nil {
		return false
	}
	answer := make([]byte, 1500)
	// A closed port is refused at once.
	n, err := conn.Read(answer)
	if err != nil {
		return false
	}
	got, seen, err := stun.ParseResponse(answer[:n])
	return err == nil && got == id && seen.String() == conn.LocalAddr().String()
}

func TestDevicesReachTheRelayThroughItsMap(t *testing.T) {
	r := open(t)
	if err := connect(t, r); err != nil {
		t.Error(err)
	}
	if !ask(t, r) {
		t.Error("STUN does not answer")
	}
}

func TestAnotherCertificateIsNotTakenForTheRelays(t *testing.T) {
	r, other := open(t), open(t)
	r.certificate = other.certificate
	if err := connect(t, r); err == nil {
		t.Error("connected")
	}
}

func TestRelayThatIsDownComesBackOnItsPorts(t *testing.T) {
	r := open(t)
	derp, stun := r.Addresses()
	if err := r.Set(false); err != nil {
		t.Fatal(err)
	}
	if err := connect(t, r); err == nil {
		t.Error("connected")
	}
	if ask(t, r) {
		t.Error("STUN answers")
	}
	for range 2 {
		if err := r.Set(true); err != nil {
			t.Fatal(err)
		}
	}
	if newDERP, newSTUN := r.Addresses(); newDERP != derp || newSTUN != stun {
		t.Errorf("it moved to %v, %v", newDERP, newSTUN)
	}
	if err := connect(t, r); err != nil || !ask(t, r) {
		t.Errorf("it did not come back: %v", err)
	}
}
