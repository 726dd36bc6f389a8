package api

import (
	"encoding/json"
	"io"
	"net/http"

	"paperclip-on-fly/tailnet/state"

	"github.com/tailscale/hujson"
)

// policyFile is an answer in JSON with comments.
type policyFile string

// readPolicy leaves the comments out for a client that asks for JSON.
func (s server) readPolicy(c call) (any, error) {
	if err := c.by.Check("policy_file:read"); err != nil {
		return nil, err
	}
	text := s.Policy()
	if c.Header.Get("Accept") != "application/json" {
		return policyFile(text), nil
	}
	standard, err := hujson.Standardize([]byte(text))
	return json.RawMessage(standard), err
}

func (s server) savePolicy(c call) (any, error) {
	if err := c.by.Check("policy_file"); err != nil {
		return nil, err
	}
	if c.Header.Get("If-Match") != "" {
		return nil, &state.Refusal{Status: http.StatusNotImplemented, Message: "If-Match is not emulated"}
	}
	text, err := io.ReadAll(io.LimitReader(c.Body, 1<<20))
	if err != nil {
		return nil, &state.Refusal{Status: http.StatusBadRequest, Message: "the body cannot be read: " + err.Error()}
	}
	if err := s.SavePolicy(string(text)); err != nil {
		return nil, err
	}
	return s.readPolicy(c)
}
