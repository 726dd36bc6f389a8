package policy

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// maxGroups is the number of groups that Tailscale's Personal plan allows.
const maxGroups = 3

var tagForm = regexp.MustCompile(`^tag:[a-zA-Z][a-zA-Z0-9-]*$`)

// checkNames refuses names that the policy defines wrongly or that do not exist.
func (p *Policy) checkNames() error {
	if len(p.Groups) > maxGroups {
		return fmt.Errorf("%d groups are more than the %d of the Personal plan", len(p.Groups), maxGroups)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Groups)) {
		if !strings.HasPrefix(name, "group:") {
			return fmt.Errorf("groups[%q]: a group's name begins with group:", name)
		}
		for _, member := range p.Groups[name] {
			if strings.HasPrefix(member, "group:") {
				return fmt.Errorf("groups[%q]: %q: group members cannot be recursive", name, member)
			}
			if !strings.Contains(member, "@") {
				return fmt.Errorf("groups[%q]: %q is no login name", name, member)
			}
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(p.TagOwners)) {
		if !tagForm.MatchString(tag) {
			return fmt.Errorf("tagOwners[%q]: tag names must start with a letter, after 'tag:'", tag)
		}
		for _, owner := range p.TagOwners[tag] {
			if err := p.checkName(owner, autogroupOwners); err != nil {
				return fmt.Errorf("tagOwners[%q]: %w", tag, err)
			}
		}
	}
	return p.checkGrants()
}

// The autogroups that are emulated, by where they are allowed.
var (
	autogroupOwners  = []string{"autogroup:admin", "autogroup:owner", "autogroup:member"}
	autogroupSources = append([]string{"*", "autogroup:tagged"}, autogroupOwners...)
	// A grant to autogroup:internet is a grant to exit nodes, which the local tailnet does not have.
	autogroupTargets = append([]string{"autogroup:internet"}, autogroupSources...)
)

func (p *Policy) checkGrants() error {
	for _, grant := range p.Grants {
		if len(grant.IP) == 0 {
			return fmt.Errorf("ip and app can not both be empty")
		}
		for _, name := range grant.Src {
			if err := p.checkName(name, autogroupSources); err != nil {
				return fmt.Errorf("src=%w", err)
			}
		}
		for _, name := range grant.Dst {
			if err := p.checkName(name, autogroupTargets); err != nil {
				return fmt.Errorf("dst=%q: %w", name, err)
			}
		}
		for _, ports := range grant.IP {
			if _, err := parsePorts(ports); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkName refuses a name that does not exist. People who are not in the tailnet can be named all the same.
func (p *Policy) checkName(name string, autogroups []string) error {
	switch {
	case slices.Contains(autogroups, name):
		return nil
	case strings.HasPrefix(name, "tag:"):
		if _, known := p.TagOwners[name]; !known {
			return fmt.Errorf("tag not found: %q", name)
		}
		return nil
	case strings.HasPrefix(name, "group:"):
		if _, known := p.Groups[name]; !known {
			return fmt.Errorf("group not found: %q", name)
		}
		return nil
	case strings.Contains(name, "@"):
		return nil
	}
	return &NotEmulated{fmt.Sprintf("%q", name)}
}
