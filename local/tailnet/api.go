package main

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"strings"
	"time"
)

// newAPI serves the parts of Tailscale's API v2 that the Tailscale provider uses for keys. Everything else is answered with 501.
func newAPI(apiKey string, keys *Keys) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v2/tailnet/{tailnet}/keys", func(w http.ResponseWriter, r *http.Request) {
		var request struct {
			Capabilities  Capabilities `json:"capabilities"`
			ExpirySeconds int64        `json:"expirySeconds"`
			Description   string       `json:"description"`
			KeyType       string       `json:"keyType"`
		}
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			fail(w, http.StatusBadRequest, err.Error())
			return
		}
		if request.KeyType != "" && request.KeyType != "auth" {
			fail(w, http.StatusNotImplemented, fmt.Sprintf("keys of type %q are not emulated", request.KeyType))
			return
		}
		for _, tag := range request.Capabilities.Devices.Create.Tags {
			if !strings.HasPrefix(tag, "tag:") {
				fail(w, http.StatusBadRequest, "requested tags ["+tag+"] are invalid or not permitted")
				return
			}
		}
		key, err := keys.Create(request.Capabilities, request.Description, time.Duration(request.ExpirySeconds)*time.Second)
		if err != nil {
			fail(w, http.StatusBadRequest, err.Error())
			return
		}
		answer(w, key)
	})
	mux.HandleFunc("GET /api/v2/tailnet/{tailnet}/keys", func(w http.ResponseWriter, r *http.Request) {
		answer(w, map[string]any{"keys": keys.List()})
	})
	mux.HandleFunc("GET /api/v2/tailnet/{tailnet}/keys/{id}", func(w http.ResponseWriter, r *http.Request) {
		key, ok := keys.Get(r.PathValue("id"))
		if !ok {
			fail(w, http.StatusNotFound, "not found")
			return
		}
		answer(w, key)
	})
	mux.HandleFunc("DELETE /api/v2/tailnet/{tailnet}/keys/{id}", func(w http.ResponseWriter, r *http.Request) {
		found, err := keys.Delete(r.PathValue("id"))
		switch {
		case err != nil:
			fail(w, http.StatusInternalServerError, err.Error())
		case !found:
			fail(w, http.StatusNotFound, "not found")
		default:
			answer(w, nil)
		}
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		log.Printf("not emulated: %s %s", r.Method, r.URL.Path)
		fail(w, http.StatusNotImplemented, r.Method+" "+r.URL.Path+" is not emulated")
	})
	return authenticated(apiKey, mux)
}

// authenticated lets only holders of the API key in, as the user of basic authentication or as a bearer token.
func authenticated(apiKey string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given, _, basic := r.BasicAuth()
		if !basic {
			given = strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		}
		if subtle.ConstantTimeCompare([]byte(given), []byte(apiKey)) != 1 {
			fail(w, http.StatusUnauthorized, "API token invalid")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(body)
}

func fail(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"message": message})
}
