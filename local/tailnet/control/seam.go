package control

import (
	"net/http"
	_ "unsafe" // for go:linkname

	"tailscale.com/tstest/integration/testcontrol"
	"tailscale.com/types/key"
)

// Tailscale's test server lets every device in, names two alike, and forgets none; its own tests need no more. So this program stands
// before it (see machine.go) and hands on what it agrees to. The test server's handlers take requests only from its own Noise layer, which
// hides from everybody else who is asking: they are not exported, and neither is the context key under which they look for the machine's
// key. They are therefore linked to by name.
//
// This relies on the names and signatures below, and on nothing else that is not exported. A name that is gone fails the build; a
// signature that changed fails TestSeamMatchesTestcontrol. If Tailscale exports them one day, this file goes.

//go:linkname serveRegister tailscale.com/tstest/integration/testcontrol.(*Server).serveRegister
func serveRegister(s *testcontrol.Server, w http.ResponseWriter, r *http.Request, mkey key.MachinePublic)

//go:linkname serveMap tailscale.com/tstest/integration/testcontrol.(*Server).serveMap
func serveMap(s *testcontrol.Server, w http.ResponseWriter, r *http.Request, mkey key.MachinePublic)

//go:linkname serveSetDNS tailscale.com/tstest/integration/testcontrol.(*Server).serveSetDNS
func serveSetDNS(s *testcontrol.Server, w http.ResponseWriter, r *http.Request, mkey key.MachinePublic)
