// Package faults holds the ways in which a test has asked the tailnet to fail.
package faults

import (
	"sync"
	"time"
)

// Faults is what is wrong now; the zero value is nothing.
type Faults struct {
	// ControlDown has the control server answer 503 and ends its connections.
	ControlDown bool `json:"controlDown"`
	// RegisterRefused has it refuse every device that joins or comes back.
	RegisterRefused bool `json:"registerRefused"`
	// RemovedRefused has it refuse every key from a machine whose device was removed, as long as that has the same machine key.
	RemovedRefused bool `json:"removedRefused"`
	// DERPDown closes the relay and the STUN server.
	DERPDown bool `json:"derpDown"`
	// ACMERefused has the certificate authority refuse everything.
	ACMERefused bool `json:"acmeRefused"`
	// ACMEDelaySeconds is how much longer a certificate takes.
	ACMEDelaySeconds float64 `json:"acmeDelaySeconds"`
	// ServeReturns has `tailscale serve` end with exit code 0 where HTTPS is off, instead of waiting for ever: the real server has either.
	ServeReturns bool `json:"serveReturns"`
	// ClockOffsetSeconds is how much later it is for the control server than for everybody else.
	ClockOffsetSeconds float64 `json:"clockOffsetSeconds"`
	// APILimitSeconds has the API hold everybody back until nobody has asked it for so long.
	APILimitSeconds float64 `json:"apiLimitSeconds"`
	// RemovalDelaySeconds is how long a device that the API was told to remove is still there, and its name taken.
	RemovalDelaySeconds float64 `json:"removalDelaySeconds"`
}

// RemovalDelay is how long a device that the API was told to remove is still there.
func (f Faults) RemovalDelay() time.Duration {
	return time.Duration(f.RemovalDelaySeconds * float64(time.Second))
}

// ClockOffset is how much later it is for the control server.
func (f Faults) ClockOffset() time.Duration {
	return time.Duration(f.ClockOffsetSeconds * float64(time.Second))
}

// Box holds the faults for everybody who has to know. Its zero value has none.
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

// OnChange adds what is called after each change, and before the change is answered.
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
