package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"paperclip-on-fly/tailnet/policy"
)

// freshPolicy is the policy of a new tailnet, according to Tailscale's documentation: everything reaches everything.
const freshPolicy = `// The policy of a new tailnet.
{
	"tagOwners": %s,
	"grants": [
		{"src": ["*"], "dst": ["*"], "ip": ["*"]},
	],
	"ssh": [
		{"action": "check", "src": ["autogroup:member"], "dst": ["autogroup:self"], "users": ["autogroup:nonroot", "root"]},
	],
}
`

// Policy is the policy file that was saved last, otherwise that of a new tailnet with the seed's owners of tags.
func (t *Tailnet) Policy() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept.Policy != "" {
		return t.kept.Policy
	}
	owners := t.seed.TagOwners
	if owners == nil {
		owners = map[string][]string{}
	}
	data, err := json.Marshal(owners)
	if err != nil {
		panic(err) // It has only texts.
	}
	return fmt.Sprintf(freshPolicy, data)
}

// SavePolicy replaces the policy file, or gives the reason why not.
func (t *Tailnet) SavePolicy(text string) error {
	parsed, err := policy.Parse(text)
	if err != nil {
		return refusedPolicy(err)
	}
	return t.note(func() error {
		devices := []policy.Device{}
		for _, device := range t.kept.Devices {
			devices = append(devices, policy.Device{User: device.User, Tags: device.Tags})
		}
		if err := parsed.Check(t.seed.Owner.LoginName, devices); err != nil {
			return refusedPolicy(err)
		}
		t.kept.Policy, t.kept.TagOwners = text, parsed.TagOwners
		return nil
	})
}

func refusedPolicy(err error) error {
	var beyond *policy.NotEmulated
	var failed policy.Failed
	switch {
	case errors.As(err, &beyond):
		return &Refusal{Status: http.StatusNotImplemented, Message: err.Error()}
	case errors.As(err, &failed):
		return &Refusal{Status: http.StatusBadRequest, Message: err.Error(), Data: failed}
	}
	return &Refusal{Status: http.StatusBadRequest, Message: err.Error()}
}

// tagOwners are those of the policy in force.
func (t *Tailnet) tagOwners() map[string][]string {
	if t.kept.Policy != "" {
		return t.kept.TagOwners
	}
	return t.seed.TagOwners
}
