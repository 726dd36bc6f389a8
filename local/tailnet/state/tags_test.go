package state

import (
	"net/http"
	"testing"
)

func TestTagsThatACredentialMayGive(t *testing.T) {
	policy := map[string][]string{
		"tag:a":      {"autogroup:admin"},
		"tag:b":      {"autogroup:admin"},
		"tag:owned":  {"tag:deployer"},
		"tag:deploy": {"autogroup:admin"},
	}
	client := func(tags ...string) Credential { return Credential{Client: "c", Tags: tags} }
	for name, c := range map[string]struct {
		policy map[string][]string
		by     Credential
		tags   []string
		ok     bool
	}{
		"an API key, none":                      {policy, owner, nil, true},
		"an API key, a part":                    {policy, owner, []string{"tag:b"}, true},
		"an API key, one the policy lacks":      {policy, owner, []string{"tag:a", "tag:c"}, false},
		"an API key, any without a policy":      {nil, owner, []string{"tag:anything"}, true},
		"a client, just its own":                {policy, client("tag:a", "tag:b"), []string{"tag:b", "tag:a"}, true},
		"a client, a part of its own":           {policy, client("tag:a", "tag:b"), []string{"tag:a"}, false},
		"a client, more than its own":           {policy, client("tag:a"), []string{"tag:a", "tag:b"}, false},
		"a client, another's":                   {policy, client("tag:a"), []string{"tag:b"}, false},
		"a client, one that its own owns":       {policy, client("tag:deployer"), []string{"tag:owned"}, true},
		"a client, one owned and one that isnt": {policy, client("tag:deployer"), []string{"tag:owned", "tag:a"}, false},
		"a client, its own without a policy":    {nil, client("tag:a"), []string{"tag:a"}, true},
		"a client, another without a policy":    {nil, client("tag:a"), []string{"tag:b"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, Seed{TagOwners: c.policy})
			_, _, err := w.CreateKey(c.by, &KeyCapabilities{Tags: c.tags}, "", 0)
			if c.ok != (err == nil) {
				t.Errorf("got %v", err)
			}
			if !c.ok {
				refused(t, err, http.StatusBadRequest, refusedTags(c.tags).Error())
			}
		})
	}
}

func TestRefusedTagsAreNamedAsTheRealAPINamesThem(t *testing.T) {
	if got := refusedTags([]string{"tag:a", "tag:b"}).Error(); got != "requested tags [tag:a tag:b] are invalid or not permitted" {
		t.Error(got)
	}
}
