package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"paperclip-on-fly/tailnet/state"

	tailscale "tailscale.com/client/tailscale/v2"
)

func TestNobodyGetsInWithoutACredential(t *testing.T) {
	w := newWorld(t, state.Seed{})
	for name, authorize := range map[string]func(*http.Request){
		"nothing":      func(*http.Request) {},
		"basic, wrong": func(r *http.Request) { r.SetBasicAuth("tskey-api-y", "") },
		"an OAuth secret": func(r *http.Request) {
			r.Header.Set("Authorization", "Bearer "+deployer.Secret)
		},
	} {
		request, err := http.NewRequest("GET", w.url+"/api/v2/tailnet/-/devices", nil)
		if err != nil {
			t.Fatal(err)
		}
		authorize(request)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: HTTP %d", name, response.StatusCode)
		}
	}
	request, _ := http.NewRequest("GET", w.url+"/api/v2/tailnet/-/devices", nil)
	request.Header.Set("Authorization", "Bearer "+apiKey)
	if response, err := http.DefaultClient.Do(request); err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("bearer: %v, %v", response, err)
	}
}

func TestTailnetHasItsNamesOnly(t *testing.T) {
	w := newWorld(t, state.Seed{Name: "example.com"})
	for tailnet, want := range map[string]int{"-": 200, "example.com": 200, "tailnet-dev.ts.net": 200, "other.com": 404} {
		status, text := w.raw("GET", "/api/v2/tailnet/"+tailnet+"/devices", "")
		if status != want {
			t.Errorf("%s: HTTP %d %s", tailnet, status, text)
		}
		if status == 404 && text != `{"message":"tailnet \"other.com\" not found"}` {
			t.Error(text)
		}
	}
}

func TestWhatIsNotEmulatedSaysSo(t *testing.T) {
	w := newWorld(t, state.Seed{})
	for _, c := range []struct{ method, path string }{
		{"POST", "/api/v2/tailnet/-/acl/validate"}, {"POST", "/api/v2/device/1/tags"}, {"PUT", "/api/v2/tailnet/-/keys/k1"}, {"GET", "/"},
		{"POST", "/api/v2/oauth/token-exchange"},
	} {
		status, text := w.raw(c.method, c.path, "{}")
		if status != http.StatusNotImplemented || text != `{"message":"`+c.method+" "+c.path+` is not emulated"}` {
			t.Errorf("%s %s: HTTP %d %s", c.method, c.path, status, text)
		}
	}
}

func TestScopesLimitAnOAuthClient(t *testing.T) {
	w := newWorld(t, state.Seed{})
	const message = "calling actor does not have enough permissions to perform this function"
	reader := w.deployer("devices:core:read")
	if _, err := reader.Devices().List(t.Context()); err != nil {
		t.Error(err)
	}
	refused(t, reader.Devices().Delete(t.Context(), "1"), http.StatusForbidden, message)
	_, err := reader.Keys().CreateAuthKey(t.Context(), wanted("tag:a", "tag:b"))
	refused(t, err, http.StatusForbidden, message)
	_, err = reader.DNS().Preferences(t.Context())
	refused(t, err, http.StatusForbidden, message)
	_, err = w.deployer("dns").DNS().Preferences(t.Context())
	if err == nil || !strings.Contains(err.Error(), `OAuth client cannot grant scopes \"dns\"`) {
		t.Errorf("got %v", err)
	}
}

func TestOAuthTokenComesForAFormToo(t *testing.T) {
	w := newWorld(t, state.Seed{})
	ask := func(form url.Values) (int, string) {
		response, err := http.PostForm(w.url+"/api/v2/oauth/token", form)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text := make([]byte, 1000)
		n, _ := response.Body.Read(text)
		return response.StatusCode, string(text[:n])
	}
	status, text := ask(url.Values{"client_id": {deployer.ID}, "client_secret": {deployer.Secret}, "grant_type": {"client_credentials"}})
	if status != 200 || !strings.Contains(text, `"token_type":"Bearer"`) || !strings.Contains(text, `"expires_in":3600`) || !strings.Contains(text, `"tags":"tag:a tag:b"`) {
		t.Errorf("HTTP %d %s", status, text)
	}
	if status, text := ask(url.Values{"client_id": {deployer.ID}, "client_secret": {"wrong"}}); status != 401 || strings.Contains(text, "access_token") {
		t.Errorf("HTTP %d %s", status, text)
	}
}

func TestMagicDNSAndHTTPSAreReadAndChanged(t *testing.T) {
	w := newWorld(t, state.Seed{})
	preferences, err := w.deployer().DNS().Preferences(t.Context())
	if err != nil || !preferences.MagicDNS {
		t.Errorf("got %+v, %v", preferences, err)
	}
	settings, err := w.owner().TailnetSettings().Get(t.Context())
	if err != nil || !settings.HTTPSEnabled || settings.DevicesApprovalOn || settings.DevicesKeyDurationDays != 180 {
		t.Errorf("got %+v, %v", settings, err)
	}
	if err := w.owner().DNS().SetPreferences(t.Context(), tailscale.DNSPreferences{MagicDNS: false}); err != nil {
		t.Fatal(err)
	}
	off, on := false, true
	change := tailscale.UpdateTailnetSettingsRequest{HTTPSEnabled: &off, DevicesApprovalOn: &on}
	if err := w.owner().TailnetSettings().Update(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	if got := w.tailnet.Settings(); got.MagicDNS || got.HTTPSEnabled || !got.DevicesApprovalOn || got.DevicesKeyDurationDays != 180 {
		t.Errorf("they are %+v", got)
	}
	err = w.deployer().TailnetSettings().Update(t.Context(), change)
	refused(t, err, http.StatusForbidden, "calling actor does not have enough permissions to perform this function")
	err = w.owner().TailnetSettings().Update(t.Context(), tailscale.UpdateTailnetSettingsRequest{UsersApprovalOn: &on})
	refused(t, err, http.StatusNotImplemented, "changing the setting usersApprovalOn is not emulated")
}

func TestSettingsShowWhatTheScopesAllow(t *testing.T) {
	w := newWorld(t, state.Seed{OAuthClients: []state.OAuthClient{{ID: "blind", Secret: "s", Scopes: []string{"auth_keys"}}}})
	blind := w.client(&tailscale.OAuth{ClientID: "blind", ClientSecret: "s"})
	if settings, err := blind.TailnetSettings().Get(t.Context()); err != nil || *settings != (tailscale.TailnetSettings{}) {
		t.Errorf("got %+v, %v", settings, err)
	}
	if settings, err := w.deployer().TailnetSettings().Get(t.Context()); err != nil || !settings.HTTPSEnabled || settings.DevicesKeyDurationDays != 0 {
		t.Errorf("got %+v, %v", settings, err)
	}
}
