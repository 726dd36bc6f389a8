package acme

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"paperclip-on-fly/tailnet/faults"
)

// signer is a client's account key.
type signer struct {
	private *ecdsa.PrivateKey
	public  *jwk
}

func newSigner(t *testing.T) signer {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := jwkOf(&private.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return signer{private, public}
}

func (s signer) sign(t *testing.T, h header) envelope {
	t.Helper()
	h.Alg = "ES256"
	signed, err := sign(s.private, h, "e30")
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// send returns what a front without a pebble answers.
func send(t *testing.T, given envelope) (int, string) {
	t.Helper()
	front := &Authority{faults: &faults.Box{}, accounts: newAccounts(), client: http.DefaultClient, pebble: "127.0.0.1:1"}
	body, err := json.Marshal(given)
	if err != nil {
		t.Fatal(err)
	}
	recorder := httptest.NewRecorder()
	front.ServeHTTP(recorder, httptest.NewRequest("POST", "http://acme.test/order-plz", bytes.NewReader(body)))
	return recorder.Code, recorder.Body.String()
}

func TestRequestsThatPebbleDoesNotGet(t *testing.T) {
	client, thief := newSigner(t), newSigner(t)
	const url = "http://acme.test/order-plz"
	changed := client.sign(t, header{URL: url, JWK: client.public})
	changed.Payload = "e31"
	other := client.sign(t, header{URL: url, JWK: client.public})
	other.Protected = b64.EncodeToString([]byte(`{"alg":"RS256","url":"` + url + `"}`))
	for name, c := range map[string]struct {
		given  envelope
		status int
		reason string
	}{
		"signed by another":       {thief.sign(t, header{URL: url, JWK: client.public}), 400, "the signature is not the account's"},
		"changed afterwards":      {changed, 400, "the signature is not the account's"},
		"signed for another URL":  {client.sign(t, header{URL: url + "x", JWK: client.public}), 400, "signed for another URL"},
		"signed over https":       {client.sign(t, header{URL: "https://acme.test/order-plz", JWK: client.public}), 400, "signed for another URL"},
		"of an unknown account":   {client.sign(t, header{URL: url, KID: "http://acme.test/my-account/1"}), 400, "accountDoesNotExist"},
		"with another algorithm":  {other, 400, "not emulated, only ES256"},
		"with no key":             {client.sign(t, header{URL: url, JWK: &jwk{}}), 400, "not emulated, only EC P-256"},
		"in order, but no pebble": {client.sign(t, header{URL: url, JWK: client.public}), 502, "serverInternal"},
	} {
		if status, text := send(t, c.given); status != c.status || !strings.Contains(text, c.reason) {
			t.Errorf("%s: HTTP %d %s", name, status, text)
		}
	}
}

func TestThumbprintIsTheOneOfTheRFC(t *testing.T) {
	// RFC 7638 hashes the required fields in the order of their names, without blanks.
	key := jwk{Crv: "P-256", Kty: "EC", X: "x", Y: "y"}
	if key.thumbprint() != digest(`{"crv":"P-256","kty":"EC","x":"x","y":"y"}`) {
		t.Error(key.thumbprint())
	}
}

func TestOnlyAProofThatWasAskedForIsTranslated(t *testing.T) {
	client := newSigner(t)
	known := newAccounts()
	by, err := known.of(header{JWK: client.public})
	if err != nil {
		t.Fatal(err)
	}
	answer := `{"identifier":{"type":"dns","value":"box.example"},"challenges":[{"type":"http-01","token":"h"},{"type":"dns-01","token":"d"}]}`
	known.asked([]byte(answer), by)
	known.asked([]byte("-----BEGIN CERTIFICATE-----"), by)
	given := digest("d." + client.public.thumbprint())
	for _, c := range []struct{ name, value, want string }{
		{"_acme-challenge.box.example", given, digest("d." + by.own.thumbprint())},
		{"_acme-challenge.box.example", "else", "else"},
		{"_acme-challenge.box.example", digest("h." + client.public.thumbprint()), digest("h." + client.public.thumbprint())},
		{"_acme-challenge.other.example", given, given},
	} {
		if got := known.translate(c.name, c.value); got != c.want {
			t.Errorf("%s %s: %s", c.name, c.value, got)
		}
	}
}
