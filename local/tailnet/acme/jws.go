package acme

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
)

// This file is the part of JSON Web Signatures that ACME clients use with P-256 keys, the kind of key that tailscaled has.

type envelope struct {
	Protected string `json:"protected"`
	Payload   string `json:"payload"`
	Signature string `json:"signature"`
}

type header struct {
	Alg   string `json:"alg"`
	Nonce string `json:"nonce"`
	URL   string `json:"url"`
	// Requests for a new account have JWK. All others have KID, the URL of an account.
	JWK *jwk   `json:"jwk,omitempty"`
	KID string `json:"kid,omitempty"`
}

// jwk has its fields in the order that a thumbprint (RFC 7638) needs.
type jwk struct {
	Crv string `json:"crv"`
	Kty string `json:"kty"`
	X   string `json:"x"`
	Y   string `json:"y"`
}

var b64 = base64.RawURLEncoding

func (e envelope) header() (header, error) {
	var h header
	data, err := b64.DecodeString(e.Protected)
	if err == nil {
		err = json.Unmarshal(data, &h)
	}
	if err == nil && h.Alg != "ES256" {
		err = fmt.Errorf("signatures of type %q are not emulated, only ES256", h.Alg)
	}
	return h, err
}

func (e envelope) verify(public *ecdsa.PublicKey) error {
	signature, err := b64.DecodeString(e.Signature)
	if err != nil || len(signature) != 64 {
		return errors.New("the signature has the wrong form")
	}
	digest := sha256.Sum256([]byte(e.Protected + "." + e.Payload))
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	if !ecdsa.Verify(public, digest[:], r, s) {
		return errors.New("the signature is not the account's")
	}
	return nil
}

// sign puts a payload that is already encoded into a signed envelope.
func sign(private *ecdsa.PrivateKey, h header, payload string) (envelope, error) {
	data, err := json.Marshal(h)
	if err != nil {
		return envelope{}, err
	}
	e := envelope{Protected: b64.EncodeToString(data), Payload: payload}
	digest := sha256.Sum256([]byte(e.Protected + "." + e.Payload))
	r, s, err := ecdsa.Sign(rand.Reader, private, digest[:])
	if err != nil {
		return envelope{}, err
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	e.Signature = b64.EncodeToString(signature)
	return e, nil
}

func jwkOf(public *ecdsa.PublicKey) (*jwk, error) {
	point, err := public.Bytes()
	if err != nil {
		return nil, err
	}
	// The first byte is 4, for an uncompressed point; its two coordinates follow.
	return &jwk{Crv: "P-256", Kty: "EC", X: b64.EncodeToString(point[1:33]), Y: b64.EncodeToString(point[33:])}, nil
}

func (k jwk) public() (*ecdsa.PublicKey, error) {
	if k.Kty != "EC" || k.Crv != "P-256" {
		return nil, fmt.Errorf("account keys of type %s %s are not emulated, only EC P-256", k.Kty, k.Crv)
	}
	x, errX := b64.DecodeString(k.X)
	y, errY := b64.DecodeString(k.Y)
	if err := errors.Join(errX, errY); err != nil {
		return nil, err
	}
	return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
}

func (k jwk) thumbprint() string {
	data, err := json.Marshal(k)
	if err != nil {
		panic(err) // It has only four strings.
	}
	return digest(string(data))
}

// digest returns a hash in the form that ACME uses.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return b64.EncodeToString(sum[:])
}
