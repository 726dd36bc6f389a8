package state

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// Seed is what the tailnet's owner has set up: what cannot be changed with the API, and the settings that it starts with.
type Seed struct {
	// Name of the tailnet, e.g. example.com. If empty, the name is the domain.
	Name string `json:"name"`
	// Domain is the MagicDNS domain, e.g. tailnet-dev.ts.net.
	Domain string `json:"-"`
	Owner  User   `json:"owner"`
	// APIKeys are allowed to do everything.
	APIKeys      []string      `json:"apiKeys"`
	OAuthClients []OAuthClient `json:"oauthClients"`
	// TagOwners are the policy's: who is allowed to assign a tag. If there are none, every tag exists, and an OAuth client can assign only
	// its own.
	TagOwners map[string][]string `json:"tagOwners"`
	// SSH lets every device into every device that runs Tailscale SSH, as any user.
	SSH bool `json:"ssh"`
	// Settings are those of a new tailnet. Afterwards the API changes them.
	Settings Settings `json:"settings"`
}

// User is a person.
type User struct {
	LoginName   string `json:"loginName"`
	DisplayName string `json:"displayName"`
}

// OAuthClient is a credential for programs.
type OAuthClient struct {
	ID     string   `json:"id"`
	Secret string   `json:"secret"`
	Scopes []string `json:"scopes"`
	Tags   []string `json:"tags"`
}

// Settings are the tailnet's, as the API has them.
type Settings struct {
	MagicDNS               bool `json:"magicDNS"`
	HTTPSEnabled           bool `json:"httpsEnabled"`
	DevicesApprovalOn      bool `json:"devicesApprovalOn"`
	DevicesKeyDurationDays int  `json:"devicesKeyDurationDays"`
	// NetworkFlowLoggingOn makes the tailscaled of a device refuse to run without its log upload.
	NetworkFlowLoggingOn bool `json:"networkFlowLoggingOn"`
}

// ReadSeed reads a seed file, if there is one, and adds an API key from elsewhere, if there is one.
func ReadSeed(file, domain, apiKey string) (Seed, error) {
	seed := Seed{
		Domain:   domain,
		Owner:    User{LoginName: "owner@" + domain, DisplayName: "Owner"},
		Settings: Settings{MagicDNS: true, HTTPSEnabled: true, DevicesKeyDurationDays: 180},
	}
	if file != "" {
		data, err := os.ReadFile(file)
		if err == nil {
			decoder := json.NewDecoder(bytes.NewReader(data))
			decoder.DisallowUnknownFields()
			err = decoder.Decode(&seed)
		}
		if err != nil {
			return Seed{}, fmt.Errorf("the seed %s cannot be read: %w", file, err)
		}
	}
	if apiKey != "" {
		seed.APIKeys = append(seed.APIKeys, apiKey)
	}
	if len(seed.APIKeys) == 0 && len(seed.OAuthClients) == 0 {
		return Seed{}, errors.New("nobody could use the API: set TAILSCALE_API_KEY, or apiKeys or oauthClients in the seed")
	}
	return seed, nil
}
