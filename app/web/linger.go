// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"io"
	"net"
	"time"
)

// Limits of what is read from somebody who is still sending what has been refused.
const (
	lingerTime  = 5 * time.Second
	lingerBytes = 64 << 20
)

// Listener is listener whose connections can linger. A server that closes a connection on which bytes are still arriving
// resets it, and the browser shows that instead of the answer, which here says that too much was sent.
func Listener(listener net.Listener) net.Listener { return lingeringListener{listener} }

type lingeringListener struct{ net.Listener }

func (l lingeringListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if tcp, ok := conn.(*net.TCPConn); ok {
		return &lingeringConn{TCPConn: tcp}, err
	}
	return conn, err
}

type lingeringConn struct {
	*net.TCPConn
	linger bool
}

// lingerOn has the connection, once closed, take in for a while what its other side still sends.
func lingerOn(conn net.Conn) {
	if c, ok := conn.(*lingeringConn); ok {
		c.linger = true
	}
}

// Close ends our side at once; the other one in its own time, when it is worth waiting for.
func (c *lingeringConn) Close() error {
	if !c.linger || c.CloseWrite() != nil || c.SetReadDeadline(time.Now().Add(lingerTime)) != nil {
		return c.TCPConn.Close()
	}
	go func() {
		_, _ = io.CopyN(io.Discard, c.TCPConn, lingerBytes) // whatever ends it, the connection is over
		_ = c.TCPConn.Close()
	}()
	return nil
}
