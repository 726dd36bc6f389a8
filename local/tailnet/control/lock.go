package control

import (
	"fmt"
	"log"
	"net/http"
	"sync"

	"tailscale.com/tailcfg"
	"tailscale.com/tka"
	"tailscale.com/tstest/tkatest"
	"tailscale.com/types/key"
	"tailscale.com/types/tkatype"
)

// lock is Tailnet Lock, once a device has turned it on with `tailscale lock init`. The devices themselves lock out a device whose node key
// no trusted key has signed. The lock is not saved: a restart of the program forgets it. Changes of the trusted keys, and `lock disable`,
// are not emulated.
type lock struct {
	mu         sync.Mutex
	storage    *tka.Mem
	signatures map[key.NodePublic]tkatype.MarshaledSignature
	// pending is the storage of a lock whose first signatures are still to come.
	pending *tka.Mem
}

// describe tells a device about the lock, and whether the device and its peers are signed.
func (l *lock) describe(message *tailcfg.MapResponse) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.storage == nil {
		return
	}
	authority, err := tka.Open(l.storage)
	if err != nil {
		log.Printf("control: the tailnet's lock cannot be read: %v", err)
		return
	}
	message.TKAInfo = &tailcfg.TKAInfo{Head: authority.Head().String()}
	message.Node.KeySignature = l.signatures[message.Node.Key]
	for _, peer := range message.Peers {
		peer.KeySignature = l.signatures[peer.Key]
	}
}

// serveLock answers devices' requests about the lock. Tailscale's own handlers have already answered a request that they refuse.
func (h machineHandler) serveLock(w http.ResponseWriter, r *http.Request) {
	h.lock.mu.Lock()
	changed, err := h.lock.answer(w, r, h.nodes())
	h.lock.mu.Unlock()
	if err != nil {
		log.Printf("control: %s: %v", r.URL.Path, err)
	}
	if changed {
		h.wake()
	}
}

func (l *lock) answer(w http.ResponseWriter, r *http.Request, nodes []*tailcfg.Node) (changed bool, err error) {
	switch r.URL.Path {
	case "/machine/tka/init/begin":
		return false, l.begin(w, r, nodes)
	case "/machine/tka/init/finish":
		return true, l.finish(w, r, nodes)
	}
	if l.storage == nil {
		http.Error(w, "the tailnet is not locked", http.StatusBadRequest)
		return false, nil
	}
	authority, err := tka.Open(l.storage)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return false, err
	}
	switch r.URL.Path {
	case "/machine/tka/bootstrap":
		return false, l.bootstrap(w, r, authority)
	case "/machine/tka/sync/offer":
		return false, tkatest.HandleTKASyncOffer(w, r, authority, l.storage)
	case "/machine/tka/sync/send":
		return false, tkatest.HandleTKASyncSend(w, r, authority, l.storage)
	case "/machine/tka/sign":
		signature, signed, err := tkatest.HandleTKASign(w, r, authority)
		if err != nil {
			return false, err
		}
		l.signatures[*signed] = *signature
		return true, nil
	}
	notEmulated(w, r)
	return false, nil
}

// begin takes the first trusted keys and asks for signatures of all existing devices.
func (l *lock) begin(w http.ResponseWriter, r *http.Request, nodes []*tailcfg.Node) error {
	all := func(yield func(*tailcfg.Node) bool) {
		for _, node := range nodes {
			if !yield(node) {
				return
			}
		}
	}
	genesis, err := tkatest.HandleTKAInitBegin(w, r, all)
	if err != nil {
		return err
	}
	l.pending = tka.ChonkMem()
	return l.pending.CommitVerifiedAUMs([]tka.AUM{*genesis})
}

// finish locks the tailnet, with the signatures of the devices that are in it.
func (l *lock) finish(w http.ResponseWriter, r *http.Request, nodes []*tailcfg.Node) error {
	signatures, err := tkatest.HandleTKAInitFinish(w, r)
	if err != nil {
		return err
	}
	l.storage, l.pending = l.pending, nil
	l.signatures = map[key.NodePublic]tkatype.MarshaledSignature{}
	for _, node := range nodes {
		if signature, ok := signatures[node.ID]; ok {
			l.signatures[node.Key] = signature
		}
	}
	return nil
}

// bootstrap hands out the first trusted keys.
func (l *lock) bootstrap(w http.ResponseWriter, r *http.Request, authority *tka.Authority) error {
	hashes, err := l.storage.AllAUMs()
	if err != nil {
		return err
	}
	for _, hash := range hashes {
		aum, err := l.storage.AUM(hash)
		if err != nil {
			return err
		}
		if _, later := aum.Parent(); !later {
			_, err := tkatest.HandleTKABootstrap(w, r, tailcfg.TKABootstrapResponse{GenesisAUM: aum.Serialize()})
			return err
		}
	}
	http.Error(w, "the lock has no beginning", http.StatusInternalServerError)
	return fmt.Errorf("no genesis of %s", authority.Head())
}

// nodes are the tailnet's devices, with what the lock has to know about them.
func (s *Server) nodes() []*tailcfg.Node {
	list := []*tailcfg.Node{}
	for _, device := range s.Tailnet.Devices() {
		list = append(list, &tailcfg.Node{ID: tailcfg.NodeID(device.ID), Key: device.NodeKey})
	}
	return list
}
