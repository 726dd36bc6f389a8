package acme

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"time"
)

// leafLife is how long a certificate from pebble is valid.
const leafLife = 90 * 24 * time.Hour

// keepRoot adds a root to the file and drops the roots none of whose certificates can be valid any more. It returns the file's content,
// newest root first.
func keepRoot(file string, root []byte, now time.Time) ([]byte, error) {
	former, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	kept := root
	for block, rest := pem.Decode(former); block != nil; block, rest = pem.Decode(rest) {
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("the roots in %s cannot be read: %w", file, err)
		}
		// For one such time the program can run and sign with the root; for another one its last certificate is valid.
		if now.Sub(certificate.NotBefore) < 2*leafLife {
			kept = append(kept, pem.EncodeToMemory(block)...)
		}
	}
	return kept, os.WriteFile(file, kept, 0o644)
}
