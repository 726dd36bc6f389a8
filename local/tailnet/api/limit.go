package api

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"paperclip-on-fly/tailnet/faults"
	"paperclip-on-fly/tailnet/state"
)

// limited answers 429 to everybody while that fault is on, until nobody has asked for as long as Retry-After says. A request before that
// restarts the wait.
func limited(next http.Handler, box *faults.Box) http.Handler {
	var mu sync.Mutex
	var last time.Time
	box.OnChange(func(faults.Faults) {
		mu.Lock()
		defer mu.Unlock()
		last = time.Time{}
	})
	held := func(seconds float64) bool {
		mu.Lock()
		defer mu.Unlock()
		if !last.IsZero() && time.Since(last).Seconds() >= seconds {
			return false
		}
		last = time.Now()
		return true
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if seconds := box.Now().APILimitSeconds; seconds > 0 && held(seconds) {
			w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(seconds))))
			respond(w, nil, &state.Refusal{Status: http.StatusTooManyRequests, Message: "rate limit exceeded"})
			return
		}
		next.ServeHTTP(w, r)
	})
}
