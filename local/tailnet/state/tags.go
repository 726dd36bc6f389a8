package state

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

var tagForm = regexp.MustCompile(`^tag:[a-zA-Z][a-zA-Z0-9-]*$`)

// checkTags refuses tags that a credential may not give. An API key may give every tag of the policy. An OAuth client may give just the
// set of tags that it has, not a part of it, or tags that one of its own owns.
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

// declared says whether the policy knows a tag.
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
