// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"sync"
	"time"
)

// Batcher gathers what several people do at the same moment and has a hot verb carry it out in one transaction: while
// one batch commits, the next one fills. One person alone is a batch of one and waits for nobody.
type Batcher[T, R any] struct {
	run   func(context.Context, []T) ([]R, error)
	limit int

	mu      sync.Mutex
	queue   []waiting[T, R]
	running bool
	stats   BatchStats
}

// BatchStats tells how well a batcher does.
type BatchStats struct {
	// Batches and Items are how many it has begun since the program started; Waiting, how many items wait now.
	Batches, Items uint64
	Waiting        int
}

type waiting[T, R any] struct {
	item T
	done chan answer[R]
}

type answer[R any] struct {
	result R
	err    error
}

// NewBatcher returns a batcher over run, which gives one result for each item, in order, or one error for them all.
// At most limit items wait; more are refused with ErrBusy.
func NewBatcher[T, R any](limit int, run func(context.Context, []T) ([]R, error)) *Batcher[T, R] {
	return &Batcher[T, R]{run: run, limit: limit}
}

// Do carries out item and returns its result. When ctx ends first the item may still be carried out.
func (b *Batcher[T, R]) Do(ctx context.Context, item T) (R, error) {
	w := waiting[T, R]{item: item, done: make(chan answer[R], 1)}
	b.mu.Lock()
	if len(b.queue) >= b.limit {
		b.mu.Unlock()
		var none R
		return none, ErrBusy
	}
	b.queue = append(b.queue, w)
	if !b.running {
		b.running = true
		// The batches belong to several people: one who leaves must not cancel them for the others.
		go b.drain(context.WithoutCancel(ctx))
	}
	b.mu.Unlock()
	select {
	case a := <-w.done:
		return a.result, a.err
	case <-ctx.Done():
		var none R
		return none, ctx.Err()
	}
}

// Stats returns the batcher's figures of this moment.
func (b *Batcher[T, R]) Stats() BatchStats {
	b.mu.Lock()
	defer b.mu.Unlock()
	stats := b.stats
	stats.Waiting = len(b.queue)
	return stats
}

// largestBatch bounds a transaction, so that its locks are short; batchDeadline, how long a server that does not answer
// keeps those who come next waiting.
const (
	largestBatch  = 256
	batchDeadline = 20 * time.Second
)

func (b *Batcher[T, R]) drain(ctx context.Context) {
	for {
		b.mu.Lock()
		n := min(len(b.queue), largestBatch)
		if n == 0 {
			b.queue, b.running = nil, false
			b.mu.Unlock()
			return
		}
		batch := b.queue[:n]
		b.queue = b.queue[n:]
		b.stats.Batches++
		b.stats.Items += uint64(n)
		b.mu.Unlock()
		b.carryOut(ctx, batch)
	}
}

func (b *Batcher[T, R]) carryOut(ctx context.Context, batch []waiting[T, R]) {
	items := make([]T, len(batch))
	for i, w := range batch {
		items[i] = w.item
	}
	ctx, cancel := context.WithTimeout(ctx, batchDeadline)
	defer cancel()
	results, err := b.runSafely(ctx, items)
	for i, w := range batch {
		if err != nil {
			w.done <- answer[R]{err: err}
		} else {
			w.done <- answer[R]{result: results[i]}
		}
	}
}

// runSafely makes a panic the error of the batch: it runs on no request, where the web server would catch it.
func (b *Batcher[T, R]) runSafely(ctx context.Context, items []T) (results []R, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = Panicked(cause)
		}
	}()
	return b.run(ctx, items)
}
