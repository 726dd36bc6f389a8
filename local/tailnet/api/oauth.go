package api

import (
	"net/http"
	"strings"

	"paperclip-on-fly/tailnet/state"
)

// issueToken is OAuth's client credentials flow. A client gives its id and secret in basic authentication or in the form.
func (s server) issueToken(w http.ResponseWriter, r *http.Request) {
	// FormValue would also accept a secret in the URL, where it would be logged.
	if err := r.ParseForm(); err != nil {
		respond(w, nil, &state.Refusal{Status: http.StatusBadRequest, Message: err.Error()})
		return
	}
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	if kind := r.PostForm.Get("grant_type"); kind != "" && kind != "client_credentials" {
		respond(w, nil, &state.Refusal{Status: http.StatusNotImplemented, Message: "grant_type " + kind + " is not emulated"})
		return
	}
	scopes := strings.FieldsFunc(r.PostForm.Get("scope"), func(r rune) bool { return r == ' ' || r == ',' })
	token, granted, err := s.IssueToken(id, secret, scopes)
	answer := map[string]any{
		"access_token": token,
		"token_type":   "Bearer",
		"expires_in":   int(state.TokenLife.Seconds()),
		"scope":        strings.Join(granted.Scopes, " "),
	}
	if len(granted.Tags) > 0 {
		answer["tags"] = strings.Join(granted.Tags, " ")
	}
	respond(w, answer, err)
}
