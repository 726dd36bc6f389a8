package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"paperclip-on-fly/tailnet/state"

	tailscale "tailscale.com/client/tailscale/v2"
)

func wanted(tags ...string) tailscale.CreateKeyRequest {
	request := tailscale.CreateKeyRequest{ExpirySeconds: 3600, Description: "a key"}
	request.Capabilities.Devices.Create.Reusable = true
	request.Capabilities.Devices.Create.Preauthorized = true
	request.Capabilities.Devices.Create.Tags = tags
	return request
}

func TestKeyIsShownWholeOnceAndWithoutItsSecretAfterwards(t *testing.T) {
	keys := newWorld(t, state.Seed{}).owner().Keys()
	made, err := keys.CreateAuthKey(t.Context(), wanted("tag:a"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(made.Key, "tskey-auth-"+made.ID+"-") || made.KeyType != "auth" || made.UserID == "" {
		t.Errorf("made %+v", made)
	}
	// The value is in seconds, though the client calls it a duration.
	if *made.ExpirySeconds != 3600 || !made.Expires.Equal(made.Created.Add(time.Hour)) || made.Created.Nanosecond() != 0 {
		t.Errorf("it lives for %d from %v to %v", *made.ExpirySeconds, made.Created, made.Expires)
	}
	found, err := keys.Get(t.Context(), made.ID)
	if err != nil || found.Key != "" || found.Invalid || *found.ExpirySeconds != 3600 || found.Description != "a key" {
		t.Errorf("found %+v, %v", found, err)
	}
	create := found.Capabilities.Devices.Create
	if !create.Reusable || create.Ephemeral || !create.Preauthorized || !slices.Equal(create.Tags, []string{"tag:a"}) {
		t.Errorf("it grants %+v", create)
	}
	list, err := keys.List(t.Context(), false)
	if err != nil || len(list) != 1 || list[0].ID != made.ID || list[0].Key != "" || *list[0].ExpirySeconds != 3600 {
		t.Errorf("listed %+v, %v", list, err)
	}
}

func TestDeletedKeyIsInvalidAndListedNoLonger(t *testing.T) {
	keys := newWorld(t, state.Seed{}).owner().Keys()
	made, err := keys.CreateAuthKey(t.Context(), wanted())
	if err != nil {
		t.Fatal(err)
	}
	if err := keys.Delete(t.Context(), made.ID); err != nil {
		t.Fatal(err)
	}
	if found, err := keys.Get(t.Context(), made.ID); err != nil || !found.Invalid || found.Revoked.IsZero() {
		t.Errorf("found %+v, %v", found, err)
	}
	if list, err := keys.List(t.Context(), true); err != nil || len(list) != 0 {
		t.Errorf("listed %+v, %v", list, err)
	}
	refused(t, keys.Delete(t.Context(), made.ID), http.StatusNotFound, "key not found")
	_, err = keys.Get(t.Context(), "kNEVERCNTRL")
	refused(t, err, http.StatusNotFound, "key not found")
}

func TestKeyWithoutCapabilitiesIsRefused(t *testing.T) {
	status, text := newWorld(t, state.Seed{}).raw("POST", "/api/v2/tailnet/-/keys", `{"description": "a key"}`)
	if status != http.StatusBadRequest || text != `{"message":"exactly one capability scope must be populated"}` {
		t.Errorf("HTTP %d %s", status, text)
	}
}

func TestOAuthClientMakesTheTailnetsKeysWithJustItsTags(t *testing.T) {
	w := newWorld(t, state.Seed{})
	keys := w.deployer().Keys()
	made, err := keys.CreateAuthKey(t.Context(), wanted("tag:b", "tag:a"))
	if err != nil || made.UserID != "" {
		t.Fatalf("made %+v, %v", made, err)
	}
	_, err = keys.CreateAuthKey(t.Context(), wanted("tag:a"))
	refused(t, err, http.StatusBadRequest, "requested tags [tag:a] are invalid or not permitted")
	_, err = keys.CreateAuthKey(t.Context(), wanted())
	refused(t, err, http.StatusBadRequest, "tailnet-owned auth key must have tags set")
	if list, err := w.owner().Keys().List(t.Context(), false); err != nil || len(list) != 0 {
		t.Errorf("the owner sees %+v, %v", list, err)
	}
	if list, err := w.owner().Keys().List(t.Context(), true); err != nil || len(list) != 1 {
		t.Errorf("all are %+v, %v", list, err)
	}
}

func TestCredentialsOfOtherKindsAreNotEmulated(t *testing.T) {
	_, err := newWorld(t, state.Seed{}).owner().Keys().CreateOAuthClient(t.Context(), tailscale.CreateOAuthClientRequest{})
	refused(t, err, http.StatusNotImplemented, "keys of type client are not emulated")
}
