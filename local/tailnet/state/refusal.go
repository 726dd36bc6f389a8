package state

import (
	"fmt"
	"net/http"
)

// Refusal is an error with the status and the words that the real API has for it.
type Refusal struct {
	Status  int
	Message string
}

func (r *Refusal) Error() string { return r.Message }

func refuse(status int, format string, a ...any) error {
	return &Refusal{Status: status, Message: fmt.Sprintf(format, a...)}
}

var (
	errNoDevice   = &Refusal{http.StatusNotFound, "no manageable device matching this ID found"}
	errNoKey      = &Refusal{http.StatusNotFound, "key not found"}
	errBadToken   = &Refusal{http.StatusUnauthorized, "API token invalid"}
	errNoScope    = &Refusal{http.StatusForbidden, "calling actor does not have enough permissions to perform this function"}
	errUntagged   = &Refusal{http.StatusBadRequest, "tailnet-owned auth key must have tags set"}
	errNoCapacity = &Refusal{http.StatusBadRequest, "exactly one capability scope must be populated"}
)
