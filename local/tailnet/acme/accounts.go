package acme

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"sync"
)

// account is a client's account, and the account that this program has at the certificate authority on the client's behalf.
type account struct {
	public     *ecdsa.PublicKey
	thumbprint string
	private    *ecdsa.PrivateKey
	own        *jwk
}

// accounts are kept in memory only, as pebble keeps its own.
type accounts struct {
	mu     sync.Mutex
	byURL  map[string]*account
	byKey  map[string]*account
	proofs map[string][]proof
}

// proof is a record that shows an account's control of a name: the value that the client publishes, and the value that the authority
// expects.
type proof struct{ given, wanted string }

func newAccounts() *accounts {
	return &accounts{byURL: map[string]*account{}, byKey: map[string]*account{}, proofs: map[string][]proof{}}
}

// of finds the account that sent a request. A new client gets one.
func (a *accounts) of(h header) (*account, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if h.JWK == nil {
		if found, ok := a.byURL[h.KID]; ok {
			return found, nil
		}
		return nil, errNoAccount
	}
	thumbprint := h.JWK.thumbprint()
	if found, ok := a.byKey[thumbprint]; ok {
		return found, nil
	}
	public, err := h.JWK.public()
	if err != nil {
		return nil, err
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	own, err := jwkOf(&private.PublicKey)
	made := &account{public: public, thumbprint: thumbprint, private: private, own: own}
	a.byKey[thumbprint] = made
	return made, err
}

var errNoAccount = errors.New("there is no such account")

// named remembers the URL that the authority gave an account.
func (a *accounts) named(url string, by *account) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.byURL[url] = by
}

// authorization is the authority's request for a proof.
type authorization struct {
	Identifier struct{ Value string }
	Challenges []struct{ Type, Token string }
}

// asked remembers the proofs that the authority wants from an account, if its answer asks for any.
func (a *accounts) asked(answer []byte, of *account) {
	var question authorization
	if json.Unmarshal(answer, &question) != nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, challenge := range question.Challenges {
		if challenge.Type == "dns-01" {
			name := "_acme-challenge." + question.Identifier.Value
			given := digest(challenge.Token + "." + of.thumbprint)
			wanted := digest(challenge.Token + "." + of.own.thumbprint())
			a.proofs[name] = append(a.proofs[name], proof{given, wanted})
		}
	}
}

// translate turns a client's record into the one that the authority expects. A record that proves nothing stays as it is.
func (a *accounts) translate(name, value string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, proof := range a.proofs[name] {
		if proof.given == value {
			return proof.wanted
		}
	}
	return value
}
