// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
)

// Sealer encrypts what the database keeps and must not be able to read: with AES-256-GCM under a key derived from the
// program's secret (HKDF-SHA256, RFC 5869) for one purpose.
type Sealer struct{ aead cipher.AEAD }

// ErrSealed says that something was not sealed with this program's secret, or was altered since.
var ErrSealed = errors.New("sealed with another secret")

// NewSealer returns the sealer of a secret, of at least 32 bytes, for a purpose.
func NewSealer(secret []byte, purpose string) Sealer {
	key, err := hkdf.Key(sha256.New, secret, nil, "sealing "+purpose, 32)
	if err != nil {
		panic(err) // the length asked for is always to be had
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return Sealer{aead}
}

// Seal returns text encrypted, for the row that owner names alone.
func (s Sealer) Seal(owner, text []byte) []byte {
	nonce := make([]byte, s.aead.NonceSize())
	rand.Read(nonce)
	return s.aead.Seal(nonce, nonce, text, owner)
}

// Open returns what Seal was given for the same owner, or ErrSealed.
func (s Sealer) Open(owner, sealed []byte) ([]byte, error) {
	size := s.aead.NonceSize()
	if len(sealed) < size {
		return nil, ErrSealed
	}
	text, err := s.aead.Open(nil, sealed[:size], sealed[size:], owner)
	if err != nil {
		return nil, ErrSealed
	}
	return text, nil
}
