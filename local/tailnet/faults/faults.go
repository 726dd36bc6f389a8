// Package faults holds the ways in which a test has asked the tailnet to fail.
package faults

import (
	"sync"
	"time"
)

// Faults says what is wrong now. The zero value means that nothing is.
type Faults struct {
	// ControlDown makes the control server answer 503 and end its connections.
	ControlDown bool `json:"controlDown"`
	// RegisterRefused makes the control server refuse every device that joins or comes back.
	RegisterRefused bool `json:"registerRefused"`
	// RemovedRefused makes it refuse every key from a machine whose device was removed, as long as the machine keeps its machine key.
	RemovedRefused bool `json:"removedRefused"`
	// DERPDown closes the relay and the STUN server.
	DERPDown bool `json:"derpDown"`
	// ACMERefused makes the certificate authority refuse everything.
	ACMERefused bool `json:"acmeRefused"`
	// ACMEDelaySeconds is the extra time that a certificate takes.
	ACMEDelaySeconds float64 `json:"acmeDelaySeconds"`
	// ServeReturns makes `tailscale serve` end with exit code 0 where HTTPS is off, instead of waiting for ever. The real server does
	// either.
	ServeReturns bool `json:"serveReturns"`
	// ClockOffsetSeconds is how far the control server's clock is ahead of everybody else's.
	ClockOffsetSeconds float64 `json:"clockOffsetSeconds"`
	// APILimitSeconds makes the API hold everybody back until nobody has asked for this long.
	APILimitSeconds float64 `json:"apiLimitSeconds"`
	// RemovalDelaySeconds is how long a device stays, and its name is taken, after the API was told to remove it.
	RemovalDelaySeconds float64 `json:"removalDelaySeconds"`
}

// RemovalDelay is how long a device stays after the API was told to remove it.
func (f Faults) RemovalDelay() time.Duration {
	return time.Duration(f.RemovalDelaySeconds * float64(time.Second))
}

// ClockOffset is how far the control server's clock is ahead.
func (f Faults) ClockOffset() time.Duration {
	return time.Duration(f.ClockOffsetSeconds * float64(time.Second))
}

// Box holds the faults for all parts that have to know them. Its zero value has none.
type Box struct {
	mu       sync.Mutex
	now      Faults
	onChange []func(Faults)
}

// Now returns the faults.
func (b *Box) Now() Faults {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

// OnChange adds a function that is called after each change, before the request for the change is answered.
func (b *Box) OnChange(call func(Faults)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.onChange = append(b.onChange, call)
}

// Set replaces the faults.
func (b *Box) Set(faults Faults) {
	b.mu.Lock()
	b.now = faults
	calls := b.onChange
	b.mu.Unlock()
	for _, call := range calls {
		call(faults)
	}
}
