// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// Panicked returns the error of a panic that was caught: where it happened and, when it was the runtime's, what. A
// panic's own words may hold what people typed, and errors are logged.
func Panicked(cause any) error {
	if err, ok := cause.(runtime.Error); ok {
		return fmt.Errorf("panic: %w\n%s", err, debug.Stack())
	}
	return fmt.Errorf("panic of a %T\n%s", cause, debug.Stack())
}
