package api

import (
	"net/http"
	"strings"
	"testing"

	"paperclip-on-fly/tailnet/state"
)

func TestPolicyIsReadSavedAndKept(t *testing.T) {
	w := newWorld(t, state.Seed{TagOwners: map[string][]string{"tag:a": {"autogroup:admin"}}})
	w.join("box", state.KeyCapabilities{Tags: []string{"tag:a"}})
	if status, text := w.raw("GET", "/api/v2/tailnet/-/acl", ""); status != 200 || !strings.Contains(text, `"tag:a":["autogroup:admin"]`) || !strings.HasPrefix(text, "//") {
		t.Errorf("HTTP %d %s", status, text)
	}
	refusal := `{"data":[{"user":"tag:a","errors":["address \"tag:a:22\": want: Drop, got: Accept"]}],"message":"test(s) failed"}`
	open := `{"tagOwners": {"tag:a": []}, "grants": [{"src": ["*"], "dst": ["*"], "ip": ["*"]}], "tests": [{"src": "tag:a", "deny": ["tag:a:22"]}]}`
	if status, text := w.raw("POST", "/api/v2/tailnet/-/acl", open); status != 400 || text != refusal {
		t.Errorf("HTTP %d %s", status, text)
	}
	saved := "// Mine.\n" + strings.Replace(open, `"src": ["*"]`, `"src": ["autogroup:member"]`, 1)
	if status, text := w.raw("POST", "/api/v2/tailnet/-/acl", saved); status != 200 || text != saved {
		t.Errorf("HTTP %d %s", status, text)
	}
	if _, text := w.raw("GET", "/api/v2/tailnet/-/acl", ""); text != saved {
		t.Error(text)
	}
	// From now on the saved policy says which tags there are.
	_, err := w.owner().Keys().CreateAuthKey(t.Context(), wanted("tag:b"))
	refused(t, err, http.StatusBadRequest, "requested tags [tag:b] are invalid or not permitted")
	if status, _ := w.raw("POST", "/api/v2/tailnet/-/acl", `{"postures": {}}`); status != http.StatusNotImplemented {
		t.Errorf("HTTP %d", status)
	}
	_, err = w.deployer().PolicyFile().Raw(t.Context())
	refused(t, err, http.StatusForbidden, "calling actor does not have enough permissions to perform this function")
}
