package acme

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"time"
)

// DirectoryPath is where clients start.
const DirectoryPath = "/dir"

// ServeHTTP is the certificate authority over plain HTTP, so that a machine needs no certificate to get its first one.
//
// A proxy alone is not enough. A client signs each request together with its URL, and pebble accepts only signatures over https URLs
// (letsencrypt/pebble, wfe.verifyJWS). So this program has an account at pebble for each client. It checks the client's signature and signs
// the request again with that account. When pebble looks up the records that prove control of a name, they are checked and translated (see
// dns.go). Pebble makes no certificate without them.
func (a *Authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	faults := a.faults.Now()
	if faults.ACMERefused {
		// A status below 500: after 500 or more, clients go on trying for as long as they are allowed to.
		problem(w, http.StatusForbidden, "unauthorized", errors.New("the authority refuses (a fault was asked for)"))
		return
	}
	if r.Method != http.MethodPost {
		a.forward(w, r, r.Body, nil)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	var given envelope
	if err == nil {
		err = json.Unmarshal(body, &given)
	}
	if err != nil {
		problem(w, http.StatusBadRequest, "malformed", err)
		return
	}
	// Wait only after the body is read: before that, a server does not notice that a client has gone.
	if r.URL.Path == a.newOrderPath && !a.wait(r, time.Duration(faults.ACMEDelaySeconds*float64(time.Second))) {
		return
	}
	resigned, by, err := a.resign(r, given)
	switch {
	case errors.Is(err, errNoAccount):
		problem(w, http.StatusBadRequest, "accountDoesNotExist", err)
	case err != nil:
		log.Printf("acme: %s is refused: %v", r.URL.Path, err)
		problem(w, http.StatusBadRequest, "malformed", err)
	default:
		a.forward(w, r, bytes.NewReader(resigned), by)
	}
}

// wait reports whether the client is still there after the delay.
func (a *Authority) wait(r *http.Request, delay time.Duration) bool {
	select {
	case <-time.After(delay):
		return true
	case <-r.Context().Done():
		return false
	}
}

// resign checks a request and signs it with the account that the client has at pebble.
func (a *Authority) resign(r *http.Request, given envelope) ([]byte, *account, error) {
	h, err := given.header()
	if err != nil {
		return nil, nil, err
	}
	if h.URL != "http://"+r.Host+r.URL.RequestURI() {
		return nil, nil, errors.New("the request is signed for another URL: " + h.URL)
	}
	by, err := a.accounts.of(h)
	if err != nil {
		return nil, nil, err
	}
	if err := given.verify(by.public); err != nil {
		return nil, nil, err
	}
	h.URL = "https://" + r.Host + r.RequestURI
	if h.JWK != nil {
		h.JWK = by.own
	}
	signed, err := sign(by.private, h, given.Payload)
	if err != nil {
		return nil, nil, err
	}
	body, err := json.Marshal(signed)
	return body, by, err
}

// forward asks pebble and passes on its answer.
func (a *Authority) forward(w http.ResponseWriter, r *http.Request, body io.Reader, by *account) {
	request, err := http.NewRequestWithContext(r.Context(), r.Method, "https://"+a.pebble+r.URL.RequestURI(), body)
	if err != nil {
		problem(w, http.StatusBadRequest, "malformed", err)
		return
	}
	// Pebble makes its URLs from these.
	request.Host = r.Host
	request.Header.Set("X-Forwarded-Proto", "http")
	request.Header.Set("Content-Type", r.Header.Get("Content-Type"))
	request.Header.Set("User-Agent", r.UserAgent())
	response, err := a.client.Do(request)
	if err != nil {
		log.Printf("acme: pebble does not answer: %v", err)
		problem(w, http.StatusBadGateway, "serverInternal", err)
		return
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		problem(w, http.StatusBadGateway, "serverInternal", err)
		return
	}
	if by != nil {
		if r.URL.Path == a.newAccountPath && response.StatusCode < 300 {
			a.accounts.named(response.Header.Get("Location"), by)
		}
		a.accounts.asked(answer, by)
	}
	for name, values := range response.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(response.StatusCode)
	w.Write(answer)
}

// problem answers with an error in ACME's form.
func problem(w http.ResponseWriter, status int, kind string, err error) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"type": "urn:ietf:params:acme:error:" + kind, "detail": err.Error(), "status": status})
}
