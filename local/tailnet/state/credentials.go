package state

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"
)

// TokenLife is how long the token of an OAuth client is valid.
const TokenLife = time.Hour

// Credential is somebody who uses the API.
type Credential struct {
	// Client is the OAuth client's id. It is empty for an API key, which acts for the owner and is allowed to do everything.
	Client string
	Scopes []string
	Tags   []string
}

type token struct {
	Client  string    `json:"client"`
	Scopes  []string  `json:"scopes"`
	Expires time.Time `json:"expires"`
}

// Authenticate finds the owner of an API key or an OAuth token.
func (t *Tailnet) Authenticate(secret string) (Credential, error) {
	for _, apiKey := range t.seed.APIKeys {
		if equal(secret, apiKey) {
			return Credential{Scopes: []string{"all"}}, nil
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	found, ok := t.kept.Tokens[hash(secret)]
	if !ok || !t.now().Before(found.Expires) {
		return Credential{}, errBadToken
	}
	for _, client := range t.seed.OAuthClients {
		if client.ID == found.Client {
			return Credential{Client: client.ID, Scopes: found.Scopes, Tags: client.Tags}, nil
		}
	}
	return Credential{}, errBadToken
}

// IssueToken makes a token for an OAuth client, with the scopes that the client asks for, otherwise with all that it has.
func (t *Tailnet) IssueToken(id, secret string, scopes []string) (string, Credential, error) {
	at := slices.IndexFunc(t.seed.OAuthClients, func(c OAuthClient) bool { return c.ID == id && equal(secret, c.Secret) })
	if at < 0 {
		return "", Credential{}, errBadToken
	}
	client := t.seed.OAuthClients[at]
	held := Credential{Client: client.ID, Scopes: client.Scopes, Tags: client.Tags}
	for _, scope := range scopes {
		if !held.May(scope) {
			message := `OAuth client cannot grant scopes "` + strings.Join(scopes, " ") + `"`
			return "", Credential{}, &Refusal{Status: http.StatusForbidden, Message: message}
		}
	}
	if len(scopes) > 0 {
		held.Scopes = scopes
	}
	issued := "tskey-api-" + newID("CNTRL") + "-" + rand.Text()
	err := t.note(func() error {
		for sum, old := range t.kept.Tokens {
			if !t.now().Before(old.Expires) {
				delete(t.kept.Tokens, sum)
			}
		}
		t.kept.Tokens[hash(issued)] = token{client.ID, held.Scopes, t.now().Add(TokenLife)}
		return nil
	})
	return issued, held, err
}

// Check refuses an action that none of the scopes allows.
func (c Credential) Check(scopes ...string) error {
	if slices.ContainsFunc(scopes, c.May) {
		return nil
	}
	return errNoScope
}

// legacy are the scopes from before November 2024 and what they stood for.
var legacy = map[string][]string{"devices": {"devices:core", "auth_keys"}}

// May reports whether a credential has a scope: under its own name, through the scope that includes writing, or through one for everything.
func (c Credential) May(scope string) bool {
	base, reading := strings.CutSuffix(scope, ":read")
	return slices.ContainsFunc(c.Scopes, func(has string) bool {
		hasBase, onlyReading := strings.CutSuffix(has, ":read")
		if onlyReading && !reading {
			return false
		}
		return hasBase == "all" || hasBase == base || slices.Contains(legacy[hasBase], base)
	})
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// newID makes an id like the real ones, which end in the name of the server that made them.
func newID(suffix string) string { return rand.Text()[:11] + suffix }
