package control

import (
	"encoding/binary"
	"encoding/json"
	"net/http"

	"tailscale.com/tailcfg"
	"tailscale.com/util/zstdframe"
)

// mapWriter changes the messages of a map stream on their way to a device. Each message is preceded by its length: four bytes, lowest
// first.
type mapWriter struct {
	http.ResponseWriter
	compress bool
	change   func(*tailcfg.MapResponse)
	pending  []byte
	failed   bool
}

func (w *mapWriter) WriteHeader(status int) {
	w.failed = status != http.StatusOK
	w.ResponseWriter.WriteHeader(status)
}

func (w *mapWriter) Write(data []byte) (int, error) {
	if w.failed {
		return w.ResponseWriter.Write(data)
	}
	w.pending = append(w.pending, data...)
	for len(w.pending) >= 4 {
		end := 4 + int(binary.LittleEndian.Uint32(w.pending))
		if len(w.pending) < end {
			break
		}
		var message tailcfg.MapResponse
		if err := json.Unmarshal(w.pending[4:end], &message); err != nil {
			return 0, err
		}
		w.pending = w.pending[end:]
		w.change(&message)
		if err := w.send(&message); err != nil {
			return 0, err
		}
	}
	return len(data), nil
}

// Flush does nothing, because each message is flushed when it is written.
func (w *mapWriter) Flush() {}

func (w *mapWriter) send(message *tailcfg.MapResponse) error {
	body, err := json.Marshal(message)
	if err != nil {
		return err
	}
	if w.compress {
		body = zstdframe.AppendEncode(nil, body, zstdframe.FastestCompression)
	}
	framed := append(binary.LittleEndian.AppendUint32(nil, uint32(len(body))), body...)
	if _, err := w.ResponseWriter.Write(framed); err != nil {
		return err
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}
