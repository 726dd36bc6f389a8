package main

import (
	"path/filepath"
	"strings"
	"testing"
)

func none(string) string { return "" }

func TestOptionsThatAreRefused(t *testing.T) {
	for reason, args := range map[string][]string{
		"usage: TAILSCALE_API_KEY": {},
		"usage: ":                  {"-state", "s", "more"},
		"-listen 0.0.0.0:1 is no loopback address":        {"-state", "s", "-listen", "0.0.0.0:1"},
		"-address here is no IPv4 address":                {"-state", "s", "-address", "here"},
		"-address ::1 is no IPv4 address":                 {"-state", "s", "-address", "::1"},
		"-derp 65536 is no port":                          {"-state", "s", "-derp", "65536"},
		"flag provided but not defined: -api-key":         {"-state", "s", "-api-key", "secret"},
		`invalid value "no" for flag -control: parse err`: {"-state", "s", "-control", "no"},
	} {
		if _, err := readOptions(args, none); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%v: got %v", args, err)
		}
	}
}

func TestOptionsAreEnoughWithAStateFile(t *testing.T) {
	options, err := readOptions([]string{"-state", "/x/s.json", "-stun", "3478"}, func(string) string { return "tskey-api-x" })
	if err != nil || options.ca != "/x/s.json.ca.pem" || options.stun != 3478 || options.apiKey != "tskey-api-x" || options.domain != "tailnet-dev.ts.net" {
		t.Errorf("got %+v, %v", options, err)
	}
}

func TestProgramSaysWhatItLacks(t *testing.T) {
	options, err := readOptions([]string{"-state", filepath.Join(t.TempDir(), "s.json"), "-listen", "127.0.0.1:0"}, none)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(options); err == nil || !strings.Contains(err.Error(), "TAILSCALE_API_KEY") {
		t.Errorf("got %v", err)
	}
}
