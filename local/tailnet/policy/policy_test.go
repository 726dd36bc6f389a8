package policy

import (
	"errors"
	"strings"
	"testing"
)

const owner = "owner@example.com"

var devices = []Device{
	{User: owner},
	{User: "member@example.com"},
	{User: "tagged-devices", Tags: []string{"tag:app"}},
}

// check saves a policy with these parts and those that all policies here have.
func check(t *testing.T, parts string) error {
	t.Helper()
	parsed, err := Parse(`{
		// This has comments, and commas after the last entries.
		"groups": {"group:some": ["member@example.com"], "group:none": []},
		"tagOwners": {"tag:app": ["autogroup:admin"], "tag:other": []},
		` + parts + `
	}`)
	if err != nil {
		return err
	}
	return parsed.Check(owner, devices)
}

func TestGrantsOnlyAdd(t *testing.T) {
	narrow := `{"src": ["group:some"], "dst": ["tag:app"], "ip": ["tcp:443"]}`
	tests := `"tests": [{"src": "group:some", "accept": ["tag:app:443"], "deny": ["tag:app:22"]}],`
	if err := check(t, `"grants": [`+narrow+`],`+tests); err != nil {
		t.Error(err)
	}
	for _, other := range []string{
		`{"src": ["*"], "dst": ["*"], "ip": ["*"]}`,
		`{"src": ["autogroup:member"], "dst": ["*"], "ip": ["*"]}`,
		`{"src": ["autogroup:member"], "dst": ["autogroup:tagged"], "ip": ["20-30"]}`,
	} {
		err := check(t, `"grants": [`+narrow+`,`+other+`],`+tests)
		var failed Failed
		if !errors.As(err, &failed) || len(failed) != 1 || failed[0].User != "group:some" || failed[0].Errors[0] != `address "tag:app:22": want: Drop, got: Accept` {
			t.Errorf("%s: %v %v", other, err, failed)
		}
	}
}

func TestWhatATestSaysIsCheckedAgainstTheGrants(t *testing.T) {
	grants := `"grants": [
		{"src": ["autogroup:member"], "dst": ["autogroup:member"], "ip": ["*"]},
		{"src": ["owner@example.com", "group:some"], "dst": ["tag:app"], "ip": ["tcp:443", "8000-8100", "udp:53", "udp:*"]},
	],`
	for test, reason := range map[string]string{
		`{"src": "owner@example.com", "accept": ["tag:app:443", "tag:app:8050", "member@example.com:22"]}`: "",
		`{"src": "tag:app", "deny": ["tag:app:443", "owner@example.com:22", "group:some:22"]}`:             "",
		`{"src": "group:some", "accept": ["tag:app:22"]}`:                                                  "want: Accept, got: Drop",
		`{"src": "group:some", "accept": ["tag:app:53"]}`:                                                  "want: Accept, got: Drop",
		`{"src": "group:some", "deny": ["tag:app:443"]}`:                                                   "want: Drop, got: Accept",
		`{"src": "group:some", "accept": ["tag:app:8000-8100"]}`:                                           "invalid port",
		`{"src": "group:some", "accept": ["tag:app"]}`:                                                     "invalid port",
		`{"src": "group:some", "accept": ["tag:app:0"]}`:                                                   "invalid port",
		`{"src": "group:some", "accept": ["tag:unknown:22"]}`:                                              "tag not found",
		`{"src": "group:some", "accept": ["tag:other:22"]}`:                                                "no associated IPs",
		`{"src": "group:some", "accept": ["autogroup:member:22"]}`:                                         "not emulated",
		`{"src": "group:some"}`:                                                                            "neither accept nor deny",
		`{"accept": ["tag:app:443"]}`:                                                                      "unknown user or host",
		`{"src": "autogroup:member", "accept": ["tag:app:443"]}`:                                           `unknown user or host: "autogroup:member"`,
		`{"src": "group:unknown", "accept": ["tag:app:443"]}`:                                              "unknown user or host",
		`{"src": "tag:unknown", "deny": ["tag:app:443"]}`:                                                  "unknown user or host",
		`{"src": "somebody@example.com", "deny": ["tag:app:22"]}`:                                          "no associated IPs for user",
		`{"src": "group:none", "deny": ["tag:app:22"]}`:                                                    "no associated IPs for user",
		`{"src": "tag:other", "deny": ["tag:app:22"]}`:                                                     "no associated IPs for user",
	} {
		err := check(t, grants+`"tests": [`+test+`]`)
		var failed Failed
		switch {
		case reason == "":
			if err != nil {
				t.Errorf("%s: %v %v", test, err, errors.As(err, &failed))
			}
		case !errors.As(err, &failed) || !strings.Contains(strings.Join(failed[0].Errors, "; "), reason):
			t.Errorf("%s: %v %v, want %s", test, err, failed, reason)
		}
	}
}

func TestNamesThatThePolicyDoesNotHave(t *testing.T) {
	for parts, reason := range map[string]string{
		`"grants": [{"src": ["group:unknown"], "dst": ["*"], "ip": ["*"]}]`:       `src=group not found: "group:unknown"`,
		`"grants": [{"src": ["tag:unknown"], "dst": ["*"], "ip": ["*"]}]`:         `src=tag not found: "tag:unknown"`,
		`"grants": [{"src": ["*"], "dst": ["tag:unknown"], "ip": ["*"]}]`:         `dst="tag:unknown": tag not found: "tag:unknown"`,
		`"grants": [{"src": ["*"], "dst": ["*"]}]`:                                "ip and app can not both be empty",
		`"grants": [{"src": ["*"], "dst": ["*"], "ip": ["ssh"]}]`:                 `port range "ssh": invalid first integer`,
		`"grants": [{"src": ["*"], "dst": ["*"], "ip": ["0"]}]`:                   "first port must be >0",
		`"grants": [{"src": ["*"], "dst": ["autogroup:self"], "ip": ["*"]}]`:      "not emulated",
		`"grants": [{"src": ["*"], "dst": ["*"], "ip": ["*"], "via": ["tag:a"]}]`: `"via" of a policy is not emulated`,
		`"acls": []`: `"acls" of a policy is not emulated`,
		`"grants": [{"src": ["stranger@example.org"], "dst": ["tag:app"], "ip": ["*"]}]`: "",
	} {
		err := check(t, parts)
		if reason == "" && err != nil || reason != "" && (err == nil || !strings.Contains(err.Error(), reason)) {
			t.Errorf("%s: %v, want %s", parts, err, reason)
		}
	}
	for groups, reason := range map[string]string{
		`{"group:a": ["group:b"], "group:b": []}`: `groups["group:a"]: "group:b": group members cannot be recursive`,
		`{"some": []}`:                                                 "begins with group:",
		`{"group:a": ["somebody"]}`:                                    "is no login name",
		`{"group:a": [], "group:b": [], "group:c": []}`:                "",
		`{"group:a": [], "group:b": [], "group:c": [], "group:d": []}`: "4 groups are more than the 3 of the Personal plan",
	} {
		parsed, err := Parse(`{"groups": ` + groups + `}`)
		if err == nil {
			err = parsed.Check(owner, devices)
		}
		if reason == "" && err != nil || reason != "" && (err == nil || !strings.Contains(err.Error(), reason)) {
			t.Errorf("%s: %v, want %s", groups, err, reason)
		}
	}
}
