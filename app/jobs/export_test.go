// SPDX-License-Identifier: AGPL-3.0-or-later

package jobs

import (
	"maps"
	"slices"
)

// Templates are all e-mails, in order.
func Templates() []string { return slices.Sorted(maps.Keys(letters)) }

// KeepNotice is the worker's task of that name.
var KeepNotice = keepNotice

// CheckLog is the task that checks the log.
var CheckLog = checkLog
