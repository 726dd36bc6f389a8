package state

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

var tagForm = regexp.MustCompile(`^tag:[a-zA-Z][a-zA-Z0-9-]*$`)

// checkTags refuses tags that a credential is not allowed to assign. An API key can assign every tag of the policy. An OAuth client can
// assign its own tags, as a whole set and not in part, and tags that are owned by one of its own.
func (t *Tailnet) checkTags(by Credential, tags []string) error {
	allowed := func(tag string) bool { return tagForm.MatchString(tag) && t.declared(tag) }
	if by.Client != "" && !sameSet(tags, by.Tags) {
		allowed = func(tag string) bool {
			return slices.ContainsFunc(t.tagOwners()[tag], func(owner string) bool { return slices.Contains(by.Tags, owner) })
		}
	}
	for _, tag := range tags {
		if !allowed(tag) {
			return refusedTags(tags)
		}
	}
	return nil
}

// declared reports whether the policy knows a tag.
func (t *Tailnet) declared(tag string) bool {
	_, known := t.tagOwners()[tag]
	return known || t.kept.Policy == "" && len(t.seed.TagOwners) == 0
}

func refusedTags(tags []string) error {
	return refuse(http.StatusBadRequest, "requested tags [%s] are invalid or not permitted", strings.Join(tags, " "))
}

func sameSet(a, b []string) bool {
	in := func(list []string) func(string) bool {
		return func(tag string) bool { return !slices.Contains(list, tag) }
	}
	return !slices.ContainsFunc(a, in(b)) && !slices.ContainsFunc(b, in(a))
}
