package api

import (
	"encoding/json"
	"net/http"

	"paperclip-on-fly/tailnet/state"
)

func (s server) readPreferences(c call) (any, error) {
	if err := c.by.Check("dns:read"); err != nil {
		return nil, err
	}
	return map[string]bool{"magicDNS": s.Settings().MagicDNS}, nil
}

func (s server) changePreferences(c call) (any, error) {
	var wish struct {
		MagicDNS *bool `json:"magicDNS"`
	}
	if err := c.by.Check("dns"); err != nil {
		return nil, err
	}
	if err := c.read(&wish); err != nil {
		return nil, err
	}
	if wish.MagicDNS == nil {
		return nil, &state.Refusal{Status: http.StatusBadRequest, Message: "magicDNS is missing"}
	}
	err := s.ChangeSettings(func(settings *state.Settings) { settings.MagicDNS = *wish.MagicDNS })
	return map[string]bool{"magicDNS": *wish.MagicDNS}, err
}

// setting is one of the tailnet's settings: the scope that governs it, and how to get and set it. A setting that is not emulated has no
// set.
type setting struct {
	scope string
	get   func(state.Settings) any
	set   func(*state.Settings, json.RawMessage) error
}

// fixed is a setting that always has this value.
func fixed(scope string, value any) setting {
	return setting{scope: scope, get: func(state.Settings) any { return value }}
}

var settings = map[string]setting{
	"httpsEnabled": {
		scope: "networking_settings",
		get:   func(s state.Settings) any { return s.HTTPSEnabled },
		set:   func(s *state.Settings, value json.RawMessage) error { return json.Unmarshal(value, &s.HTTPSEnabled) },
	},
	"devicesApprovalOn": {
		scope: "feature_settings",
		get:   func(s state.Settings) any { return s.DevicesApprovalOn },
		set: func(s *state.Settings, value json.RawMessage) error {
			return json.Unmarshal(value, &s.DevicesApprovalOn)
		},
	},
	"devicesKeyDurationDays": {
		scope: "feature_settings",
		get:   func(s state.Settings) any { return s.DevicesKeyDurationDays },
		set: func(s *state.Settings, value json.RawMessage) error {
			return json.Unmarshal(value, &s.DevicesKeyDurationDays)
		},
	},
	"networkFlowLoggingOn": {
		scope: "logs:network",
		get:   func(s state.Settings) any { return s.NetworkFlowLoggingOn },
		set: func(s *state.Settings, value json.RawMessage) error {
			return json.Unmarshal(value, &s.NetworkFlowLoggingOn)
		},
	},
	"aclsExternallyManagedOn":                fixed("policy_file", false),
	"aclsExternalLink":                       fixed("policy_file", ""),
	"devicesAutoUpdatesOn":                   fixed("feature_settings", false),
	"usersApprovalOn":                        fixed("feature_settings", false),
	"usersRoleAllowedToJoinExternalTailnets": fixed("feature_settings", "admin"),
	"postureIdentityCollectionOn":            fixed("feature_settings", false),
	"regionalRoutingOn":                      fixed("feature_settings", false),
}

// readSettings shows the settings that the credential's scopes allow, possibly none.
func (s server) readSettings(c call) (any, error) {
	answer := map[string]any{}
	for name, setting := range settings {
		if c.by.May(setting.scope + ":read") {
			answer[name] = setting.get(s.Settings())
		}
	}
	return answer, nil
}

func (s server) changeSettings(c call) (any, error) {
	var wish map[string]json.RawMessage
	if err := c.read(&wish); err != nil {
		return nil, err
	}
	changed := s.Settings()
	for name, value := range wish {
		setting := settings[name]
		if string(value) == "null" {
			continue
		}
		if setting.set == nil {
			return nil, &state.Refusal{Status: http.StatusNotImplemented, Message: "changing the setting " + name + " is not emulated"}
		}
		if err := c.by.Check(setting.scope); err != nil {
			return nil, err
		}
		if err := setting.set(&changed, value); err != nil {
			return nil, &state.Refusal{Status: http.StatusBadRequest, Message: name + ": " + err.Error()}
		}
	}
	if err := s.ChangeSettings(func(now *state.Settings) { *now = changed }); err != nil {
		return nil, err
	}
	return s.readSettings(c)
}
