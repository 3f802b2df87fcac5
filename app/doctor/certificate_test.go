// SPDX-License-Identifier: AGPL-3.0-or-later

package doctor

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"time"
)

// certificate puts a web server in front whose certificate, which the patient's client trusts, ends so long from now.
func (w *ward) certificate(lasting time.Duration) {
	w.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	w.must(err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-90 * 24 * time.Hour), NotAfter: time.Now().Add(lasting),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	w.must(err)
	leaf, err := x509.ParseCertificate(der)
	w.must(err)
	trusted := x509.NewCertPool()
	trusted.AddCert(leaf)

	front := httptest.NewUnstartedServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) { fmt.Fprint(out, w.status) }))
	front.Config.ErrorLog = log.New(io.Discard, "", 0) // that the doctor does not like it
	front.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	front.StartTLS()
	w.t.Cleanup(front.Close)
	w.BaseURL, err = url.Parse(front.URL)
	w.must(err)
	w.Client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}}}
}
