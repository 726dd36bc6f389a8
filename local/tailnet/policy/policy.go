// Package policy is the tailnet's policy file: it refuses what the real one refuses when it is saved. Which traffic the policy allows
// matters only for its tests, because the local tailnet lets everything through. The rules and words come from Tailscale's policy syntax
// and API documentation, from its issues 2859, 5954 and 12370, and from answers of the real API that the project Headscale has recorded
// (hscontrol/policy/v2/testdata).
package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/tailscale/hujson"
)

// Policy is the part of a policy file that is emulated.
type Policy struct {
	Groups    map[string][]string `json:"groups"`
	TagOwners map[string][]string `json:"tagOwners"`
	Grants    []Grant             `json:"grants"`
	// SSH is kept but not checked.
	SSH   json.RawMessage `json:"ssh"`
	Tests []Test          `json:"tests"`
}

// Grant lets devices reach others. Nothing takes away what a grant gives.
type Grant struct {
	Src []string `json:"src"`
	Dst []string `json:"dst"`
	IP  []string `json:"ip"`
}

// Test says what has to be true of the grants.
type Test struct {
	Src    string   `json:"src"`
	Accept []string `json:"accept"`
	Deny   []string `json:"deny"`
}

// Device is a device of the tailnet: a person's, or one with tags.
type Device struct {
	User string
	Tags []string
}

// NotEmulated is the error for a part of the policy file that the real one may support.
type NotEmulated struct{ Field string }

func (n *NotEmulated) Error() string {
	return fmt.Sprintf("the field %s of a policy is not emulated", n.Field)
}

// Failed are the tests that do not hold, by their sources.
type Failed []Failure

// Failure says what is wrong with a test, in the API's form.
type Failure struct {
	User   string   `json:"user"`
	Errors []string `json:"errors"`
}

func (Failed) Error() string { return "test(s) failed" }

// Parse reads a policy, which can have comments, and commas after the last entry of a list.
func Parse(text string) (*Policy, error) {
	standard, err := hujson.Standardize([]byte(text))
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(standard))
	decoder.DisallowUnknownFields()
	var policy Policy
	err = decoder.Decode(&policy)
	if err == nil {
		return &policy, nil
	}
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return nil, &NotEmulated{field}
	}
	return nil, err
}
