package state

import (
	"fmt"
	"net/http"
)

// Refusal is an error with the status and the words that the real API uses for it.
type Refusal struct {
	Status  int
	Message string
	// Data is what the API returns besides the message.
	Data any
}

func (r *Refusal) Error() string { return r.Message }

func refuse(status int, format string, a ...any) error {
	return &Refusal{Status: status, Message: fmt.Sprintf(format, a...)}
}

var (
	errNoDevice   = &Refusal{Status: http.StatusNotFound, Message: "no manageable device matching this ID found"}
	errNoKey      = &Refusal{Status: http.StatusNotFound, Message: "key not found"}
	errBadToken   = &Refusal{Status: http.StatusUnauthorized, Message: "API token invalid"}
	errNoScope    = &Refusal{Status: http.StatusForbidden, Message: "calling actor does not have enough permissions to perform this function"}
	errUntagged   = &Refusal{Status: http.StatusBadRequest, Message: "tailnet-owned auth key must have tags set"}
	errNoCapacity = &Refusal{Status: http.StatusBadRequest, Message: "exactly one capability scope must be populated"}
)
