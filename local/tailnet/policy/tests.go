package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Check refuses what the real API refuses, in the tailnet of an owner with these devices.
func (p *Policy) Check(owner string, devices []Device) error {
	if err := p.checkNames(); err != nil {
		return err
	}
	var failed Failed
	for _, test := range p.Tests {
		if errors := (world{p, owner, devices}).run(test); len(errors) > 0 {
			failed = append(failed, Failure{test.Src, errors})
		}
	}
	if len(failed) > 0 {
		return failed
	}
	return nil
}

// world is the tailnet that a policy is about.
type world struct {
	*Policy
	owner   string
	devices []Device
}

// run returns the errors of a test.
func (w world) run(test Test) []string {
	if len(test.Accept) == 0 && len(test.Deny) == 0 {
		return []string{"the test has neither accept nor deny"}
	}
	if test.Src == "" || test.Src == "*" || strings.HasPrefix(test.Src, "autogroup:") || w.checkName(test.Src, nil) != nil {
		return []string{fmt.Sprintf("user or host is invalid: unknown user or host: %q", test.Src)}
	}
	sources := w.devicesOf(test.Src)
	if len(sources) == 0 {
		return []string{fmt.Sprintf("no associated IPs for user %q", test.Src)}
	}
	errors := []string{}
	for _, target := range test.Accept {
		if all, _, err := w.reach(sources, target); err != nil {
			errors = append(errors, err.Error())
		} else if !all {
			errors = append(errors, fmt.Sprintf("address %q: want: Accept, got: Drop", target))
		}
	}
	for _, target := range test.Deny {
		if _, any, err := w.reach(sources, target); err != nil {
			errors = append(errors, err.Error())
		} else if any {
			errors = append(errors, fmt.Sprintf("address %q: want: Drop, got: Accept", target))
		}
	}
	return errors
}

// reach reports whether all of these devices reach a test's target, and whether any of them does. A target is a name and one port.
func (w world) reach(sources []Device, target string) (all, any bool, err error) {
	cut := strings.LastIndex(target, ":")
	if cut < 0 {
		return false, false, fmt.Errorf("address %q has no port", target)
	}
	name := target[:cut]
	port, err := strconv.ParseUint(target[cut+1:], 10, 16)
	if err != nil || port == 0 {
		return false, false, fmt.Errorf("address %q: invalid port", target)
	}
	if err := w.checkName(name, nil); err != nil {
		return false, false, fmt.Errorf("address %q: %w", target, err)
	}
	targets := w.devicesOf(name)
	if len(targets) == 0 {
		return false, false, fmt.Errorf("address %q: no associated IPs", target)
	}
	all = true
	for _, source := range sources {
		reached := slices.ContainsFunc(targets, func(device Device) bool { return w.allows(source, device, uint16(port)) })
		all, any = all && reached, any || reached
	}
	return all, any, nil
}

func (w world) allows(source, target Device, port uint16) bool {
	return slices.ContainsFunc(w.Grants, func(grant Grant) bool {
		names := func(device Device) func(string) bool {
			return func(name string) bool { return w.is(device, name) }
		}
		open := func(ports string) bool {
			opened, err := parsePorts(ports)
			return err == nil && opened.first <= port && port <= opened.last
		}
		return slices.ContainsFunc(grant.Src, names(source)) && slices.ContainsFunc(grant.Dst, names(target)) && slices.ContainsFunc(grant.IP, open)
	})
}

func (w world) devicesOf(name string) []Device {
	return slices.DeleteFunc(slices.Clone(w.devices), func(device Device) bool { return !w.is(device, name) })
}

// is reports whether a name stands for a device.
func (w world) is(device Device, name string) bool {
	tagged := len(device.Tags) > 0
	switch {
	case name == "*":
		return true
	case name == "autogroup:tagged":
		return tagged
	case name == "autogroup:internet":
		return false
	case strings.HasPrefix(name, "tag:"):
		return slices.Contains(device.Tags, name)
	case tagged:
		return false
	case name == "autogroup:member":
		return true
	case name == "autogroup:admin" || name == "autogroup:owner":
		return device.User == w.owner
	case strings.HasPrefix(name, "group:"):
		return slices.Contains(w.Groups[name], device.User)
	}
	return device.User == name
}

// ports are the TCP ports that a grant opens. Tests without a protocol ask about TCP.
type ports struct{ first, last uint16 }

func parsePorts(text string) (ports, error) {
	protocol, rest, named := strings.Cut(text, ":")
	if !named {
		protocol, rest = "tcp", text
	}
	if protocol != "tcp" && protocol != "udp" {
		return ports{}, &NotEmulated{fmt.Sprintf("ip: %q", text)}
	}
	first, last, ranged := strings.Cut(rest, "-")
	switch {
	case rest == "*":
		first, last = "1", "65535"
	case !ranged:
		last = first
	}
	from, err := strconv.ParseUint(first, 10, 16)
	if err != nil {
		return ports{}, fmt.Errorf("port range %q: invalid first integer", rest)
	}
	to, err := strconv.ParseUint(last, 10, 16)
	if err != nil || from == 0 || to < from {
		return ports{}, fmt.Errorf("port range %q: first port must be >0, or use '*' for wildcard", rest)
	}
	if protocol == "udp" {
		return ports{1, 0}, nil // No TCP port.
	}
	return ports{uint16(from), uint16(to)}, nil
}
