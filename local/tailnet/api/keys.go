package api

import (
	"net/http"
	"time"

	"paperclip-on-fly/tailnet/state"
)

// keyAnswer is a key in the API's form.
type keyAnswer struct {
	ID            string        `json:"id"`
	KeyType       string        `json:"keyType,omitempty"`
	Key           string        `json:"key,omitempty"`
	Description   string        `json:"description,omitempty"`
	ExpirySeconds int64         `json:"expirySeconds"`
	Created       time.Time     `json:"created"`
	Expires       time.Time     `json:"expires"`
	Revoked       time.Time     `json:"revoked,omitzero"`
	Invalid       bool          `json:"invalid,omitempty"`
	Capabilities  *capabilities `json:"capabilities,omitempty"`
	UserID        string        `json:"userId,omitempty"`
}

type capabilities struct {
	Devices *struct {
		Create state.KeyCapabilities `json:"create"`
	} `json:"devices"`
}

// ownerID is the owner's id in the API.
const ownerID = "uOWNERCNTRL"

func (s server) createKey(c call) (any, error) {
	var wish struct {
		KeyType       string       `json:"keyType"`
		Capabilities  capabilities `json:"capabilities"`
		ExpirySeconds int64        `json:"expirySeconds"`
		Description   string       `json:"description"`
	}
	if err := c.read(&wish); err != nil {
		return nil, err
	}
	if wish.KeyType != "" && wish.KeyType != "auth" {
		return nil, &state.Refusal{Status: http.StatusNotImplemented, Message: "keys of type " + wish.KeyType + " are not emulated"}
	}
	if err := c.by.Check("auth_keys"); err != nil {
		return nil, err
	}
	var grants *state.KeyCapabilities
	if wish.Capabilities.Devices != nil {
		grants = &wish.Capabilities.Devices.Create
	}
	life := time.Duration(wish.ExpirySeconds) * time.Second
	made, secret, err := s.CreateKey(c.by, grants, wish.Description, life)
	if err != nil {
		return nil, err
	}
	answer := s.keyAnswer(made)
	answer.Key = secret
	return answer, nil
}

func (s server) listKeys(c call) (any, error) {
	if err := c.by.Check("auth_keys:read"); err != nil {
		return nil, err
	}
	list := []keyAnswer{}
	for _, found := range s.Keys(c.by, c.URL.Query().Get("all") == "true") {
		list = append(list, s.keyAnswer(found))
	}
	return map[string]any{"keys": list}, nil
}

func (s server) readKey(c call) (any, error) {
	if err := c.by.Check("auth_keys:read"); err != nil {
		return nil, err
	}
	found, err := s.Key(c.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return s.keyAnswer(found), nil
}

func (s server) deleteKey(c call) (any, error) {
	if err := c.by.Check("auth_keys"); err != nil {
		return nil, err
	}
	return nil, s.RevokeKey(c.PathValue("id"))
}

func (s server) keyAnswer(found state.AuthKey) keyAnswer {
	answer := keyAnswer{
		ID:            found.ID,
		KeyType:       "auth",
		Description:   found.Description,
		ExpirySeconds: int64(found.Life.Seconds()),
		Created:       found.Created,
		Expires:       found.Expires,
		Revoked:       found.Revoked,
		Invalid:       found.Invalid(s.Now()),
		Capabilities:  &capabilities{},
	}
	answer.Capabilities.Devices = &struct {
		Create state.KeyCapabilities `json:"create"`
	}{found.Grants}
	if found.Client == "" {
		answer.UserID = ownerID
	}
	return answer
}
