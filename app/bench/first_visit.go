// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"net/url"
	"sync"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/launcher"
	"github.com/go-rod/rod/lib/proto"
)

// measureFirstVisit opens the home page in a browser that has never seen it and counts requests and bytes.
func measureFirstVisit(ctx context.Context, p *process, _ *town, _ time.Duration) ([]figure, error) {
	path, _ := launcher.LookPath()
	started := launcher.New().Bin(path).Headless(true).NoSandbox(true).
		Set("disable-background-networking").Set("disable-component-update").Set("disable-sync").Set("disable-quic")
	control, err := started.Launch()
	if err != nil {
		return nil, err
	}
	defer started.Cleanup()
	defer started.Kill()
	browser := rod.New().ControlURL(control).Context(ctx)
	if err := browser.Connect(); err != nil {
		return nil, err
	}
	page, err := browser.Page(proto.TargetCreateTarget{})
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	var bytes float64
	var requests, elsewhere int
	go page.EachEvent(
		func(e *proto.NetworkRequestWillBeSent) {
			address, err := url.Parse(e.Request.URL)
			mu.Lock()
			defer mu.Unlock()
			if requests++; err != nil || "http://"+address.Host != p.base {
				elsewhere++
			}
		},
		func(e *proto.NetworkLoadingFinished) {
			mu.Lock()
			defer mu.Unlock()
			bytes += e.EncodedDataLength
		},
	)()
	if err := page.Navigate(p.base + "/"); err != nil {
		return nil, err
	}
	if err := page.WaitLoad(); err != nil {
		return nil, err
	}
	page.WaitRequestIdle(500*time.Millisecond, nil, nil, nil)()
	mu.Lock()
	defer mu.Unlock()
	return []figure{
		atMost("first visit of the home page, over the wire", bytes/1024, "KB", 120),
		atMost("  requests", float64(requests), "requests", 10),
		atMost("  requests to another origin", float64(elsewhere), "requests", 0),
	}, nil
}
