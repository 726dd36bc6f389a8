package control

import (
	"net/http"
	_ "unsafe" // for go:linkname

	"tailscale.com/tstest/integration/testcontrol"
	"tailscale.com/types/key"
)

// Tailscale's test server lets every device in, gives two devices the same name, and forgets none; its own tests need no more. So this
// program stands in front of it (see machine.go) and passes on the requests that it agrees to. The test server's handlers accept requests
// only from its own Noise layer, which hides from everybody else who is asking. Neither the handlers nor the context key under which they
// find the machine's key are exported. They are therefore linked to by name.
//
// This relies on the names and signatures below, and on nothing else that is not exported. If a name is gone, the build fails. If a
// signature has changed, TestSeamMatchesTestcontrol fails. If Tailscale ever exports them, this file can go.

//go:linkname serveRegister tailscale.com/tstest/integration/testcontrol.(*Server).serveRegister
func serveRegister(s *testcontrol.Server, w http.ResponseWriter, r *http.Request, mkey key.MachinePublic)

//go:linkname serveMap tailscale.com/tstest/integration/testcontrol.(*Server).serveMap
func serveMap(s *testcontrol.Server, w http.ResponseWriter, r *http.Request, mkey key.MachinePublic)

//go:linkname serveSetDNS tailscale.com/tstest/integration/testcontrol.(*Server).serveSetDNS
func serveSetDNS(s *testcontrol.Server, w http.ResponseWriter, r *http.Request, mkey key.MachinePublic)
