package api

import (
	"net/http"
	"testing"
	"time"

	"paperclip-on-fly/tailnet/faults"
	"paperclip-on-fly/tailnet/state"
)

func TestWhoAsksBeforeRetryAfterIsOverIsHeldBackAgain(t *testing.T) {
	w := newWorld(t, state.Seed{})
	const seconds = 1.0
	w.faults.Set(faults.Faults{APILimitSeconds: seconds})
	ask := func() (int, string) {
		response, err := http.Get(w.url + "/api/v2/tailnet/-/keys")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		return response.StatusCode, response.Header.Get("Retry-After")
	}
	for range 3 {
		if status, after := ask(); status != http.StatusTooManyRequests || after != "1" {
			t.Errorf("HTTP %d, Retry-After %q", status, after)
		}
	}
	time.Sleep(time.Duration(seconds * float64(time.Second)))
	for range 2 {
		if status, _ := ask(); status != http.StatusUnauthorized {
			t.Errorf("after it has waited: HTTP %d", status)
		}
	}
}
