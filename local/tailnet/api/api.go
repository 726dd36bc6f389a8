// Package api is Tailscale's API v2 (https://tailscale.com/api), as far as the programs of this project and Tailscale's own need it.
// Anything else is answered with 501 and logged.
package api

import (
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"strings"

	"paperclip-on-fly/tailnet/faults"
	"paperclip-on-fly/tailnet/state"
)

// server answers for one tailnet.
type server struct {
	*state.Tailnet
	faults *faults.Box
}

// call is a request whose sender is known.
type call struct {
	*http.Request
	by state.Credential
}

// endpoint returns the answer, to be sent as JSON; nil is an empty answer.
type endpoint func(call) (any, error)

// New makes the API's handler. It looks up the current faults at each request.
func New(tailnet *state.Tailnet, box *faults.Box) http.Handler {
	s := server{tailnet, box}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v2/oauth/token", s.issueToken)
	for pattern, endpoint := range map[string]endpoint{
		"POST /api/v2/tailnet/{tailnet}/keys":            s.createKey,
		"GET /api/v2/tailnet/{tailnet}/keys":             s.listKeys,
		"GET /api/v2/tailnet/{tailnet}/keys/{id}":        s.readKey,
		"DELETE /api/v2/tailnet/{tailnet}/keys/{id}":     s.deleteKey,
		"GET /api/v2/tailnet/{tailnet}/devices":          s.listDevices,
		"GET /api/v2/device/{id}":                        s.readDevice,
		"DELETE /api/v2/device/{id}":                     s.deleteDevice,
		"POST /api/v2/device/{id}/authorized":            s.authorizeDevice,
		"POST /api/v2/device/{id}/name":                  s.nameDevice,
		"GET /api/v2/tailnet/{tailnet}/dns/preferences":  s.readPreferences,
		"POST /api/v2/tailnet/{tailnet}/dns/preferences": s.changePreferences,
		"GET /api/v2/tailnet/{tailnet}/settings":         s.readSettings,
		"PATCH /api/v2/tailnet/{tailnet}/settings":       s.changeSettings,
		"GET /api/v2/tailnet/{tailnet}/acl":              s.readPolicy,
		"POST /api/v2/tailnet/{tailnet}/acl":             s.savePolicy,
	} {
		mux.HandleFunc(pattern, s.authenticated(endpoint))
	}
	mux.HandleFunc("/", NotEmulated)
	return limited(mux, box)
}

// authenticated admits only requests with a credential, given as the user of basic authentication or as a bearer token.
func (s server) authenticated(next endpoint) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		given, _, basic := r.BasicAuth()
		if !basic {
			given = strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		}
		by, err := s.Authenticate(given)
		if err == nil {
			err = s.named(r.PathValue("tailnet"))
		}
		var body any
		if err == nil {
			body, err = next(call{r, by})
		}
		respond(w, body, err)
	}
}

// named refuses a path that names another tailnet.
func (s server) named(tailnet string) error {
	if tailnet == "" || s.Is(tailnet) {
		return nil
	}
	return &state.Refusal{Status: http.StatusNotFound, Message: `tailnet "` + tailnet + `" not found`}
}

// read decodes a request's JSON.
func (c call) read(into any) error {
	if err := json.NewDecoder(io.LimitReader(c.Body, 1<<20)).Decode(into); err != nil {
		return &state.Refusal{Status: http.StatusBadRequest, Message: "the body cannot be read: " + err.Error()}
	}
	return nil
}

func respond(w http.ResponseWriter, body any, err error) {
	w.Header().Set("Content-Type", "application/json")
	var refusal *state.Refusal
	switch {
	case errors.As(err, &refusal):
		w.WriteHeader(refusal.Status)
		answer := map[string]any{"message": refusal.Message}
		if refusal.Data != nil {
			answer["data"] = refusal.Data
		}
		body = answer
	case err != nil:
		log.Printf("api: %v", err)
		w.WriteHeader(http.StatusInternalServerError)
		body = map[string]string{"message": err.Error()}
	}
	if text, ok := body.(policyFile); ok {
		w.Header().Set("Content-Type", "application/hujson")
		io.WriteString(w, string(text))
		return
	}
	if body != nil {
		json.NewEncoder(w).Encode(body)
	}
}

// NotEmulated answers requests for what the real API may have and this one lacks.
func NotEmulated(w http.ResponseWriter, r *http.Request) {
	log.Printf("api: not emulated: %s %s", r.Method, r.URL.Path)
	refusal := &state.Refusal{Status: http.StatusNotImplemented, Message: r.Method + " " + r.URL.Path + " is not emulated"}
	respond(w, nil, refusal)
}
