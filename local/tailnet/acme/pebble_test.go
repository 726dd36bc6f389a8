package acme

import (
	"net/netip"
	"testing"
)

func TestNoTwoProcessesShareALoopbackAddress(t *testing.T) {
	// The greatest process number that Linux assigns, and numbers that differ in one byte each.
	processes := []int{1, 2, 257, 65537, 1<<22 - 1}
	seen := map[netip.Addr]int{netip.MustParseAddr("127.0.0.1"): 0}
	for _, process := range processes {
		address := ownLoopback(process)
		if other, taken := seen[address]; taken || !address.IsLoopback() {
			t.Errorf("process %d has %s, process %d too", process, address, other)
		}
		seen[address] = process
	}
}

func TestPebbleListensWhereNoOtherProcessChoosesPorts(t *testing.T) {
	pebble := newWorld(t).authority.process
	for _, address := range []string{pebble.address, pebble.management} {
		if addrPort := netip.MustParseAddrPort(address); addrPort.Addr() == netip.MustParseAddr("127.0.0.1") {
			t.Errorf("it listens on %s", address)
		}
	}
	if pebble.address == pebble.management {
		t.Errorf("both are %s", pebble.address)
	}
}
