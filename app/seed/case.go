// SPDX-License-Identifier: AGPL-3.0-or-later

package seed

// guidelineSlugs are the three proposals of the case, in the order shown.
var guidelineSlugs = []string{"anagrafe", "informatica", "polizia-municipale"}
